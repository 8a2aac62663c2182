"""Decides which tables a crawled S3 path has, with their partitions; pure.

The rule, applied to the include path first (aws-semantics.md §B, "Names" and "Partitions & grouping"):

1. A folder is one table if everything below it has the same format, compression and delimiter, lies at the
   same depth under the same partition keys, and each schema shares more than 70 % of its column names with
   the commonest one, in at most 5 different schemas. With CombineCompatibleSchemas names don't matter.
2. Otherwise each folder below is looked at by itself, and files that lie in the folder directly become a
   table each, named after the file, extension included.

Choices where AWS is silent: a file that no classifier knows follows the others of its table, so that one
broken file doesn't split a table; a folder with such files only is a table classified UNKNOWN.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from emulator.glue_service.classifiers_models import UNKNOWN, FileSchema, join, similarity
from emulator.glue_service.crawl_targets_s3 import Folder, IncludePath, Segments, folder_url

_SIMILAR_ABOVE = 0.7
_MAX_SCHEMAS = 5
_MAX_NAME = 128


@dataclass(frozen=True)
class Grouping:
    """How files become tables; `table_level` counts folders from the bucket (1), 0 = inferred."""

    combine_compatible: bool = False
    table_level: int = 0


@dataclass(frozen=True)
class PartitionPlan:
    """One partition as it was found."""

    values: tuple[str, ...]
    location: str
    schema: FileSchema
    object_count: int
    size_bytes: int


@dataclass(frozen=True)
class TablePlan:
    """One table as it was found; `name` is without the crawler's prefix."""

    name: str
    location: str
    schema: FileSchema
    partition_keys: tuple[str, ...]
    partitions: tuple[PartitionPlan, ...]
    object_count: int
    size_bytes: int
    exclusions: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class _Group:
    """Folders below `here` that are one table, or, if `split`, one folder whose files are a table each."""

    here: Segments
    folders: Sequence[Folder]
    split: bool = False


def plan_tables(
    include: IncludePath, folders: Sequence[Folder], grouping: Grouping, known_roots: Sequence[str] = ()
) -> list[TablePlan]:
    """The tables of an include path.

    Folders below one of `known_roots`, locations of tables from earlier crawls, belong to that table whatever
    they hold: that is how a crawl of new folders only finds its tables again.
    """
    plans: list[TablePlan] = []
    for group in _groups(include, folders, grouping, known_roots):
        if group.split:
            plans += _file_tables(include, group.folders[0])
        else:
            plans.append(_table(include, group.here, group.folders))
    return plans


def split_folders(
    include: IncludePath, folders: Sequence[Folder], grouping: Grouping, known_roots: Sequence[str] = ()
) -> set[Segments]:
    """The folders whose files become a table each, though only some of the files have been read."""
    groups = _groups(include, folders, grouping, known_roots)
    split = [group.folders[0] for group in groups if group.split]
    return {item.segments for item in split if len(item.files) < item.object_count}


def _groups(
    include: IncludePath, folders: Sequence[Folder], grouping: Grouping, known_roots: Sequence[str]
) -> list[_Group]:
    by_root: defaultdict[str, list[Folder]] = defaultdict(list)
    for item in folders:
        by_root[_root_of(folder_url(include, item), known_roots)].append(item)
    new = by_root.pop("", [])
    known = [_Group(_segments(include, root), items) for root, items in sorted(by_root.items())]
    return known + (_grouped(include, (), new, grouping) if new else [])


def _root_of(url: str, roots: Sequence[str]) -> str:
    return max((root for root in roots if root.endswith("/") and url.startswith(root)), key=len, default="")


def _segments(include: IncludePath, url: str) -> Segments:
    return tuple(part for part in url[len(include.url) :].split("/") if part)


def table_name(text: str, prefix: str = "") -> str:
    """A catalog name: lower case, `[a-z0-9_]` only, at most 128 characters."""
    return re.sub(r"[^a-z0-9_]", "_", (prefix + text).lower())[:_MAX_NAME]


def partition_key(segment: str, index: int) -> tuple[str, str]:
    """Key and value that a folder name stands for: `key=value`, or `partition_<index>` and the name."""
    key, equals, value = segment.partition("=")
    return (key.lower(), value) if equals and key else (f"partition_{index}", segment)


