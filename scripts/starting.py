"""Brings a stack up, and the example pipeline on it."""

from __future__ import annotations

from emulator.stack.choice import refuse_beside_other
from emulator.stack.interface import AnyStack, StartResult
from emulator.stack.settings import StackSettings
from scripts.console import CommandError, say
from scripts.pipeline_deployment import deploy_pipeline
from scripts.start_display import StartDisplay

SERVICES = ("warehouse", "redshift", "localstack")


class DeploymentFailedError(CommandError):
    """The stack is up, but the pipeline isn't on it; the cause is chained."""


def bring_up(stack: AnyStack, with_pipeline: bool) -> tuple[StartResult, float]:
    """Starts what isn't running and deploys the pipeline while the worker still warms up.

    Returns what was met, and the seconds until all was ready. If a part doesn't come up, or on Ctrl-C, a
    stack that this call started is stopped again; a failed deployment leaves it up, so that one can look.
    """
    refuse_beside_other(stack)
    with StartDisplay() as display:
        if not stack.is_running():
            stack.prepare(display.step)
        result = stack.launch()
        try:
            stack.wait_until_ready(SERVICES, display.part)
            if with_pipeline:
                _deploy(stack.settings, display)
            stack.wait_until_ready(report=display.part)
        except BaseException as error:
            if not result.was_running and not isinstance(error, DeploymentFailedError):
                stack.stop()
            raise
    return result, display.seconds


def _deploy(settings: StackSettings, display: StartDisplay) -> None:
    display.step("pipeline", "deploying")
    try:
        deploy_pipeline(settings, lambda text: display.step("pipeline", text))
    except Exception as error:
        raise DeploymentFailedError(
            f"The stack is up, but the pipeline could not be deployed: {error}\n"
            "Next: `make logs PART=localstack`, then `make deploy`; `make down` stops the stack."
        ) from error
    display.step("pipeline", "deployed", done=True)


def tell_result(result: StartResult, seconds: float) -> None:
    """The line that says what `bring_up` did."""
    if not result.was_running:
        say(f"The stack is ready after {seconds:.1f} s.", style="bold green")
    elif result.repaired:
        say(f"The stack was running; started again: {', '.join(result.repaired)}.", style="bold green")
    else:
        say("The stack was running already.", style="bold green")


def tell_endpoints(settings: StackSettings) -> None:
    """Where the stack listens, and its credentials."""
    s = settings
    say(f"  AWS        {s.gateway_url}   keys {s.access_key} / {s.secret_key}, region {s.region}")
    say(
        f"  warehouse  127.0.0.1:{s.redshift_port}          "
        f"database {s.database}, user {s.user}, password {s.password}"
    )


def tell_commands() -> None:
    """Three commands to try."""
    say("Try:")
    say("  make drop FILE=seed_data/sample_days      drop three days of flights and follow what happens")
    say('  make query SQL="SELECT * FROM airlines.daily_flights_processed LIMIT 5"')
    say('  eval "$(make -s env)"; aws s3 ls; psql    the AWS CLI, boto3 and psql then need no option')
