"""Facts about bookmarks that show in a running script (aws-semantics.md §A): contexts, formats, init, commit.

One job reads many sources, three times; each test states what one source gave.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import PROLOGUE, EndedRun, ScriptRunner

ENABLED = {"--job-bookmark-option": "job-bookmark-enable"}
MADE_BY_SPARK = ("csv", "json", "parquet", "orc", "avro")
FORMATS = (*MADE_BY_SPARK, "xml")
MAKE = """
for kind in ('csv', 'json', 'parquet', 'orc', 'avro'):
    frame = spark.sql("SELECT 1L id").coalesce(1)
    frame.write.options(header='true').format(kind).save(f's3://{BUCKET}/made/{kind}')
"""
HEAD = """
import json
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
job = Job(glue)

def read(ctx, kind, path=None, **options):
    where = {'paths': [f's3://{BUCKET}/{path or kind}/'], 'recurse': True, **options}
    how = {'csv': {'withHeader': True}, 'xml': {'rowTag': 'row'}}.get(kind, {})
    return glue.create_dynamic_frame.from_options('s3', where, kind, how, transformation_ctx=ctx)
"""
READ_ALL = """
job.init(args['JOB_NAME'], args)
sunk = read('before_sink', 'csv')
glue.write_dynamic_frame.from_options(
    sunk, 's3', {'path': f's3://{BUCKET}/out/'}, 'json', transformation_ctx='sink')
limited = glue.create_dynamic_frame.from_catalog(DATABASE, 'limited', transformation_ctx='limited')
print(json.dumps({
    **{kind: read(kind, kind).count() for kind in ('csv', 'json', 'parquet', 'orc', 'avro', 'xml')},
    'other_ctx': read('other_ctx', 'csv').count(),
    'no_ctx': read('', 'csv').count(),
    'spark': spark.read.csv(f's3://{BUCKET}/csv/', header=True).count(),
    'limited': limited.count(),
    'columns': len(read('columns', 'parquet').toDF().columns),
}))
job.commit()
"""


@dataclass
class ManyReads:
    """A bucket, and the job's runs with what each one found."""

    runner: ScriptRunner
    name: str = ""
    runs: list[EndedRun] = field(default_factory=list)

    def put_all(self, number: int) -> None:
        """One more file of each format, each of one row."""
        s3 = self.runner.client("s3")
        self.runner.put(f"xml/{number}.xml", "<rows><row><id>1</id></row></rows>")
        for kind in MADE_BY_SPARK:
            (made,) = [key for key in self.runner.keys(f"made/{kind}/") if "/part-" in key]
            source = {"Bucket": self.runner.bucket, "Key": made}
            target = f"{kind}/{number}.{made.rsplit('.', 1)[1]}"
            s3.copy_object(Bucket=self.runner.bucket, Key=target, CopySource=source)

    def script(self, body: str) -> str:
        database = self.runner.bucket.replace("-", "_")
        head = f"BUCKET = {self.runner.bucket!r}\nDATABASE = {database!r}\n{PROLOGUE}{HEAD}"
        return head + body

    def run(self) -> None:
        started = self.runner.client("glue").start_job_run(JobName=self.name)["JobRunId"]
        self.runs.append(self.runner.ended(self.name, started))

    def found(self, run: int, what: str) -> int:
        """What a run printed of one of its sources."""
        answer: dict[str, int] = json.loads(self.runs[run].lines()[-1])
        return answer[what]

    def bookmark(self, **run: str) -> dict[str, Any]:
        glue = self.runner.client("glue")
        found: dict[str, Any] = glue.get_job_bookmark(JobName=self.name, **run)["JobBookmarkEntry"]
        return found


