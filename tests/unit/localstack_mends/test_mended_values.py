"""The pure parts of the mends: values in, values out."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.localstack_mends.cloudformation_execution import differs
from emulator.localstack_mends.cloudformation_resources import kept_names, with_kept_values
from emulator.localstack_mends.cloudformation_templates import apply_substitutions
from emulator.localstack_mends.resource_storage import lifecycle_rule
from emulator.localstack_mends.resource_tags import tag_changes
from emulator.localstack_mends.s3_events import corrected, encoded, sequencer
from emulator.localstack_mends.sns_alerts import AlertFile
from emulator.localstack_mends.step_functions_errors import error_name_of, timestamp_of, with_text_timestamps
from emulator.localstack_mends.step_functions_glue import sync_output

NOON = datetime.datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=datetime.UTC)


def test_a_job_run_is_shown_with_times_in_milliseconds_and_its_job() -> None:
    shown = sync_output({"Id": "jr_1", "StartedOn": NOON, "Arguments": {"--a": "1"}}, "etl")
    assert shown == {
        "Id": "jr_1",
        "StartedOn": 1_795_435_200_250,
        "Arguments": {"--a": "1"},
        "JobName": "etl",
    }


def test_times_anywhere_in_an_output_become_text() -> None:
    assert with_text_timestamps({"a": [{"b": NOON}], "c": 1}) == {
        "a": [{"b": "2026-11-23T12:00:00.250Z"}],
        "c": 1,
    }


@pytest.mark.parametrize(
    "text", ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00.250Z", "2026-11-23T13:00:00+01:00"]
)
def test_any_rfc_3339_text_is_a_timestamp(text: str) -> None:
    moment = timestamp_of(text)
    assert moment is not None
    assert moment.replace(microsecond=0) == NOON.replace(microsecond=0)


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23 12:00:00Z", "2026-11-23T12:00:00", "noon"])
def test_other_text_is_no_timestamp(text: str) -> None:
    assert timestamp_of(text) is None


def test_a_reserved_error_name_keeps_its_kind() -> None:
    assert type(error_name_of("States.TaskFailed")).__name__ == "StatesErrorName"
    assert type(error_name_of("Mine")).__name__ == "CustomErrorName"
    assert error_name_of("States.Unheard").error_name == "States.Unheard"


def test_substitutions_may_be_numbers_and_booleans() -> None:
    definition = '{"Seconds": ${Poll}, "On": ${On}, "Path": "${Other}"}'
    assert apply_substitutions(definition, {"Poll": 10, "On": True}) == (
        '{"Seconds": 10, "On": true, "Path": "${Other}"}'
    )


def test_only_another_value_of_a_create_only_property_counts_as_different() -> None:
    before, after = {"Name": "a", "Deep": {"Er": 1, "X": 1}}, {"Name": "a", "Deep": {"Er": 1, "X": 2}}
    assert not differs(before, after, ["/properties/Name", "/properties/Deep/Er", "/properties/None"])
    assert differs(before, after, ["/properties/Deep/X"])
    assert differs(before, {}, ["/properties/Name"])


def test_an_update_keeps_what_only_the_create_knew() -> None:
    schema = {
        "primaryIdentifier": ["/properties/Id"],
        "readOnlyProperties": ["/properties/Id", "/properties/Arn"],
        "createOnlyProperties": ["/properties/Name"],
    }
    previous = {"Id": "1", "Arn": "arn", "Name": "generated", "Dropped": True}
    assert with_kept_values({"New": 1}, previous, kept_names(schema)) == {
        "Id": "1",
        "Arn": "arn",
        "Name": "generated",
        "New": 1,
    }


def test_tags_are_told_by_their_difference() -> None:
    new = {"Tags": [{"Key": "same", "Value": "1"}, {"Key": "new", "Value": "2"}]}
    old = {"Tags": {"same": "1", "old": "3"}}
    assert tag_changes(new, old) == ({"new": "2"}, ["old"])


def test_a_lifecycle_rule_is_told_in_the_apis_words() -> None:
    assert lifecycle_rule({"Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 3}) == {
        "Status": "Enabled",
        "Filter": {"Prefix": "tmp/"},
        "Expiration": {"Days": 3},
    }


def s3_entry(event_type: str, key: str) -> tuple[dict[str, Any], Any]:
    detail = {"object": {"key": key, "sequencer": "0"}, "requester": "074255357339", "reason": event_type}
    context = SimpleNamespace(key_name=key, event_time=NOON, account_id="123456789012", event_type=event_type)
    return {"Time": NOON, "Detail": json.dumps(detail)}, context


def test_an_s3_event_is_told_as_aws_tells_it() -> None:
    entry = corrected(
        *s3_entry("s3:ObjectCreated:CompleteMultipartUpload", "raw/year%3D2026/a%20b%2B%25.csv")
    )
    detail = json.loads(entry["Detail"])
    assert detail["object"]["key"] == "raw/year=2026/a b+%.csv"
    assert (detail["reason"], detail["requester"]) == ("CompleteMultipartUpload", "123456789012")


def test_a_notifications_key_has_plus_signs_for_spaces() -> None:
    told = {"key": "raw/a%20b%2B%25.csv", "sequencer": "0"}
    notification = {"Records": [{"s3": {"object": told}}]}
    _, context = s3_entry("s3:ObjectCreated:Put", told["key"])
    (record,) = encoded(notification, context)["Records"]
    assert record["s3"]["object"] == {"key": "raw/a+b%2B%25.csv", "sequencer": sequencer(NOON)}


def test_a_later_event_has_a_greater_sequencer() -> None:
    assert sequencer(NOON) < sequencer(NOON + datetime.timedelta(milliseconds=1))
    assert len(sequencer(NOON)) == 18


def test_alerts_are_read_oldest_first_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    file = AlertFile(tmp_path / "state" / "alerts.jsonl")
    assert file.read() == []
    for number in range(2):
        file.append("arn", SimpleNamespace(message=f"é{number}", subject=None, message_id=str(number)))
    with (tmp_path / "state" / "alerts.jsonl").open("a") as torn:
        torn.write('{"time": "20')
    assert [alert["message"] for alert in file.read()] == ["é0", "é1"]
