"""The command `tarmac`: one file per verb in this folder; this one only puts them together."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from scripts import (
    alerts,
    bench,
    calls,
    demo,
    deploy,
    destroy,
    down,
    drop,
    env,
    jars,
    lint,
    lock,
    logs,
    query,
    reset,
    run_tests,
    runs,
    status,
    up,
)
from scripts.expected_errors import explained


class FriendlyGroup(TyperGroup):
    """Turns expected errors into one line and a next step; anything else keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the verb; ends with status 1 after an expected error, 130 after Ctrl-C."""
        from scripts.console import fail

        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            fail("interrupted")
            raise typer.Exit(130) from None
        except Exception as error:
            message = explained(error)
            if message is None:
                raise
            fail(message)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Runs an S3 → Step Functions → Glue → Redshift → SNS pipeline on this machine, without an account.",
)

app.command()(demo.demo)
app.command()(up.up)
app.command()(down.down)
app.command()(reset.reset)
app.command()(status.status)
app.command()(deploy.deploy)
app.command()(destroy.destroy)
app.command()(drop.drop)
app.command()(runs.runs)
app.command()(query.query)
app.command()(alerts.alerts)
app.command()(calls.calls)
app.command()(logs.logs)
app.command()(env.env)
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    run_tests.test
)
app.command("test-fast", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    run_tests.test_fast
)
app.command()(lint.lint)
app.command()(bench.bench)
app.command()(lock.lock)
app.command()(jars.jars)
