"""Jars come from Maven as the lock names them, or not at all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emulator.stack.errors import JarError
from emulator.stack.jars import Jar, fetch_jars, locked_jars, missing_jars

BODY = b"a jar's bytes" * 1000


def jar_of(body: bytes = BODY) -> Jar:
    return Jar("spark", "org.example:thing:1.0", hashlib.sha256(body).hexdigest(), len(body))


@contextmanager
def maven(answers: list[tuple[int, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A repository on loopback that gives these answers in turn, the last one for ever."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/maven2/", asked
    finally:
        server.shutdown()
        server.server_close()


def test_the_lock_names_every_jar_with_a_checksum_once() -> None:
    jars = locked_jars()
    assert {jar.group for jar in jars} == {"spark", "jsonata", "lineage"}
    assert all(len(jar.sha256) == 64 and jar.size_bytes > 0 for jar in jars)
    assert len({(jar.group, jar.file_name) for jar in jars}) == len(jars)


def test_a_fetched_jar_lies_in_its_groups_folder_and_is_missed_no_more(tmp_path: Path) -> None:
    jar = jar_of()
    counted: list[int] = []
    with maven([(200, BODY)]) as (url, asked):
        fetch_jars(tmp_path, [jar], counted.append, url)
    assert asked == ["/maven2/org/example/thing/1.0/thing-1.0.jar"]
    assert (tmp_path / "jars" / "spark" / "thing-1.0.jar").read_bytes() == BODY
    assert sum(counted) == len(BODY)
    assert missing_jars(tmp_path, [jar]) == []


def test_a_truncated_jar_in_the_cache_counts_as_missing(tmp_path: Path) -> None:
    path = jar_of().cached_in(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY[:-1])
    assert missing_jars(tmp_path, [jar_of()]) == [jar_of()]


@pytest.mark.parametrize("first", [(503, b"busy"), (200, b"something else"), (429, b"")])
def test_a_passing_failure_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: tuple[int, bytes]
) -> None:
    monkeypatch.setattr("emulator.stack.jars.RETRY_PAUSE_S", 0.001)
    with maven([first, (200, BODY)]) as (url, asked):
        fetch_jars(tmp_path, [jar_of()], lambda _: None, url)
    assert len(asked) == 2
    assert missing_jars(tmp_path, [jar_of()]) == []


def test_a_jar_that_is_not_the_locks_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.stack.jars.RETRY_PAUSE_S", 0.001)
    counted: list[int] = []
    with maven([(200, b"forged")]) as (url, _), pytest.raises(JarError, match="the lock says"):
        fetch_jars(tmp_path, [jar_of()], counted.append, url)
    assert list((tmp_path / "jars" / "spark").iterdir()) == []
    assert sum(counted) == 0


def test_a_jar_that_does_not_exist_is_not_tried_again_and_every_failure_is_told(tmp_path: Path) -> None:
    other = Jar("spark", "org.example:other:2.0", "0" * 64, 1)
    with maven([(404, b"")]) as (url, asked), pytest.raises(JarError) as caught:
        fetch_jars(tmp_path, [jar_of(), other], lambda _: None, url)
    assert len(asked) == 2
    assert "org.example:thing:1.0" in str(caught.value)
    assert "org.example:other:2.0" in str(caught.value)
    assert "TARMAC_MAVEN_URL" in str(caught.value)
