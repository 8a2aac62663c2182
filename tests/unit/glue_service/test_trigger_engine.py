"""Which trigger fires when, what it starts, how a workflow run goes; runs and crawls are ended by hand."""

from __future__ import annotations

import pytest

from emulator.glue_service.crawler_models import CrawlStatus
from emulator.glue_service.errors import EntityNotFound, InvalidInput
from emulator.glue_service.trigger_errors import IllegalWorkflowState, WorkflowRunsExceeded
from emulator.glue_service.workflow_graph import node_id
from tests.unit.glue_service.glue_doubles import SCOPE, Bench
from tests.unit.glue_service.trigger_bench import TriggerBench


@pytest.fixture
def tb(bench: Bench) -> TriggerBench:
    trigger_bench = TriggerBench(bench)
    for name in ("j1", "j2", "j3"):
        trigger_bench.job(name)
    return trigger_bench


def test_a_run_names_the_trigger_that_started_it(tb: TriggerBench) -> None:
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "j1", "j2"))
    response = tb.only_run("j1").as_response()
    assert (response["TriggerName"], response["PredecessorRuns"]) == ("t", [])
    assert tb.only_run("j2").trigger_name == "t"


def test_an_action_s_arguments_win_over_defaults_and_lose_to_non_overridable_ones(tb: TriggerBench) -> None:
    tb.job("j", DefaultArguments={"--a": "job", "--b": "job"}, NonOverridableArguments={"--c": "fixed"})
    action = {"JobName": "j", "Arguments": {"--b": "trigger", "--c": "trigger"}, "Timeout": 7}
    trigger = tb.trigger("t", "ON_DEMAND", "j", Actions=[action])
    tb.starts.by_trigger(SCOPE, trigger)
    run = tb.only_run("j")
    assert run.merged_arguments == {"--a": "job", "--b": "trigger", "--c": "fixed"}
    assert run.timeout_min == 7


def test_a_run_above_the_limit_is_created_and_fails(tb: TriggerBench) -> None:
    trigger = tb.trigger("t", "ON_DEMAND", "j1")
    tb.starts.by_trigger(SCOPE, trigger)
    tb.starts.by_trigger(SCOPE, trigger)
    first, second = tb.runs_of("j1")
    assert (first.state, second.state) == ("STARTING", "FAILED")
    assert second.error_message == "Max concurrent runs exceeded"


def test_a_run_above_the_limit_of_a_queueing_job_waits(tb: TriggerBench) -> None:
    tb.job("j", JobRunQueuingEnabled=True)
    trigger = tb.trigger("t", "ON_DEMAND", "j")
    tb.starts.by_trigger(SCOPE, trigger)
    tb.starts.by_trigger(SCOPE, trigger)
    assert [run.state for run in tb.runs_of("j")] == ["STARTING", "WAITING"]


def test_a_deleted_job_gives_a_run_in_error(tb: TriggerBench) -> None:
    trigger = tb.trigger("t", "ON_DEMAND", "j1")
    del tb.store.jobs["j1"]
    tb.starts.by_trigger(SCOPE, trigger)
    run = tb.only_run("j1")
    assert run.state == "ERROR"
    assert "was deleted" in run.error_message


def test_a_conditional_trigger_fires_when_all_conditions_are_met(tb: TriggerBench) -> None:
    tb.after("both", {"j1": "SUCCEEDED", "j2": "FAILED"}, "j3")
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "j1", "j2"))
    first = tb.end("j1")
    assert tb.runs_of("j3") == []
    second = tb.end("j2", "FAILED")
    assert tb.only_run("j3").as_response()["PredecessorRuns"] == [
        {"JobName": "j1", "RunId": first.run_id},
        {"JobName": "j2", "RunId": second.run_id},
    ]


def test_any_fires_on_the_first_condition_and_once(tb: TriggerBench) -> None:
    tb.after("any", {"j1": "SUCCEEDED", "j2": "SUCCEEDED"}, "j3", Logical="ANY")
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "j1", "j2"))
    tb.end("j1")
    tb.end("j2")
    assert len(tb.runs_of("j3")) == 1


