"""Calls are shown as the permissions that a policy would name: folders and log groups, not each file."""

from __future__ import annotations

from typing import Any

from scripts.calls import permissions

ROLE = "arn:aws:iam::123456789012:role/loader"


def _call(action: str, *resources: str, count: int = 1) -> dict[str, Any]:
    return {"role": ROLE, "action": action, "resources": list(resources), "count": count}


def test_the_files_of_a_folder_are_one_line() -> None:
    found = permissions(
        [
            _call("s3:PutObject", "arn:aws:s3:::work/temp/run-1/part-0", count=2),
            _call("s3:PutObject", "arn:aws:s3:::work/temp/run-2/part-0"),
            _call("s3:PutObject", "arn:aws:s3:::work/one.json"),
        ]
    )

    assert found == [
        ("loader", "s3:PutObject", "arn:aws:s3:::work/one.json", "1"),
        ("loader", "s3:PutObject", "arn:aws:s3:::work/temp/…", "3"),
    ]


def test_the_streams_of_a_log_group_are_one_line_and_each_resource_of_a_call_has_its_own() -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws-glue/jobs/output"
    glue = "arn:aws:glue:us-east-1:123456789012:"

    found = permissions(
        [
            _call("logs:PutLogEvents", f"{group}:log-stream:jr_1"),
            _call("logs:PutLogEvents", f"{group}:log-stream:jr_2"),
            _call("glue:GetConnection", f"{glue}catalog", f"{glue}connection/c"),
        ]
    )

    assert found == [
        ("loader", "glue:GetConnection", f"{glue}catalog", "1"),
        ("loader", "glue:GetConnection", f"{glue}connection/c", "1"),
        ("loader", "logs:PutLogEvents", f"{group}:…", "2"),
    ]
