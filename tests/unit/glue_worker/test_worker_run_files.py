from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.glue_worker import run_files
from emulator.glue_worker.errors import RunCannotStartError

from .worker_fixtures import assignment


class FakeS3:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self._objects = objects

    def get_object(self, **names: str) -> dict[str, Any]:
        if names["Key"] not in self._objects:
            answer = {
                "Error": {"Code": "NoSuchKey", "Message": "The specified key does not exist."},
                "ResponseMetadata": {"HTTPStatusCode": 404},
            }
            raise ClientError(answer, "GetObject")  # type: ignore[arg-type]
        return {"Body": io.BytesIO(self._objects[names["Key"]])}


def test_script_libraries_and_jars_lie_in_the_runs_folder(tmp_path: Path) -> None:
    given = assignment(
        arguments={
            "--extra-py-files": "s3://scripts/lib/tools.zip, s3://scripts/one.py",
            "--extra-jars": "s3://scripts/x.jar",
        }
    )
    objects = {"job.py": b"1", "lib/tools.zip": b"2", "one.py": b"3", "x.jar": b"4"}
    files = run_files.fetch(given, FakeS3(objects), tmp_path)
    assert files.script.read_bytes() == b"1"
    archive, folder = map(Path, files.import_paths)
    assert archive.name == "tools.zip"
    assert archive.read_bytes() == b"2"
    assert (folder / "one.py").read_bytes() == b"3"
    assert [Path(jar).read_bytes() for jar in files.jars] == [b"4"]


def test_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    given = assignment(arguments={"--extra-py-files": "s3://scripts/a/t.zip,s3://scripts/b/t.zip"})
    objects = {"job.py": b"1", "a/t.zip": b"a", "b/t.zip": b"b"}
    files = run_files.fetch(given, FakeS3(objects), tmp_path)
    assert [Path(path).read_bytes() for path in files.import_paths] == [b"a", b"b"]


def test_extra_files_lie_beside_the_script(tmp_path: Path) -> None:
    given = assignment(arguments={"--extra-files": "s3://scripts/conf/my.json"})
    run_files.fetch(given, FakeS3({"job.py": b"1", "conf/my.json": b"{}"}), tmp_path)
    assert (tmp_path / "my.json").read_bytes() == b"{}"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    given = assignment(arguments={"--extra-py-files": "s3://scripts/lib/"})
    with pytest.raises(RunCannotStartError, match="s3://scripts/lib/"):
        run_files.fetch(given, FakeS3({"job.py": b"1"}), tmp_path)


def test_modules_are_named_with_pips_options(tmp_path: Path) -> None:
    given = assignment(
        arguments={
            "--additional-python-modules": "numpy==2.2, s3://scripts/w/tiny-1.0-py3-none-any.whl",
            "--python-modules-installer-option": "--no-index --upgrade-strategy eager",
        }
    )
    files = run_files.fetch(given, FakeS3({"job.py": b"1", "w/tiny-1.0-py3-none-any.whl": b"2"}), tmp_path)
    assert files.modules.modules[0] == "numpy==2.2"
    assert Path(files.modules.modules[1]).name == "tiny-1.0-py3-none-any.whl"
    assert files.modules.options == ["--no-index", "--upgrade-strategy", "eager"]


def test_a_missing_script_is_named_with_bucket_and_key(tmp_path: Path) -> None:
    with pytest.raises(RunCannotStartError, match=r"bucket: scripts, key: job\.py") as caught:
        run_files.fetch(assignment(), FakeS3({}), tmp_path)
    assert "Status Code: 404; Error Code: NoSuchKey" in str(caught.value)


def test_a_location_that_is_no_s3_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunCannotStartError, match="s3://bucket/key"):
        run_files.fetch(assignment(script_location="/tmp/job.py"), FakeS3({}), tmp_path)
