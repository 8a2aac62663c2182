"""What CreateCrawler and UpdateCrawler accept: aws-semantics.md §B, "Policies"."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.glue_service.crawler_requests import crawler_fields, parse_configuration, updated_fields
from emulator.glue_service.errors import InvalidInput

BASE: dict[str, Any] = {
    "Name": "c",
    "Role": "R",
    "DatabaseName": "db",
    "Targets": {"S3Targets": [{"Path": "s3://bucket/raw"}]},
}


def test_the_documented_defaults_are_filled_in() -> None:
    fields = crawler_fields(BASE)
    assert fields["SchemaChangePolicy"] == {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    assert fields["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_EVERYTHING"}


def test_half_a_schema_change_policy_is_completed() -> None:
    fields = crawler_fields({**BASE, "SchemaChangePolicy": {"UpdateBehavior": "LOG"}})
    assert fields["SchemaChangePolicy"]["DeleteBehavior"] == "DEPRECATE_IN_DATABASE"


def test_a_schedule_is_stored_as_scheduled() -> None:
    fields = crawler_fields({**BASE, "Schedule": "cron(0 1 * * ? *)"})
    assert fields["Schedule"] == {"ScheduleExpression": "cron(0 1 * * ? *)", "State": "SCHEDULED"}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Targets": {}}, "at least one target"),
        ({"Targets": {"DynamoDBTargets": [{"Path": "t"}]}}, "DynamoDBTargets: not supported"),
        ({"Targets": {"S3Targets": [{}]}}, "no Path"),
        ({"Targets": {"JdbcTargets": [{"Path": "db/s/t"}]}}, "ConnectionName"),
        ({"DatabaseName": ""}, "DatabaseName"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}, "can have only LOG"),
        ({"Configuration": "{"}, "not valid JSON"),
        ({"Configuration": "{}"}, "Version"),
    ],
)
def test_what_a_crawl_could_not_do_is_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        crawler_fields({**BASE, **change})


def configuration(**sections: Any) -> str:
    return json.dumps({"Version": 1.0, **sections})


def test_every_documented_setting_of_the_configuration_is_read() -> None:
    parsed = parse_configuration(
        configuration(
            CrawlerOutput={
                "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"},
                "Tables": {"AddOrUpdateBehavior": "MergeNewColumns", "TableThreshold": 5},
            },
            Grouping={"TableGroupingPolicy": "CombineCompatibleSchemas", "TableLevelConfiguration": 2},
            CreatePartitionIndex=True,
        )
    )
    assert parsed.partition_index
    assert (parsed.inherit_from_table, parsed.merge_new_columns, parsed.combine_compatible) == (True,) * 3
    assert (parsed.table_level, parsed.table_threshold) == (2, 5)


def test_an_unknown_key_of_the_configuration_is_refused_in_the_words_of_aws() -> None:
    text = configuration(CrawlerOutput={"Partitions": {"UpdateBehavior": "LOG"}})
    with pytest.raises(
        InvalidInput, match=r"CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior\."
    ):
        parse_configuration(text)


def test_an_unknown_value_of_the_configuration_is_refused() -> None:
    with pytest.raises(InvalidInput, match="CombineCompatibleSchemas"):
        parse_configuration(configuration(Grouping={"TableGroupingPolicy": "Combine"}))


def test_an_update_keeps_what_it_does_not_name() -> None:
    fields = crawler_fields({**BASE, "TablePrefix": "p_", "Description": "d"})
    updated = updated_fields(fields, {"Name": "c", "TablePrefix": "q_"})
    assert (updated["TablePrefix"], updated["Description"]) == ("q_", "d")


def test_an_update_with_empty_classifiers_changes_nothing() -> None:
    fields = crawler_fields({**BASE, "Classifiers": ["x"]})
    assert updated_fields(fields, {"Classifiers": []})["Classifiers"] == ["x"]
    assert updated_fields(fields, {"Classifiers": ["y"]})["Classifiers"] == ["y"]


def test_an_update_may_take_text_away() -> None:
    fields = crawler_fields({**BASE, "Description": "d"})
    assert "Description" not in updated_fields(fields, {"Description": ""})
