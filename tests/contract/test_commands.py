"""The command's verbs on a running stack: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.stack.client_environment import export_lines
from emulator.stack.sandbox import Sandbox
from scripts.demo_checks import AIRPORTS
from scripts.pipeline_deployment import PipelineTarget, deploy_pipeline, find_pipeline
from seed_data.expected import expected_counts

SAMPLE_DAYS = Path(__file__).parents[2] / "seed_data" / "sample_days"
TIMEOUT_S = 240
HEADER = "Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay\n"

PIPELINE = {"TARMAC_PIPELINE": "flights-pipeline"}  # other tests of the session deploy theirs

Tarmac = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tarmac(sandbox: Sandbox) -> Tarmac:
    """Runs a verb against the sandbox, with its output piped."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from scripts.tarmac import app; app()", *arguments],
            env={**sandbox.settings.process_environment(""), "STACK": sandbox.stack.kind, **PIPELINE},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def target(sandbox: Sandbox) -> PipelineTarget:
    deploy_pipeline(sandbox.settings, lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PIPELINE.items():
            patch.setenv(name, value)
        return find_pipeline(sandbox.settings)


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demo_passes_twice_and_the_second_says_what_it_found(
    tarmac: Tarmac, target: PipelineTarget
) -> None:
    first = tarmac("demo")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "as counted from the files themselves" in first.stdout
    second = tarmac("demo")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "The stack was running already." in second.stdout
    assert "The warehouse already holds" in second.stdout
    wanted = expected_counts(sorted(SAMPLE_DAYS.rglob("*.csv")), AIRPORTS)
    assert f"{wanted.loaded} flights, {wanted.rejected} quarantined rows, 3 messages" in second.stdout


def test_a_good_file_is_followed_to_its_end(tarmac: Tarmac, target: PipelineTarget, tmp_path: Path) -> None:
    path = tmp_path / "year=2026" / "month=10" / "day=01" / "good one.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + "AA,10397,11292,5,-3\n")
    done = tarmac("drop", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "year=2026/month=10/day=01/good one.csv" in done.stdout
    assert "TriggerGlueJob" in done.stdout
    assert "SUCCEEDED" in done.stdout


def test_a_file_whose_load_fails_ends_the_command_with_its_reason(
    tarmac: Tarmac, target: PipelineTarget, tmp_path: Path, sandbox: Sandbox
) -> None:
    path = tmp_path / "year=2026" / "month=10" / "day=02" / "bad.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + "AA,1,2,x,y\n" * 5)
    done = tarmac("drop", str(path))
    sandbox.client("s3").delete_object(
        Bucket=target.raw_bucket, Key=f"{target.raw_prefix}{path.relative_to(tmp_path)}"
    )
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "make logs RUN=jr_" in done.stderr


def test_runs_show_the_files_that_one_read(tarmac: Tarmac, target: PipelineTarget) -> None:
    found = answer(tarmac("runs", "--json"))
    newest = found["job_runs"][0]
    assert found["executions"][0]["object"].startswith(target.raw_prefix)
    one = answer(tarmac("runs", newest["run_id"], "--json"))
    assert one["run_id"] == newest["run_id"]
    assert newest["run_id"] in tarmac("runs").stdout
    assert tarmac("logs", "--run", newest["run_id"]).returncode == 0


def test_status_names_every_part_and_every_resource(tarmac: Tarmac, target: PipelineTarget) -> None:
    found = answer(tarmac("status", "--json"))
    assert {part["state"] for part in found["parts"]} == {"ready"}
    types = {resource["type"] for resource in found["resources"]}
    assert {"AWS::Glue::Job", "AWS::StepFunctions::StateMachine", "AWS::S3::Bucket"} <= types


def test_query_and_alerts_answer_a_program(tarmac: Tarmac, target: PipelineTarget) -> None:
    assert tarmac("query", "SELECT 1 AS a, 'x' AS b").stdout == "a\tb\n1\tx\n"
    assert answer(tarmac("query", "--json", "SELECT 1 AS a")) == [{"a": 1}]
    assert {"time", "topic_arn", "subject", "message"} <= set(answer(tarmac("alerts", "--json"))[0])


def test_bad_sql_is_told_in_a_line(tarmac: Tarmac) -> None:
    done = tarmac("query", "SELECT * FROM no_such_table")
    assert done.returncode == 1
    assert done.stderr.startswith("tarmac: The warehouse refused the statement:")
    assert "no_such_table" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_deploying_again_changes_nothing(tarmac: Tarmac, target: PipelineTarget) -> None:
    done = tarmac("deploy")
    assert done.returncode == 0, done.stderr
    assert target.raw_bucket in done.stdout


def test_the_environments_lines_are_all_that_psql_and_the_aws_cli_need(sandbox: Sandbox) -> None:
    script = [
        *export_lines(sandbox.settings),
        f'"{Path(sys.executable).parent}/aws" sts get-caller-identity --query Account --output text',
        'command -v psql >/dev/null && psql -X -At -c "SELECT 41 + 1" || echo 42',
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG"))}
    done = subprocess.run(
        ["sh", "-c", "\n".join(script)], env=kept, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["000000000000", "42"], done.stderr
