"""A session passes bytes faithfully however they are cut, and knows which replies are owed."""

from __future__ import annotations

import random
from typing import Any, cast

import pytest

from emulator.redshift.errors import NotSupportedError
from emulator.redshift.relay import wire
from emulator.redshift.relay.conversation import LocalStatement
from emulator.redshift.relay.peer import Peer
from emulator.redshift.relay.preparations import Preparations
from emulator.redshift.relay.reply_ledger import ReplyLedger
from emulator.redshift.relay.session import Session
from emulator.redshift.relay.translations import Translations
from tests.redshift_facts import refused

READY = wire.ready(b"I")
ROW = wire.frame(b"D", b"\x00\x01\x00\x00\x00\x06Z\x00\x00\x00\x05I")  # a value that looks like ReadyForQuery


class Recorder(Peer):
    """A peer without a socket."""

    def __init__(self) -> None:
        super().__init__(lambda _: None, lambda: None)
        self.written = bytearray()

    def write(self, data: bytes) -> None:
        self.written += data


def no_local_statement(sql: str) -> LocalStatement:
    raise AssertionError(sql)


@pytest.fixture
def session() -> tuple[Session, Recorder, Recorder]:
    client, backend = Recorder(), Recorder()
    relay = Session(client, no_local_statement, Translations())
    relay.begin(backend, READY)
    client.written.clear()
    return relay, client, backend


def cut(data: bytes, seed: int) -> list[bytes]:
    """The bytes in pieces of random sizes."""
    pick = random.Random(seed)
    pieces, place = [], 0
    while place < len(data):
        size = pick.choice((1, 2, 3, 5, 8, 100))
        pieces.append(data[place : place + size])
        place += size
    return pieces


@pytest.mark.parametrize("seed", range(20))
def test_bytes_pass_unchanged_in_both_directions_however_they_are_cut(session: Any, seed: int) -> None:
    relay, client, backend = session
    asked = wire.query("SELECT 1") + wire.frame(b"d", b"x" * 300) + wire.parse("", b"SELECT $1") + wire.SYNC
    answered = (
        wire.frame(b"T", b"\x00\x01a")
        + ROW * 5
        + wire.complete("SELECT 5")
        + READY
        + wire.frame(b"1")
        + READY
    )
    for piece in cut(asked, seed):
        relay.from_client(piece)
    for piece in cut(answered, seed):
        relay.from_backend(piece)
    assert bytes(backend.written) == asked
    assert bytes(client.written) == answered


@pytest.mark.parametrize("seed", range(5))
def test_a_refused_statement_has_its_error_replaced_in_its_place(session: Any, seed: int) -> None:
    relay, client, backend = session
    sql = "CREATE INDEX i ON t (a)"
    for piece in cut(wire.query("SELECT 1") + wire.query(sql) + wire.query("SELECT 2"), seed):
        relay.from_client(piece)
    assert sql.encode() not in backend.written
    theirs = wire.error("syntax error", "42601")
    for piece in cut(wire.complete("SELECT 1") + READY + theirs + READY + theirs + READY, seed):
        relay.from_backend(piece)
    ours = wire.error('SQL command "CREATE INDEX" not supported on Redshift tables.', "0A000")
    assert bytes(client.written) == wire.complete("SELECT 1") + READY + ours + READY + theirs + READY


def test_a_message_that_is_none_ends_the_session_with_an_error(session: Any) -> None:
    relay, client, _ = session
    relay.from_client(b"Q\x00\x00\x00\x01")
    assert wire.fields_of(bytes(client.written[5:]))["C"] == "08P01"


def test_after_an_error_everything_up_to_the_next_sync_is_owed_nothing() -> None:
    ledger = ReplyLedger()
    for kind in (b"P", b"B", b"D", b"E", b"S", b"P", b"S"):
        ledger.sent(kind)
    ledger.received(b"1", b"")
    ledger.received(b"E", b"")
    ledger.received(b"Z", b"E")
    assert (ledger.is_settled, ledger.status) == (False, b"E")
    ledger.received(b"1", b"")
    ledger.received(b"Z", b"I")
    assert ledger.is_settled


def test_a_row_description_of_a_simple_query_answers_no_describe() -> None:
    ledger = ReplyLedger()
    ledger.sent(b"Q")
    for kind in (b"T", b"C", b"T", b"C"):
        ledger.received(kind, b"")
        assert not ledger.is_settled
    ledger.received(b"Z", b"I")
    assert ledger.is_settled


def test_a_sync_that_the_backend_ignored_in_copy_mode_is_not_owed() -> None:
    ledger = ReplyLedger()
    for kind in (b"P", b"B", b"E", b"S"):
        ledger.sent(kind)
    for kind in (b"1", b"2", b"G"):
        ledger.received(kind, b"")
    ledger.copy_ended()
    ledger.sent(b"S")
    for kind, payload in ((b"C", b""), (b"Z", b"I")):
        ledger.received(kind, payload)
    assert ledger.is_settled


