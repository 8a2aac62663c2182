"""What a script asks of a database source, as SQL. Pure.

Options as AWS names them ("JDBC connections", "Reading from JDBC tables in parallel", "Using job bookmarks"):
dbtable, query, sampleQuery, enablePartitioningForSampleQuery, sampleSize, hashfield, hashexpression,
hashpartitions, jobBookmarkKeys, jobBookmarkKeysSortOrder. All others go to Spark's JDBC source, as on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError, UnknownSourceError
from emulator.glue_worker.engine.redshift_sql import table_sql

DEFAULT_HASH_PARTITIONS = 7
TABLE_PROPERTIES = ("hashfield", "hashexpression", "hashpartitions")
_REFUSED = ("customJdbcDriverS3Path", "customJdbcDriverClassName")
_OWN = frozenset(
    {
        "url", "user", "username", "password", "secretId", "connectionName", "useConnectionProperties",
        "database", "databaseName", "dbtable", "query", "sampleQuery", "enablePartitioningForSampleQuery",
        "sampleSize", "hashfield", "hashexpression", "hashpartitions", "jobBookmarkKeys",
        "jobBookmarkKeysSortOrder", "bulkSize", "redshiftTmpDir", "aws_iam_role", "aws_iam_user",
    }
)  # fmt: skip


@dataclass(frozen=True)
class JdbcRead:
    """What to read and how.

    `query` gives the rows, `parts` are conditions that split them among readers, none for a single reader;
    `open_query` says that `query` ends so that a condition completes it. `table` is empty for a query.
    """

    query: str
    table: str = ""
    open_query: bool = False
    parts: tuple[str, ...] = ()
    at_most: int = 0
    bookmark_keys: tuple[str, ...] = ()
    descending: bool = False
    spark_options: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people shall see of it."""
        return self.table or " ".join(self.query.split())

    @property
    def rows(self) -> str:
        """One query for all of the rows."""
        return f"{self.query} TRUE" if self.open_query else self.query

    def queries(self, condition: str = "") -> list[str]:
        """The queries whose rows together are those of the source that meet the condition."""
        return [_where(self._part(part), condition) for part in self.parts or ("",)]

    def _part(self, part: str) -> str:
        if self.open_query:
            return f"{self.query} {part or 'TRUE'}"
        return _where(self.query, part)


def jdbc_read(options: Mapping[str, Any], table: str = "", parallel: bool = True) -> JdbcRead:
    """The reading that the options describe, of `table` (the catalog's) unless they name another.

    `parallel` is False where the hash options are ignored, as on AWS for Redshift. Raises UnknownSourceError
    without anything to read, GlueError for options that contradict each other, NotInTarmacError.
    """
    for name in _REFUSED:
        if options.get(name):
            raise NotInTarmacError(f"the option {name}", "PostgreSQL's driver is there without it")
    table = str(options.get("dbtable") or table)
    sample = str(options.get("sampleQuery") or options.get("query") or "").strip().rstrip("; \n\t")
    if not sample and not table:
        raise UnknownSourceError("connection_options has neither dbtable nor query")
    is_open = bool(sample) and is_true(options.get("enablePartitioningForSampleQuery"))
    if is_open:
        _check_open(sample, options)
    parts = _hash_parts(options) if parallel and (is_open or not sample) else ()
    return JdbcRead(
        query=sample or f"SELECT * FROM {table_sql(table)}",
        table="" if sample else table_sql(table),
        open_query=is_open,
        parts=parts,
        at_most=int(options.get("sampleSize") or 0) if is_open else 0,
        bookmark_keys=_names(options.get("jobBookmarkKeys")),
        descending=_descending(options),
        spark_options={key: str(value) for key, value in options.items() if key not in _OWN},
    )


def is_true(value: object) -> bool:
    """An option's truth, given as a boolean or as text."""
    return str(value).lower() == "true"


def _check_open(sample: str, options: Mapping[str, Any]) -> None:
    if sample.rsplit(None, 1)[-1].lower() not in ("where", "and"):
        raise GlueError(
            "with enablePartitioningForSampleQuery the sampleQuery must end with WHERE or AND, "
            f"for the partitioning condition to follow; it ends with {sample[-20:]!r}"
        )
    if not (options.get("hashfield") or options.get("hashexpression")):
        raise GlueError("enablePartitioningForSampleQuery needs hashfield or hashexpression")


def _hash_parts(options: Mapping[str, Any]) -> tuple[str, ...]:
    """A condition for each of `hashpartitions` readers; a null belongs to the first one's rows."""
    column, expression = options.get("hashfield"), options.get("hashexpression")
    if not column and not expression:
        return ()
    if column and expression:
        raise GlueError("hashfield and hashexpression are both given; choose one")
    count = int(options.get("hashpartitions") or DEFAULT_HASH_PARTITIONS)
    if count < 1:
        raise GlueError(f"hashpartitions is {count}; it must be 1 or more")
    number = f"hashtext(({column})::text)" if column else f"({expression})"
    return tuple(f"COALESCE(abs({number}::bigint % {count}), 0) = {part}" for part in range(count))


def _where(query: str, condition: str) -> str:
    return f"SELECT * FROM ({query}) AS source WHERE {condition}" if condition else query


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.strip("[]").split(",") if name.strip())
    return tuple(str(name) for name in value) if isinstance(value, (list, tuple)) else ()


def _descending(options: Mapping[str, Any]) -> bool:
    order = str(options.get("jobBookmarkKeysSortOrder") or "asc")
    if order.lower() not in ("asc", "desc"):
        raise GlueError(f"jobBookmarkKeysSortOrder is {order!r}; it must be asc or desc")
    return order.lower() == "desc"
