"""docker-compose.yml says what the Python code says: one decision, written twice, compared here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.glue_worker.settings import WorkerSettings
from emulator.stack.parts import PART_NAMES, PARTS, Part
from emulator.stack.settings import StackSettings
from emulator.stack.stack import STOP_ORDER
from emulator.stack.warehouse import SERVER_OPTIONS
from emulator.stack.warehouse_cluster import BOOTSTRAP_SUPERUSER, INITDB_OPTIONS

ROOT = Path(__file__).parents[2]
FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = [name for name in SERVICES if name != "warehouse"]
DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")
LAPTOP_MB = 4096
# What differs in a container: who reaches it is decided by its network, and its entry point uses the socket.
ONLY_EMBEDDED = {"unix_socket_directories"}
OTHER_IN_CONTAINER = {"listen_addresses": "*"}


def defaults() -> dict[str, str]:
    """Each variable of the file with its default; it must have the same one wherever it stands."""
    found: dict[str, str] = {}
    for name, default in DEFAULT.findall((ROOT / "docker-compose.yml").read_text()):
        assert found.setdefault(name, default) == default, name
    return found


def test_the_services_are_the_parts() -> None:
    assert set(PART_NAMES) | {"tests", "tarmac"} == set(SERVICES)
    assert {name: SERVICES[name]["labels"]["tarmac.part"] for name in PART_NAMES} == {
        n: n for n in PART_NAMES
    }


def test_the_defaults_are_those_of_the_embedded_stack() -> None:
    given, settings = defaults(), StackSettings.from_environment({})
    values = {
        "TARMAC_NAME": settings.name,
        "TARMAC_GATEWAY_PORT": str(settings.gateway_port),
        "TARMAC_REDSHIFT_PORT": str(settings.redshift_port),
        "TARMAC_DATABASE": settings.database,
        "TARMAC_USER": settings.user,
        "TARMAC_PASSWORD": settings.password,
        "TARMAC_ACCESS_KEY": settings.access_key,
        "TARMAC_SECRET_KEY": settings.secret_key,
        "TARMAC_REGION": settings.region,
        "TARMAC_SPARK_MASTER": settings.spark_master,
        "TARMAC_LINEAGE": settings.lineage,
        "TARMAC_WORKER_SLOTS": str(WorkerSettings.from_environment({"TARMAC_STACK_SECRET": "x"}).slots),
    }
    assert {name: given[name] for name in values} == values


def test_the_warehouse_has_the_server_options_of_the_embedded_one() -> None:
    options = dict(word.removeprefix("-c").split("=", 1) for word in SERVICES["warehouse"]["command"][1:])
    kept = {name: value for name, value in SERVER_OPTIONS.items() if name not in ONLY_EMBEDDED}
    assert options == {**kept, **OTHER_IN_CONTAINER}


def test_the_warehouse_is_initialised_as_the_embedded_one() -> None:
    environment = SERVICES["warehouse"]["environment"]
    assert tuple(environment["POSTGRES_INITDB_ARGS"].split()) == INITDB_OPTIONS
    assert environment["POSTGRES_USER"] == BOOTSTRAP_SUPERUSER


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_has_as_long_to_start_and_to_stop_as_embedded(part: Part) -> None:
    assert SERVICES[part.name]["stop_grace_period"] == f"{part.stop_s:.0f}s"
    assert SERVICES[part.name]["healthcheck"]["start_period"] == f"{part.ready_timeout_s:.0f}s"


def test_no_part_stops_before_those_that_need_it() -> None:
    rank = {name: index for index, names in enumerate(STOP_ORDER) for name in names}
    for name in PART_NAMES:
        needed = SERVICES[name].get("depends_on", {})
        assert all(rank[other] > rank[name] for other in needed)
    assert "warehouse" in SERVICES["redshift"]["depends_on"]
    assert set(SERVICES["glue-worker"]["depends_on"]) == {"localstack", "redshift"}


def test_the_limits_leave_a_laptop_of_4_gb_something() -> None:
    limits = [DEFAULT.fullmatch(SERVICES[name]["mem_limit"]) for name in PART_NAMES]
    total_mb = sum(int(limit[2].removesuffix("m")) for limit in limits if limit)
    assert total_mb <= LAPTOP_MB - 150
    worker = DEFAULT.fullmatch(SERVICES["glue-worker"]["mem_limit"])
    assert worker is not None
    assert int(worker[2].removesuffix("m")) >= int(defaults()["TARMAC_SPARK_MEMORY_MB"]) + 700


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == ("postgres" if name == "warehouse" else "10001:10001")
    assert service["init"] is True
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_only_the_gateway_and_the_endpoint_are_published() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["localstack", "redshift"]


def test_one_service_builds_the_image_that_all_of_ours_use() -> None:
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["localstack"]
    assert len({SERVICES[name]["image"] for name in OURS}) == 1
    assert {SERVICES[name].get("pull_policy") for name in OURS if name != "localstack"} == {"never"}


def test_both_volumes_say_which_layout_they_have() -> None:
    assert {name: volume["labels"] for name, volume in FILE["volumes"].items()} == {
        "state": {"tarmac.layout": "1"},
        "warehouse": {"tarmac.layout": "1"},
    }


def test_the_bundle_that_stands_for_none_is_empty() -> None:
    assert DEFAULT.fullmatch(FILE["secrets"]["ca_bundle"]["file"])
    assert (ROOT / "docker" / "no-ca-bundle.pem").read_bytes() == b""


def test_the_build_copies_only_what_dockerignore_lets_in() -> None:
    let_in = [line[1:] for line in lines_of(".dockerignore") if line.startswith("!")]
    copies = [line.split()[1:-1] for line in lines_of("Dockerfile") if line.startswith("COPY")]
    sources = [path for copied in copies if not copied[0].startswith("--from") for path in copied]
    assert len(sources) > 10
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source == "." or any(Path(source).is_relative_to(entry) for entry in let_in), source


def lines_of(name: str) -> list[str]:
    """The lines of a file, continued ones joined."""
    return (ROOT / name).read_text().replace("\\\n", " ").splitlines()
