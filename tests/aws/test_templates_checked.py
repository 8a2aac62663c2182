"""What can be known of the templates without an AWS account and without a stack.

That the job's script needs nothing but what Glue 5.1 has on its path is proved by every run of the worker
(tests/contract/worker/test_worker_python_packages.py: each has the packages of AWS's list and no others).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import warehouse_sql
from tests.aws.template_files import (
    DEFINITION,
    PIPELINE,
    PIPELINE_DIR,
    TEMPLATES,
    WAREHOUSE,
    findings,
    read_template,
    run_check,
)

LARGEST_TEMPLATE_BODY_BYTES = 51_200
REGION = "us-east-1"
TEMPLATE_NAMES = [path.stem for path in TEMPLATES]


def machine_template(definition: str, path: Path) -> Path:
    """A template with this state machine in it: cfn-lint then checks states and fields by its schema."""
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/r", "Definition": json.loads(definition)}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    path.write_text(json.dumps({"Resources": {"Machine": machine}}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Beside the real ones: templates of the state machine, a broken one, and a bucket open to the world."""
    folder = tmp_path_factory.mktemp("templates")
    definition = DEFINITION.read_text(encoding="utf-8")
    public = {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}
    bucket = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Bucket": public}}
    (folder / "public.json").write_text(json.dumps(bucket), encoding="utf-8")
    broken = definition.replace('"ResultPath"', '"ResultPaths"', 1)
    return {
        "machine": machine_template(definition, folder / "machine.json"),
        "broken machine": machine_template(broken, folder / "broken.json"),
        "public bucket": folder / "public.json",
    }


@pytest.fixture(scope="module")
def linted(made: dict[str, Path]) -> dict[str, list[str]]:
    """What cfn-lint, which takes seconds to start, says of each template, by file name."""
    files = [*TEMPLATES, made["machine"], made["broken machine"]]
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", REGION, "--format", "json", "--"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {path.name: [] for path in files}
    for match in json.loads(done.stdout):
        found[Path(match["Filename"]).name].append(f"{match['Rule']['Id']} {match['Message']}")
    return found


@pytest.fixture(scope="module")
def scanned(check_packages: Path, made: dict[str, Path]) -> dict[str, list[dict[str, Any]]]:
    """checkov's results on all templates by outcome (`failed_checks`, `skipped_checks`, `passed_checks`)."""
    files = [item for path in (*TEMPLATES, made["public bucket"]) for item in ("-f", str(path))]
    options = ("--framework", "cloudformation", "--output", "json", "--skip-download")
    done = run_check(check_packages, "-m", "checkov.main", *files, *options)
    assert done.stdout, done.stderr[-4000:]
    results: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)["results"]
    return results


def of_template(found: list[dict[str, Any]], template: Path) -> list[dict[str, Any]]:
    return [one for one in found if Path(one["file_path"]).name == template.name]


@pytest.mark.process
@pytest.mark.parametrize("template", TEMPLATES, ids=TEMPLATE_NAMES)
def test_cfn_lint_finds_nothing_and_is_told_to_ignore_nothing(
    linted: dict[str, list[str]], template: Path
) -> None:
    assert linted[template.name] == []
    assert "cfn-lint" not in template.read_text(encoding="utf-8")


@pytest.mark.process
def test_the_state_machine_follows_the_schema_of_the_states_language(linted: dict[str, list[str]]) -> None:
    assert linted["machine.json"] == []
    assert any("ResultPaths" in line for line in linted["broken.json"])


@pytest.mark.process
@pytest.mark.parametrize("template", TEMPLATES, ids=TEMPLATE_NAMES)
def test_checkov_finds_nothing_but_what_the_template_explains(
    scanned: dict[str, list[dict[str, Any]]], template: Path
) -> None:
    failed = of_template(scanned["failed_checks"], template)
    assert [(found["check_id"], found["resource"]) for found in failed] == []
    for found in of_template(scanned["skipped_checks"], template):
        assert len(found["check_result"]["suppress_comment"]) > 40, found["check_id"]
    assert of_template(scanned["passed_checks"], template)


