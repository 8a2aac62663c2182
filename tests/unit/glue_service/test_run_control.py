"""Run states, attempts, limits and the loss of workers, with a clock turned by hand."""

from __future__ import annotations

from threading import Thread

import pytest

from emulator.glue_service.errors import (
    BookmarkVersionMismatch,
    ConcurrentRunsExceeded,
    EntityNotFound,
    InvalidInput,
    WorkerRefused,
)
from emulator.glue_service.job_runs import LEGAL_MOVES, IllegalMoveError, JobRun, RunState
from emulator.glue_worker.run_contract import (
    HEARTBEAT_LOST_AFTER_S,
    Claim,
    Heartbeat,
    HeartbeatReply,
    RunAssignment,
    RunResult,
)
from emulator.stack.waiting import wait_until
from tests.unit.glue_service.glue_doubles import SCOPE, WORKER, Bench, make_job

LOST_S = HEARTBEAT_LOST_AFTER_S + 1


def latest(bench: Bench, job_name: str = "job") -> JobRun:
    return bench.ledger.runs_of_job(SCOPE, job_name, 1, 2**62)[0][1]


def test_a_run_goes_from_starting_through_running_to_succeeded(bench: Bench) -> None:
    run = bench.start(make_job())
    assert bench.kept(run).state is RunState.STARTING
    assert bench.claim() is not None
    bench.runs.heartbeat(run.run_id, Heartbeat(WORKER, running=False))
    assert bench.kept(run).state is RunState.STARTING
    bench.runs.heartbeat(run.run_id, Heartbeat(WORKER))
    assert bench.kept(run).state is RunState.RUNNING
    bench.clock.turn(2.5)
    bench.finish(run, records_read=7, phases_s={"script": 2.0})
    ended = bench.kept(run)
    assert (ended.state, ended.execution_time_s, ended.records_read) == (RunState.SUCCEEDED, 2, 7)
    assert ended.phases_s == {"script": 2.0}


def test_run_arguments_win_over_defaults_and_lose_to_non_overridable_ones(bench: Bench) -> None:
    job = make_job(
        DefaultArguments={"--a": "default", "--b": "default", "--c": "default"},
        NonOverridableArguments={"--c": "fixed"},
    )
    bench.start(job, Arguments={"--b": "run", "--c": "run"})
    assignment = bench.claim()
    assert assignment is not None
    assert assignment.arguments == {"--a": "default", "--b": "run", "--c": "fixed"}
    assert latest(bench).as_response()["Arguments"] == {"--b": "run", "--c": "run"}


def test_workers_get_the_oldest_run_first_and_each_run_once(bench: Bench) -> None:
    job = make_job(ExecutionProperty={"MaxConcurrentRuns": 2})
    first, second = bench.start(job), bench.start(job)
    claimed = [bench.claim("w1"), bench.claim("w2"), bench.claim("w3")]
    assert [one.run_id if one else None for one in claimed] == [first.run_id, second.run_id, None]


def test_a_run_above_the_limit_is_refused_and_not_created(bench: Bench) -> None:
    job = make_job()
    run = bench.start(job)
    with pytest.raises(ConcurrentRunsExceeded):
        bench.start(job)
    assert len(bench.ledger.runs_of_job(SCOPE, "job", 10, 2**62)) == 1
    bench.claim()
    bench.finish(run)
    bench.start(job)


def test_a_queueing_job_lets_the_next_run_wait_until_there_is_room(bench: Bench) -> None:
    job = make_job(JobRunQueuingEnabled=True)
    first, second = bench.start(job), bench.start(job)
    assert bench.kept(second).state is RunState.WAITING
    assert "Waiting" in bench.kept(second).as_response()["StateDetail"]
    bench.claim()
    assert bench.claim() is None
    bench.finish(first)
    assert bench.kept(second).state is RunState.STARTING
    assert bench.claim() is not None


