"""What a run did, in numbers and in one sentence: the state machine sends it as the alert."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from pipeline.rejections import HEADER_LINE, WRONG_HEADER

DATE_IN_FOLDERS = re.compile(r"year=(\d{4})/month=(\d{1,2})/day=(\d{1,2})/")
DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
FILES_NAMED = 5


class TooManyRejectedError(Exception):
    """So large a share of the rows can't be loaded that nothing was."""


@dataclass
class FileCounts:
    """The lines of one file: good rows, and rejected ones by reason."""

    has_header: bool = False
    loaded: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class RunCounts:
    """The files of a run, by the path that the job read them from."""

    files: dict[str, FileCounts]

    @property
    def loaded(self) -> int:
        return sum(file.loaded for file in self.files.values())

    @property
    def rejected(self) -> Counter[str]:
        return sum((file.rejected for file in self.files.values()), Counter())

    @property
    def headless_files(self) -> list[str]:
        return sorted(name for name, file in self.files.items() if not file.has_header)


def count_rows(counted: Iterable[tuple[str, str | None, int]]) -> RunCounts:
    """From (source file, reason or None, lines) to the counts of each file.

    All lines of a file without a right header count as WRONG_HEADER.
    """
    by_file: dict[str, dict[str | None, int]] = defaultdict(dict)
    for source_file, reason, lines in counted:
        by_file[source_file][reason] = lines
    return RunCounts({name: _file_counts(lines) for name, lines in by_file.items()})


def _file_counts(lines: dict[str | None, int]) -> FileCounts:
    if HEADER_LINE not in lines:
        return FileCounts(rejected=Counter({WRONG_HEADER: sum(lines.values())}))
    rejected = Counter({reason: n for reason, n in lines.items() if reason not in (None, HEADER_LINE)})
    return FileCounts(has_header=True, loaded=lines.get(None, 0), rejected=rejected)


@dataclass(frozen=True)
class RuleResult:
    """What became of a data quality rule; `reason` says why it failed."""

    rule: str
    passed: bool
    reason: str = ""


def check_rejected_share(counts: RunCounts, max_rejected_ratio: float) -> None:
    """Raises TooManyRejectedError if more than that share of the rows can't be loaded.

    Files without a right header don't count: they are set aside whole, so that one stray file can't keep the
    others out.
    """
    files = {name: file for name, file in counts.files.items() if file.has_header}
    rejected = sum(file.rejected.total() for file in files.values())
    rows = rejected + sum(file.loaded for file in files.values())
    if rejected <= max_rejected_ratio * rows:
        return
    worst = sorted(files.items(), key=lambda entry: -entry[1].rejected.total())[:FILES_NAMED]
    causes = "; ".join(f"{name}: {_reasons(file.rejected)}" for name, file in worst if file.rejected)
    raise TooManyRejectedError(
        f"{rejected} of {rows} rows can't be loaded, more than max_rejected_ratio {max_rejected_ratio:g}; "
        f"nothing was written. {causes}. Replace or remove these files, then the next run reads what is left"
    )


def flight_date(source_file: str) -> str | None:
    """The date (YYYY-MM-DD) in the folders year=/month=/day=, else in the file's name, else None."""
    folders, _, name = source_file.rpartition("/")
    for match in (DATE_IN_FOLDERS.search(folders + "/"), DATE_IN_NAME.search(name)):
        if match and (date := _date(*map(int, match.groups()))):
            return date
    return None


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


@dataclass(frozen=True)
class RunSummary:
    """What the job leaves in S3 for the state machine."""

    job_run_id: str
    files: int
    rows_loaded: int
    rows_rejected: int
    rejected_by_reason: dict[str, int]
    rules_passed: int
    rules_failed: dict[str, str]
    seconds: float
    message: str

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def summarize(
    job_run_id: str, counts: RunCounts, seconds: float, rules: Sequence[RuleResult] = ()
) -> RunSummary:
    """The summary of a run that ended well."""
    rejected = counts.rejected
    message = " ".join(text for text in (_message(counts, seconds), _quality_message(rules)) if text)
    return RunSummary(
        job_run_id=job_run_id,
        files=len(counts.files),
        rows_loaded=counts.loaded,
        rows_rejected=rejected.total(),
        rejected_by_reason=dict(rejected.most_common()),
        rules_passed=sum(rule.passed for rule in rules),
        rules_failed={rule.rule: rule.reason for rule in rules if not rule.passed},
        seconds=round(seconds, 1),
        message=message,
    )


def _quality_message(rules: Sequence[RuleResult]) -> str:
    if not rules:
        return ""
    failed = [f"{rule.rule} failed ({rule.reason})" for rule in rules if not rule.passed]
    passed = f"{len(rules) - len(failed)} of {_count(len(rules), 'rule')} passed"
    return f"Data quality: {'; '.join([passed, *failed])}."


def _message(counts: RunCounts, seconds: float) -> str:
    if not counts.files:
        return f"No new files: an earlier run has read them all ({seconds:.1f} s)."
    rejected = counts.rejected
    reasons = f" ({_reasons(rejected)})" if rejected else ""
    loaded = f"{_count(len(counts.files), 'file')}: {_count(counts.loaded, 'row')} loaded"
    return f"{loaded}, {rejected.total():,} rejected{reasons}, in {seconds:.1f} s."


def _reasons(rejected: Counter[str]) -> str:
    return ", ".join(f"{rows:,} {reason}" for reason, rows in rejected.most_common())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
