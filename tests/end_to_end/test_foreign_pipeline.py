"""A pipeline that knows nothing of tarmac: crawler, job and a script in the shape that Glue Studio writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

BUCKET, DATABASE, NAME = "foreign-shop", "foreign_shop", "foreign-shop"
ROLE = "arn:aws:iam::000000000000:role/any"
SCRIPT = Path(__file__).with_name("glue_studio_job.py.txt")
ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR")


@pytest.fixture(scope="module")
def shop(sandbox: Sandbox) -> Sandbox:
    """Two crawled tables, and a job whose script joins them and writes a third."""
    s3, glue = sandbox.client("s3"), sandbox.client("glue")
    s3.create_bucket(Bucket=BUCKET)
    _put(sandbox, "in/customers/c.csv", "id,name\n10,Ann\n11,Bob\n")
    _put(sandbox, "in/orders/dt=2026-01-01/o.csv", "id,customer,amount\n1,10,2.5\n2,11,3\n3,10,4.25\n")
    script = SCRIPT.read_text().replace("{bucket}", BUCKET).replace("{database}", DATABASE)
    s3.put_object(Bucket=BUCKET, Key="scripts/job.py", Body=script.encode())
    targets = [{"Path": f"s3://{BUCKET}/in/{table}/"} for table in ("orders", "customers")]
    glue.create_crawler(Name=NAME, Role=ROLE, DatabaseName=DATABASE, Targets={"S3Targets": targets})
    glue.create_job(
        Name=NAME,
        Role=ROLE,
        GlueVersion="5.0",
        Command={
            "Name": "glueetl",
            "ScriptLocation": f"s3://{BUCKET}/scripts/job.py",
            "PythonVersion": "3",
        },
        DefaultArguments={"--job-bookmark-option": "job-bookmark-enable", "--enable-metrics": "true"},
    )
    return sandbox


def test_a_studio_script_joins_aggregates_writes_and_updates_the_catalog(shop: Sandbox) -> None:
    _crawl(shop)
    run = _run(shop)

    assert (run["JobRunState"], run.get("ErrorMessage")) == ("SUCCEEDED", None)
    table = shop.client("glue").get_table(DatabaseName=DATABASE, Name="totals")["Table"]
    columns = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert columns == {"cust_name": "string", "total": "double"}
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    assert _folders(shop) == {"dt=2026-01-01"}


def test_its_second_run_reads_only_the_new_partition_of_both_bookmarked_tables(shop: Sandbox) -> None:
    _put(shop, "in/orders/dt=2026-01-02/o.csv", "id,customer,amount\n4,12,1.5\n")
    _put(shop, "in/customers/d.csv", "id,name\n12,Cy\n")
    _crawl(shop)
    run = _run(shop)

    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    (report,) = shop.runs(run["Id"])
    assert sorted(file["key"] for file in report["files_read"]) == [
        "in/customers/d.csv",
        "in/orders/dt=2026-01-02/o.csv",
    ]
    assert _folders(shop) == {"dt=2026-01-01", "dt=2026-01-02"}


def _put(sandbox: Sandbox, key: str, body: str) -> None:
    sandbox.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.encode())


def _crawl(sandbox: Sandbox) -> None:
    glue = sandbox.client("glue")
    glue.start_crawler(Name=NAME)
    sandbox.wait_until(lambda: glue.get_crawler(Name=NAME)["Crawler"]["State"] == "READY", 30, "the crawl")
    assert glue.get_crawler(Name=NAME)["Crawler"]["LastCrawl"]["Status"] == "SUCCEEDED"


def _run(sandbox: Sandbox) -> dict[str, Any]:
    glue = sandbox.client("glue")
    run_id = glue.start_job_run(JobName=NAME)["JobRunId"]

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = glue.get_job_run(JobName=NAME, RunId=run_id)["JobRun"]
        return run if run["JobRunState"] in ENDED else None

    run = sandbox.wait_until(ended, 90, f"the end of {run_id}")
    assert run is not None
    return run


def _folders(sandbox: Sandbox) -> set[str]:
    listed = sandbox.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="out/")["Contents"]
    return {item["Key"].split("/")[1] for item in listed}
