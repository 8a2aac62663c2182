from __future__ import annotations

import os
from pathlib import Path

from emulator.glue_worker.class_archive import KEPT_ARCHIVES, ClassArchive, jars_of


def jars_in(tmp_path: Path) -> Path:
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / "a.jar").write_bytes(b"one")
    return folder / "*"


def test_another_jar_means_another_archive(tmp_path: Path) -> None:
    class_path = jars_in(tmp_path)
    before = ClassArchive.of(tmp_path, "java 17", [class_path])
    assert ClassArchive.of(tmp_path, "java 17", [class_path]) == before
    assert ClassArchive.of(tmp_path, "java 21", [class_path]) != before
    (tmp_path / "jars" / "a.jar").write_bytes(b"other")
    assert ClassArchive.of(tmp_path, "java 17", [class_path]) != before


def test_the_jars_of_a_folder_come_in_the_same_order_wherever_it_was_copied(tmp_path: Path) -> None:
    entry = jars_in(tmp_path)
    for name in ("c.jar", "b.jar"):
        (tmp_path / "jars" / name).touch()
    assert [jar.name for jar in jars_of(entry)] == ["a.jar", "b.jar", "c.jar"]
    assert jars_of(tmp_path / "one.jar") == [tmp_path / "one.jar"]


def test_the_first_jvm_lists_its_classes_and_later_ones_map_the_archive(tmp_path: Path) -> None:
    archive = ClassArchive.of(tmp_path, "java 17", [jars_in(tmp_path)])
    classes = tmp_path / "classes.lst"
    assert archive.options(classes) == [f"-XX:DumpLoadedClassList={classes}"]
    classes.touch()
    assert archive.options(classes) == []
    archive.path.parent.mkdir(parents=True)
    archive.path.touch()
    assert f"-XX:SharedArchiveFile={archive.path}" in archive.options(classes)


def test_a_failed_dump_leaves_no_archive(tmp_path: Path) -> None:
    archive = ClassArchive.of(tmp_path, "java 17", [jars_in(tmp_path)])
    archive.make(["/bin/false"], tmp_path / "classes.lst")
    assert not archive.exists
    assert not list(archive.path.parent.glob("*.tmp"))


def test_old_archives_do_not_pile_up(tmp_path: Path) -> None:
    archive = ClassArchive.of(tmp_path, "java 17", [jars_in(tmp_path)])
    archive.path.parent.mkdir(parents=True)
    for age in range(4):
        old = archive.path.parent / f"spark-{age}.jsa"
        old.touch()
        os.utime(old, (age, age))
    maker = tmp_path / "java"
    maker.write_text(
        '#!/bin/sh\nfor a in "$@"; do case $a in -XX:SharedArchiveFile=*) touch "${a#*=}";; esac; done\n'
    )
    maker.chmod(0o755)
    archive.make([str(maker)], tmp_path / "classes.lst")
    assert archive.exists
    assert len(list(archive.path.parent.glob("*.jsa"))) == KEPT_ARCHIVES
