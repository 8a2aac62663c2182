"""Which objects a path names, and which of them a reader passes over."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from localstack.services.s3.models import s3_stores

from emulator.glue_service.errors import InvalidInput
from emulator.glue_service.models import Scope
from emulator.glue_service.s3_listing import S3Path, is_hidden, is_readable, list_files
from emulator.glue_worker.run_contract import SelectFiles


@pytest.mark.parametrize(
    ("path", "key", "relative"),
    [
        ("s3://b/raw/", "raw/a.csv", "a.csv"),
        ("s3://b/raw", "raw/day=1/a.csv", "day=1/a.csv"),
        ("s3://b/raw", "rawer/a.csv", None),
        ("s3://b/raw/a.csv", "raw/a.csv", "a.csv"),
        ("s3://b", "a.csv", "a.csv"),
        ("s3a://b/x y+%é/", "x y+%é/a b.csv", "a b.csv"),
    ],
)
def test_a_path_names_a_folder_or_one_object(path: str, key: str, relative: str | None) -> None:
    keys = sorted([key, "a", "raw", "raw.csv", "zz"])
    assert dict(S3Path.parse(path).below(keys)).get(key) == relative


def test_a_path_gives_all_keys_below_it_and_no_other() -> None:
    keys = sorted(["raw-2/a", "raw/", "raw/a", "raw/b/c", "raw0", "ra", "raw"])
    assert dict(S3Path.parse("s3://b/raw").below(keys)) == {
        "raw": "raw",
        "raw/": "",
        "raw/a": "a",
        "raw/b/c": "b/c",
    }
    assert [key for key, _ in S3Path.parse("s3://b").below(keys)] == keys
    assert list(S3Path.parse("s3://b/none/").below(keys)) == []


@pytest.mark.parametrize("path", ["", "raw/", "http://b/k", "s3://", "s3:///k"])
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(InvalidInput):
        S3Path.parse(path)


@pytest.mark.parametrize("relative", ["_SUCCESS", ".crc", "_temporary/0/part", "a/.b/c", "a/_c"])
def test_hidden_names_are_passed_over(relative: str) -> None:
    assert is_hidden(relative)


@pytest.mark.parametrize("relative", ["a_b.csv", "_year=2026/a.csv", "a/b.c"])
def test_other_names_are_not_hidden(relative: str) -> None:
    assert not is_hidden(relative)


def test_folder_markers_and_deeper_folders_are_read_only_where_wanted() -> None:
    assert not is_readable("folder/", recurse=True)
    assert is_readable("folder/a", recurse=True)
    assert not is_readable("folder/a", recurse=False)
    assert is_readable("a", recurse=False)


@pytest.mark.parametrize(
    "pattern", ["draft.csv", "**.csv", "**/draft*", "s3://listed-here/raw/dr*", "s3://listed-here/raw/**"]
)
def test_an_exclusion_may_name_the_place_below_the_path_or_the_whole_address(pattern: str) -> None:
    item = SimpleNamespace(
        key="raw/draft.csv", size=1, etag="e", last_modified=datetime(2026, 11, 23, tzinfo=UTC)
    )
    store = s3_stores["111111111111"]["us-east-1"]
    store.buckets["listed-here"] = SimpleNamespace(objects=SimpleNamespace(values=lambda: [item]))
    store.global_bucket_map["listed-here"] = "111111111111"

    def listed(*exclusions: str) -> int:
        wanted = SelectFiles("job", "ctx", ["s3://listed-here/raw/"], list(exclusions))
        return len(list_files(Scope("111111111111", "us-east-1"), wanted))

    assert [listed("other*"), listed(pattern)] == [1, 0]
