"""Each distinct call is kept once, with how often it was made; nothing is recorded while it is off."""

from __future__ import annotations

import pytest

from emulator.call_record import record
from emulator.call_record.record import Access, Assumption, Caller, CallRecord

CALLER = Caller("arn:aws:iam::000000000000:role/r", "AWS-Crawler")
READ = Access("s3:GetObject", ("arn:aws:s3:::b/k",))


def test_a_call_that_is_made_twice_is_counted_twice() -> None:
    calls = CallRecord(is_on=True)

    calls.add(CALLER, [READ])
    calls.add(CALLER, [READ, Access("s3:ListBucket", ("arn:aws:s3:::b",), (("s3:prefix", "k"),))])

    listed, read = sorted(calls.as_document()["calls"], key=lambda call: -len(call["context"]))
    assert (read["action"], read["count"], read["role"]) == ("s3:GetObject", 2, CALLER.role_arn)
    assert (listed["count"], listed["context"]) == (1, {"s3:prefix": "k"})


def test_switching_on_begins_an_empty_record_and_switching_off_keeps_it() -> None:
    calls = CallRecord(is_on=True)
    calls.add(CALLER, [READ])
    calls.add_assumption(Assumption(CALLER.role_arn, "glue.amazonaws.com", CALLER.session))

    calls.switch(False)
    kept = calls.as_document()
    calls.switch(True)

    assert (len(kept["calls"]), len(kept["assumed"]), kept["recording"]) == (1, 1, False)
    assert calls.as_document() == {"recording": True, "dropped": 0, "calls": [], "assumed": []}


def test_a_full_record_counts_what_it_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_CALLS", 1)
    calls = CallRecord(is_on=True)

    calls.add(CALLER, [READ, Access("s3:PutObject", READ.resources), READ])

    found = calls.as_document()
    assert (len(found["calls"]), found["calls"][0]["count"], found["dropped"]) == (1, 2, 1)
