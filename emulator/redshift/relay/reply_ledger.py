"""Which replies the backend still owes: from that the endpoint knows when it may speak to it itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from emulator.redshift.errors import RedshiftError, reworded
from emulator.redshift.relay.query_log import QueryRecord, error_fields
from emulator.redshift.relay.wire import fields_of

# What a client's message is answered with, by the kind of the message.
_ANSWERS = {
    b"1": b"P",
    b"2": b"B",
    b"3": b"C",
    b"T": b"D",
    b"n": b"D",
    b"C": b"E",
    b"s": b"E",
    b"I": b"E",
}
SUSPENDED = b"SELECT\0"
_EXTENDED = (b"P", b"B", b"D", b"E", b"C")
_ENDS_WITH_READY = (b"Q", b"S", b"F")


class _Owed(NamedTuple):
    """A message that awaits its reply."""

    kind: bytes
    refusal: RedshiftError | None
    undo: Callable[[], None] | None
    record: QueryRecord | None


class ReplyLedger:
    """The client's messages that await their reply, oldest first.

    A Query is answered by anything up to ReadyForQuery; Parse, Bind, Describe, Execute and Close by one
    message each; after an error in one of those the backend skips to the next Sync. The start-up is entered
    as a Query.
    """

    def __init__(self) -> None:
        self._owed: deque[_Owed] = deque()
        self.status = b"I"
        self.is_skipping = False  # the backend ignores what it is sent up to a Sync that isn't sent yet
        self.has_begun = False  # the client has logged in
        self.has_ended = False  # the backend has said why it ends the session

    def sent(
        self,
        kind: bytes,
        refusal: RedshiftError | None = None,
        undo: Callable[[], None] | None = None,
        record: QueryRecord | None = None,
    ) -> None:
        """Notes a message to the backend.

        `refusal` will replace the error that answers it; `undo` is called if it fails or is skipped;
        `record` is told the answer's tag or error, and its end.
        """
        if self.is_skipping and kind != b"S":
            if undo is not None:
                undo()
            return
        self.is_skipping = False
        self._owed.append(_Owed(kind, refusal, undo, record))

    @property
    def is_settled(self) -> bool:
        """Whether every message has its reply."""
        return not self._owed

    def copy_ended(self) -> None:
        """The client ended its COPY data: a Sync that it sent after Execute was ignored, and is not owed."""
        if self._owed and self._owed[0].kind == b"E":
            self._owed = deque(entry for entry in self._owed if entry.kind != b"S")

    def failed_locally(self) -> None:
        """The endpoint's own statement failed in the extended protocol, and its transaction with it."""
        self.is_skipping = True

    def received(self, kind: bytes, payload: bytes) -> RedshiftError | None:
        """Strikes out what this message answers; returns the error to tell the client instead of this one."""
        owed = self._owed
        if kind == b"Z":
            self.status, self.has_begun = payload, True
            self._strike_out_ready()
        elif kind == b"E":
            return self._failed(payload)
        elif owed:
            self._note_answer(owed[0], kind, payload)
        return None

    def _note_answer(self, oldest: _Owed, kind: bytes, payload: bytes) -> None:
        record = oldest.record
        if record is not None and kind in (b"C", b"s"):
            record.tag = payload or SUSPENDED
        if _ANSWERS.get(kind) == oldest.kind:
            self._owed.popleft()
            if record is not None:
                record.end()

    def _strike_out_ready(self) -> None:
        skipped = []
        while self._owed and (entry := self._owed.popleft()):
            if entry.record is not None:
                entry.record.end()
            if entry.kind in _ENDS_WITH_READY:
                break
            skipped.append(entry)
        _undo(skipped)

    def _failed(self, payload: bytes) -> RedshiftError | None:
        owed, fields = self._owed, fields_of(payload)
        self.has_ended = fields.get("S") in ("FATAL", "PANIC")
        refusal = owed[0].refusal if owed else None
        record = owed[0].record if owed else None
        error = refusal or reworded(fields, record.query_id if record is not None else 0)
        if record is not None:
            record.error = payload if error is None else error_fields(error)
        skipped = []
        while owed and owed[0].kind in _EXTENDED:
            skipped.append(owed.popleft())
        self.is_skipping = bool(skipped) and not owed
        _undo(skipped)
        return error


def _undo(entries: Sequence[_Owed]) -> None:
    for entry in reversed(entries):
        if entry.record is not None:
            entry.record.end()
        if entry.undo is not None:
            entry.undo()