@pytest.fixture(scope="module")
def bucket(sandbox: Sandbox) -> ManyReads:
    """A bucket with a file of each format, and a table `limited` that bounds each run to one file."""
    runner = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}")
    runner.client("s3").create_bucket(Bucket=runner.bucket)
    assert runner.glue(MAKE).state == "SUCCEEDED"
    reads = ManyReads(runner)
    reads.put_all(1)
    database = runner.bucket.replace("-", "_")
    glue = runner.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    serde = {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"}
    storage = {
        "Location": f"s3://{runner.bucket}/csv/",
        "Columns": [{"Name": "id", "Type": "bigint"}],
        "SerdeInfo": serde | {"Parameters": {"field.delim": ","}},
    }
    parameters = {"classification": "csv", "skip.header.line.count": "1", "boundedFiles": "1"}
    table = {"Name": "limited", "StorageDescriptor": storage, "Parameters": parameters}
    glue.create_table(DatabaseName=database, TableInput=table)
    return reads


@pytest.fixture(scope="module")
def reads(bucket: ManyReads) -> ManyReads:
    """The job after three runs: over one file of each format, over one more, and over nothing new."""
    bucket.name, first = bucket.runner.start(bucket.script(READ_ALL), DefaultArguments=ENABLED)
    bucket.runs.append(bucket.runner.ended(bucket.name, first))
    bucket.put_all(2)
    bucket.put_all(3)
    bucket.run()
    bucket.run()
    return bucket


@pytest.mark.parametrize("kind", FORMATS)
def test_files_of_every_format_are_read_once(reads: ManyReads, kind: str) -> None:
    assert [reads.found(run, kind) for run in range(3)] == [1, 2, 0]


def test_each_context_has_a_state_of_its_own(reads: ManyReads) -> None:
    assert [reads.found(run, "other_ctx") for run in range(3)] == [1, 2, 0]


def test_a_source_without_a_context_is_read_in_full_by_each_run(reads: ManyReads) -> None:
    assert [reads.found(run, "no_ctx") for run in range(3)] == [1, 3, 3]


def test_sparks_own_reader_is_never_bookmarked(reads: ManyReads) -> None:
    assert [reads.found(run, "spark") for run in range(3)] == [1, 3, 3]


def test_bounded_files_of_a_table_leave_the_rest_to_the_next_run(reads: ManyReads) -> None:
    assert [reads.found(run, "limited") for run in range(3)] == [1, 1, 1]


def test_without_new_files_a_frame_has_no_columns(reads: ManyReads) -> None:
    assert [reads.found(run, "columns") for run in range(3)] == [1, 1, 0]


def test_a_sinks_context_adds_nothing_to_the_bookmark(reads: ManyReads) -> None:
    document = json.loads(reads.bookmark()["JobBookmark"])
    assert "before_sink" in document
    assert "sink" not in document


def test_one_commit_moves_all_contexts_and_counts_as_one_run(reads: ManyReads) -> None:
    entry = reads.bookmark()
    assert (entry["Run"], entry["Version"], entry["Attempt"]) == (4, 6, 0)
    states = json.loads(entry["JobBookmark"])
    assert {state["timestamps"]["RUN"] for state in states.values()} == {"3"}
    assert len({state["timestamps"]["CURR_RUN_START_TIME"] for state in states.values()}) <= 2  # limited


def test_the_report_names_the_files_of_each_context(reads: ManyReads) -> None:
    report = reads.runs[1].report
    keys = {
        (file["transformation_ctx"], file["key"]) for file in report["files_read"] if file["key"][:3] == "csv"
    }
    assert {(ctx, key) for ctx, key in keys if ctx == "csv"} == {("csv", "csv/2.csv"), ("csv", "csv/3.csv")}
    (csv,) = [one for one in report["contexts"] if one["transformation_ctx"] == "csv"]
    assert (csv["files"], csv["files_listed"], csv["version_before"], csv["version_after"]) == (2, 3, 2, 4)


ONE_READ = """
if '--no_init' not in sys.argv:
    job.init(args['JOB_NAME'] + ('-suffix' if '--suffix' in sys.argv else ''), args)
source = read('src', 'json')
print(source.count())
if '--write' in sys.argv:
    glue.write_dynamic_frame.from_options(source, 's3', {'path': f's3://{BUCKET}/written/'}, 'json')
    print('written:', spark.read.json(f's3://{BUCKET}/written/').count())
    assert '--fail' not in sys.argv, 'after the write'
if '--reset' in sys.argv:
    import boto3
    boto3.client('glue').reset_job_bookmark(JobName=args['JOB_NAME'])
if '--no_commit' not in sys.argv:
    job.commit()
"""


@pytest.fixture(scope="module")
def one_read(reads: ManyReads) -> ManyReads:
    """Another job on the same files, with its first run; their number stays."""
    name, run_id = reads.runner.start(reads.script(ONE_READ), {"--no_commit": "x"}, DefaultArguments=ENABLED)
    return ManyReads(reads.runner, name, [reads.runner.ended(name, run_id)])


def run_with(job: ManyReads, *flags: str) -> EndedRun:
    arguments = {f"--{flag}": "x" for flag in flags}
    started = job.runner.client("glue").start_job_run(JobName=job.name, Arguments=arguments)["JobRunId"]
    return job.runner.ended(job.name, started)


def test_init_commit_and_the_name_decide_what_is_kept(one_read: ManyReads) -> None:
    """One job, run after run: each line is what the run was told, and what it read of three files."""
    assert one_read.runs[0].lines()[-1] == "3"  # another job has read them all
    facts = [
        ((), "3"),  # the run before had no job.commit
        (("no_init",), "3"),
        ((), "0"),  # a run without job.init neither used nor changed the bookmark
        (("suffix",), "3"),  # another name given to job.init is another bookmark
        (("suffix",), "0"),
    ]
    for flags, count in facts:
        assert run_with(one_read, *flags).lines()[-1] == count, flags


def test_what_was_written_before_a_failure_stays_and_is_written_again(one_read: ManyReads) -> None:
    """A commit is no transaction with the sink, and a reset cleans no target."""
    one_read.runner.client("glue").reset_job_bookmark(JobName=one_read.name)
    failed = run_with(one_read, "write", "fail")
    assert failed.state == "FAILED"
    assert failed.stdout.splitlines()[-1] == "written: 3"
    assert run_with(one_read, "write").lines()[-1] == "written: 6"
    one_read.runner.client("glue").reset_job_bookmark(JobName=one_read.name)
    assert run_with(one_read, "write").lines()[-1] == "written: 9"


def test_a_commit_on_top_of_a_changed_bookmark_fails_the_run(one_read: ManyReads) -> None:
    run_with(one_read)
    run = run_with(one_read, "reset")
    assert run.state == "FAILED"
    assert "GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR" in run.error
    assert run_with(one_read).lines()[-1] == "3"


MANY_FILES = """
from urllib.parse import unquote
from pyspark.sql.functions import input_file_name
job.init(args['JOB_NAME'], args)
frame = glue.create_dynamic_frame.from_options(
    's3', {'paths': [f's3://{BUCKET}/many/'], 'recurse': True}, 'csv',
    {'withHeader': True, 'attachFilename': 'file'}, transformation_ctx='many')
named = frame.toDF().withColumn('spark', input_file_name())
print(json.dumps(sorted([row.key, row.file, unquote(row.spark)] for row in named.collect())))
job.commit()
"""


def test_many_small_files_are_read_with_their_names(bucket: ManyReads) -> None:
    runner = bucket.runner
    keys = [f"many/day={number}/a b+%41 ü&{number}.csv" for number in range(20)]
    for key in keys:
        runner.put(key, f"key\n{key}\n")
    run = runner.run(bucket.script(MANY_FILES), DefaultArguments=ENABLED)
    files = {key: f"s3://{runner.bucket}/{key}" for key in keys}
    assert json.loads(run.lines()[-1]) == sorted([key, file, file] for key, file in files.items())
