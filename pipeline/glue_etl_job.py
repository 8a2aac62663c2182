"""The Glue job: reads the files that are new, enriches their rows, loads them into Redshift, commits.

Files are read as lines, not through the crawled table: a wrong header, a missing column or a byte that is no
UTF-8 then ends in the quarantine table instead of shifting or losing values. The job bookmark of the source
decides which files are new. Rows of a file that was loaded before are replaced in the transaction that
loads the new ones, so a repeat after any crash leaves each file's rows exactly once.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import boto3
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from awsgluedq.transforms import EvaluateDataQuality
from pyspark.context import SparkContext
from pyspark.sql import DataFrame

from pipeline import flight_transforms, run_summary, warehouse_sql
from pipeline.run_summary import RuleResult, RunCounts

ARGUMENTS = [
    *("JOB_NAME", "TempDir", "raw_path", "summary_path", "catalog_database", "airports_table"),
    *("warehouse_connection", "warehouse_database", "copy_role_arn", "max_rejected_ratio"),
]
QUALITY_RULESET = "data_quality_ruleset"  # optional: DQDL rules over `flight_transforms.quality_rows`
ONE_LINE_PER_ROW = {  # a separator that no text holds and no quotes: the whole line is column col0
    "withHeader": False,
    "separator": "\u0001",
    "quoteChar": -1,
    "attachFilename": "source_file",
}


@dataclass(frozen=True)
class Run:
    """One run of the job: its Glue context, arguments, and the marks it leaves on its rows."""

    glue: GlueContext
    arguments: dict[str, str]
    started: float
    loaded_at: str  # UTC

    @property
    def run_id(self) -> str:
        return self.arguments["JOB_RUN_ID"]

    @property
    def temp_path(self) -> str:
        return f"{self.arguments['TempDir'].rstrip('/')}/{self.run_id}"


def main() -> None:
    started = time.monotonic()
    optional = [QUALITY_RULESET] if f"--{QUALITY_RULESET}" in sys.argv else []
    arguments = getResolvedOptions(sys.argv, [*ARGUMENTS, *optional])
    loaded_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    run = Run(GlueContext(SparkContext.getOrCreate()), arguments, started, loaded_at)
    job = Job(run.glue)
    job.init(arguments["JOB_NAME"], arguments)
    counts, rules = load_new_files(run)
    write_summary(run, counts, rules)
    job.commit()


def load_new_files(run: Run) -> tuple[RunCounts, list[RuleResult]]:
    """Reads, checks and loads the new files; also says what became of the data quality rules.

    Raises TooManyRejectedError, before anything is written, if too many rows can't be loaded.
    """
    lines = read_new_lines(run)
    if lines is None:
        return RunCounts({}), []
    # Not persisted: to keep the rows in memory takes three times as long as to read and join them twice.
    classified = flight_transforms.classify(flight_transforms.parse_lines(lines), read_airports(run))
    grouped = classified.groupBy("source_file", "reason").count().collect()
    counts = run_summary.count_rows((row[0], row[1], row[2]) for row in grouped)
    run_summary.check_rejected_share(counts, float(run.arguments["max_rejected_ratio"]))
    if not counts.files:
        return counts, []
    rules = evaluate_quality(run, classified, counts)  # first: nothing is written if the ruleset is no DQDL
    load(run, classified, counts)
    return counts, rules


def evaluate_quality(run: Run, classified: DataFrame, counts: RunCounts) -> list[RuleResult]:
    """The outcomes of the rules in `--data_quality_ruleset`, in its order; none without it.

    A rule that fails does not fail the run: rows that can't be loaded go to the quarantine table already, and
    what else a rule finds is for the reader of the alert to judge.
    """
    ruleset = run.arguments.get(QUALITY_RULESET)
    if not ruleset:
        return []
    rows = flight_transforms.quality_rows(classified, counts.headless_files)
    outcomes = EvaluateDataQuality.apply(
        frame=DynamicFrame.fromDF(rows, run.glue, "quality_rows"),
        ruleset=ruleset,
        publishing_options={
            "dataQualityEvaluationContext": run.arguments["JOB_NAME"],
            "enableDataQualityCloudWatchMetrics": False,
            "enableDataQualityResultsPublishing": False,
        },
    )
    found = outcomes.toDF().select("Rule", "Outcome", "FailureReason").collect()
    return [RuleResult(rule, outcome == "Passed", reason or "") for rule, outcome, reason in found]


def read_new_lines(run: Run) -> DataFrame | None:
    """The lines of the new files as `line, source_file`; None if there are no new files."""
    frame = run.glue.create_dynamic_frame.from_options(
        connection_type="s3",
        connection_options={"paths": [run.arguments["raw_path"]], "recurse": True},
        format="csv",
        format_options=ONE_LINE_PER_ROW,
        transformation_ctx="raw_lines",
    ).toDF()
    # A bookmarked source without new files has no columns at all.
    return frame.selectExpr("col0 AS line", "source_file") if "col0" in frame.columns else None


def read_airports(run: Run) -> DataFrame:
    """All airports, whatever was read before: without a transformation_ctx no bookmark hides any.

    Persisted, as there are few of them and both passes over the rows join them twice.
    """
    airports = run.glue.create_dynamic_frame.from_catalog(
        database=run.arguments["catalog_database"],
        table_name=run.arguments["airports_table"],
        redshift_tmp_dir=run.temp_path,
        additional_options={"aws_iam_role": run.arguments["copy_role_arn"]},
    )
    return flight_transforms.one_per_identifier(airports.toDF()).persist()


def load(run: Run, classified: DataFrame, counts: RunCounts) -> None:
    """Replaces the rows of these files in both tables, in one transaction."""
    dates = [(name, run_summary.flight_date(name)) for name, file in counts.files.items() if file.has_header]
    files = run.glue.spark_session.createDataFrame(dates, "source_file string, flight_date string")
    files = files.selectExpr("source_file", "CAST(flight_date AS DATE) AS flight_date")
    facts = flight_transforms.fact_rows(classified, files, run.run_id, run.loaded_at)
    run.glue.write_dynamic_frame.from_jdbc_conf(
        frame=DynamicFrame.fromDF(facts, run.glue, "facts"),
        catalog_connection=run.arguments["warehouse_connection"],
        connection_options={
            "dbtable": warehouse_sql.FACT_TABLE,
            "database": run.arguments["warehouse_database"],
            "aws_iam_role": run.arguments["copy_role_arn"],
            "preactions": warehouse_sql.delete_files(list(counts.files)),
            "postactions": quarantine(run, classified, counts),
        },
        redshift_tmp_dir=run.temp_path,
        transformation_ctx="load_facts",
    )


def quarantine(run: Run, classified: DataFrame, counts: RunCounts) -> str:
    """Stages the rejected rows and returns the COPY that loads them, to run in the facts' transaction."""
    if not counts.rejected:
        return ""
    staged = f"{run.temp_path}/quarantine/"
    rows = flight_transforms.rejected_rows(classified, counts.headless_files, run.run_id, run.loaded_at)
    rows.write.csv(staged, mode="overwrite", escape='"', timestampFormat="yyyy-MM-dd HH:mm:ss")
    columns = flight_transforms.QUARANTINE_COLUMNS
    copy_role_arn = run.arguments["copy_role_arn"]
    return warehouse_sql.copy_csv(warehouse_sql.QUARANTINE_TABLE, columns, f"{staged}part-", copy_role_arn)


def write_summary(run: Run, counts: RunCounts, rules: list[RuleResult]) -> None:
    """Leaves the summary where the state machine looks for it: `<summary_path>/<run id>.json`."""
    summary = run_summary.summarize(run.run_id, counts, time.monotonic() - run.started, rules)
    target = urlsplit(f"{run.arguments['summary_path'].rstrip('/')}/{run.run_id}.json")
    boto3.client("s3").put_object(
        Bucket=target.netloc, Key=target.path.lstrip("/"), Body=summary.to_json().encode()
    )
    print(summary.message)


if __name__ == "__main__":
    main()
