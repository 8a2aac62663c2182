"""The folder in which LocalStack finds JSONata holds links to the jars and a Java runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.localstack_mends.jsonata import JARS, lay_out_jsonata, library_dir


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    folder = tmp_path / "jars"
    folder.mkdir()
    for name in JARS:
        (folder / name).write_bytes(b"jar")
    return folder


def test_jars_and_java_are_linked(tmp_path: Path, jars: Path) -> None:
    java = tmp_path / "java"
    lay_out_jsonata(tmp_path / "lib", jars, java)
    linked = sorted(path.name for path in (tmp_path / "lib" / "jsonata" / "0.9.7").iterdir())
    assert linked == sorted(JARS)
    assert (tmp_path / "lib" / "jsonata" / "0.9.7" / JARS[0]).read_bytes() == b"jar"
    assert list((tmp_path / "lib" / "java").rglob("*"))


def test_laying_twice_changes_nothing_and_a_stale_link_is_replaced(tmp_path: Path, jars: Path) -> None:
    lib = tmp_path / "lib"
    lay_out_jsonata(lib, jars, tmp_path / "old")
    lay_out_jsonata(lib, jars, tmp_path / "new")
    lay_out_jsonata(lib, jars, tmp_path / "new")
    (link,) = [path for path in (lib / "java").rglob("*") if path.is_symlink()]
    assert link.readlink() == tmp_path / "new"


def test_a_missing_jar_is_named(tmp_path: Path, jars: Path) -> None:
    (jars / JARS[0]).unlink()
    with pytest.raises(FileNotFoundError, match=f"{JARS[0]}.*tarmac jars"):
        lay_out_jsonata(tmp_path / "lib", jars, tmp_path)


def test_the_folder_is_the_one_of_a_localstack_rooted_in_the_state_folder(tmp_path: Path) -> None:
    assert library_dir(tmp_path) == tmp_path / "localstack/var/lib/localstack/lib"
