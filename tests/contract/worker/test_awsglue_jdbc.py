"""Database sources: bookmarks by key, parallel reads, queries (aws-semantics.md §A; "JDBC connections").

One job reads many sources, three times; each test states what one source gave. `pg` is a PostgreSQL database
read by JDBC, `rs` is Redshift.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pg8000.dbapi
import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import PROLOGUE, EndedRun, ScriptRunner

ENABLED = {"--job-bookmark-option": "job-bookmark-enable"}
READ = """
import json
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
job = Job(glue)
job.init(args['JOB_NAME'], args)
PG = {{'url': {pg_url!r}, 'user': {user!r}, 'password': {password!r}}}
RS = {{'connectionName': {name!r}, 'useConnectionProperties': 'true'}}

def read(ctx, kind, options, **more):
    frame = glue.create_dynamic_frame.from_options(kind, options, transformation_ctx=ctx, **more)
    return ids(frame)

def ids(frame):
    return sorted((row.id for row in frame.toDF().collect()), key=lambda id: (id is None, id))

def pg(ctx, table, **options):
    return read(ctx, 'postgresql', {{**PG, 'dbtable': '{name}.' + table, **options}})

def rs(ctx, table, **options):
    tmp = {{'redshiftTmpDir': f's3://{{BUCKET}}/tmp/'}} if 'redshiftTmpDir' not in options else {{}}
    return read(ctx, 'redshift', {{**RS, **tmp, 'dbtable': '{name}.' + table, **options}})

def catalog(ctx, table, **options):
    frame = glue.create_dynamic_frame.from_catalog(
        {name!r}, table, redshift_tmp_dir=f's3://{{BUCKET}}/tmp/', transformation_ctx=ctx,
        additional_options=options)
    return ids(frame)

def refused(read, *args, **options):
    try:
        return read(*args, **options)
    except Exception as error:
        return f'{{type(error).__name__}}: {{error}}'
