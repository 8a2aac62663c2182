"""The GitHub workflows: sound, pinned, with no more rights than they need, and calling only what is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
GUIDE = ROOT / "docs" / "ci.md"
CACHE = Path("~/.cache/tarmac-tests/bin").expanduser()
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
BY_RELEASE = re.compile(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
in_each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


@pytest.mark.process
def test_actionlint_finds_nothing() -> None:
    assert _lint(*WORKFLOWS) == ""


@pytest.mark.process
def test_actionlint_finds_nothing_in_the_workflow_that_the_documents_show(tmp_path: Path) -> None:
    file = tmp_path / "integration.yml"
    file.write_text(_shown_workflow())
    assert _lint(file) == ""


@pytest.mark.process
def test_actionlint_sees_a_property_that_a_context_does_not_have(tmp_path: Path) -> None:
    file = tmp_path / "integration.yml"
    file.write_text(_shown_workflow().replace("runner.os", "runner.system"))
    assert 'property "system" is not defined' in _lint(file)


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda path: str(path.relative_to(ROOT)))
def test_actions_of_others_are_pinned_by_the_commit_of_a_release(file: Path) -> None:
    used = [line.strip(" -") for line in file.read_text().splitlines() if "uses:" in line]
    foreign = [line for line in used if not line.startswith("uses: ./")]
    assert foreign
    assert [line for line in foreign if not BY_RELEASE.fullmatch(line)] == []


def test_an_action_has_the_same_commit_everywhere() -> None:
    texts = "\n".join(file.read_text() for file in (*WORKFLOWS, *ACTIONS, GUIDE))
    pins = set(re.findall(r"uses: ([\w-]+/[\w/-]+)@(\S+)", texts))
    assert len(pins) == len({name for name, _ in pins})


@in_each_workflow
def test_every_job_has_a_time_limit(workflow: Path) -> None:
    unlimited = [name for name, job in _parsed(workflow)["jobs"].items() if "timeout-minutes" not in job]
    assert unlimited == []


@in_each_workflow
def test_the_workflow_itself_may_only_read_the_repository(workflow: Path) -> None:
    assert _parsed(workflow)["permissions"] == {"contents": "read"}


@in_each_workflow
def test_a_job_that_may_become_a_role_can_write_nothing_on_github(workflow: Path) -> None:
    for name, job in _parsed(workflow)["jobs"].items():
        rights = job.get("permissions", {"contents": "read"})
        if rights.get("id-token") == "write":
            assert rights == {"contents": "read", "id-token": "write"}, name
            assert "environment" in job, f"{name}: the role trusts an environment"


@in_each_workflow
def test_no_checkout_leaves_its_token_behind(workflow: Path) -> None:
    checkouts = [step for step in _steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@in_each_workflow
def test_every_verb_of_make_that_it_calls_exists(workflow: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    scripts = "\n".join(step["run"] for step in _steps(workflow) if "run" in step)
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", scripts)) - targets == set()


@in_each_workflow
def test_no_script_has_an_expression_in_its_text(workflow: Path) -> None:
    """What GitHub pastes into a script is run as a part of it; values go through the environment."""
    assert [step["run"] for step in _steps(workflow) if "${{" in step.get("run", "")] == []


def _shown_workflow() -> str:
    """The first whole workflow in docs/ci.md."""
    found = re.search(r"```yaml\n(name: .*?)```", GUIDE.read_text(), re.DOTALL)
    assert found
    return found[1]


def _lint(*files: Path) -> str:
    """What actionlint has to say."""
    command = [_actionlint(), "-color=false", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (done.stdout + done.stderr == "")
    return done.stdout + done.stderr


def _parsed(workflow: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(workflow.read_text())
    return parsed


def _steps(workflow: Path) -> Iterator[dict[str, Any]]:
    for job in _parsed(workflow)["jobs"].values():
        yield from job["steps"]


def _actionlint() -> str:
    """The program of the PATH, else one built by go once; skips the test where neither can be had."""
    built = CACHE / ACTIONLINT.rpartition("@")[2] / "actionlint"
    if found := shutil.which("actionlint") or shutil.which(built):
        return found
    go = shutil.which("go")
    if go is None:
        pytest.skip("neither actionlint nor go, which builds it, is on this machine")
    done = subprocess.run(
        [go, "install", ACTIONLINT],
        env={**os.environ, "GOBIN": str(built.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"go can't build actionlint: {' '.join(done.stderr.split())[-300:]}")
    return str(built)
