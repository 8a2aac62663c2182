"""State machines over Glue and its neighbours, fact by fact as in aws-semantics.md §E."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.clients.machines import DONE, ROLE, Machines, task, unique

JSONATA = {"QueryLanguage": "JSONata"}
RUN = "glue:startJobRun"
RUN_SYNC = "glue:startJobRun.sync"
SDK = "aws-sdk:glue"
MANY_AT_ONCE = {"ExecutionProperty": {"MaxConcurrentRuns": 5}}
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


@pytest.fixture(scope="module")
def fine(machines: Machines) -> str:
    return machines.job("print('fine')", DefaultArguments={"--default": "d"}, **MANY_AT_ONCE)


@pytest.fixture(scope="module")
def broken(machines: Machines) -> str:
    return machines.job("raise ValueError('the wheel is off')", **MANY_AT_ONCE)


@pytest.fixture(scope="module")
def crawler(machines: Machines) -> str:
    """A crawler over one partition, with a database of the same name."""
    name = unique("crawler").replace("-", "_")
    machines.sandbox.client("s3").put_object(Bucket=machines.bucket, Key="in/day=1/a.csv", Body=b"a,b\n1,2\n")
    machines.glue.create_database(DatabaseInput={"Name": name})
    targets = {"S3Targets": [{"Path": f"s3://{machines.bucket}/in/"}]}
    machines.glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets=targets)
    return name


def jsonata(resource: str, given: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return task(resource, given, **JSONATA, **fields)


def cause_of(machines: Machines, state: dict[str, Any], given: Any = None, **top: Any) -> str:
    """Why a machine of one state fails."""
    return machines.failure({"A": state}, given, **top)[1]


# startJobRun


def test_sync_puts_out_get_job_runs_object_with_the_runs_own_arguments(machines: Machines, fine: str) -> None:
    given = {"JobName": fine, "Arguments": {"--day.$": "$.day"}}
    output = machines.output({"A": task(RUN_SYNC, given)}, {"day": "2026-01-02"})
    shown = machines.glue.get_job_run(JobName=fine, RunId=output["Id"])["JobRun"]
    assert set(output) == set(shown)
    assert (output["JobName"], output["JobRunState"]) == (fine, "SUCCEEDED")
    assert output["Arguments"] == {"--day": "2026-01-02"}
    times = ("StartedOn", "CompletedOn", "LastModifiedOn")
    assert {name: output[name] for name in times} == {
        name: int(shown[name].timestamp() * 1000) for name in times
    }


def test_without_sync_the_output_is_name_and_run_id(machines: Machines, fine: str) -> None:
    output = machines.output({"A": task(RUN, {"JobName": fine})})
    assert set(output) == {"JobName", "JobRunId"}
    assert re.fullmatch("jr_[0-9a-f]{64}", output["JobRunId"])


def test_sync_in_jsonata_has_the_run_as_states_result(machines: Machines, fine: str) -> None:
    state = jsonata(
        RUN_SYNC,
        {"JobName": "{% $states.input.job %}"},
        Assign={"state": "{% $states.result.JobRunState %}"},
        Output={"took": "{% $states.result.CompletedOn - $states.result.StartedOn >= 0 %}"},
        Next="B",
    )
    last = {"Type": "Pass", "Output": "{% $merge([$states.input, {'state': $state}]) %}", "End": True}
    output = machines.output({"A": state, "B": last}, {"job": fine}, **JSONATA)
    assert output == {"took": True, "state": "SUCCEEDED"}


def test_a_failed_run_in_jsonata_is_parsed_from_the_cause(machines: Machines, broken: str) -> None:
    said = "{% $parse($states.errorOutput.Cause).ErrorMessage %}"
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Output": said, "Next": "B"}]
    states = {"A": jsonata(RUN_SYNC, {"JobName": broken}, Catch=catch), "B": DONE}
    assert "ValueError: the wheel is off" in machines.output(states, **JSONATA)


def test_a_refused_start_names_glues_exception_and_the_request(machines: Machines) -> None:
    error, cause = machines.failure({"A": task(RUN, {"JobName": "nobody"})})
    assert error == "Glue.EntityNotFoundException"
    assert re.fullmatch(
        r"Failed to start job run due to missing metadata \(Service: AWSGlue; Status Code: 400; "
        r"Error Code: EntityNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)",
        cause,
    )


def test_a_run_over_the_limit_is_retried_by_name_until_there_is_room(machines: Machines) -> None:
    job = machines.job("import threading\nthreading.Event().wait(2)")
    retry = [
        {"ErrorEquals": ["Glue.ConcurrentRunsExceededException"], "IntervalSeconds": 1, "MaxAttempts": 20}
    ]
    branch = {"StartAt": "R", "States": {"R": task(RUN_SYNC, {"JobName": job}, Retry=retry)}}
    output = machines.output({"A": {"Type": "Parallel", "Branches": [branch, branch], "End": True}})
    assert [run["JobRunState"] for run in output] == ["SUCCEEDED", "SUCCEEDED"]
    assert len(machines.runs(job)) == 2


def test_task_failed_does_not_match_a_timeout_and_states_all_does(machines: Machines) -> None:
    job = machines.job("import threading\nthreading.Event().wait(30)", **MANY_AT_ONCE)

    def caught_by(name: str) -> dict[str, Any]:
        catch = [{"ErrorEquals": [name], "ResultPath": "$.error", "Next": "B"}]
        state = task(RUN_SYNC, {"JobName": job}, TimeoutSeconds=1, Catch=catch)
        return machines.execute({"A": state, "B": DONE})

    refused = caught_by("States.TaskFailed")
    assert (refused["status"], refused["error"]) == ("FAILED", "States.Timeout")
    assert caught_by("States.ALL")["output"]["error"]["Error"] == "States.Timeout"
    assert caught_by("States.Timeout")["status"] == "SUCCEEDED"


def test_a_catch_with_a_result_path_keeps_the_input(machines: Machines, broken: str) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "B"}]
    output = machines.output({"A": task(RUN_SYNC, {"JobName": broken}, Catch=catch), "B": DONE}, {"day": "x"})
    assert set(output) == {"day", "error"}
    assert set(output["error"]) == {"Error", "Cause"}


def test_retry_is_evaluated_before_catch(machines: Machines) -> None:
    job = machines.job("raise SystemExit(3)")
    state = task(
        RUN_SYNC,
        {"JobName": job},
        Retry=[{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}],
    )
    machines.output({"A": state, "B": DONE})
    assert len(machines.runs(job)) == 2


def test_a_map_runs_the_job_for_each_item(machines: Machines, fine: str) -> None:
    given = {"JobName": fine, "Arguments": {"--day.$": "$.day"}}
    run = task(RUN_SYNC, given, ResultSelector={"day.$": "$.Arguments['--day']"})
    each = {
        "Type": "Map",
        "ItemsPath": "$.days",
        "MaxConcurrency": 2,
        "ItemSelector": {"day.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "R", "States": {"R": run}},
        "End": True,
    }
    assert machines.output({"A": each}, {"days": ["a", "b"]}) == [{"day": "a"}, {"day": "b"}]


# aws-sdk:glue


def test_a_crawler_is_started_and_polled_until_it_is_ready(machines: Machines, crawler: str) -> None:
    wait = {"Type": "Wait", "Seconds": 1, "Next": "Get"}
    ready = {"Variable": "$.crawl.Crawler.State", "StringEquals": "READY", "Next": "Table"}
    states = {
        "Start": task(f"{SDK}:startCrawler", {"Name": crawler}, ResultPath=None, Next="Wait"),
        "Wait": wait,
        "Get": task(f"{SDK}:getCrawler", {"Name": crawler}, ResultPath="$.crawl", Next="Ready?"),
        "Ready?": {"Type": "Choice", "Choices": [ready], "Default": "Wait"},
        "Table": task(f"{SDK}:getTable", {"DatabaseName": crawler, "Name": "in"}),
    }
    table = machines.output(states)["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["a", "b"]
    assert ISO.fullmatch(table["CreateTime"])


def test_sdk_outputs_are_in_pascal_case_with_times_as_text(machines: Machines, fine: str) -> None:
    machines.output({"A": task(RUN_SYNC, {"JobName": fine})})
    runs = machines.output({"A": task(f"{SDK}:getJobRuns", {"JobName": fine, "MaxResults": 1})})["JobRuns"]
    assert ISO.fullmatch(runs[0]["StartedOn"])
    assert all(name[0].isupper() for name in runs[0])


def test_partitions_are_created_in_batches_and_their_errors_are_output(
    machines: Machines, crawler: str
) -> None:
    database = {"DatabaseName": crawler, "TableName": "made"}
    columns = {"Columns": [{"Name": "a", "Type": "string"}]}
    keys = [{"Name": "day", "Type": "string"}]
    table = {"Name": "made", "StorageDescriptor": columns, "PartitionKeys": keys}
    machines.glue.create_table(DatabaseName=crawler, TableInput=table)
    given = {**database, "PartitionInputList": [{"Values": ["1"], "StorageDescriptor": columns}]}
    states = {
        "A": task(f"{SDK}:batchCreatePartition", given, Next="B"),
        "B": task(f"{SDK}:batchCreatePartition", given),
    }
    errors = machines.output(states)["Errors"]
    assert errors[0]["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"


def test_triggers_and_workflow_runs_are_started(machines: Machines, fine: str) -> None:
    name = unique("flow")
    machines.glue.create_workflow(Name=name)
    machines.glue.create_trigger(
        Name=name, WorkflowName=name, Type="ON_DEMAND", Actions=[{"JobName": fine, "Arguments": {}}]
    )
    alone = unique("alone")
    machines.glue.create_trigger(Name=alone, Type="ON_DEMAND", Actions=[{"JobName": fine}])
    states = {
        "A": task(f"{SDK}:startTrigger", {"Name": alone}, ResultPath="$.trigger", Next="B"),
        "B": task(f"{SDK}:startWorkflowRun", {"Name": name}, ResultPath="$.flow"),
    }
    output = machines.output(states)
    assert output["trigger"] == {"Name": alone}
    assert machines.glue.get_workflow_run(Name=name, RunId=output["flow"]["RunId"])["Run"]["Name"] == name


@pytest.mark.parametrize(
    ("action", "given", "error"),
    [
        ("startCrawler", {"Name": "nobody"}, "Glue.EntityNotFoundException"),
        ("getTable", {"DatabaseName": "nobody", "Name": "nothing"}, "Glue.EntityNotFoundException"),
        ("stopCrawler", {"Name": "nobody"}, "Glue.EntityNotFoundException"),
        ("startJobRun", {"JobName": "nobody"}, "Glue.EntityNotFoundException"),
        ("createDatabase", {"DatabaseInput": {"Name": "x" * 256}}, "Glue.ValidationException"),
    ],
)
def test_an_sdk_error_has_its_name_and_the_request(
    machines: Machines, action: str, given: dict[str, Any], error: str
) -> None:
    met, cause = machines.failure({"A": task(f"{SDK}:{action}", given)})
    assert met == error
    assert re.search(r" \(Service: Glue, Status Code: 400, Request ID: [0-9a-f-]{36}\)$", cause)


def test_a_crawler_that_is_not_running_is_named_so(machines: Machines, crawler: str) -> None:
    states = {"A": task(f"{SDK}:stopCrawler", {"Name": crawler})}
    assert machines.failure(states)[0] == "Glue.CrawlerNotRunningException"


# JSONata


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({"Type": "Pass", "Output": "{% $states.input.x %}"}, "Output"),
        ({"Type": "Pass", "Output": {"a": {"b": [1, "{% $states.input.x %}"]}}}, "Output/a/b[1]"),
        ({"Type": "Pass", "Assign": {"JobRunState": "{% $states.input.x %}"}}, "Assign/JobRunState"),
        ({"Type": "Wait", "Seconds": "{% $states.input.x %}"}, "Seconds"),
        (jsonata(RUN, {"JobName": "{% $states.input.x %}"}), "Arguments/JobName"),
    ],
)
def test_an_expression_that_yields_nothing_names_its_field(
    machines: Machines, state: dict[str, Any], field: str
) -> None:
    error, cause = machines.failure({"A": {**state, "End": True}}, **JSONATA)
    assert error == "States.QueryEvaluationError"
    assert cause == (
        "An error occurred while executing the state 'A' (entered at the event id #2). "
        f"The JSONata expression '$states.input.x' specified for the field '{field}' "
        "returned nothing (undefined)."
    )


def test_an_expression_that_throws_names_its_field_and_can_be_caught(machines: Machines) -> None:
    catch = [
        {"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% $states.errorOutput %}", "Next": "B"}
    ]
    state = jsonata(RUN, {"JobName": "{% $sum('x') %}"}, Catch=catch)
    caught = machines.output({"A": state, "B": DONE}, **JSONATA)
    assert caught["Error"] == "States.QueryEvaluationError"
    assert "'$sum('x')' specified for the field 'Arguments/JobName' threw an error" in caught["Cause"]
    assert "T0412: " in caught["Cause"]


def test_a_condition_that_is_no_boolean_names_its_choice(machines: Machines) -> None:
    rules = [{"Condition": "{% false %}", "Next": "B"}, {"Condition": "{% 4 %}", "Next": "B"}]
    error, cause = machines.failure(
        {"A": {"Type": "Choice", "Choices": rules, "Default": "B"}, "B": DONE}, **JSONATA
    )
    assert error == "States.QueryEvaluationError"
    assert "specified for the field 'Choices[1]/Condition' returned an unexpected result type" in cause


# Paths, choices, limits


def test_a_path_that_is_missing_names_its_field(machines: Machines) -> None:
    cause = cause_of(machines, task(RUN, {"JobName.$": "$.nope"}), {"a": 1})
    assert (
        "The JSONPath '$.nope' specified for the field 'JobName.$' could not be found in the input" in cause
    )


def test_a_choice_without_a_match_ends_the_execution(machines: Machines) -> None:
    rule = {"Variable": "$.n", "NumericEquals": 5, "Next": "B"}
    states = {"A": {"Type": "Choice", "Choices": [rule]}, "B": DONE}
    error, cause = machines.failure(states, {"n": 4})
    assert (error, cause.endswith("The state does not point to a next state.")) == ("States.Runtime", True)
    assert "Invalid path '$.n': The choice state's condition path" in machines.failure(states, {})[1]


def test_is_present_guards_a_variable_that_may_be_missing(machines: Machines) -> None:
    both = [{"Variable": "$.n", "IsPresent": True}, {"Variable": "$.n", "NumericEquals": 5}]
    choice = {"Type": "Choice", "Choices": [{"And": both, "Next": "B"}], "Default": "C"}
    machines.output({"A": choice, "B": DONE, "C": DONE})


def test_the_context_object_has_times_with_milliseconds(machines: Machines) -> None:
    given = {"start.$": "$$.Execution.StartTime", "entered.$": "$$.State.EnteredTime"}
    output = machines.output({"A": {"Type": "Pass", "Parameters": given, "End": True}})
    assert all(ISO.fullmatch(text) for text in output.values()), output


def test_a_result_of_more_than_256_kib_ends_the_execution(machines: Machines) -> None:
    key = "large.txt"
    machines.sandbox.client("s3").put_object(Bucket=machines.bucket, Key=key, Body=b"x" * 300_000)
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    state = task("aws-sdk:s3:getObject", {"Bucket": machines.bucket, "Key": key}, Catch=catch)
    error, cause = machines.failure({"A": state, "B": DONE})
    assert error == "States.DataLimitExceeded"
    assert "exceeding the maximum number of bytes service limit" in cause


def test_an_execution_that_takes_too_long_times_out_as_a_whole(machines: Machines) -> None:
    wait = {"Type": "Wait", "Seconds": 20, "End": True}
    assert machines.execute({"A": wait}, TimeoutSeconds=1)["status"] == "TIMED_OUT"
