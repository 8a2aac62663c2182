"""A client's first packet: its protocol, its parameters, and what of them the warehouse is told.

Source: PostgreSQL documentation, "Message Flow", Start-up; errors as PostgreSQL words them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import wire

# What PostgreSQL accepts at start-up; drivers for Redshift send more, which it would refuse.
_KNOWN_PARAMETERS = frozenset(
    [
        "user",
        "database",
        "application_name",
        "client_encoding",
        "datestyle",
        "timezone",
        "extra_float_digits",
        "options",
        "search_path",
        "intervalstyle",
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "geqo",
        "bytea_output",
        "default_transaction_isolation",
        "default_transaction_read_only",
        "client_min_messages",
    ]
)
_NO = frozenset(["", "0", "false", "off", "no"])
_OPTION = "_pq_."  # of the protocol; no server knows one yet


@dataclass(frozen=True)
class StartUpPacket:
    """A start-up message of protocol 3."""

    minor_version: int
    parameters: Mapping[str, str]

    @property
    def database(self) -> str:
        """The database asked for: by default the one named like the user."""
        return self.parameters.get("database") or self.parameters["user"]

    @property
    def accepted(self) -> dict[str, str]:
        """The parameters that the warehouse is told."""
        return {name: value for name, value in self.parameters.items() if name.lower() in _KNOWN_PARAMETERS}

    @property
    def negotiation(self) -> bytes:
        """What a client that asks for more than protocol 3.0 is told first; usually nothing."""
        unknown = [name for name in self.parameters if name.startswith(_OPTION)]
        return wire.negotiate_version(unknown) if self.minor_version or unknown else b""


def read_start_up(packet: bytes) -> StartUpPacket:
    """Reads a packet that is no request for encryption or cancelling.

    Raises RedshiftError if it is malformed, of another protocol, or asks for what isn't there.
    """
    version = wire.length_at(packet, 4)
    major, minor = version >> 16, version & 0xFFFF
    if major != 3:
        text = f"unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.0"
        raise RedshiftError(text, code="0A000")
    try:
        parameters = wire.startup_parameters(packet[8:])
    except wire.ProtocolError as error:
        raise RedshiftError(str(error), code="08P01") from error
    if not parameters.get("user"):
        raise RedshiftError("no PostgreSQL user name specified in startup packet", code="28000")
    if parameters.get("replication", "").lower() not in _NO:
        raise RedshiftError("replication connections are not supported", code="0A000")
    return StartUpPacket(minor, parameters)
