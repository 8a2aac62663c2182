"""The gateway listens on loopback only and serves any account."""

from __future__ import annotations

import json
import socket
import urllib.request
import uuid
from pathlib import Path

from emulator.stack.sandbox import Sandbox


def test_the_gateway_listens_on_loopback_only(sandbox: Sandbox) -> None:
    port = f"{sandbox.settings.gateway_port:04X}"
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local.endswith(f":{port}") and state == "0A":
                listening.append(local.split(":")[0])
    loopback = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
    assert listening == [loopback]


def test_an_access_key_of_twelve_digits_is_the_account(sandbox: Sandbox) -> None:
    identity = sandbox.client("sts", account_id="123456789012").get_caller_identity()
    assert identity["Account"] == "123456789012"


def test_a_queue_url_needs_no_name_server(sandbox: Sandbox) -> None:
    url = sandbox.client("sqs").create_queue(QueueName="gateway-test")["QueueUrl"]
    assert url.startswith(f"http://127.0.0.1:{sandbox.settings.gateway_port}/")


def test_objects_lie_below_the_state_folder(sandbox: Sandbox) -> None:
    name = f"gateway-{uuid.uuid4().hex[:12]}"
    sandbox.client("s3").create_bucket(Bucket=name)
    folders = [path for path in (sandbox.settings.state_dir / "localstack").rglob(name) if path.is_dir()]
    assert len(folders) == 1


def test_the_services_of_a_pipeline_are_warm_before_their_first_call(sandbox: Sandbox) -> None:
    def states() -> dict[str, str]:
        with urllib.request.urlopen(f"{sandbox.gateway_url}/_localstack/health", timeout=10) as answer:
            services: dict[str, str] = json.load(answer)["services"]
            return services

    warm = {"s3", "events", "stepfunctions", "sns", "glue", "logs", "cloudformation"}
    assert sandbox.wait_until(
        lambda: warm <= {name for name, state in states().items() if state == "running"}, 30, "warm services"
    )