def test_a_job_update_does_not_change_a_run_that_has_started(bench: Bench) -> None:
    job = make_job(DefaultArguments={"--a": "1"})
    bench.start(job)
    job.fields["DefaultArguments"] = {"--a": "2"}
    assignment = bench.claim()
    assert assignment is not None
    assert assignment.arguments == {"--a": "1"}


def test_stopping_a_run_without_worker_ends_it_at_once(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.runs.stop(run.run_id)
    assert bench.kept(run).state is RunState.STOPPED
    assert bench.claim() is None


def test_a_running_run_is_stopping_until_its_worker_has_stopped_it(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.runs.stop(run.run_id)
    assert bench.kept(run).state is RunState.STOPPING
    assert bench.runs.heartbeat(run.run_id, Heartbeat(WORKER)) == HeartbeatReply("stop")
    bench.runs.stop(run.run_id)
    bench.finish(run, "STOPPED")
    assert bench.kept(run).state is RunState.STOPPED


def test_a_run_that_has_ended_can_not_be_stopped(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.finish(run)
    with pytest.raises(InvalidInput, match="SUCCEEDED"):
        bench.runs.stop(run.run_id)
    with pytest.raises(EntityNotFound):
        bench.runs.stop("jr_unknown")


def test_the_api_decides_on_timeout_and_the_worker_is_told(bench: Bench) -> None:
    run = bench.run(make_job(Timeout=1))
    bench.clock.turn(59)
    bench.runs.heartbeat(run.run_id, Heartbeat(WORKER))
    bench.watch.check()
    assert bench.kept(run).state is RunState.RUNNING
    bench.clock.turn(1)
    bench.watch.check()
    assert bench.kept(run).state is RunState.TIMEOUT
    assert bench.runs.heartbeat(run.run_id, Heartbeat(WORKER)) == HeartbeatReply("timeout")
    bench.finish(run, "TIMEOUT")
    assert bench.kept(run).state is RunState.TIMEOUT


def test_the_run_s_own_timeout_wins_over_the_job_s(bench: Bench) -> None:
    run = bench.run(make_job(Timeout=10), Timeout=1)
    assert run.as_response()["Timeout"] == 1
    bench.clock.turn(60)
    bench.watch.check()
    assert bench.kept(run).state is RunState.TIMEOUT


def test_a_run_whose_heartbeats_stop_fails_and_says_so(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.clock.turn(LOST_S)
    bench.watch.check()
    ended = bench.kept(run)
    assert ended.state is RunState.FAILED
    assert "no heartbeat for 21 s" in ended.error_message
    assert bench.runs.heartbeat(run.run_id, Heartbeat(WORKER)) == HeartbeatReply("stop")


def test_the_runs_of_earlier_workers_fail_when_one_replaces_them_all(bench: Bench) -> None:
    run = bench.run(make_job())
    assert bench.claim("w2", replaces_all=True) is None
    ended = bench.kept(run)
    assert ended.state is RunState.FAILED
    assert "w2 has taken the place of w1" in ended.error_message
    assert bench.runs.heartbeat(run.run_id, Heartbeat(WORKER)) == HeartbeatReply("stop")
    assert bench.runs.workers()[0] == 2


def test_a_new_process_with_the_same_id_is_another_worker(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.claim(WORKER, replaces_all=True)
    assert bench.kept(run).state is RunState.FAILED


def test_a_retry_of_a_lost_run_goes_to_the_worker_that_replaces_all(bench: Bench) -> None:
    run = bench.run(make_job(MaxRetries=1))
    assert bench.claim("w2", replaces_all=True) is None
    retry = bench.claim("w2")
    assert retry is not None
    assert retry.run_id == f"{run.run_id}_attempt_1"


@pytest.mark.parametrize("worker_id", [WORKER, "w2"])
def test_a_run_that_was_claimed_but_not_begun_is_offered_to_who_replaces_all(
    bench: Bench, worker_id: str
) -> None:
    run = bench.start(make_job())
    assert bench.claim() is not None
    assert bench.claim(worker_id, replaces_all=True) is None
    again = bench.claim(worker_id)
    assert again is not None
    assert again.run_id == run.run_id


def test_a_run_that_was_being_stopped_is_stopped_when_its_worker_is_replaced(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.runs.stop(run.run_id)
    bench.claim("w2", replaces_all=True)
    assert bench.kept(run).state is RunState.STOPPED


def test_a_waiting_claim_of_a_replaced_worker_gets_no_run(bench: Bench) -> None:
    answers: list[RunAssignment | None] = []
    old = Thread(target=lambda: answers.append(bench.runs.claim(Claim("gone", wait_s=30))))
    old.start()
    wait_until(lambda: "gone" in bench.live_runs.heard_of, 10, "the old worker's claim")
    assert bench.claim("w2", replaces_all=True) is None
    old.join(10)
    assert answers == [None]


def test_a_claim_that_never_reached_its_worker_is_offered_again(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.claim("gone")
    bench.clock.turn(6)
    bench.watch.check()
    again = bench.claim("alive")
    assert again is not None
    assert again.run_id == run.run_id
    assert bench.runs.heartbeat(run.run_id, Heartbeat("gone")) == HeartbeatReply("stop")
    with pytest.raises(WorkerRefused):
        bench.runs.finish(run.run_id, RunResult("gone", "FAILED"))
    assert bench.runs.heartbeat(run.run_id, Heartbeat("alive")) == HeartbeatReply("continue")


def test_a_worker_that_was_only_slow_keeps_its_run(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.claim("slow")
    bench.clock.turn(6)
    bench.watch.check()
    assert bench.claim("slow") is None
    assert bench.runs.heartbeat(run.run_id, Heartbeat("slow")) == HeartbeatReply("continue")
    assert bench.claim("other") is None


def test_a_run_that_is_to_stop_is_not_offered_again_but_stopped(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.claim("gone")
    bench.runs.stop(run.run_id)
    bench.clock.turn(6)
    bench.watch.check()
    assert bench.kept(run).state is RunState.STOPPED


def test_a_busy_worker_has_as_long_for_its_first_heartbeat_as_for_the_next(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.claim("busy")
    bench.clock.turn(6)
    bench.claim("busy")
    bench.watch.check()
    assert bench.claim("other") is None
    bench.clock.turn(LOST_S)
    bench.watch.check()
    assert bench.kept(run).state is RunState.FAILED


def test_a_run_that_no_worker_ever_asks_for_fails_with_advice(bench: Bench) -> None:
    run = bench.start(make_job())
    bench.clock.turn(179)
    bench.watch.check()
    assert bench.kept(run).state is RunState.STARTING
    bench.clock.turn(2)
    bench.watch.check()
    assert "tarmac status" in bench.kept(run).error_message


def test_a_run_waits_as_long_as_a_worker_is_there_but_busy(bench: Bench) -> None:
    job = make_job(ExecutionProperty={"MaxConcurrentRuns": 2})
    busy = bench.run(job)
    waiting = bench.start(job)
    for _ in range(40):
        bench.clock.turn(10)
        bench.runs.heartbeat(busy.run_id, Heartbeat(WORKER))
        bench.watch.check()
    assert bench.kept(waiting).state is RunState.STARTING


def test_a_failed_run_is_retried_as_a_chain_of_attempts(bench: Bench) -> None:
    run = bench.run(make_job(MaxRetries=2), Arguments={"--a": "1"})
    bench.finish(run, "FAILED", error_message="boom")
    for number in (1, 2):
        attempt = latest(bench)
        assert attempt.run_id == f"{run.run_id}_attempt_{number}"
        assert attempt.as_response()["Attempt"] == number
        assert attempt.as_response()["Arguments"] == {"--a": "1"}
        bench.claim()
        bench.finish(attempt, "FAILED")
    assert latest(bench).previous_run_id == f"{run.run_id}_attempt_1"
    assert bench.claim() is None


def test_a_run_that_was_stopped_or_timed_out_is_not_retried(bench: Bench) -> None:
    run = bench.run(make_job(MaxRetries=1))
    bench.runs.stop(run.run_id)
    bench.finish(run, "STOPPED")
    assert bench.claim() is None


def test_runs_in_flight_when_the_api_stops_fail_when_it_comes_back(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.start_api()
    ended = bench.kept(run)
    assert ended.state is RunState.FAILED
    assert "restarted" in ended.error_message
    assert bench.runs.heartbeat(run.run_id, Heartbeat(WORKER)) == HeartbeatReply("stop")
    bench.finish(run)
    assert bench.kept(run).state is RunState.FAILED


def test_only_the_current_attempt_is_held(bench: Bench) -> None:
    run = bench.run(make_job(MaxRetries=1))
    with bench.runs.holding(run.run_id) as held:
        assert held.run_id == run.run_id
    bench.clock.turn(LOST_S)
    bench.watch.check()
    with pytest.raises(BookmarkVersionMismatch), bench.runs.holding(run.run_id):
        pass


def test_reports_on_unknown_runs_are_refused(bench: Bench) -> None:
    with pytest.raises(EntityNotFound):
        bench.runs.heartbeat("jr_unknown", Heartbeat(WORKER))
    with pytest.raises(EntityNotFound):
        bench.runs.finish("jr_unknown", RunResult(WORKER, "SUCCEEDED"))


def test_a_previous_run_can_be_started_again_by_its_id(bench: Bench) -> None:
    job = make_job()
    run = bench.run(job)
    with pytest.raises(InvalidInput, match="RUNNING"):
        bench.start(job, JobRunId=run.run_id)
    bench.finish(run, "FAILED")
    again = bench.start(job, JobRunId=run.run_id, Arguments={"--a": "2"})
    assert (again.run_id, again.previous_run_id) == (f"{run.run_id}_attempt_1", run.run_id)
    assert again.merged_arguments == {"--a": "2"}
    with pytest.raises(EntityNotFound):
        bench.start(job, JobRunId="jr_unknown")


def test_more_than_260_kb_of_arguments_are_refused(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="266240"):
        bench.start(make_job(), Arguments={"--a": "x" * 266_240})


def test_workers_are_counted_while_they_are_heard_of(bench: Bench) -> None:
    assert bench.runs.workers() == (0, None)
    bench.claim("w1")
    bench.clock.turn(5)
    bench.claim("w2")
    assert bench.runs.workers() == (2, 0.0)
    bench.clock.turn(11)
    assert bench.runs.workers() == (1, 11.0)


def test_final_states_are_final() -> None:
    final = {state for state in RunState if state.final}
    assert final == {"STOPPED", "SUCCEEDED", "FAILED", "TIMEOUT", "ERROR", "EXPIRED"}
    assert set(LEGAL_MOVES) == set(RunState)


def test_an_illegal_move_names_both_states(bench: Bench) -> None:
    run = bench.run(make_job())
    bench.finish(run)
    with pytest.raises(IllegalMoveError, match="SUCCEEDED and can't become RUNNING"):
        bench.kept(run).move_to(RunState.RUNNING, 1)


def test_a_report_without_a_final_state_is_refused(bench: Bench) -> None:
    run = bench.run(make_job())
    with pytest.raises(InvalidInput, match="can't end as RUNNING"):
        bench.runs.finish(run.run_id, RunResult(WORKER, "RUNNING"))  # type: ignore[arg-type]
    assert bench.kept(run).state is RunState.RUNNING


def test_a_move_that_can_not_be_saved_is_not_made(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.run(make_job())

    def full(_run: JobRun) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(bench.ledger, "save_run", full)
        with pytest.raises(OSError, match="disk full"):
            bench.finish(run)
    bench.finish(run)
    assert bench.kept(run).state is RunState.SUCCEEDED


def test_a_listener_that_fails_does_not_keep_the_next_run_out(bench: Bench) -> None:
    job = make_job(JobRunQueuingEnabled=True)
    first, second = bench.run(job), bench.start(job)

    def broken(_run: JobRun) -> None:
        raise RuntimeError("no")

    bench.live_runs.on_end.append(broken)
    bench.finish(first)
    assert bench.kept(second).state is RunState.STARTING