def _grouped(
    include: IncludePath, here: Segments, folders: Sequence[Folder], grouping: Grouping
) -> list[_Group]:
    level = len([part for part in include.prefix.split("/") if part]) + len(here) + 1
    if level >= grouping.table_level and _is_one_table(here, folders, grouping, level):
        return [_Group(here, folders)]
    groups = [_Group(here, [item], split=True) for item in folders if item.segments == here]
    below: defaultdict[str, list[Folder]] = defaultdict(list)
    for item in folders:
        if item.segments != here:
            below[item.segments[len(here)]].append(item)
    for name, items in sorted(below.items()):
        groups += _grouped(include, (*here, name), items, grouping)
    return groups


def _is_one_table(here: Segments, folders: Sequence[Folder], grouping: Grouping, level: int) -> bool:
    keys = {
        tuple(partition_key(name, i)[0] for i, name in enumerate(f.segments[len(here) :])) for f in folders
    }
    schemas = _known(_schemas(folders))
    if len(keys) > 1 or len({schema.format_key for schema in schemas}) > 1:
        return False
    return grouping.combine_compatible or level == grouping.table_level or _similar(schemas)


def _similar(schemas: Sequence[FileSchema]) -> bool:
    if not schemas:
        return True
    variants = Counter(schema.columns for schema in schemas)
    if len({frozenset(column.name for column in columns) for columns in variants}) > _MAX_SCHEMAS:
        return False
    commonest = _commonest(schemas)
    return all(similarity(commonest, schema) > _SIMILAR_ABOVE for schema in schemas)


def _commonest(schemas: Sequence[FileSchema]) -> FileSchema:
    """The schema that most files have; one with names is preferred to any without."""
    named = [schema for schema in schemas if schema.named] or list(schemas)
    counts = Counter(schema.columns for schema in named)
    return max(named, key=lambda schema: counts[schema.columns])


def _schemas(folders: Sequence[Folder]) -> list[FileSchema]:
    return [file.schema for item in folders for file in item.files]


def _known(schemas: Sequence[FileSchema]) -> list[FileSchema]:
    return [schema for schema in schemas if schema.classification != UNKNOWN]


def _merged(schemas: Sequence[FileSchema], like: FileSchema | None = None) -> FileSchema:
    """All schemas joined, the commonest first; `like` where there is none that is known."""
    known = _known(schemas)
    if not known:
        return replace(like, record_bytes=0, record_count=0) if like else FileSchema(UNKNOWN)
    first = _commonest(known)
    merged = replace(first, record_bytes=0, record_count=0)
    for schema in known:
        merged = join(merged, schema)
    return merged


def _table(include: IncludePath, here: Segments, folders: Sequence[Folder]) -> TablePlan:
    schema = _merged(_schemas(folders))
    below = [item for item in folders if item.segments != here]
    location = include.url + "".join(f"{segment}/" for segment in here)
    keys = (
        [partition_key(name, i)[0] for i, name in enumerate(below[0].segments[len(here) :])] if below else []
    )
    single = not below and folders[0].keys == (include.prefix.rstrip("/"),)
    return TablePlan(
        name=location.rstrip("/").rpartition("/")[2],
        location=location.rstrip("/") if single else location,
        schema=schema,
        partition_keys=tuple(keys),
        partitions=tuple(_partition(include, here, item, schema) for item in below),
        object_count=sum(item.object_count for item in folders),
        size_bytes=sum(item.size_bytes for item in folders),
    )


def _partition(include: IncludePath, here: Segments, item: Folder, table: FileSchema) -> PartitionPlan:
    schema = _merged([file.schema for file in item.files], like=table)
    if schema.named != table.named:
        size, count = schema.record_bytes, schema.record_count
        schema = replace(join(table, schema), columns=table.columns, record_bytes=size, record_count=count)
    return PartitionPlan(
        values=tuple(partition_key(name, i)[1] for i, name in enumerate(item.segments[len(here) :])),
        location=folder_url(include, item),
        schema=schema,
        object_count=item.object_count,
        size_bytes=item.size_bytes,
    )


def _file_tables(include: IncludePath, item: Folder) -> list[TablePlan]:
    """A table for each file of a folder that could be read."""
    return [
        TablePlan(
            name=file.key.rpartition("/")[2],
            location=f"s3://{include.bucket}/{file.key}",
            schema=file.schema,
            partition_keys=(),
            partitions=(),
            object_count=1,
            size_bytes=file.size_bytes,
        )
        for file in item.files
    ]
