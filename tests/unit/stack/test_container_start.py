from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.localstack_mends.jsonata import JARS
from emulator.stack import container
from emulator.stack.container import (
    main,
    prepared_environment,
    shared_secret,
    sibling_routes,
    trusted_certificates,
)
from emulator.stack.container_cache import link_cache
from emulator.stack.forwarder import Route
from emulator.stack.parts import worker_ready_file
from emulator.stack.settings import StackSettings

SIBLINGS = {
    "TARMAC_GATEWAY_URL": "http://localstack:4566",
    "TARMAC_REDSHIFT_HOST": "redshift",
    "TARMAC_WAREHOUSE_HOST": "warehouse",
    "TARMAC_LISTEN_HOST": "0.0.0.0",
}
GATEWAY, REDSHIFT = Route(4566, "localstack"), Route(5439, "redshift")


def settings_in(tmp_path: Path) -> StackSettings:
    return StackSettings.from_environment(
        {"TARMAC_STATE_DIR": str(tmp_path / "state"), "TARMAC_CACHE_DIR": str(tmp_path / "cache")}
    )


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Of a container with an empty volume and an image's cache."""
    for name in JARS:
        (tmp_path / "cache" / "jars" / "jsonata").mkdir(parents=True, exist_ok=True)
        (tmp_path / "cache" / "jars" / "jsonata" / name).touch()
    return {**SIBLINGS, "HOME": str(tmp_path / "state" / "home")}


@pytest.mark.parametrize(
    ("name", "routes"),
    [
        ("localstack", [REDSHIFT]),
        ("redshift", [GATEWAY]),
        ("glue-worker", [GATEWAY, REDSHIFT]),
        ("client", [GATEWAY, REDSHIFT]),
    ],
)
def test_loopback_leads_to_every_published_port_but_the_part_s_own(
    tmp_path: Path, name: str, routes: list[Route]
) -> None:
    assert sibling_routes(name, settings_in(tmp_path), SIBLINGS) == routes


def test_nothing_is_forwarded_where_there_are_no_siblings(tmp_path: Path) -> None:
    loopback = {"TARMAC_GATEWAY_URL": "http://127.0.0.1:4566", "TARMAC_REDSHIFT_HOST": "127.0.0.1"}
    for environ in ({}, loopback):
        assert sibling_routes("glue-worker", settings_in(tmp_path), environ) == []


def test_containers_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: shared_secret(path), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["localstack", "glue-worker", "redshift"])
def test_a_part_finds_its_siblings_by_name_and_shares_the_secret(
    tmp_path: Path, environ: dict[str, str], name: str
) -> None:
    made = prepared_environment(name, settings_in(tmp_path), environ)
    assert {variable: made[variable] for variable in SIBLINGS} == SIBLINGS
    assert made["TARMAC_STACK_SECRET"] == (tmp_path / "state" / "secret").read_text()


def test_localstack_listens_for_its_siblings_but_calls_itself_loopback(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    made = prepared_environment("localstack", settings_in(tmp_path), environ)
    assert made["GATEWAY_LISTEN"] == "0.0.0.0:4566"
    assert made["LOCALSTACK_HOST"] == "127.0.0.1:4566"


def test_the_worker_writes_into_a_cache_of_its_own_that_shows_the_image_s(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    settings = settings_in(tmp_path)
    worker_ready_file(settings).parent.mkdir(parents=True)
    worker_ready_file(settings).touch()
    made = prepared_environment("glue-worker", settings, environ)
    assert (Path(made["TARMAC_CACHE_DIR"]) / "jars" / "jsonata" / JARS[0]).exists()
    assert made["TARMAC_SPARK_JARS_DIR"] == str(tmp_path / "cache" / "jars" / "spark")
    assert not worker_ready_file(settings).exists()


def test_pip_trusts_the_user_s_authorities_beside_the_image_s(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    assert trusted_certificates(bundle, tmp_path) == {}
    bundle.touch()
    assert trusted_certificates(bundle, tmp_path) == {}
    bundle.write_text("the company's\n")
    trusted = Path(trusted_certificates(bundle, tmp_path)["PIP_CERT"]).read_text()
    assert trusted.endswith("\nthe company's\n")
    assert "BEGIN CERTIFICATE" in trusted


def test_links_to_an_older_image_go_and_what_a_run_added_stays(tmp_path: Path) -> None:
    image, cache = tmp_path / "image", tmp_path / "cache"
    (image / "python" / "old").mkdir(parents=True)
    link_cache(image, cache)
    (image / "python" / "old").rename(image / "python" / "new")
    (cache / "python" / "added").mkdir()
    link_cache(image, cache)
    assert sorted(path.name for path in (cache / "python").iterdir()) == ["added", "new"]
    assert (cache / "python" / "new").readlink() == image / "python" / "new"


def test_an_unknown_part_is_refused_with_the_ones_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TARMAC_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(container, "start", lambda _routes: None)  # it would fork
    assert main(["spark"]) == 1
    assert "'spark'" in (said := capsys.readouterr().err)
    assert "glue-worker" in said
