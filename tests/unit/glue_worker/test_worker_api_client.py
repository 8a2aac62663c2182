from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.errors import ApiUnreachableError, RefusedByApiError
from emulator.glue_worker.heartbeats import Heartbeats
from emulator.glue_worker.run_contract import (
    Claim,
    CommitBookmark,
    HeartbeatReply,
    SelectFiles,
    to_json,
)

from .worker_fixtures import assignment


class StubGateway(BaseHTTPRequestHandler):
    """Answers what the test put under the request's last path element."""

    url: str
    answers: dict[str, tuple[int, object]]
    requests: list[tuple[str, str, dict[str, object]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.requests.append((self.path, self.headers["x-tarmac-secret"], body))
        status, answer = self.answers[self.path.rsplit("/", 1)[-1]]
        raw = b"" if status == 204 else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[type[StubGateway]]:
    class Stub(StubGateway):
        """Of this test alone."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        Stub.answers, Stub.requests = {}, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        Stub.url = f"http://127.0.0.1:{server.server_port}"
        yield Stub
        server.shutdown()


def client(gateway: type[StubGateway]) -> GlueApiClient:
    return GlueApiClient(gateway.url, "sesame")


def test_a_claim_gives_the_assignment(gateway: type[StubGateway]) -> None:
    gateway.answers["claim"] = (200, to_json(assignment()))
    assert client(gateway).claim(Claim("w", 1)) == assignment()
    path, secret, body = gateway.requests[0]
    assert (path, secret) == ("/_tarmac/glue/v1/claim", "sesame")
    assert body == {"version": 1, "worker_id": "w", "wait_s": 1, "replaces_all": False}


def test_a_claim_without_a_run_gives_none(gateway: type[StubGateway]) -> None:
    gateway.answers["claim"] = (204, None)
    assert client(gateway).claim(Claim("w", 1)) is None


def test_a_refusal_carries_awss_code_and_text(gateway: type[StubGateway]) -> None:
    gateway.answers["commit"] = (409, {"code": "VersionMismatchException", "message": "stale"})
    with pytest.raises(RefusedByApiError) as caught:
        client(gateway).commit_bookmark("jr", CommitBookmark("name"))
    assert (caught.value.code, caught.value.message) == ("VersionMismatchException", "stale")


def test_a_server_error_is_no_refusal(gateway: type[StubGateway]) -> None:
    gateway.answers["select"] = (500, {"code": "x"})
    with pytest.raises(ApiUnreachableError, match="answered 500"):
        client(gateway).select_files("jr", SelectFiles("n", "c", ["s3://b/"]))


def test_a_gateway_that_is_down_is_named() -> None:
    with pytest.raises(ApiUnreachableError, match="port 9"):
        GlueApiClient("http://127.0.0.1:9", "sesame").claim(Claim("w", 0))


@pytest.mark.parametrize("order", ["stop", "timeout"])
def test_an_order_in_a_heartbeats_reply_is_obeyed_once(gateway: type[StubGateway], order: str) -> None:
    gateway.answers["heartbeat"] = (200, to_json(HeartbeatReply(order)))  # type: ignore[arg-type]
    obeyed = threading.Event()
    heartbeats = Heartbeats(client(gateway), "jr", "w", obeyed.set)
    assert obeyed.wait(5)
    heartbeats.close()
    assert heartbeats.ordered == order
    assert len(gateway.requests) == 1


def test_a_run_that_the_api_does_not_know_is_stopped(gateway: type[StubGateway]) -> None:
    gateway.answers["heartbeat"] = (404, {"code": "EntityNotFoundException", "message": "no such run"})
    stopped = threading.Event()
    heartbeats = Heartbeats(client(gateway), "jr", "w", stopped.set)
    assert stopped.wait(5)
    heartbeats.close()
    assert heartbeats.ordered == "stop"


def test_the_api_hears_at_once_that_the_script_runs(gateway: type[StubGateway]) -> None:
    gateway.answers["heartbeat"] = (200, to_json(HeartbeatReply()))
    heartbeats = Heartbeats(client(gateway), "jr", "w", lambda: None)
    heartbeats.script_runs()
    heartbeats.close()
    assert gateway.requests[0][0].endswith("/runs/jr/heartbeat")