@pytest.mark.parametrize("state", ["FAILED", "STOPPED", "TIMEOUT"])
def test_another_end_than_the_condition_s_fires_nothing(tb: TriggerBench, state: str) -> None:
    tb.after("next", {"j1": "SUCCEEDED"}, "j2")
    tb.after("other", {"j1": state}, "j3")
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "j1"))
    tb.end("j1", state)
    assert tb.runs_of("j2") == []
    assert len(tb.runs_of("j3")) == 1


def test_a_run_started_by_hand_fires_nothing(tb: TriggerBench) -> None:
    tb.after("next", {"j1": "SUCCEEDED"}, "j2")
    tb.bench.start(tb.store.jobs["j1"])
    tb.end("j1")
    assert tb.runs_of("j2") == []


def test_a_trigger_that_is_not_activated_does_not_fire(tb: TriggerBench) -> None:
    tb.after("next", {"j1": "SUCCEEDED"}, "j2").deactivate()
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "j1"))
    tb.end("j1")
    assert tb.runs_of("j2") == []


def test_a_condition_sees_the_last_attempt_of_a_run_that_is_retried(tb: TriggerBench) -> None:
    tb.job("flaky", MaxRetries=1)
    tb.after("on failure", {"flaky": "FAILED"}, "j2")
    tb.after("on success", {"flaky": "SUCCEEDED"}, "j3")
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "flaky"))
    tb.end("flaky", "FAILED")
    tb.end("flaky")
    assert tb.runs_of("j2") == []
    assert len(tb.runs_of("j3")) == 1


def test_a_crawler_s_end_starts_a_job_and_a_job_s_end_a_crawler(tb: TriggerBench) -> None:
    tb.after("after crawl", {"crawl": "SUCCEEDED"}, "j1")
    tb.after("after job", {"j1": "SUCCEEDED"}, "crawl again")
    tb.starts.by_trigger(SCOPE, tb.trigger("t", "ON_DEMAND", "crawl"))
    tb.end_crawl("crawl")
    tb.awaited("j1", 1)
    tb.end("j1")
    tb.end_crawl("crawl again")


def test_a_schedule_fires_at_its_times(tb: TriggerBench) -> None:
    trigger = tb.trigger("t", "SCHEDULED", "j1", Schedule="cron(0/5 * * * ? *)")
    due = tb.clock.next_moment()
    assert due == trigger.next_at
    assert due is not None
    tb.clock.check()
    assert tb.runs_of("j1") == []
    tb.bench.clock.turn(due.timestamp() - tb.bench.clock.read())
    tb.clock.check()
    tb.clock.check()
    assert len(tb.runs_of("j1")) == 1
    later = tb.clock.next_moment()
    assert later is not None
    assert (later - due).total_seconds() == 300


def test_a_stopped_schedule_does_not_fire(tb: TriggerBench) -> None:
    tb.trigger("t", "SCHEDULED", "j1", Schedule="cron(0/5 * * * ? *)").deactivate()
    tb.bench.clock.turn(3600)
    tb.clock.check()
    assert tb.runs_of("j1") == []
    assert tb.clock.next_moment() is None


# --- workflows


def make_chain(tb: TriggerBench) -> None:
    """w: start → j1 → (succeeded) → j2 → (succeeded) → j3"""
    tb.workflow("w", default_run_properties={"env": "test", "day": "1"})
    tb.trigger("start", "ON_DEMAND", "j1", WorkflowName="w")
    tb.after("second", {"j1": "SUCCEEDED"}, "j2", WorkflowName="w")
    tb.after("third", {"j2": "SUCCEEDED"}, "j3", WorkflowName="w")


def test_a_workflow_run_goes_through_its_triggers_and_completes(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {"day": "2"})
    assert run.properties == {"env": "test", "day": "2"}
    for name in ("j1", "j2", "j3"):
        assert run.status == "RUNNING"
        tb.end(name)
    tb.status_of(run, "COMPLETED")
    find = tb.bench.ledger.find_run
    response = run.as_response(find, with_graph=False)
    assert response["Statistics"] == {
        "TotalActions": 3,
        "SucceededActions": 3,
        "FailedActions": 0,
        "TimeoutActions": 0,
        "StoppedActions": 0,
        "ErroredActions": 0,
        "WaitingActions": 0,
        "RunningActions": 0,
    }
    assert response["CompletedOn"] >= response["StartedOn"]


