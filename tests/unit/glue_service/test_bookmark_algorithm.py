"""AWS's bookmark algorithm, on listings made by hand; times are milliseconds since an arbitrary zero."""

from __future__ import annotations

import json
from dataclasses import replace

from emulator.glue_service.bookmarks import (
    Limits,
    Mark,
    bounded,
    document_with,
    mark_in,
    path_hash,
    select,
    state_of,
    version_of,
)
from emulator.glue_worker.run_contract import S3File

BAND_MS = 900_000
LIMITS = Limits(band_ms=BAND_MS, max_files_in_band=1000)


def file(key: str, at_ms: int, etag: str = "e", size: int = 10) -> S3File:
    return S3File("b", key, etag, at_ms, size)


def keys(files: list[S3File]) -> list[str]:
    return [one.key for one in files]


def test_a_first_run_reads_everything_up_to_its_start() -> None:
    listed = [file("new", 2_000_001), file("old", 1), file("now", 2_000_000)]
    selection = select(listed, set(), None, 2_000_000, LIMITS)
    assert keys(selection.files) == ["old", "now"]
    assert selection.mark == Mark(2_000_000, BAND_MS)


def test_files_read_before_are_not_read_again() -> None:
    listed = [file("a", 1_999_000), file("b", 2_000_500)]
    selection = select(listed, {version_of(listed[0])}, Mark(2_000_000, BAND_MS), 2_001_000, LIMITS)
    assert keys(selection.files) == ["b"]


def test_a_latecomer_within_the_band_is_read() -> None:
    late = file("late", 2_000_000 - BAND_MS + 1)
    selection = select([late], set(), Mark(2_000_000, BAND_MS), 2_001_000, LIMITS)
    assert keys(selection.files) == ["late"]


def test_a_latecomer_before_the_band_is_lost_as_on_aws() -> None:
    late = file("late", 2_000_000 - BAND_MS)
    assert select([late], set(), Mark(2_000_000, BAND_MS), 2_001_000, LIMITS).files == []


def test_a_file_stamped_with_the_run_start_is_read_exactly_once_whether_listed_in_time_or_not() -> None:
    same_tick = file("a", 2_000_000)
    first = select([same_tick], set(), None, 2_000_000, LIMITS)
    assert keys(first.files) == ["a"]
    after = {version_of(one) for one in first.files}
    assert select([same_tick], after, first.mark, 2_000_001, LIMITS).files == []
    unlisted = select([], set(), None, 2_000_000, LIMITS)
    assert keys(select([same_tick], set(), unlisted.mark, 2_000_001, LIMITS).files) == ["a"]


def test_a_file_that_appears_after_the_run_start_waits_for_the_next_run() -> None:
    during = file("during", 2_000_001)
    first = select([during], set(), None, 2_000_000, LIMITS)
    assert first.files == []
    assert keys(select([during], set(), first.mark, 2_010_000, LIMITS).files) == ["during"]


def test_an_overwritten_file_is_read_whole_again() -> None:
    before, after = file("a", 1_999_000, "e1"), file("a", 2_000_400, "e2")
    selection = select([after], {version_of(before)}, Mark(2_000_000, BAND_MS), 2_001_000, LIMITS)
    assert keys(selection.files) == ["a"]


def test_an_overwrite_within_the_same_clock_tick_is_not_masked_by_the_path() -> None:
    before, after = file("a", 2_000_000, "e1"), file("a", 2_000_000, "e2")
    selection = select([after], {version_of(before)}, Mark(2_000_000, BAND_MS), 2_001_000, LIMITS)
    assert keys(selection.files) == ["a"]


