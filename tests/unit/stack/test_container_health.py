from __future__ import annotations

import time
from dataclasses import replace

import pytest

from emulator.stack import healthcheck
from emulator.stack.healthcheck import main, missing
from emulator.stack.parts import Part, part_named
from emulator.stack.settings import StackSettings

SETTINGS = StackSettings.from_environment({})


def part_with(answers: list[str]) -> Part:
    """A part whose probe gives these answers, the last one for ever."""
    return replace(part_named("redshift"), probe=lambda _: answers.pop(0) if len(answers) > 1 else answers[0])


def test_a_check_ends_as_soon_as_the_part_is_ready() -> None:
    began = time.monotonic()
    assert missing(part_with(["no answer", "no answer", ""]), SETTINGS) == ""
    assert time.monotonic() - began < 5


def test_a_check_says_what_is_missing_when_its_time_is_over() -> None:
    assert missing(part_with(["no answer"]), SETTINGS, waits_s=0.0) == "no answer"


@pytest.mark.parametrize(
    ("note", "status", "said"), [("", 0, "ready"), ("glue is not there yet", 1, "glue is not there yet")]
)
def test_the_exit_status_tells_docker(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], note: str, status: int, said: str
) -> None:
    monkeypatch.setattr(healthcheck, "missing", lambda *_: note)
    assert main(["localstack"]) == status
    assert capsys.readouterr().out.strip() == said


def test_an_unknown_part_is_not_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spark"]) == 1
    assert "'spark'" in capsys.readouterr().out
