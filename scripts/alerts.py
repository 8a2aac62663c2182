"""`make alerts`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from emulator.stack.settings import StackSettings
from scripts import gateway
from scripts.console import out, print_json, print_rows, say


def alerts(as_json: Annotated[bool, typer.Option("--json", help="a list of objects")] = False) -> None:
    """Print every message published on a topic, oldest first."""
    found = gateway.alerts(StackSettings.from_environment())
    if as_json:
        print_json(found)
    elif not out.is_terminal:
        print_rows(("time", "topic", "subject", "message"), (_row(alert) for alert in found))
    elif not found:
        say("No message was published yet. Next: make drop FILE=seed_data/sample_days")
    else:
        for alert in found:
            show_alert(alert)


def show_alert(alert: dict[str, Any]) -> None:
    """One message, as a mail would show it."""
    say(f"{alert['time']}  {alert.get('subject') or '(no subject)'}", style="bold")
    for line in str(alert["message"]).splitlines():
        say(f"    {line}")


def _row(alert: dict[str, Any]) -> tuple[str, ...]:
    topic = alert["topic_arn"].rpartition(":")[2]
    return alert["time"], topic, alert.get("subject") or "", alert["message"]
