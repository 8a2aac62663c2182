"""Connecting: TLS, protocol versions, parameters, log-in errors, and what is no start-up at all."""

from __future__ import annotations

import ssl
import struct
from pathlib import Path
from typing import Any

import psycopg
import pytest

from emulator.redshift.relay import wire
from emulator.redshift.relay.tls import TlsFiles
from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import connect
from tests.contract.redshift.raw_client import error_of, raw_client, values_of
from tests.redshift_facts import refused, works

SSL_REQUEST = struct.pack("!II", 8, wire.SSL_REQUEST)
GSSENC_REQUEST = struct.pack("!II", 8, wire.GSSENC_REQUEST)


@pytest.fixture(scope="module")
def authority(sandbox: Sandbox) -> Path:
    """The certificate that `tarmac env` names in PGSSLROOTCERT."""
    path = Path(sandbox.environment()["PGSSLROOTCERT"])
    assert path == TlsFiles.below(sandbox.settings.state_dir).authority
    return path


def context(authority: Path, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """A client's context that trusts the authority alone and speaks one version."""
    made = ssl.create_default_context(cafile=str(authority))
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    made.minimum_version = made.maximum_version = version
    return made


@works("protocol", "TLS (sslmode require, verify-ca, verify-full)")
@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
def test_tls_is_spoken_with_a_certificate_of_the_stacks_authority(
    sandbox: Sandbox, authority: Path, mode: str
) -> None:
    with connect(sandbox, sslmode=mode, sslrootcert=str(authority)) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("SELECT NVL(NULL, 5)").fetchone() == (5,)
    assert not connect(sandbox, sslmode="disable").pgconn.ssl_in_use


def test_a_client_that_trusts_another_authority_refuses_ours(sandbox: Sandbox) -> None:
    system = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connect(sandbox, sslmode="verify-ca", sslrootcert=system)


@works("protocol", "TLS 1.2 and 1.3", "cancel over TLS")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_of_tls_carry_sessions_and_cancel_requests(
    sandbox: Sandbox, authority: Path, version: ssl.TLSVersion
) -> None:
    with raw_client(sandbox) as client, raw_client(sandbox) as canceller:
        client.encrypt(context(authority, version))
        client.log_in()
        client.send(wire.query("SELECT 1"), wire.query("SELECT pg_sleep(60)"))
        assert values_of(client.until(b"Z")) == [[b"1"]]
        canceller.encrypt(context(authority, version), "127.0.0.1")
        canceller.send(struct.pack("!II", 16, wire.CANCEL_REQUEST) + client.key)
        assert canceller.rest() == b""
        assert error_of(client.until(b"Z"))["C"] == "57014"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_an_old_version_of_tls_is_refused_and_closes_its_connection_only(
    sandbox: Sandbox, authority: Path, db: psycopg.Connection[Any]
) -> None:
    old = context(authority, ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with raw_client(sandbox) as client, pytest.raises((ssl.SSLError, ConnectionError)):
        client.encrypt(old)
    assert db.execute("SELECT 1").fetchone() == (1,)


def test_large_results_pass_through_tls_whole(sandbox: Sandbox) -> None:
    with connect(sandbox, sslmode="require") as connection:
        rows = connection.execute("SELECT repeat('x', 1000) FROM generate_series(1, 20000)").fetchall()
        assert sum(len(row[0]) for row in rows) == 20_000_000


@works("protocol", "GSSENCRequest declined")
def test_gss_encryption_is_declined_and_tls_may_follow(sandbox: Sandbox, authority: Path) -> None:
    with raw_client(sandbox) as client:
        client.send(GSSENC_REQUEST)
        assert client.socket.recv(1) == b"N"
        client.encrypt(context(authority))
        assert client.log_in()[-1] == (b"Z", b"I")


@refused("protocol", "what is sent unencrypted behind a request for TLS")
def test_bytes_sent_before_the_handshake_are_refused(sandbox: Sandbox) -> None:
    with raw_client(sandbox) as client:
        client.send(SSL_REQUEST + b"Q\0\0\0\x05\0")
        assert b"received unencrypted data after SSL request" in client.rest()


CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 512


@refused(
    "protocol",
    "no start-up at all (HTTP, TLS without a request, garbage)",
    "a start-up of no, negative or huge length",
)
@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", id="http"),
        pytest.param(CLIENT_HELLO, id="tls-unasked"),
        pytest.param(SSL_REQUEST + b"", id="nothing-after-the-request-for-tls"),
        pytest.param(b"\0\0\0\0", id="zero-length"),
        pytest.param(b"\0\0\0\x04", id="length-of-itself"),
        pytest.param(b"\xff\xff\xff\xff\0\3\0\0", id="negative-length"),
        pytest.param(b"\x7f\xff\xff\xff\0\3\0\0user\0", id="huge-length"),
        pytest.param(b"\0\0\0\x20\0\3\0\0user\0", id="never-finished"),
    ],
)
def test_what_is_no_start_up_closes_that_connection_and_no_other(
    sandbox: Sandbox, db: psycopg.Connection[Any], garbage: bytes
) -> None:
    with raw_client(sandbox) as client:
        client.send(garbage)
        client.socket.shutdown(1)
        assert client.rest() in (b"", b"S")
    assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_broken_handshake_closes_that_connection_and_no_other(
    sandbox: Sandbox, db: psycopg.Connection[Any]
) -> None:
    with raw_client(sandbox) as client:
        client.send(SSL_REQUEST)
        assert client.socket.recv(1) == b"S"
        client.send(b"this is no client hello, is it?" * 10)
        client.rest()
    assert db.execute("SELECT 1").fetchone() == (1,)


