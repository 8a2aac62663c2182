"""A whole workflow with the real crawler and worker: on demand → crawler → job → job."""

from __future__ import annotations

import textwrap
import uuid
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

OPTIONS = """
import sys
import boto3
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["JOB_NAME", "WORKFLOW_NAME", "WORKFLOW_RUN_ID", "database"])
workflow_run = {"Name": args["WORKFLOW_NAME"], "RunId": args["WORKFLOW_RUN_ID"]}
glue = boto3.client("glue")
"""
COUNT = OPTIONS + textwrap.dedent(
    """
    from awsglue.context import GlueContext
    from pyspark.context import SparkContext

    context = GlueContext(SparkContext.getOrCreate())
    frame = context.create_dynamic_frame.from_catalog(database=args["database"], table_name="raw")
    glue.put_workflow_run_properties(**workflow_run, RunProperties={"rows": str(frame.count())})
    """
)
CHECK = OPTIONS + textwrap.dedent(
    """
    properties = glue.get_workflow_run_properties(**workflow_run)["RunProperties"]
    if properties["rows"] != "3":
        raise ValueError(f"the first job counted {properties['rows']} rows")
    glue.put_workflow_run_properties(**workflow_run, RunProperties={"checked": "yes"})
    """
)


class Flow:
    """A workflow of the test's own: a bucket, a database, a crawler over `raw/`, and the jobs above."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.name = f"w-{uuid.uuid4().hex[:12]}"
        self.database = self.name.replace("-", "_")
        self.glue = sandbox.client("glue")
        s3 = sandbox.client("s3")
        s3.create_bucket(Bucket=self.name)
        s3.put_object(Bucket=self.name, Key="raw/a.csv", Body=b"id,name\n1,x\n2,y\n3,z\n")
        self.glue.create_database(DatabaseInput={"Name": self.database})
        targets = {"S3Targets": [{"Path": f"s3://{self.name}/raw/"}]}
        self.glue.create_crawler(Name=self.name, Role="role", DatabaseName=self.database, Targets=targets)
        for name, script in (("count", COUNT), ("check", CHECK)):
            s3.put_object(Bucket=self.name, Key=f"{name}.py", Body=script.encode())
            self.create_job(name)
        self.create_triggers()

    def create_job(self, name: str) -> None:
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{self.name}/{name}.py"}
        self.glue.create_job(
            Name=self.job(name),
            Role="role",
            GlueVersion="5.1",
            Command=command,
            DefaultArguments={"--database": self.database},
        )

    def create_triggers(self) -> None:
        self.glue.create_workflow(Name=self.name)
        crawled = {"CrawlerName": self.name, "CrawlState": "SUCCEEDED"}
        counted = {"JobName": self.job("count"), "State": "SUCCEEDED"}
        self.trigger("start", {"CrawlerName": self.name}, Type="ON_DEMAND")
        self.trigger("crawled", {"JobName": self.job("count")}, crawled)
        self.trigger("counted", {"JobName": self.job("check")}, counted)

    def trigger(
        self, name: str, action: dict[str, str], condition: dict[str, str] | None = None, **fields: Any
    ) -> None:
        if condition:
            conditions = [{"LogicalOperator": "EQUALS", **condition}]
            fields = {"Type": "CONDITIONAL", "StartOnCreation": True, "Predicate": {"Conditions": conditions}}
        self.glue.create_trigger(
            Name=f"{self.name}-{name}", WorkflowName=self.name, Actions=[action], **fields
        )

    def job(self, name: str) -> str:
        return f"{self.name}-{name}"

    def run(self) -> dict[str, Any]:
        """A whole run, with its graph."""
        run_id = self.glue.start_workflow_run(Name=self.name)["RunId"]

        def ended() -> Any:
            run = self.glue.get_workflow_run(Name=self.name, RunId=run_id, IncludeGraph=True)["Run"]
            return run if run["Status"] != "RUNNING" else None

        found: dict[str, Any] = self.sandbox.wait_until(ended, 90, f"workflow run {run_id} to end")
        return found


@pytest.fixture
def flow(sandbox: Sandbox) -> Flow:
    return Flow(sandbox)


def test_a_workflow_crawls_counts_and_checks(flow: Flow) -> None:
    run = flow.run()
    assert run["Status"] == "COMPLETED"
    assert run["WorkflowRunProperties"] == {"rows": "3", "checked": "yes"}
    nodes = {node["Name"]: node for node in run["Graph"]["Nodes"]}
    (crawl,) = nodes[flow.name]["CrawlerDetails"]["Crawls"]
    assert (crawl["State"], crawl["LogGroup"]) == ("SUCCEEDED", "/aws-glue/crawlers")
    (counted,) = nodes[flow.job("count")]["JobDetails"]["JobRuns"]
    (checked,) = nodes[flow.job("check")]["JobDetails"]["JobRuns"]
    assert checked["PredecessorRuns"] == [{"JobName": flow.job("count"), "RunId": counted["Id"]}]
    statistics = run["Statistics"]
    assert (statistics["TotalActions"], statistics["SucceededActions"]) == (3, 3)