def test_a_refusal_belongs_to_the_message_that_caused_it() -> None:
    ledger, refusal = ReplyLedger(), NotSupportedError("no")
    ledger.sent(b"P")
    ledger.sent(b"P", refusal)
    ledger.sent(b"S")
    assert ledger.received(b"1", b"") is None
    assert ledger.received(b"E", b"") is refusal


ASKED = b"".join(
    (
        wire.query("SELECT 1; SELECT NVL(NULL, 2)"),
        wire.parse("s", b"SELECT NVL($1, 0)", b"\0\1\0\0\0\x17"),
        wire.frame(b"B", b"\0s\0\0\0\0\1\0\0\0\x011\0\0"),
        wire.frame(b"D", b"P\0"),
        wire.frame(b"E", b"\0\0\0\0\0"),
        wire.parse("", b"CREATE INDEX i ON t (a)"),
        wire.frame(b"E", b"\0\0\0\0\0"),
        wire.SYNC,
        wire.query("COPY t FROM STDIN"),
        wire.frame(b"d", b"1\n2\n"),
        wire.COPY_DONE,
        wire.frame(b"C", b"Ss\0"),
        wire.SYNC,
        wire.frame(b"X"),
    )
)
THEIRS = wire.error("syntax error", "42601")
OURS = wire.error('SQL command "CREATE INDEX" not supported on Redshift tables.', "0A000")
ANSWER = b"".join(
    (
        wire.frame(b"T", b"\0\0") + ROW + wire.complete("SELECT 1"),
        wire.frame(b"T", b"\0\0") + ROW + wire.complete("SELECT 1") + READY,
        wire.frame(b"1") + wire.frame(b"2") + wire.frame(b"T", b"\0\0") + ROW + wire.complete("SELECT 1"),
        THEIRS + READY,
        wire.frame(b"G", b"\0\0\0") + wire.complete("COPY 2") + READY,
        wire.frame(b"3") + READY,
    )
)


def conversation(asked: list[bytes], answered: list[bytes]) -> tuple[bytes, bytes]:
    """What the warehouse and the client get of a conversation that comes in these pieces."""
    client, backend = Recorder(), Recorder()
    relay = Session(client, no_local_statement, Translations())
    relay.begin(backend, READY)
    client.written.clear()
    for piece in asked:
        relay.from_client(piece)
    for piece in answered:
        relay.from_backend(piece)
    return bytes(backend.written), bytes(client.written)


def test_a_conversation_is_the_same_wherever_its_bytes_are_cut() -> None:
    whole = conversation([ASKED], [ANSWER])
    assert whole[1] == ANSWER.replace(THEIRS, OURS)
    assert b"NVL" not in whole[0]
    for cut in range(len(ASKED)):
        assert conversation([ASKED[:cut], ASKED[cut:]], [ANSWER]) == whole
    for cut in range(len(ANSWER)):
        assert conversation([ASKED], [ANSWER[:cut], ANSWER[cut:]]) == whole
    assert conversation([bytes([byte]) for byte in ASKED], [bytes([byte]) for byte in ANSWER]) == whole


def test_what_fails_or_is_skipped_leaves_no_name_behind() -> None:
    preparations = Preparations()
    ledger = ReplyLedger()
    own = cast(LocalStatement, object())
    ledger.sent(b"P", undo=preparations.parsed(b"kept", own))
    ledger.sent(b"P")
    ledger.sent(b"P", undo=preparations.parsed(b"skipped", own))
    ledger.sent(b"B", undo=preparations.bound(b"portal", b"skipped"))
    assert preparations.portal(b"portal") is own
    ledger.received(b"1", b"")
    ledger.received(b"E", b"")
    assert ledger.is_skipping
    ledger.sent(b"C", undo=preparations.closed(b"S", b"kept"))
    ledger.sent(b"S")
    assert preparations.portal(b"portal") is None
    assert (preparations.bound(b"p", b"skipped"), preparations.portal(b"p")) == (None, None)
    preparations.bound(b"p", b"kept")
    assert preparations.portal(b"p") is own


def test_a_connection_that_the_warehouse_ends_without_a_word_is_explained() -> None:
    client, backend = Recorder(), Recorder()
    relay = Session(client, no_local_statement, Translations())
    relay.begin(backend, READY)
    backend.on_end()
    fields = wire.fields_of(bytes(client.written[len(READY) + 5 :]))
    assert (fields["S"], fields["C"]) == ("FATAL", "08006")


def test_a_client_that_said_farewell_hears_nothing_more() -> None:
    client, backend = Recorder(), Recorder()
    relay = Session(client, no_local_statement, Translations())
    relay.begin(backend, READY)
    relay.from_client(wire.frame(b"X"))
    backend.on_end()
    assert bytes(client.written) == READY


@refused("protocol", "more than 500 sessions")
def test_a_refusal_of_the_warehouse_at_the_start_up_has_redshifts_words_and_stays_fatal() -> None:
    client, backend = Recorder(), Recorder()
    relay = Session(client, no_local_statement, Translations())
    relay.begin(backend, wire.error("sorry, too many clients already", "53300", severity="FATAL"))
    backend.on_end()
    text = 'connection limit "500" exceeded for non-bootstrap users'
    assert bytes(client.written) == wire.error(text, "53300", severity="FATAL")