def start_up(version: int, body: bytes) -> bytes:
    """A start-up message of these bytes."""
    return struct.pack("!II", len(body) + 8, version) + body


@refused(
    "protocol",
    "other protocol versions than 3.x",
    "a start-up without a user",
    "a start-up for replication",
    "a start-up without its terminator",
)
@pytest.mark.parametrize(
    ("packet", "code", "text"),
    [
        (start_up(2 << 16, b"\0" * 288), "0A000", "unsupported frontend protocol 2.0"),
        (start_up(4 << 16, b"user\0a\0\0"), "0A000", "unsupported frontend protocol 4.0"),
        (start_up(3 << 16, b"\0"), "28000", "no PostgreSQL user name specified in startup packet"),
        (start_up(3 << 16, b"user\0\0\0"), "28000", "no PostgreSQL user name specified in startup packet"),
        (start_up(3 << 16, b"user\0a\0"), "08P01", "expected terminator as last byte"),
        (start_up(3 << 16, b"user\0a\0name\0"), "08P01", "a string without its end"),
        (start_up(3 << 16, b"user\0a"), "08P01", "a string without its end"),
        (start_up(3 << 16, b"user\0a\0replication\0database\0\0"), "0A000", "replication"),
    ],
)
def test_a_start_up_that_cant_be_served_is_refused_with_its_reason(
    sandbox: Sandbox, packet: bytes, code: str, text: str
) -> None:
    with raw_client(sandbox) as client:
        client.send(packet)
        fields = error_of([client.receive()])
        assert (fields["S"], fields["C"]) == ("FATAL", code)
        assert text in fields["M"]
        assert client.rest() == b""


@works("protocol", "negotiation of protocol 3.1 and later down to 3.0")
@pytest.mark.parametrize("minor", [1, 2, 9])
def test_a_newer_protocol_is_negotiated_down(sandbox: Sandbox, minor: int) -> None:
    with raw_client(sandbox) as client:
        client.start({"_pq_.future": "on"}, version=wire.PROTOCOL_3 + minor)
        assert client.receive() == (b"v", struct.pack("!II", wire.PROTOCOL_3, 1) + b"_pq_.future\0")
        assert client.receive()[0] == b"R"


@works("protocol", "parameters of Redshift's drivers at start-up")
def test_parameters_of_redshifts_drivers_are_accepted(sandbox: Sandbox) -> None:
    parameters = {
        "client_protocol_version": "2",
        "driver_version": "Redshift Python Driver",
        "os_version": "Linux",
        "plugin_name": "",
        "application_name": "driver",
        "client_encoding": "utf-8",
        "replication": "false",
    }
    with raw_client(sandbox) as client:
        assert client.log_in(parameters)[-1] == (b"Z", b"I")
        assert values_of(client.ask("SHOW application_name")) == [[b"driver"]]


@refused("protocol", "a wrong password", "an unknown user")
@pytest.mark.parametrize(("user", "password"), [("", "wrong"), ("nobody_here", "wrong")])
def test_a_wrong_password_and_an_unknown_user_have_redshifts_sqlstate(
    sandbox: Sandbox, user: str, password: str
) -> None:
    with raw_client(sandbox) as client:
        name = user or sandbox.settings.user
        fields = error_of(client.log_in({"user": name}, password))
        assert fields["M"] == f'password authentication failed for user "{name}"'
        assert (fields["S"], fields["C"]) == ("FATAL", "28000")
        assert client.rest() == b""


@refused("protocol", "an unknown database")
def test_an_unknown_database_is_refused_by_name(sandbox: Sandbox) -> None:
    with raw_client(sandbox) as client:
        fields = error_of(client.log_in({"database": "nowhere"}))
        assert (fields["C"], fields["M"]) == ("3D000", 'database "nowhere" does not exist')


@pytest.mark.parametrize("early", [wire.query("SELECT 1"), wire.frame(b"p", b"x" * 70_000), wire.SYNC])
def test_what_is_no_password_ends_a_connection_that_has_not_logged_in(
    sandbox: Sandbox, db: psycopg.Connection[Any], early: bytes
) -> None:
    with raw_client(sandbox) as client:
        client.start()
        assert client.receive()[0] == b"R"
        client.send(early)
        assert b"FATAL" in client.rest()
    assert db.execute("SELECT 1").fetchone() == (1,)
