"""LocalStack's variables keep it on loopback, off the network and inside the state folder."""

from __future__ import annotations

from pathlib import Path

from emulator.localstack_mends.environment import localstack_environment
from emulator.stack.settings import StackSettings


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    given = {"TARMAC_STATE_DIR": str(tmp_path), "TARMAC_GATEWAY_PORT": "4999", **variables}
    return localstack_environment(StackSettings.from_environment(given))


def test_it_listens_on_loopback_and_gives_out_loopback_addresses(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    assert variables["GATEWAY_LISTEN"] == variables["LOCALSTACK_HOST"] == "127.0.0.1:4999"
    assert variables["GATEWAY_SERVER"] == "tarmac"
    assert variables["DNS_ADDRESS"] == "0"


def test_it_sends_and_downloads_nothing(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    assert (variables["DISABLE_EVENTS"], variables["SKIP_SSL_CERT_DOWNLOAD"]) == ("1", "1")


def test_every_folder_lies_below_the_state_folder(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    paths = [value for value in variables.values() if value.startswith("/")]
    assert len(paths) >= 3
    assert all(Path(path).is_relative_to(tmp_path) for path in paths)


def test_an_unsupported_resource_type_fails_its_stack(tmp_path: Path) -> None:
    assert environment(tmp_path)["CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES"] == "0"


def test_log_levels_are_in_localstacks_form(tmp_path: Path) -> None:
    levels = dict(item.split("=") for item in environment(tmp_path)["LOG_LEVEL_OVERRIDES"].split(","))
    assert set(levels.values()) <= {"WARNING", "CRITICAL"}
