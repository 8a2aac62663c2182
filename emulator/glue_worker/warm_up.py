"""Makes the first real run as fast as the following ones: runs a small script of every kind of work.

The script is executed like any run, in an account of its own, so that users see nothing of it.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_worker.run_contract import RunAssignment
from emulator.glue_worker.run_execution import Equipment, RunExecution
from emulator.glue_worker.settings import WARM_UP_ACCOUNT

log = logging.getLogger(__name__)

BUCKET = "warm-up"
GATEWAY_ANSWERS_WITHIN_S = 90.0
SCRIPT = Path(__file__).with_name("warm_up_script.py")


def run(equipment: Equipment) -> None:
    """Warms the first JVM up; a warm-up that fails is only reported, as runs may work all the same.

    Raises JvmEndedError when no JVM can be started.
    """
    began = time.monotonic()
    equipment.jvms.give_back(equipment.jvms.lease(), reusable=True)
    jvm_s = time.monotonic() - began
    if not _put_script(equipment):
        log.warning("no warm-up: S3 did not answer within %.0f s", GATEWAY_ANSWERS_WITHIN_S)
        return
    execution = RunExecution(_assignment(equipment), equipment)
    result = execution.execute()
    execution.clean_up()
    shutil.rmtree(execution.run_dir, ignore_errors=True)
    log.info("warm-up: JVM %.1f s, %s %s %s", jvm_s, result.state, result.error_message, result.phases_s)
    _remove_bucket(equipment)


def _assignment(equipment: Equipment) -> RunAssignment:
    return RunAssignment(
        run_id="warm-up",
        attempt=0,
        job_name="warm-up",
        job_id="j_warm_up",
        account_id=WARM_UP_ACCOUNT,
        region=equipment.settings.region,
        command="glueetl",
        script_location=f"s3://{BUCKET}/script.py",
        glue_version="5.1",
        arguments={"--TempDir": f"s3://{BUCKET}/temp/"},
        connections=[],
        timeout_s=120,
        log_group_output="/aws-glue/jobs/output",
        log_group_error="/aws-glue/jobs/error",
        log_stream="warm-up",
    )


def _put_script(equipment: Equipment) -> bool:
    s3 = equipment.clients.of_account("s3", WARM_UP_ACCOUNT, equipment.settings.region)
    pause = threading.Event()
    deadline = time.monotonic() + GATEWAY_ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            s3.create_bucket(Bucket=BUCKET)
            s3.put_object(Bucket=BUCKET, Key="script.py", Body=SCRIPT.read_bytes())
        except (ClientError, BotoCoreError):
            pause.wait(0.2)
            continue
        return True
    return False


def _remove_bucket(equipment: Equipment) -> None:
    s3 = equipment.clients.of_account("s3", WARM_UP_ACCOUNT, equipment.settings.region)
    try:
        for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            s3.delete_object(Bucket=BUCKET, Key=item["Key"])
        s3.delete_bucket(Bucket=BUCKET)
    except (ClientError, BotoCoreError) as error:
        log.warning("could not remove the warm-up's bucket: %s", error)