@pytest.mark.process
def test_checkov_sees_a_bucket_that_the_world_may_read(
    scanned: dict[str, list[dict[str, Any]]], made: dict[str, Path]
) -> None:
    failed = of_template(scanned["failed_checks"], made["public bucket"])
    assert "CKV_AWS_20" in {found["check_id"] for found in failed}


@pytest.mark.parametrize("template", TEMPLATES, ids=TEMPLATE_NAMES)
def test_a_template_can_be_sent_without_a_bucket(template: Path) -> None:
    assert template.stat().st_size <= LARGEST_TEMPLATE_BODY_BYTES


@pytest.mark.process
def test_the_sql_is_redshifts(check_packages: Path) -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in PIPELINE_DIR.glob("*.sql")}
    scripts["delete_files"] = warehouse_sql.delete_files(["s3://raw/a.csv", "s3://raw/b'c.csv"])
    scripts["copy_csv"] = warehouse_sql.copy_csv(
        warehouse_sql.FACT_TABLE, ["a", "b"], "s3://work/temp/part-", "arn:aws:iam::123456789012:role/copy"
    )
    assert len(scripts) >= 4
    broken = {"broken": "CREATE TABLE t (a BIGINT ENCODE) DISTSTYLE"}
    found = findings(check_packages, "parse_sql.py", {**scripts, **broken})
    assert {name for name, problems in found.items() if problems} == {"broken"}


def test_no_secret_is_an_argument_of_the_job_or_a_value_in_a_template() -> None:
    job = read_template(PIPELINE)["Resources"]["Job"]["Properties"]
    assert "Password" not in json.dumps(job)
    assert "Secret" not in json.dumps(job)
    parameters = read_template(PIPELINE)["Parameters"] | read_template(WAREHOUSE)["Parameters"]
    passwords = {name: facts for name, facts in parameters.items() if "Password" in name}
    assert passwords.keys() == {"WarehousePassword"}
    assert all(facts["NoEcho"] and not facts["Default"] for facts in passwords.values())


def test_what_the_job_runs_on_is_as_the_runbook_says() -> None:
    job = read_template(PIPELINE)["Resources"]["Job"]["Properties"]
    assert (job["GlueVersion"], job["MaxRetries"]) == ("5.1", 0)
    assert read_template(PIPELINE)["Parameters"]["WorkerType"]["Default"] == "G.1X"
    arguments = job["DefaultArguments"]
    assert arguments["--job-bookmark-option"] == "job-bookmark-enable"
    assert arguments["--enable-metrics"] == arguments["--enable-continuous-cloudwatch-log"] == "true"


def test_the_warehouses_outputs_are_parameters_of_the_pipeline() -> None:
    told_by_the_service = {"WorkgroupName", "NamespaceName"}
    outputs = read_template(WAREHOUSE)["Outputs"].keys() - told_by_the_service
    assert outputs <= read_template(PIPELINE)["Parameters"].keys()


def test_both_templates_give_the_copy_role_the_same_rights() -> None:
    own = json.dumps(read_template(PIPELINE)["Resources"]["CopyRole"]["Properties"]["Policies"])
    bucket = "arn:${AWS::Partition}:s3:::${Prefix}-%s-${AWS::AccountId}-${AWS::Region}"
    work, artifacts = bucket % "work", bucket % "artifacts"
    own = own.replace('{"Fn::GetAtt": ["WorkBucket", "Arn"]}', json.dumps({"Fn::Sub": work}))
    own = own.replace("${WorkBucket.Arn}", work).replace(
        "arn:${AWS::Partition}:s3:::${ArtifactBucket}", artifacts
    )
    assert json.loads(own) == read_template(WAREHOUSE)["Resources"]["CopyRole"]["Properties"]["Policies"]
