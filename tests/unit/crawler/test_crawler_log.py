"""The words of a crawler's log, as users have published them from AWS."""

from __future__ import annotations

from emulator.glue_service.crawler_log import configured_line, summary_lines
from emulator.glue_service.crawler_models import CrawlCounts

POLICY = {"UpdateBehavior": "LOG", "DeleteBehavior": "DEPRECATE_IN_DATABASE"}


def test_the_schema_change_policy_is_logged() -> None:
    assert configured_line({"SchemaChangePolicy": POLICY}) == (
        "Crawler configured with SchemaChangePolicy "
        '{"UpdateBehavior":"LOG","DeleteBehavior":"DEPRECATE_IN_DATABASE"}.'
    )


def test_a_configuration_is_logged_before_the_policy_that_it_overrides() -> None:
    line = configured_line({"SchemaChangePolicy": POLICY, "Configuration": '{"Version": 1.0}'})
    assert line.startswith('Crawler configured with Configuration {"Version":1.0} and SchemaChangePolicy {')
    assert line.endswith("override values in the SchemaChangePolicy for S3 Targets.")


def test_the_summary_names_what_changed_and_nothing_else() -> None:
    counts = CrawlCounts(tables_updated=1, partitions_created=2, partitions_deleted=3)
    assert summary_lines(counts) == [
        "Run Summary For PARTITION:",
        "ADD: 2",
        "DELETE: 3",
        "Run Summary For TABLE:",
        "UPDATE: 1",
    ]
    assert summary_lines(CrawlCounts()) == []
