"""What a restart of LocalStack cut off: executions, and S3's events on their way to EventBridge.

Both are noted before they are answered for, and the note goes when they have ended. What is left over from an
earlier process is shown at `GET /_tarmac/interrupted` and started again, from its beginning and with its own
input, by `POST /_tarmac/interrupted/resume` (`make up` asks for it once the state machines are there). So
work is done at least once. On AWS executions survive, and there is nothing of this.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.localstack_mends import s3_adoption
from emulator.localstack_mends.kept_state import KeptState, Statement

LOG = logging.getLogger(__name__)

PARENT = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
MAX_NAME_LENGTH = 80
NAMES = ("arn", "account", "region", "machine", "name", "input", "started")


@dataclass(frozen=True)
class CutOff:
    """An execution that was running when LocalStack ended; `started` is ISO-8601, `input` JSON."""

    arn: str
    account: str
    region: str
    machine: str
    name: str
    input: str
    started: str

    @property
    def parent(self) -> str:
        """The ARN of the execution that started this one, if its input tells it, as AWS recommends."""
        given = json.loads(self.input)
        return str(given.get(PARENT, "")) if isinstance(given, dict) else ""


class Interrupted:
    """The notes, and what is done about those of an earlier process."""

    def __init__(self, state: KeptState) -> None:
        self._state = state
        self._resuming = threading.Lock()
        self._replaces: dict[str, str] = {}
        self._left = {item.arn for item in self._executions()}
        self._waiting = {event_id for (event_id,) in state.read("SELECT id FROM event")}
        self._was_resumed = False

    def note_execution(self, execution: Any) -> None:
        """Keeps a new execution, in the place of the one that it repeats."""
        item = CutOff(
            arn=execution.exec_arn,
            account=execution.account_id,
            region=execution.region_name,
            machine=execution.state_machine_arn,
            name=execution.name,
            input=json.dumps(execution.input_data),
            started=execution.start_date.isoformat(),
        )
        note: Statement = (
            "INSERT OR REPLACE INTO execution VALUES (?, ?, ?, ?, ?, ?, ?)",
            [*asdict(item).values()],
        )
        self._state.write_all(note, *self._without(self._replaces.pop(item.arn, "")))

    def forget_execution(self, arn: str) -> None:
        """It has ended."""
        self._state.write_all(*self._without(arn))

    def _without(self, arn: str) -> list[Statement]:
        return [("DELETE FROM execution WHERE arn = ?", [arn])]

    def note_event(self, account: str, region: str, entry: dict[str, Any]) -> str:
        """Keeps an entry of PutEvents until `forget_event` gets the id that is returned."""
        event_id, time = str(uuid.uuid4()), entry["Time"].isoformat()
        text = json.dumps({name: value for name, value in entry.items() if name != "Time"})
        self._state.write("INSERT INTO event VALUES (?, ?, ?, ?, ?)", event_id, account, region, time, text)
        return event_id

    def event_delivered(self, event_id: str, bucket: str, was_matched: bool) -> None:
        """Forgets an event; one that came before the rules were there again waits for them."""
        if was_matched or self._was_resumed or not s3_adoption.is_from_before(bucket):
            self._state.write("DELETE FROM event WHERE id = ?", event_id)
        else:
            self._waiting.add(event_id)

    def left_over(self) -> list[CutOff]:
        """Executions of an earlier process that nobody has started again, oldest first."""
        return [item for item in self._executions() if item.arn in self._left]

    def _executions(self) -> list[CutOff]:
        rows = self._state.read(f"SELECT {', '.join(NAMES)} FROM execution ORDER BY started")
        return [CutOff(*row) for row in rows]

    def resume(self) -> dict[str, Any]:
        """Starts every execution again whose state machine is there, and delivers the events again.

        `resumed` (arn, new_arn), `left` (arn, reason), `events` (how many). An execution that another one
        started is left to that, if it is started again, too.
        """
        with self._resuming:
            found = self.left_over()
            roots = [item for item in found if item.parent not in {other.arn for other in found}]
            answers = [self._start_again(item) for item in roots]
            started = {answer["arn"] for answer in answers if "new_arn" in answer}
            for item in found:
                if item.parent in started:
                    self.forget_execution(item.arn)
            self._was_resumed = True
            return {
                "resumed": [answer for answer in answers if "new_arn" in answer],
                "left": [answer for answer in answers if "new_arn" not in answer],
                "events": self._deliver_events(),
            }

    def _start_again(self, item: CutOff) -> dict[str, str]:
        name = resumed_name(item.name)
        new_arn = item.arn.removesuffix(item.name) + name
        self._replaces[new_arn] = item.arn
        try:
            _clients(item.account, item.region).stepfunctions.start_execution(
                stateMachineArn=item.machine, name=name, input=item.input
            )
        except (ClientError, BotoCoreError) as error:
            self._replaces.pop(new_arn, None)
            return {"arn": item.arn, "reason": str(error)}
        LOG.info("%s was cut off by a restart; started again as %s", item.arn, name)
        return {"arn": item.arn, "new_arn": new_arn}

    def _deliver_events(self) -> int:
        waiting, self._waiting = self._waiting, set()
        rows = self._state.read("SELECT id, account, region, time, entry FROM event ORDER BY time")
        due = [row for row in rows if row[0] in waiting]
        for event_id, account, region, time, entry in due:
            event = {**json.loads(entry), "Time": datetime.fromisoformat(time)}
            _clients(account, region).events.put_events(Entries=[event])
            self._state.write("DELETE FROM event WHERE id = ?", event_id)
        return len(due)


def resumed_name(name: str) -> str:
    """`<name>-resumed-<n>`, at most 80 characters: one more than the name has, 1 if it has none."""
    first, _, number = name.rpartition("-resumed-")
    first, count = (first, int(number) + 1) if first and number.isdigit() else (name, 1)
    suffix = f"-resumed-{count}"
    return first[: MAX_NAME_LENGTH - len(suffix)] + suffix


def _clients(account: str, region: str) -> Any:
    from localstack.aws.connect import connect_to

    return connect_to(aws_access_key_id=account, region_name=region)
