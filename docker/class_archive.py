"""A step of the image's build: makes the archive of classes with which Spark's JVM starts in half the time.

Without it the first worker of every new state volume would make one, at the cost of a busy minute. Its JVM
does here what the worker's warm-up does (S3 of a bare LocalStack, CSV, Parquet, joins), so that these classes
are in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.jvm_command import JvmInstallation, JvmRequest
from emulator.glue_worker.jvm_pool import JvmPool
from emulator.glue_worker.spark_jvm import Door

ENDPOINT = "http://127.0.0.1:4566"
BUCKET = "rehearsal"
S3_ANSWERS_WITHIN_S = 120.0
HEAP_MB = 1024


def main() -> None:
    """Raises an error, and so ends the build, when no archive was made."""
    cache = Path(os.environ["TARMAC_CACHE_DIR"])
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        installation = JvmInstallation(cache / "jars" / "spark", scratch / "jvm", cache)
        jvms = JvmPool(installation, HEAP_MB)
        with _s3(scratch):
            jvm = jvms.lease()
            _rehearse(jvm.open_door(_settings(scratch), scratch / "errors"))
            jvms.close()
        archive = installation.archive()
        command = installation.command(JvmRequest(HEAP_MB))
        archive.make(command, installation.class_list, in_background=False)
    print(f"{archive.path}: {archive.path.stat().st_size / 1e6:.0f} MB")
    archive.path.with_suffix(".lock").unlink()


@contextmanager
def _s3(scratch: Path) -> Iterator[None]:
    """A LocalStack of this step's own, ended with it, with a bucket."""
    variables = {
        "GATEWAY_LISTEN": ENDPOINT.removeprefix("http://"),
        "FILESYSTEM_ROOT": str(scratch / "localstack"),
        "OVERRIDE_IN_DOCKER": "0",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "LS_LOG": "error",
    }
    command = [sys.executable, "-m", "localstack.runtime.main"]
    localstack = subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)
    try:
        _make_bucket()
        yield
    finally:
        localstack.kill()
        localstack.wait()


def _make_bucket() -> None:
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=ENDPOINT)
    deadline = time.monotonic() + S3_ANSWERS_WITHIN_S
    while True:
        try:
            s3.create_bucket(Bucket=BUCKET)
            return
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise
            Event().wait(0.2)


def _settings(scratch: Path) -> dict[str, str]:
    s3a = {
        "endpoint": ENDPOINT,
        "access.key": "test",
        "secret.key": "test",
        "path.style.access": "true",
        "connection.ssl.enabled": "false",
        "fast.upload.buffer": "bytebuffer",
        "aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
    }
    return {
        "spark.master": "local[*]",
        "spark.app.name": BUCKET,
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(scratch),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        **{f"spark.hadoop.fs.s3a.{name}": value for name, value in s3a.items()},
    }


def _rehearse(door: Door) -> None:
    os.environ.update(PYSPARK_GATEWAY_PORT=str(door.port), PYSPARK_GATEWAY_SECRET=door.secret)
    os.environ.update(PYSPARK_PYTHON=sys.executable)
    spark = SparkSession.builder.getOrCreate()
    people = spark.range(200).select("id", (f.col("id") % 5).alias("place"), f.rand().alias("text"))
    people.write.csv(f"s3://{BUCKET}/people", header=True)
    places = spark.createDataFrame([(0, "a"), (1, "b"), (2, None)], "place bigint, name string")
    places.write.parquet(f"s3://{BUCKET}/places")
    read = spark.read.csv(f"s3://{BUCKET}/people", header=True).withColumn("file", f.input_file_name())
    typed = read.select(f.col("id").cast("long"), f.col("place").cast("long"), "text", "file")
    joined = typed.join(f.broadcast(spark.read.parquet(f"s3://{BUCKET}/places")), "place", "left")
    joined = joined.join(places.groupBy("place").count(), "place")
    joined.groupBy("name").count().orderBy("name").limit(3).collect()
    joined.agg(f.max("id"), f.countDistinct("name")).collect()
    joined.coalesce(1).rdd.map(lambda row: row.asDict()).count()
    spark.stop()


if __name__ == "__main__":
    main()
