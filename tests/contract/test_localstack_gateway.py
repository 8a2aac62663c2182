"""The gateway listens on loopback only and serves any account."""

from __future__ import annotations

import socket
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
