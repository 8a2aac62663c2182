"""The Python environment of a run: made in a millisecond, from what AWS Glue has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from emulator.glue_worker import python_modules
from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.python_environment import Libraries, PythonEnvironment
from emulator.glue_worker.python_modules import InstallPlace, ModulesWanted
from emulator.glue_worker.python_packages import GLUE_SPARK, PYTHON_SHELL, pip_settings
from emulator.glue_worker.shadowed_modules import shadows_imported


@pytest.fixture
def environment(tmp_path: Path) -> PythonEnvironment:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "brought.py").write_text("WORD = 'by Glue'\n")
    libraries = Libraries(tmp_path / "libraries")
    libraries.make()
    return libraries.environment(tmp_path / "python", packages)


def said_by(environment: PythonEnvironment, script: str) -> str:
    command = [str(environment.python), "-P", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def test_an_environment_has_glues_packages_awsglue_and_pyspark_and_no_others(
    environment: PythonEnvironment,
) -> None:
    script = "from importlib.util import find_spec as f\nprint([n for n in {names} if f(n)])"
    names = ["brought", "awsglue", "pyspark", "py4j", "emulator", "boto3", "duckdb", "scripts", "tests"]
    assert said_by(environment, script.format(names=names)) == str(names[:5])


def test_what_is_installed_into_an_environment_goes_before_glues(environment: PythonEnvironment) -> None:
    (environment.site_packages / "brought.py").write_text("WORD = 'own'\n")
    assert said_by(environment, "import brought; print(brought.WORD)") == "own"
    assert said_by(environment, "import sys; print(sys.prefix)") == str(environment.folder)


def test_a_python_shell_has_getresolvedoptions_and_no_spark(tmp_path: Path) -> None:
    libraries = Libraries(tmp_path / "libraries")
    libraries.make()
    shell = libraries.environment(tmp_path / "python", tmp_path, with_spark=False)
    script = "import awsglue.utils\nfrom importlib.util import find_spec as f\nprint(f('pyspark'))"
    assert said_by(shell, script) == "None"


def test_the_packages_of_each_lock_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    sets = [GLUE_SPARK, *PYTHON_SHELL.values()]
    assert all(one.lock.exists() for one in sets)
    assert len({one.folder(tmp_path) for one in sets}) == 3


def test_packages_that_are_there_are_not_installed_again(tmp_path: Path) -> None:
    folder = GLUE_SPARK.folder(tmp_path)
    folder.mkdir(parents=True)
    assert GLUE_SPARK.ensure(tmp_path) == folder


def test_pip_is_told_the_users_index_and_the_machines_certificates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").touch()
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "ca.pem"))
    found = pip_settings()
    assert found["PIP_INDEX_URL"] == "http://127.0.0.1:9/simple"
    assert found["PIP_CERT"] == str(tmp_path / "ca.pem")
    assert "PIP_TARGET" not in found


def test_a_zip_of_wheels_that_is_no_zip_is_refused_by_name(
    environment: PythonEnvironment, tmp_path: Path
) -> None:
    path = tmp_path / "mine.gluewheels.zip"
    path.write_text("no zip")
    place = InstallPlace(environment, tmp_path, tmp_path / "log")
    with pytest.raises(RunCannotStartError, match=r"^LAUNCH ERROR \| .* mine\.gluewheels\.zip is no zip"):
        python_modules.install(ModulesWanted([str(path)]), place, lambda: False)


def test_an_installation_ends_with_its_run(environment: PythonEnvironment, tmp_path: Path) -> None:
    (tmp_path / "packages" / "pip.py").write_text(
        "import time\nprint('ERROR: endless', flush=True)\ntime.sleep(3600)\n"
    )
    place = InstallPlace(environment, tmp_path, tmp_path / "log")
    with pytest.raises(RunCannotStartError, match="ERROR: endless"):
        python_modules.install(ModulesWanted(["x"]), place, lambda: "endless" in place.log.read_text())


@pytest.mark.parametrize(("name", "shadows"), [("botocore", True), ("json", False), ("something", False)])
def test_a_file_shadows_what_is_imported_under_its_name(tmp_path: Path, name: str, shadows: bool) -> None:
    assert "botocore" in sys.modules
    (tmp_path / f"{name}.py").write_text("")
    assert shadows_imported([str(tmp_path)]) is shadows


def test_a_folder_without_init_shadows_nothing(tmp_path: Path) -> None:
    (tmp_path / "botocore").mkdir()
    assert not shadows_imported([str(tmp_path)])
