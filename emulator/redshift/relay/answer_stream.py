"""What the warehouse sends, looked at on its way to the client."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.relay import wire

Instead = Callable[[bytes, bytes], bytes | None]


class AnswerStream:
    """Passes bytes on, message by message, but for rows, which are skipped and pass in parts.

    `instead_of` is shown the kind and payload of each message that is no row, and gives another one to pass,
    or None if it passes as it is.
    """

    def __init__(self, instead_of: Instead) -> None:
        self._instead_of = instead_of
        self._row_bytes = 0  # of a row still to come
        self.rest = b""

    def passed(self, data: bytes) -> bytes:
        """The bytes to pass on: all but an incomplete message at the end, which is `rest` and waits."""
        if self._row_bytes >= len(data):
            self._row_bytes -= len(data)
            return data
        buffer = self.rest + data if self.rest else data
        position = wire.skip_rows(buffer, self._row_bytes)
        replaced: list[bytes] = []
        begin, end = 0, len(buffer)
        while end - position >= 5:
            after = position + 1 + wire.length_at(buffer, position + 1)
            if after > end:
                break
            instead = self._instead_of(buffer[position : position + 1], buffer[position + 5 : after])
            if instead is not None:
                replaced += (buffer[begin:position], instead)
                begin = after
            position = wire.skip_rows(buffer, after)
        self._row_bytes = max(position - end, 0)
        self.rest = buffer[position:]
        return b"".join((*replaced, buffer[begin : min(position, end)]))
