"""A deploy to AWS never ends at a stack by mistake, and changes nothing that nobody agreed to."""

from __future__ import annotations

import io

import pytest
import typer

from scripts.console import CommandError
from scripts.deployment_target import confirm
from scripts.deployment_target import deployment_target as target_of


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "S"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_CONFIG_FILE", "/dev/null"),
    ):
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variable", "url", "service"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566", "sts"),
        ("AWS_ENDPOINT_URL_S3", "http://localhost:4566", "s3"),
        ("AWS_ENDPOINT_URL_CLOUDFORMATION", "http://[::1]:4566", "cloudformation"),
        ("AWS_ENDPOINT_URL", "http://localhost.localstack.cloud:4566", "sts"),
    ],
)
def test_a_profile_for_aws_does_not_end_at_a_stack(
    monkeypatch: pytest.MonkeyPatch, variable: str, url: str, service: str
) -> None:
    monkeypatch.setenv(variable, url)
    expected = rf"goes to AWS, but {service} would be asked at .*Next: unset AWS_ENDPOINT_URL"
    with pytest.raises(CommandError, match=expected), target_of("aws"):
        pytest.fail("it must not get here")


def test_without_a_terminal_and_without_yes_nothing_is_agreed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("123456789012\n"))
    with pytest.raises(CommandError, match=r"no terminal to confirm it on. Next: the same with --yes"):
        confirm("Deploy?", "123456789012", yes=False)


def test_yes_answers_for_whoever_has_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    confirm("Deploy?", "123456789012", yes=True)


@pytest.mark.parametrize(("typed", "agreed"), [("123456789012", True), ("y", False), ("", False)])
def test_on_a_terminal_only_the_whole_answer_counts(
    monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: typed)
    if agreed:
        confirm("Deploy?", "123456789012", yes=False)
    else:
        with pytest.raises(typer.Abort):
            confirm("Deploy?", "123456789012", yes=False)
