"""`make demo`: three days of flights, one after the other, each followed to its rows and its message."""

from __future__ import annotations

import typer

from emulator.stack.choice import choose
from emulator.stack.settings import StackSettings
from scripts import gateway
from scripts.alerts import show_alert
from scripts.console import duration, print_rows, say, size
from scripts.demo_checks import DayResult, differences, warehouse_counts
from scripts.drop import drop_and_follow
from scripts.following import Execution
from scripts.pipeline_deployment import PipelineTarget, find_pipeline
from scripts.starting import bring_up, tell_endpoints, tell_result
from scripts.uploads import planned_uploads
from scripts.warehouse import ROOT, delay_by_city, first_rows

WIDEST_TEXT = 16  # so that a row fits in a line of a usual terminal
SAMPLE_DAYS = ROOT / "seed_data" / "sample_days"


def demo() -> None:
    """Start the stack, drop three sample days, show and check what came of them."""
    settings = StackSettings.from_environment()
    _heading("The stack")
    choice = choose(settings)
    say(f"Stack: {choice.reason}")
    result, seconds = bring_up(choice.stack, with_pipeline=True)
    tell_result(result, seconds)
    tell_endpoints(settings)
    target = find_pipeline(settings)
    earlier_alerts = len(gateway.alerts(settings))
    days = _drop_days(settings, target)
    _show_rows(settings)
    new_alerts = gateway.alerts(settings)[earlier_alerts:]
    _heading("The alerts")
    for alert in new_alerts:
        show_alert(alert)
    _show_runs(settings, days)
    _show_seconds(days)
    _check(differences(settings, target, days, new_alerts), days)
    _tell_next()


def _drop_days(settings: StackSettings, target: PipelineTarget) -> list[DayResult]:
    before = warehouse_counts(settings)
    _heading("Three days of flights, one after the other")
    if before.loaded or before.rejected:
        say(
            f"The warehouse already holds {before.loaded} flights and {before.rejected} quarantined rows "
            f"of {before.files} files. A file that is dropped again replaces its rows."
        )
    days = []
    for upload in planned_uploads(SAMPLE_DAYS, target.raw_prefix):
        (execution,) = drop_and_follow(settings, target, [upload])
        days.append(DayResult(upload, execution))
    return days


def _show_rows(settings: StackSettings) -> None:
    _heading("The first ten enriched rows")
    print_rows(*first_rows(settings, 10), widest=WIDEST_TEXT)
    _heading("Mean delay by city (pipeline/delay_by_city.sql)")
    print_rows(*delay_by_city(settings))


def _show_runs(settings: StackSettings, days: list[DayResult]) -> None:
    _heading("The files that each run read")
    for day in days:
        for run_id in day.execution.job_run_ids:
            for run in gateway.job_runs(settings, run_id):
                say(f"{run['run_id']}  {run['state']}, {duration(run['seconds'])}")
                for file in run["files_read"]:
                    say(f"    s3://{file['bucket']}/{file['key']}  {size(file['size'])}")


def _show_seconds(days: list[DayResult]) -> None:
    _heading("Seconds in each step")
    names = list(dict.fromkeys(step.state for day in days for step in day.execution.steps))
    columns = ("step", *(day.name for day in days))
    rows = [(name, *(_seconds_in(day.execution, name) for day in days)) for name in names]
    print_rows(columns, [*rows, ("all", *(f"{day.execution.seconds:.1f}" for day in days))])


def _seconds_in(execution: Execution, state: str) -> str:
    spent = [step.seconds or 0.0 for step in execution.steps if step.state == state]
    return f"{sum(spent):.1f}" + (f" ({len(spent)} times)" if len(spent) > 1 else "") if spent else ""


def _check(wrong: list[str], days: list[DayResult]) -> None:
    _heading("Is it what the files imply?")
    if wrong:
        for line in wrong:
            say(f"  ✗ {line}", style="red")
        say("Next: make runs, make logs PART=glue-worker")
        raise typer.Exit(1)
    expected = [day.expected() for day in days]
    say(
        f"  ✓ {len(days)} files, {sum(item.loaded for item in expected)} flights, "
        f"{sum(item.rejected for item in expected)} quarantined rows, {len(days)} messages: "
        "as counted from the files themselves",
        style="green",
    )


def _tell_next() -> None:
    _heading("The stack is still up. Try:")
    say('  make query SQL="SELECT reason, count(*) FROM airlines.quarantined_flights GROUP BY reason"')
    say("  make drop FILE=…        a CSV of your own, with the columns of those in seed_data/sample_days")
    say("  make status             the processes, and what is deployed")
    say("  make runs               what ran, what it read, and why it failed if it did")
    say("  make down               stop; `make reset` also forgets everything")


def _heading(text: str) -> None:
    say()
    say(text, style="bold")