"""
MANY_SOURCES = """
found = {
    'keyed': pg('keyed', 'keyed', jobBookmarkKeys=['id'], jobBookmarkKeysSortOrder='asc'),
    'other': pg('other', 'keyed', jobBookmarkKeys=['id']),
    'no_ctx': pg('', 'keyed', jobBookmarkKeys=['id']),
    'falling': pg('falling', 'falling', jobBookmarkKeys=['id'], jobBookmarkKeysSortOrder='desc'),
    'compound': pg('compound', 'compound', jobBookmarkKeys=['day', 'n']),
    'primary': pg('primary', 'whole'),
    'gaps': pg('gaps', 'gaps'),
    'capital': pg('capital', 'capital'),
    'no_key': pg('no_key', 'compound'),
    'text_key': pg('text_key', 'compound', jobBookmarkKeys=['TAG']),
    'query': pg('query', 'keyed', sampleQuery="SELECT id FROM {name}.keyed WHERE id < 100",
                jobBookmarkKeys=['id']),
    'parallel': pg('parallel', 'keyed', jobBookmarkKeys=['id'], hashfield='id', hashpartitions='3'),
    'unloaded': rs('unloaded', 'dim', jobBookmarkKeys=['id']),
    'by_jdbc': rs('by_jdbc', 'dim', jobBookmarkKeys=['id'], redshiftTmpDir=''),
    'dim': rs('dim', 'dim'),
    'catalog': catalog('catalog', 'dim', jobBookmarkKeys=['id']),
    'plain_catalog': catalog('plain_catalog', 'dim'),
}
print(json.dumps(found))
job.commit()
"""
TABLES = """
CREATE SCHEMA {0};
CREATE TABLE {0}.keyed (id BIGINT, v TEXT);
INSERT INTO {0}.keyed VALUES (1, 'a'), (4, 'b'), (NULL, 'no key');
CREATE TABLE {0}.falling (id INT);
INSERT INTO {0}.falling VALUES (-1), (-2);
CREATE TABLE {0}.compound (id INT, day DATE, n INT, tag TEXT);
INSERT INTO {0}.compound VALUES (1, '2026-01-01', 9, 'a'), (2, '2026-01-02', 1, 'b''s');
CREATE TABLE {0}.whole (id INT PRIMARY KEY);
INSERT INTO {0}.whole VALUES (1), (2), (3);
CREATE TABLE {0}.gaps (id INT PRIMARY KEY);
INSERT INTO {0}.gaps VALUES (1), (3);
CREATE TABLE {0}.capital (id INT, "Key" INT PRIMARY KEY);
INSERT INTO {0}.capital VALUES (1, 1);
CREATE TABLE {0}.dim (id INT, name TEXT);
INSERT INTO {0}.dim VALUES (1, 'one'), (2, 'two');
CREATE TABLE {0}.odd ("Id" INT);
"""
NEWS = """
INSERT INTO {0}.keyed VALUES (7, 'c'), (2, 'too late'), (NULL, 'no key');
UPDATE {0}.keyed SET v = 'changed' WHERE id = 1;
INSERT INTO {0}.falling VALUES (-3), (5);
INSERT INTO {0}.compound VALUES (3, '2026-01-02', 2, 'c'), (4, '2026-01-01', 99, 'a');
INSERT INTO {0}.whole VALUES (4), (5);
INSERT INTO {0}.gaps VALUES (4);
INSERT INTO {0}.dim VALUES (3, 'three');
"""


class Sources:
    """A schema of the test's own, in PostgreSQL and as Redshift sees it, with a connection and a database."""

    def __init__(self, runner: ScriptRunner) -> None:
        self.runner = runner
        self.name = runner.bucket.replace("-", "_")
        settings = runner.sandbox.settings
        url = f"jdbc:redshift://127.0.0.1:{settings.redshift_port}/{settings.database}"
        properties = {"JDBC_CONNECTION_URL": url, "USERNAME": settings.user, "PASSWORD": settings.password}
        glue = runner.client("glue")
        glue.create_connection(
            ConnectionInput={"Name": self.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
        )
        glue.create_database(DatabaseInput={"Name": self.name})
        glue.create_table(DatabaseName=self.name, TableInput=self._dim())

    def _dim(self) -> dict[str, Any]:
        storage = {"Location": f"dev.{self.name}.dim", "Columns": [{"Name": "id", "Type": "int"}]}
        parameters = {"classification": "redshift", "connectionName": self.name, "typeOfData": "table"}
        return {"Name": "dim", "StorageDescriptor": storage, "Parameters": parameters}

    def execute(self, statements: str) -> None:
        """In PostgreSQL itself, which enforces and tells of primary keys."""
        settings = self.runner.sandbox.settings
        connection = pg8000.dbapi.connect(
            user=settings.user, password=settings.password, host="127.0.0.1",
            port=settings.warehouse_port, database=settings.database,
        )  # fmt: skip
        with contextlib.closing(connection):
            for statement in statements.format(self.name).split(";\n"):
                if statement.strip():
                    connection.cursor().execute(statement)
            connection.commit()

    def script(self, body: str) -> str:
        settings = self.runner.sandbox.settings
        pg_url = f"jdbc:postgresql://127.0.0.1:{settings.warehouse_port}/{settings.database}"
        head = READ.format(pg_url=pg_url, user=settings.user, password=settings.password, name=self.name)
        return f"BUCKET = {self.runner.bucket!r}\n{PROLOGUE}{head}" + body.replace("{name}", self.name)


@dataclass
class BookmarkedJob:
    """A job and its runs: what each of them found, by context."""

    sources: Sources
    name: str
    runs: list[EndedRun] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)

    def run(self, **arguments: str) -> Any:
        glue = self.sources.runner.client("glue")
        started = glue.start_job_run(JobName=self.name, Arguments=arguments)["JobRunId"]
        return self.ended(started)

    def ended(self, run_id: str) -> Any:
        self.runs.append(self.sources.runner.ended(self.name, run_id))
        self.found.append(json.loads(self.runs[-1].lines()[-1]))
        return self.found[-1]

    def document(self) -> dict[str, Any]:
        entry = self.sources.runner.client("glue").get_job_bookmark(JobName=self.name)["JobBookmarkEntry"]
        found: dict[str, Any] = json.loads(entry["JobBookmark"])
        return found


@pytest.fixture(scope="module")
def sources(sandbox: Sandbox) -> Sources:
    runner = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}")
    runner.client("s3").create_bucket(Bucket=runner.bucket)
    sources = Sources(runner)
    sources.execute(TABLES)
    return sources