def test_a_job_of_a_workflow_is_told_the_workflow_and_its_run(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {})
    expected = {"--WORKFLOW_NAME": "w", "--WORKFLOW_RUN_ID": run.chain_id}
    assert tb.only_run("j1").as_response()["Arguments"] == expected


def test_a_workflow_run_with_a_failed_job_is_completed_and_counts_it(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {})
    tb.end("j1", "FAILED")
    tb.status_of(run, "COMPLETED")
    assert run.statistics(tb.bench.ledger.find_run)["FailedActions"] == 1
    assert tb.runs_of("j2") == []


def test_triggers_within_a_workflow_and_outside_do_not_see_each_other_s_runs(tb: TriggerBench) -> None:
    make_chain(tb)
    tb.after("outside", {"j1": "SUCCEEDED"}, "j3")
    tb.starts.by_user(SCOPE, "w", {})
    tb.end("j1")
    assert len(tb.awaited("j2", 1)) == 1
    assert tb.runs_of("j3") == []
    tb.end("j2", "FAILED")
    tb.starts.by_trigger(SCOPE, tb.trigger("outside start", "ON_DEMAND", "j1"))
    tb.end("j1")
    assert len(tb.runs_of("j3")) == 1
    assert len(tb.runs_of("j2")) == 1


def test_a_run_above_the_workflow_s_limit_is_refused_to_users_and_an_error_for_triggers(
    tb: TriggerBench,
) -> None:
    workflow = tb.workflow("w", max_concurrent_runs=1)
    start = tb.trigger("start", "SCHEDULED", "j1", WorkflowName="w", Schedule="cron(0 0 * * ? *)")
    tb.starts.by_trigger(SCOPE, start)
    with pytest.raises(WorkflowRunsExceeded):
        tb.starts.by_user(SCOPE, "w", {})
    assert len(workflow.runs) == 1
    tb.starts.by_trigger(SCOPE, start)
    response = workflow.runs[-1].as_response(tb.bench.ledger.find_run, with_graph=False)
    assert response["Status"] == "ERROR"
    assert response["ErrorMessage"] == "Concurrent runs exceeded for workflow: w."


def test_a_workflow_without_start_trigger_can_not_be_started(tb: TriggerBench) -> None:
    tb.workflow("w")
    with pytest.raises(InvalidInput, match="no start trigger"):
        tb.starts.by_user(SCOPE, "w", {})


def test_stopping_a_workflow_run_stops_what_runs_and_starts_nothing_more(tb: TriggerBench) -> None:
    tb.workflow("w")
    tb.trigger("start", "ON_DEMAND", "j1", "crawl", WorkflowName="w")
    tb.after("next", {"j1": "STOPPED"}, "j2", WorkflowName="w")
    run = tb.starts.by_user(SCOPE, "w", {})
    tb.engine.stop(run)
    assert run.status == "STOPPING"
    tb.end_crawl("crawl", CrawlStatus.CANCELLED)
    tb.status_of(run, "STOPPED")
    assert tb.only_run("j1").state == "STOPPED"
    assert tb.runs_of("j2") == []
    assert run.statistics(tb.bench.ledger.find_run)["StoppedActions"] == 2
    with pytest.raises(IllegalWorkflowState):
        tb.engine.stop(run)


def test_a_crawler_that_runs_already_is_an_errored_action(tb: TriggerBench) -> None:
    tb.workflow("w")
    tb.trigger("start", "ON_DEMAND", "crawl", WorkflowName="w")
    tb.busy("crawl")
    run = tb.starts.by_user(SCOPE, "w", {})
    tb.status_of(run, "COMPLETED")
    assert run.statistics(tb.bench.ledger.find_run)["ErroredActions"] == 1
    (crawl,) = [one.as_crawl() for one in run.node_runs]
    assert (crawl["State"], crawl["ErrorMessage"]) == ("ERROR", "Crawler with name crawl has already started")


