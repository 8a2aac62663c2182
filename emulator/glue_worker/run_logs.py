"""Which CloudWatch log groups and streams a run's output goes to. Pure."""

from __future__ import annotations

from pathlib import Path

from emulator.glue_worker.log_shipping import LogTarget
from emulator.glue_worker.run_contract import RunAssignment

CONTINUOUS_GROUP = "/aws-glue/jobs/logs-v2"


def targets(assignment: RunAssignment, run_dir: Path) -> list[LogTarget]:
    """stdout and stderr by run id, and with continuous logging both in the driver's stream as well.

    AWS's page "Using job parameters in AWS Glue jobs".
    """
    arguments = assignment.arguments
    output, error = assignment.log_group_output, assignment.log_group_error
    if prefix := arguments.get("--custom-logGroup-prefix"):
        output, error = f"{prefix}/output", f"{prefix}/error"
    stream = arguments.get("--custom-logStream-prefix") or assignment.log_stream
    files = {output: run_dir / "stdout.log", error: run_dir / "stderr.log"}
    found = [LogTarget(file, group, stream) for group, file in files.items()]
    if arguments.get("--enable-continuous-cloudwatch-log") == "true":
        group = arguments.get("--continuous-log-logGroup") or CONTINUOUS_GROUP
        prefix = arguments.get("--continuous-log-logStreamPrefix") or assignment.run_id
        found += [LogTarget(file, group, f"{prefix}-driver") for file in files.values()]
    return found
