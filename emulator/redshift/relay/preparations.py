"""Which of a client's prepared statements and portals are the endpoint's own, not the warehouse's."""

from __future__ import annotations

from collections.abc import Callable

from emulator.redshift.relay.conversation import LocalStatement

Undo = Callable[[], None]
_Named = dict[bytes, LocalStatement]


class Preparations:
    """Local statements by the names that Parse and Bind gave them.

    They are noted when the client asks, before the warehouse has agreed: each change gives an `Undo` for the
    case that it fails, or is skipped after an error.
    """

    def __init__(self) -> None:
        self._statements: _Named = {}
        self._portals: _Named = {}

    def parsed(self, name: bytes, statement: LocalStatement | None) -> Undo | None:
        """A statement got that name; None for one of the warehouse's."""
        return _put(self._statements, name, statement)

    def bound(self, portal: bytes, name: bytes) -> Undo | None:
        """A portal of that statement was made."""
        return _put(self._portals, portal, self._statements.get(name))

    def closed(self, kind: bytes, name: bytes) -> Undo | None:
        """A statement (b"S") or portal (b"P") was closed."""
        return _put(self._statements if kind == b"S" else self._portals, name, None)

    def portal(self, name: bytes) -> LocalStatement | None:
        """The portal's statement, if it is local."""
        return self._portals.get(name)


def _put(named: _Named, name: bytes, statement: LocalStatement | None) -> Undo | None:
    previous = named.get(name)
    if previous is statement:
        return None
    _set(named, name, statement)

    def undo() -> None:
        if named.get(name) is statement:
            _set(named, name, previous)

    return undo


def _set(named: _Named, name: bytes, statement: LocalStatement | None) -> None:
    if statement is None:
        named.pop(name, None)
    else:
        named[name] = statement