def test_a_crawler_that_can_not_start_does_not_end_the_run_before_the_next_trigger(tb: TriggerBench) -> None:
    tb.workflow("w")
    tb.trigger("start", "ON_DEMAND", "j1", WorkflowName="w")
    tb.after("a", {"j1": "SUCCEEDED"}, "crawl", WorkflowName="w")
    tb.after("b", {"j1": "SUCCEEDED"}, "j2", WorkflowName="w")
    tb.busy("crawl")
    run = tb.starts.by_user(SCOPE, "w", {})
    tb.end("j1")
    assert (run.status, tb.only_run("j2").state) == ("RUNNING", "STARTING")
    tb.end("j2")
    tb.status_of(run, "COMPLETED")


def test_a_resumed_run_repeats_the_chosen_nodes_and_what_follows_them(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {"day": "9"})
    tb.end("j1")
    tb.end("j2", "FAILED")
    tb.status_of(run, "COMPLETED")
    wanted = node_id("w", ("JOB", "j2"))
    resumed, restarted = tb.starts.resume(SCOPE, run, [wanted])
    assert (resumed.previous_run_id, restarted) == (run.chain_id, [wanted])
    assert resumed.properties == {"env": "test", "day": "9"}
    tb.end("j2")
    tb.end("j3")
    tb.status_of(resumed, "COMPLETED")
    assert resumed.statistics(tb.bench.ledger.find_run)["SucceededActions"] == 3
    assert [len(tb.runs_of(name)) for name in ("j1", "j2", "j3")] == [1, 2, 1]


def test_only_nodes_that_had_an_attempt_of_a_completed_run_are_resumed(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {})
    with pytest.raises(IllegalWorkflowState):
        tb.starts.resume(SCOPE, run, [node_id("w", ("JOB", "j1"))])
    tb.end("j1", "FAILED")
    tb.status_of(run, "COMPLETED")
    with pytest.raises(InvalidInput, match="no run attempt"):
        tb.starts.resume(SCOPE, run, [node_id("w", ("JOB", "j2"))])
    with pytest.raises(EntityNotFound):
        tb.starts.resume(SCOPE, run, ["wnode_unknown"])


def test_the_graph_of_a_run_shows_nodes_edges_and_runs(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {})
    tb.end("j1")
    graph = run.as_response(tb.bench.ledger.find_run, with_graph=True)["Graph"]
    nodes = {(node["Type"], node["Name"]): node for node in graph["Nodes"]}
    assert {kind for kind, _ in nodes} == {"TRIGGER", "JOB"}
    assert len(nodes) == 6
    (j1_run,) = nodes["JOB", "j1"]["JobDetails"]["JobRuns"]
    assert j1_run["JobRunState"] == "SUCCEEDED"
    assert nodes["JOB", "j3"]["JobDetails"]["JobRuns"] == []
    names = {node["UniqueId"]: node["Name"] for node in graph["Nodes"]}
    edges = {(names[edge["SourceId"]], names[edge["DestinationId"]]) for edge in graph["Edges"]}
    assert edges == {
        ("start", "j1"),
        ("j1", "second"),
        ("second", "j2"),
        ("j2", "third"),
        ("third", "j3"),
    }


def test_a_run_keeps_the_triggers_that_it_started_with(tb: TriggerBench) -> None:
    make_chain(tb)
    run = tb.starts.by_user(SCOPE, "w", {})
    del tb.store.triggers["second"]
    tb.end("j1")
    assert len(tb.runs_of("j2")) == 1
    tb.end("j2", "FAILED")
    tb.status_of(run, "COMPLETED")


def test_a_batch_of_events_starts_the_workflow_and_names_them(tb: TriggerBench) -> None:
    workflow = tb.workflow("w")
    trigger = tb.trigger("start", "EVENT", "j1", WorkflowName="w", EventBatchingCondition={"BatchSize": 2})
    trigger.events = ["e1", "e2"]
    tb.starts.by_events(SCOPE, trigger, {"BatchSize": 2})
    (run,) = workflow.runs
    assert run.properties["aws:eventIds"] == "[e1, e2]"
    assert trigger.events == []
    response = run.as_response(tb.bench.ledger.find_run, with_graph=False)
    assert response["StartingEventBatchCondition"] == {"BatchSize": 2}
