"""Which replies the backend still owes: from that the endpoint knows when it may speak to it itself."""

from __future__ import annotations

from collections import deque

from emulator.redshift.errors import RedshiftError, reworded
from emulator.redshift.wire import fields_of

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
_EXTENDED = (b"P", b"B", b"D", b"E", b"C")
_ENDS_WITH_READY = (b"Q", b"S", b"F")


class ReplyLedger:
    """The client's messages that await their reply, oldest first.

    A Query is answered by anything up to ReadyForQuery; Parse, Bind, Describe, Execute and Close by one
    message each; after an error the backend skips to the next Sync. The start-up is entered as a Query.
    """

    def __init__(self) -> None:
        self._owed: deque[tuple[bytes, RedshiftError | None]] = deque()
        self.status = b"I"
        self.has_begun = False  # the client has logged in
        self.has_ended = False  # the backend has said why it ends the session

    def sent(self, kind: bytes, refusal: RedshiftError | None = None) -> None:
        """Notes a message to the backend; `refusal` will replace the error with which it is answered."""
        self._owed.append((kind, refusal))

    @property
    def is_settled(self) -> bool:
        """Whether every message has its reply."""
        return not self._owed

    def copy_ended(self) -> None:
        """The client ended its COPY data: a Sync that it sent after Execute was ignored, and is not owed."""
        if self._owed and self._owed[0][0] == b"E":
            self._owed = deque(entry for entry in self._owed if entry[0] != b"S")

    def received(self, kind: bytes, payload: bytes) -> RedshiftError | None:
        """Strikes out what this message answers; returns the error to tell the client instead of this one."""
        owed = self._owed
        if kind == b"Z":
            self.status = payload
            self.has_begun = True
            while owed and owed.popleft()[0] not in _ENDS_WITH_READY:
                pass
        elif kind == b"E":
            fields = fields_of(payload)
            self.has_ended = fields.get("S") in ("FATAL", "PANIC")
            refusal = owed[0][1] if owed else None
            while owed and owed[0][0] in _EXTENDED:
                owed.popleft()
            return refusal or reworded(fields)
        elif owed and _ANSWERS.get(kind) == owed[0][0]:
            owed.popleft()
        return None
