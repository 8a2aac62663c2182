"""AWS::Glue::Workflow and AWS::Glue::Trigger: created, changed in place, replaced and deleted."""

from __future__ import annotations

import json
from typing import Any

from emulator.stack.waiting import wait_until
from tests.contract.glue_api.gateway import GlueBench

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"}


IN_WORKFLOW = {"Ref": "Workflow"}


def template(bench: GlueBench, hour: int, text: str, then: Any = IN_WORKFLOW) -> str:
    """A workflow of two jobs: one on schedule, then the other after the first has succeeded."""
    condition = {"LogicalOperator": "EQUALS", "JobName": {"Ref": "First"}, "State": "SUCCEEDED"}
    start = {
        "Name": f"{bench.name}-start",
        "Type": "SCHEDULED",
        "Schedule": f"cron(0 {hour} * * ? *)",
        "WorkflowName": {"Ref": "Workflow"},
        "Actions": [{"JobName": {"Ref": "First"}, "Arguments": {"--number": 3}, "Timeout": "5"}],
        "Tags": {"team": text},
    }
    second = {
        "Type": "CONDITIONAL",
        "StartOnCreation": True,
        "WorkflowName": then,
        "Actions": [{"JobName": {"Ref": "Second"}}],
        "Predicate": {"Conditions": [condition]},
    }
    workflow = {
        "Name": bench.name,
        "Description": text,
        "DefaultRunProperties": {"day": 1},
        "MaxConcurrentRuns": 2,
        "Tags": {"team": text},
    }
    job = {"Type": "AWS::Glue::Job", "Properties": {"Role": "r", "Command": COMMAND}}
    resources = {
        "First": job,
        "Second": job,
        "Workflow": {"Type": "AWS::Glue::Workflow", "Properties": workflow},
        "Start": {"Type": "AWS::Glue::Trigger", "Properties": start},
        "Then": {"Type": "AWS::Glue::Trigger", "Properties": second},
    }
    outputs = {name: {"Value": {"Ref": name}} for name in resources}
    return json.dumps({"Resources": resources, "Outputs": outputs})


def deploy(bench: GlueBench, body: str, update: bool = False) -> dict[str, str]:
    """The stack's outputs once it is complete."""
    cloudformation = bench.gateway.client("cloudformation")
    act = cloudformation.update_stack if update else cloudformation.create_stack
    act(StackName=bench.name, TemplateBody=body)

    def stack() -> Any:
        found = cloudformation.describe_stacks(StackName=bench.name)["Stacks"][0]
        return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

    found = wait_until(stack, 60, f"stack {bench.name} to come to rest")
    assert found["StackStatus"] == ("UPDATE_COMPLETE" if update else "CREATE_COMPLETE"), found
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def tags(bench: GlueBench, kind: str, name: str) -> dict[str, str]:
    arn = f"arn:aws:glue:us-east-1:000000000000:{kind}/{name}"
    found: dict[str, str] = bench.glue.get_tags(ResourceArn=arn)["Tags"]
    return found


def trigger_of(bench: GlueBench, name: str) -> dict[str, Any]:
    found: dict[str, Any] = bench.glue.get_trigger(Name=name)["Trigger"]
    return found


def test_a_workflow_and_its_triggers_are_created_changed_and_deleted(bench: GlueBench) -> None:
    outputs = deploy(bench, template(bench, 1, "one"))
    start, then = f"{bench.name}-start", outputs["Then"]
    assert (outputs["Workflow"], outputs["Start"]) == (bench.name, start)
    (action,) = trigger_of(bench, start)["Actions"]
    assert action == {"JobName": outputs["First"], "Arguments": {"--number": "3"}, "Timeout": 5}
    assert trigger_of(bench, start)["State"] == "CREATED"
    assert trigger_of(bench, then)["State"] == "ACTIVATED"
    workflow = bench.glue.get_workflow(Name=bench.name)["Workflow"]
    assert (workflow["DefaultRunProperties"], workflow["MaxConcurrentRuns"]) == ({"day": "1"}, 2)

    deploy(bench, template(bench, 2, "two"), update=True)
    assert trigger_of(bench, start)["Schedule"] == "cron(0 2 * * ? *)"
    assert bench.glue.get_workflow(Name=bench.name)["Workflow"]["Description"] == "two"
    for kind, name in (("trigger", start), ("workflow", bench.name)):
        assert tags(bench, kind, name) == {"team": "two"}

    bench.gateway.client("cloudformation").delete_stack(StackName=bench.name)
    names = [start, then]
    wait_until(lambda: not bench.glue.batch_get_triggers(TriggerNames=names)["Triggers"], 30, "no triggers")
    wait_until(lambda: bench.name not in bench.glue.list_workflows()["Workflows"], 30, "no workflow")


def test_a_trigger_without_name_is_replaced_when_it_leaves_its_workflow(bench: GlueBench) -> None:
    before = deploy(bench, template(bench, 1, "one"))["Then"]
    after = deploy(bench, template(bench, 1, "one", then={"Ref": "AWS::NoValue"}), update=True)["Then"]
    assert after != before
    assert "WorkflowName" not in trigger_of(bench, after)
    assert bench.glue.batch_get_triggers(TriggerNames=[before])["TriggersNotFound"] == [before]
