"""A connection before its session: packets however they are cut, deadlines, certificates."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import stat
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from emulator.redshift.catalog import Catalog
from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay import certificates, wire
from emulator.redshift.relay.peer import Peer
from emulator.redshift.relay.session import Session
from emulator.redshift.relay.start_up import StartUp
from emulator.redshift.relay.start_up_packet import read_start_up
from emulator.redshift.relay.tls import TlsFiles, server_context
from emulator.redshift.settings import RedshiftSettings


class Socket(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        del high, low


class Services:
    """An endpoint without TLS, whose warehouse isn't there."""

    def __init__(self) -> None:
        environment = {"TARMAC_WAREHOUSE_PORT": "1", "TARMAC_WAREHOUSE_CONNECT_S": "0.01"}
        self.settings = RedshiftSettings.from_environment(environment)
        self.catalog = Catalog(self.settings)

    async def encryption(self) -> ssl.SSLContext | None:
        return None

    def session(self, client: Peer) -> Session:
        raise AssertionError(f"no session was expected for {client}")

    def cancel(self, key: bytes) -> None:
        raise AssertionError(f"no cancel request was expected for {key!r}")


def served(pieces: list[bytes], timeout_s: float = 5, ends: bool = True) -> Socket:
    """What a client gets that sends these pieces, and then ends or is silent."""

    async def scenario() -> Socket:
        start_up = StartUp(Services(), timeout_s)
        connection = Socket()
        start_up.client.connection_made(connection)
        task = asyncio.create_task(start_up.run())
        for piece in pieces:
            await asyncio.sleep(0)
            start_up.client.data_received(piece)
        if ends:
            await asyncio.sleep(0)
            start_up.client.connection_lost(None)
        await asyncio.wait_for(task, 5)
        return connection

    return asyncio.run(scenario())


def packet(version: int, body: bytes) -> bytes:
    return struct.pack("!II", len(body) + 8, version) + body


REQUESTS = struct.pack("!II", 8, wire.SSL_REQUEST) + struct.pack("!II", 8, wire.GSSENC_REQUEST)
REFUSED = packet(2 << 16, b"")


@pytest.mark.parametrize("cut", range(len(REQUESTS + REFUSED)))
def test_packets_are_read_however_they_are_cut(cut: int) -> None:
    stream = REQUESTS + REFUSED
    connection = served([stream[:cut], stream[cut:]], ends=False)
    assert connection.written[:2] == b"NN"
    assert b"unsupported frontend protocol 2.0" in connection.written
    assert connection.closed


@pytest.mark.parametrize("begun", [b"", b"\0\0", packet(3 << 16, b"user\0")[:-1]])
def test_who_sends_no_start_up_in_time_is_disconnected(begun: bytes) -> None:
    connection = served([begun] if begun else [], timeout_s=0.05, ends=False)
    assert (bytes(connection.written), connection.closed) == (b"", True)


@pytest.mark.parametrize("size", [0, 4, 7, 10_001, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_impossible_length_is_noticed_at_once(size: int) -> None:
    connection = served([struct.pack("!I", size)], ends=False)
    assert (bytes(connection.written), connection.closed) == (b"", True)


def test_a_warehouse_that_is_not_there_is_named() -> None:
    connection = served([packet(wire.PROTOCOL_3, b"user\0a\0\0")], ends=False)
    fields = wire.fields_of(bytes(connection.written[5:]))
    assert (fields["C"], fields["S"], connection.closed) == ("08001", "FATAL", True)
    assert fields["M"].startswith("the warehouse at 127.0.0.1:1 can't be reached")


def test_parameters_are_read_and_the_database_is_by_default_the_users() -> None:
    read = read_start_up(packet(wire.PROTOCOL_3, b"user\0someone\0options\0\0os_version\0x\0\0"))
    assert (read.database, read.negotiation) == ("someone", b"")
    assert read.accepted == {"user": "someone", "options": ""}
    read = read_start_up(packet(wire.PROTOCOL_3 + 2, b"user\0a\0database\0b\0_pq_.x\0y\0\0"))
    assert read.database == "b"
    assert read.negotiation == wire.frame(b"v", struct.pack("!II", wire.PROTOCOL_3, 1) + b"_pq_.x\0")


@pytest.mark.parametrize("end", range(9, 25))
def test_a_start_up_that_is_cut_short_is_refused(end: int) -> None:
    whole = b"user\0a\0database\0b\0\0"
    assert read_start_up(packet(wire.PROTOCOL_3, whole)).database == "b"
    with pytest.raises(RedshiftError):
        read_start_up(packet(wire.PROTOCOL_3, whole[: end - 8]))


def test_certificates_are_made_once_and_their_keys_are_private(tmp_path: Path) -> None:
    files = TlsFiles.below(tmp_path)
    server_context(tmp_path)
    made = [path.read_bytes() for path in sorted(files.folder.iterdir())]
    server_context(tmp_path)
    assert [path.read_bytes() for path in sorted(files.folder.iterdir())] == made
    for path in (files.authority_with_key, files.certificate_with_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" not in files.authority.read_bytes()


def test_the_endpoints_certificate_is_renewed_before_it_ends_and_the_authority_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = TlsFiles.below(tmp_path)
    monkeypatch.setattr(certificates, "CERTIFICATE_DAYS", 29)
    server_context(tmp_path)
    authority, old = files.authority.read_bytes(), files.certificate_with_key.read_bytes()
    monkeypatch.setattr(certificates, "CERTIFICATE_DAYS", 397)
    server_context(tmp_path)
    assert files.authority.read_bytes() == authority
    renewed = x509.load_pem_x509_certificate(files.certificate_with_key.read_bytes())
    assert files.certificate_with_key.read_bytes() != old
    assert renewed.not_valid_after_utc > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=390)


def test_an_authority_near_its_end_is_replaced_with_what_it_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = TlsFiles.below(tmp_path)
    monkeypatch.setattr(certificates, "AUTHORITY_DAYS", 29)
    server_context(tmp_path)
    authority, old = files.authority.read_bytes(), files.certificate_with_key.read_bytes()
    monkeypatch.setattr(certificates, "AUTHORITY_DAYS", 3650)
    server_context(tmp_path)
    assert files.authority.read_bytes() != authority
    assert files.certificate_with_key.read_bytes() != old


def test_a_lost_public_certificate_is_written_again(tmp_path: Path) -> None:
    files = TlsFiles.below(tmp_path)
    server_context(tmp_path)
    authority = files.authority.read_bytes()
    files.authority.unlink()
    server_context(tmp_path)
    assert files.authority.read_bytes() == authority


def test_a_file_that_is_no_certificate_is_an_os_error_that_names_the_folder(tmp_path: Path) -> None:
    files = TlsFiles.below(tmp_path)
    files.folder.mkdir()
    files.authority_with_key.write_text("nothing")
    with pytest.raises(OSError, match="redshift_tls"):
        server_context(tmp_path)