def test_too_many_files_in_the_band_wait_for_the_next_run_and_none_is_lost() -> None:
    listed = [file(f"k{n}", 2_000_000 - n) for n in range(5)]
    limits = replace(LIMITS, max_files_in_band=2)
    seen: set[tuple[str, str, str, int]] = set()
    mark: Mark | None = None
    read: list[list[str]] = []
    for start_ms in (2_000_000, 2_000_100, 2_000_200, 2_000_300):
        selection = select(listed, seen, mark, start_ms, limits)
        seen |= {version_of(one) for one in selection.files}
        mark = selection.mark
        read.append(keys(selection.files))
    assert read == [["k4", "k3"], ["k2", "k1"], ["k0"], []]


def test_the_band_limit_spares_files_older_than_the_band() -> None:
    listed = [file("old1", 1), file("old2", 2), file("new1", 1_999_999), file("new2", 2_000_000)]
    selection = select(listed, set(), None, 2_000_000, replace(LIMITS, max_files_in_band=1))
    assert keys(selection.files) == ["old1", "old2", "new1"]


def test_bounded_runs_get_through_a_backlog_older_than_the_band_without_loss_or_repeat() -> None:
    listed = [file(f"k{n}", 1000 * n) for n in range(1, 8)]
    limits = Limits(band_ms=1, max_files_in_band=1000, files=3)
    seen: set[tuple[str, str, str, int]] = set()
    mark: Mark | None = None
    read: list[str] = []
    for start_ms in (1_000_000, 1_000_001, 1_000_002, 1_000_003):
        selection = select(listed, seen, mark, start_ms, limits)
        seen |= {version_of(one) for one in selection.files}
        mark = selection.mark
        read += keys(selection.files)
    assert read == [f"k{n}" for n in range(1, 8)]


def test_bounded_files_of_one_clock_tick_are_neither_lost_nor_repeated() -> None:
    listed = [file(f"k{n}", 5_000) for n in range(4)]
    limits = Limits(band_ms=10, max_files_in_band=1000, files=3)
    first = select(listed, set(), None, 1_000_000, limits)
    seen = {version_of(one) for one in first.files}
    second = select(listed, seen, first.mark, 1_000_001, limits)
    assert sorted(keys(first.files) + keys(second.files)) == ["k0", "k1", "k2", "k3"]


def test_bounded_size_takes_at_least_one_file() -> None:
    files = [file("big", 1, size=100), file("small", 2, size=1)]
    assert keys(bounded(files, replace(LIMITS, size_bytes=50))) == ["big"]
    assert keys(bounded(files, replace(LIMITS, size_bytes=101))) == ["big", "small"]
    assert keys(bounded(files, LIMITS)) == ["big", "small"]


def test_path_hashes_are_hexadecimal_without_leading_zeros() -> None:
    hashes = [path_hash("b", f"k{n}") for n in range(500)]
    assert all(0 < int(one, 16) < 2**128 and not one.startswith("0") for one in hashes)
    assert {len(one) for one in hashes} >= {31, 32}


def test_the_document_has_the_shape_of_aws() -> None:
    mark = Mark(1_730_081_526_503, BAND_MS)
    read = [version_of(file("a", 1)), version_of(file("b", 2))]
    document = document_with("{}", {"src": state_of(mark, 2, read)})
    assert json.loads(document) == {
        "src": {
            "jsonClass": "HadoopDataSourceJobBookmarkState",
            "timestamps": {
                "RUN": "2",
                "HIGH_BAND": "900000",
                "CURR_LATEST_PARTITION": "0",
                "CURR_LATEST_PARTITIONS": "",
                "CURR_RUN_START_TIME": "2024-10-28T02:12:06.503Z",
                "INCLUDE_LIST": ",".join(sorted([path_hash("b", "a"), path_hash("b", "b")])),
            },
        }
    }
    assert mark_in(document, "src") == mark
    assert mark_in(document, "other") is None


def test_a_commit_leaves_the_contexts_it_did_not_touch() -> None:
    first = document_with("{}", {"one": state_of(Mark(1000, 1), 2, [])})
    second = document_with(first, {"two": state_of(Mark(2000, 1), 3, [])})
    assert mark_in(second, "one") == Mark(1000, 1)
    assert mark_in(second, "two") == Mark(2000, 1)