@pytest.fixture(scope="module")
def job(sources: Sources) -> BookmarkedJob:
    """The job after its five runs: first, paused, second, third, after a rewind to the first."""
    name, run_id = sources.runner.start(sources.script(MANY_SOURCES), DefaultArguments=ENABLED)
    job = BookmarkedJob(sources, name)
    job.ended(run_id)
    job.documents.append(job.document())
    sources.execute(NEWS)
    for arguments in ({"--job-bookmark-option": "job-bookmark-pause"}, {}, {}):
        job.run(**arguments)
        job.documents.append(job.document())
    sources.runner.client("glue").reset_job_bookmark(JobName=name, RunId=run_id)
    job.run()
    return job


FIRST, PAUSED, SECOND, THIRD, REWOUND = range(5)
NEW_ROWS = {
    # context: what the first run reads, and what is new after it
    "keyed": ([1, 4, None], [7]),
    "other": ([1, 4, None], [7]),
    "falling": ([-2, -1], [-3]),
    "compound": ([1, 2], [3]),
    "primary": ([1, 2, 3], [4, 5]),
    "text_key": ([1, 2], [3]),
    "query": ([1, 4], [7]),
    "parallel": ([1, 4, None], [7]),
    "unloaded": ([1, 2], [3]),
    "by_jdbc": ([1, 2], [3]),
    "catalog": ([1, 2], [3]),
}
EVERYTHING = {
    # context: what the second run reads, as does the third
    "no_ctx": [1, 2, 4, 7, None, None],
    "gaps": [1, 3, 4],
    "capital": [1],
    "no_key": [1, 2, 3, 4],
    "dim": [1, 2, 3],
    "plain_catalog": [1, 2, 3],
}


@pytest.mark.parametrize("context", NEW_ROWS)
def test_the_first_run_reads_all_and_the_next_what_has_a_later_key(job: BookmarkedJob, context: str) -> None:
    everything, news = NEW_ROWS[context]
    assert job.found[FIRST][context] == everything
    assert job.found[SECOND][context] == news
    assert job.found[THIRD][context] == []


@pytest.mark.parametrize("context", NEW_ROWS)
def test_pause_reads_the_news_and_leaves_the_bookmark(job: BookmarkedJob, context: str) -> None:
    assert job.found[PAUSED][context] == NEW_ROWS[context][1]
    assert job.documents[PAUSED] == job.documents[FIRST]


@pytest.mark.parametrize("context", NEW_ROWS)
def test_a_rewind_to_a_run_reads_again_what_came_after_it(job: BookmarkedJob, context: str) -> None:
    assert job.found[REWOUND][context] == NEW_ROWS[context][1]


@pytest.mark.parametrize("context", EVERYTHING)
def test_without_a_usable_key_or_context_every_run_reads_everything(job: BookmarkedJob, context: str) -> None:
    assert job.found[SECOND][context] == EVERYTHING[context]
    assert job.found[THIRD][context] == EVERYTHING[context]


def test_the_bookmark_holds_the_last_key_of_each_context(job: BookmarkedJob) -> None:
    after = {context: state["values"] for context, state in job.documents[SECOND].items()}
    assert after == {
        "keyed": ["7"], "other": ["7"], "falling": ["-3"], "compound": ["2026-01-02", "2"], "primary": ["5"],
        "text_key": ["c"], "query": ["7"], "parallel": ["7"], "unloaded": ["3"], "by_jdbc": ["3"],
        "catalog": ["3"],
    }  # fmt: skip
    assert job.documents[SECOND]["falling"]["jobBookmarkKeysSortOrder"] == "desc"


def test_the_report_says_which_keys_each_run_read(job: BookmarkedJob) -> None:
    contexts = {one["transformation_ctx"]: one for one in job.runs[SECOND].report["contexts"]}
    compound, dim = contexts["compound"], contexts["dim"]
    assert (compound["keys"], compound["key_after"], compound["key_up_to"]) == (
        ["day", "n"], ["2026-01-02", "1"], ["2026-01-02", "2"],
    )  # fmt: skip
    assert (compound["source"], compound["version_before"], compound["version_after"]) == (
        f"{job.sources.name}.compound", 2, 4,
    )  # fmt: skip
    assert (dim["source"], dim["version_after"], "keys" in dim) == (f"{job.sources.name}.dim", None, False)


