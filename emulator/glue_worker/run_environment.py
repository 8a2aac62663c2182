"""The environment, arguments and Spark settings of a run. Pure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from emulator.glue_worker import lineage
from emulator.glue_worker.python_environment import PythonEnvironment
from emulator.glue_worker.python_packages import pip_settings
from emulator.glue_worker.run_contract import RoleCredentials, RunAssignment
from emulator.glue_worker.settings import WorkerSettings
from emulator.glue_worker.spark_conf import event_log, parse_conf
from emulator.glue_worker.spark_jvm import Door

EVENT_LOG = ".event-log"  # in the run's scratch folder
# Arguments that tell Glue how to start a job; a script does not see them (aws-semantics.md §D).
HIDDEN_ARGUMENTS = {
    "--scriptLocation",
    "--conf",
    "--extra-jars",
    "--extra-py-files",
    "--user-jars-first",
    "--class",
}


def script_arguments(assignment: RunAssignment) -> list[str]:
    """What follows the script's name in `sys.argv`: Glue's own arguments first, then the job's."""
    own = {
        "--JOB_NAME": assignment.job_name,
        "--JOB_ID": assignment.job_id,
        "--JOB_RUN_ID": assignment.run_id,
        "--job-bookmark-option": "job-bookmark-disable",
    }
    given = {key: value for key, value in assignment.arguments.items() if key not in HIDDEN_ARGUMENTS}
    return [text for key, value in {**own, **given}.items() for text in (key, value)]


def run_environment(
    assignment: RunAssignment,
    settings: WorkerSettings,
    door: Door | None,
    scratch_dir: Path,
    python: PythonEnvironment,
    import_paths: Sequence[str] = (),
) -> dict[str, str]:
    """The whole environment of a run: plain boto3 and Spark work in it, nothing of the user's leaks in."""
    environment = {
        "PATH": os.pathsep.join([str(python.python.parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(scratch_dir),
        "TMPDIR": str(scratch_dir),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": os.pathsep.join(import_paths),
        "VIRTUAL_ENV": str(python.folder),
        "PYSPARK_PYTHON": str(python.python),
        "PYSPARK_DRIVER_PYTHON": str(python.python),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "GLUE_VERSION": assignment.glue_version,
        **pip_settings(),
        **aws_environment(assignment, settings),
    }
    if door is not None:
        environment |= {"PYSPARK_GATEWAY_PORT": str(door.port), "PYSPARK_GATEWAY_SECRET": door.secret}
    return environment


def aws_environment(assignment: RunAssignment, settings: WorkerSettings) -> dict[str, str]:
    """The variables by which any AWS client in a run finds the stack, as the run's role, in its region."""
    credentials = settings.credentials_of(assignment)
    token = {"AWS_SESSION_TOKEN": credentials.session_token} if credentials.session_token else {}
    return {
        "AWS_ENDPOINT_URL": settings.gateway_url,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        **token,
        "AWS_REGION": assignment.region,
        "AWS_DEFAULT_REGION": assignment.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    }


def spark_settings(
    assignment: RunAssignment,
    settings: WorkerSettings,
    scratch_dir: Path,
    import_paths: Sequence[str] = (),
) -> dict[str, str]:
    """Spark's settings for a run, as `spark.*` properties; a job's `--conf` comes on top.

    `import_paths` are for Python functions that Spark calls: what `--extra-py-files` brought.
    """
    environment = aws_environment(assignment, settings)
    return {
        "spark.master": settings.spark_master,
        "spark.app.name": assignment.job_name,
        **_local_tuning(),
        **_s3_access(assignment, settings),
        "spark.sql.warehouse.dir": str(scratch_dir / "spark-warehouse"),
        "spark.local.dir": str(scratch_dir),
        "spark.executorEnv.PYTHONPATH": os.pathsep.join([str(scratch_dir), *import_paths]),
        **{f"spark.executorEnv.{name}": value for name, value in environment.items()},
        **event_log(assignment.arguments, scratch_dir / EVENT_LOG),
        **lineage.spark_settings(assignment, settings),
        **parse_conf(assignment.arguments.get("--conf", "")),
    }


def _local_tuning() -> dict[str, str]:
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
        "spark.default.parallelism": str(os.cpu_count() or 1),
        "spark.sql.files.openCostInBytes": str(1 << 20),
        "spark.sql.execution.arrow.pyspark.enabled": "false",
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "256",
        "spark.cleaner.referenceTracking.cleanCheckpoints": "true",
        "spark.sql.debug.maxToStringFields": "200",
    }


def _s3_access(assignment: RunAssignment, settings: WorkerSettings) -> dict[str, str]:
    file_system = "org.apache.hadoop.fs.s3a.S3AFileSystem"
    credentials = settings.credentials_of(assignment)
    provider, for_threads = _providers(credentials)
    hadoop = {
        "fs.s3.impl": file_system,
        "fs.s3a.impl": file_system,
        "fs.s3n.impl": file_system,
        "fs.s3a.endpoint": settings.gateway_url,
        "fs.s3a.endpoint.region": assignment.region,
        "fs.s3a.path.style.access": "true",
        "fs.s3a.connection.ssl.enabled": "false",
        "fs.s3a.access.key": credentials.access_key,
        "fs.s3a.secret.key": credentials.secret_key,
        **({"fs.s3a.session.token": credentials.session_token} if credentials.session_token else {}),
        "fs.s3a.aws.credentials.provider": provider,
        "fs.s3a.fast.upload.buffer": "bytebuffer",
        "fs.s3a.attempts.maximum": "3",
        "fs.s3a.retry.limit": "3",
        "fs.s3a.change.detection.mode": "none",
        "fs.s3a.bucket.probe": "0",
        "fs.s3a.directory.marker.retention": "delete",
        "mapreduce.fileoutputcommitter.algorithm.version": "2",
        "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }
    return {f"spark.hadoop.{name}": value for name, value in hadoop.items()} | for_threads


def _providers(credentials: RoleCredentials) -> tuple[str, dict[str, str]]:
    """The classes that S3A asks for credentials, and the Java properties that the last of them reads.

    Hadoop 3.3.4's provider of session credentials says that it is initialised before it is: of threads that
    ask it first at the same time, as Spark's do for several paths, all but one are told that there are none.
    They go on to the next class of the list, which keeps nothing.
    """
    if not credentials.session_token:
        return "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider", {}
    temporary = "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider"
    return f"{temporary},com.amazonaws.auth.SystemPropertiesCredentialsProvider", {
        "aws.accessKeyId": credentials.access_key,
        "aws.secretKey": credentials.secret_key,
        "aws.sessionToken": credentials.session_token,
    }
