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
    assert files.import_paths == [str(tmp_path / "tools.zip")]
    assert (tmp_path / "one.py").exists()
    assert files.jars == (str(tmp_path / "x.jar"),)


def test_a_missing_script_is_named_with_bucket_and_key(tmp_path: Path) -> None:
    with pytest.raises(RunCannotStartError, match=r"bucket: scripts, key: job\.py") as caught:
        run_files.fetch(assignment(), FakeS3({}), tmp_path)
    assert "Status Code: 404; Error Code: NoSuchKey" in str(caught.value)


def test_a_location_that_is_no_s3_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunCannotStartError, match="s3://bucket/key"):
        run_files.fetch(assignment(script_location="/tmp/job.py"), FakeS3({}), tmp_path)