REFUSALS = """
print(json.dumps({
    'capitals': refused(pg, 'a', 'odd', jobBookmarkKeys=["id"]),
    'unknown': refused(pg, 'b', 'keyed', jobBookmarkKeys=['nope']),
    'order': refused(pg, 'c', 'keyed', jobBookmarkKeys=['id'], jobBookmarkKeysSortOrder='up'),
    'driver': refused(pg, 'd', 'keyed', customJdbcDriverS3Path='s3://b/driver.jar'),
    'kind': refused(read, 'e', 'mysql', {**PG, 'dbtable': 'keyed'}),
    'nothing': refused(read, 'f', 'postgresql', PG),
    'table': refused(pg, 'g', 'no_such_table', jobBookmarkKeys=['id']),
    'open_query': refused(pg, 'h', 'keyed', sampleQuery='SELECT 1 id', hashfield='id',
                          enablePartitioningForSampleQuery='true'),
    'both': refused(pg, 'i', 'keyed', hashfield='id', hashexpression='id'),
    'fetch': pg('j', 'keyed', fetchsize='1'),
    'open': pg('k', 'keyed', sampleQuery="SELECT id FROM {name}.keyed WHERE v LIKE 'c%' AND",
               enablePartitioningForSampleQuery=True, hashfield='v', hashpartitions=4),
    'expression': pg('l', 'keyed', hashexpression='-id', hashpartitions='2'),
    'some': len(pg('m', 'keyed', sampleQuery="SELECT id FROM {name}.keyed WHERE", sampleSize=2,
                   enablePartitioningForSampleQuery='true', hashfield='id')),
    'query': read('n', 'postgresql', {**PG, 'query': "SELECT 5 id, '100%' word"}),
}))
"""


@pytest.fixture(scope="module")
def answers(job: BookmarkedJob) -> dict[str, Any]:
    """What a run with questionable options got; after the other job's runs, so that the rows are settled."""
    run = job.sources.runner.run(job.sources.script(REFUSALS), DefaultArguments=ENABLED)
    found: dict[str, Any] = json.loads(run.lines()[-1])
    return found


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("capitals", "doesn't support using case-sensitive columns as job bookmark keys: 'Id'"),
        ("unknown", "the job bookmark key 'nope' is not a column of"),
        ("order", "jobBookmarkKeysSortOrder is 'up'; it must be asc or desc"),
        ("driver", "the option customJdbcDriverS3Path is part of AWS Glue, but not of tarmac"),
        ("kind", "the connection type 'mysql' is part of AWS Glue, but not of tarmac"),
        ("nothing", "neither dbtable nor query"),
        ("table", "no_such_table"),
        ("open_query", "must end with WHERE or AND"),
        ("both", "hashfield and hashexpression are both given"),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(answers: dict[str, Any], question: str, text: str) -> None:
    assert text in answers[question]


def test_unknown_options_go_to_spark(answers: dict[str, Any]) -> None:
    assert answers["fetch"] == [1, 2, 4, 7, None, None]


def test_a_partitioning_condition_completes_an_open_sample_query(answers: dict[str, Any]) -> None:
    assert answers["open"] == [1, 7]


def test_a_hash_expression_splits_the_rows_without_losing_any(answers: dict[str, Any]) -> None:
    assert answers["expression"] == [1, 2, 4, 7, None, None]


def test_a_sample_size_limits_a_partitioned_query(answers: dict[str, Any]) -> None:
    assert answers["some"] == 2


def test_a_query_may_hold_anything_that_the_database_takes(answers: dict[str, Any]) -> None:
    assert answers["query"] == [5]


def test_a_failure_before_the_commit_leaves_the_rows_to_the_next_run(sources: Sources) -> None:
    body = """
print(json.dumps(pg('src', 'falling', jobBookmarkKeys=['id'])))
if '--fail' in sys.argv:
    raise RuntimeError('before the commit')
job.commit()
"""
    runner = sources.runner
    name, run_id = runner.start(sources.script(body), {"--fail": "yes"}, DefaultArguments=ENABLED)
    failed = runner.ended(name, run_id)
    assert "before the commit" in failed.error
    (context,) = failed.report["contexts"]
    assert (context["version_before"], context["version_after"]) == (0, None)
    again = BookmarkedJob(sources, name)
    assert again.run() == json.loads(failed.stdout.splitlines()[-1])
    assert again.run() == []
