"""What `make runs RUN=…` says of what a run read."""

from __future__ import annotations

from typing import Any

from scripts.run_details import FILES_SHOWN, reading_lines

FILES = {
    "transformation_ctx": "src", "bookmark_name": "job", "source": "s3://raw/", "version_before": 2,
    "version_after": 4, "files": 1, "files_listed": 1200, "modified_after": "2026-01-01T00:00:00Z",
    "modified_until": "2026-01-02T00:00:00Z",
}  # fmt: skip
ROWS = {
    "transformation_ctx": "dim", "bookmark_name": "job", "source": "public.t", "version_before": 2,
    "version_after": 4, "keys": ["day", "id"], "order": "asc", "key_after": ["2026-01-01", "5"],
    "key_up_to": ["2026-01-02", "7"],
}  # fmt: skip


def file(key: str, ctx: str = "src") -> dict[str, Any]:
    return {"transformation_ctx": ctx, "bucket": "raw", "key": key, "size": 12_000}


def lines(*contexts: dict[str, Any], files: list[dict[str, Any]] | None = None) -> list[str]:
    return list(reading_lines({"contexts": list(contexts), "files_read": files or []}))


def test_a_context_shows_its_bookmark_its_window_and_its_files() -> None:
    assert lines(FILES, files=[file("a.csv"), file("b.csv", "other")]) == [
        "src: bookmark job, version 2 → 4",
        "  s3://raw/: 1 of 1,200 files, modified after 2026-01-01T00:00:00Z up to 2026-01-02T00:00:00Z",
        "    s3://raw/a.csv  12 kB",
    ]


def test_many_files_are_cut_short() -> None:
    shown = lines(FILES, files=[file(f"{number}.csv") for number in range(FILES_SHOWN + 1000)])
    assert len(shown) == FILES_SHOWN + 3
    assert shown[-1] == "    … and 1,000 more (JSON=1 lists them)"


def test_rows_show_their_keys() -> None:
    assert lines(ROWS)[1] == "  public.t: rows after day 2026-01-01, id 5 up to day 2026-01-02, id 7"
    assert lines({**ROWS, "key_after": []})[1] == "  public.t: rows up to day 2026-01-02, id 7"
    assert lines({**ROWS, "key_up_to": []})[1] == "  public.t: no new rows after day 2026-01-01, id 5"


def test_reading_without_a_bookmark_says_so() -> None:
    plain = {**ROWS, "transformation_ctx": "", "version_before": None, "version_after": None, "keys": []}
    assert lines(plain) == ["(no transformation_ctx): no bookmark", "  public.t: all rows"]


def test_what_was_not_committed_says_so() -> None:
    assert lines({**FILES, "version_after": None})[0] == "src: bookmark job, version 2, not committed"
