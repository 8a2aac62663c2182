"""Lists an S3 target and classifies a bounded sample of each of its folders.

Per folder at most `SampleSize` files (default 10) are read: the newest ones, because a file that was just
dropped must be seen, and others spread over the listing. Answers are kept by ETag, so that a re-crawl reads
new objects only. Empty objects, folder markers and names that start with `_` or `.` take no part, as in
Spark.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.classifiers import classify
from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.crawl_exclusions import exclusion_filter
from emulator.glue_service.crawler_errors import CrawlFailed

DEFAULT_SAMPLE_FILES = 10
_CACHE_ENTRIES = 20_000
_READERS = 4


@dataclass(frozen=True)
class IncludePath:
    """`s3://bucket/prefix`; the prefix is empty or ends with `/`."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, path: str) -> IncludePath:
        """Raises CrawlFailed if the path doesn't start with `s3://` and a bucket."""
        scheme, _, rest = path.partition("://")
        bucket, _, prefix = rest.partition("/")
        if scheme not in {"s3", "s3a", "s3n"} or not bucket:
            raise CrawlFailed(f"S3 target {path!r} can't be read: give s3://bucket/folder")
        return cls(bucket, prefix if not prefix or prefix.endswith("/") else prefix + "/")

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class S3Object:
    """One object of a listing."""

    key: str
    size_bytes: int
    etag: str
    last_modified: datetime


@dataclass(frozen=True)
class ClassifiedFile:
    """A sampled object and its schema."""

    key: str
    size_bytes: int
    schema: FileSchema


@dataclass(frozen=True)
class Folder:
    """A leaf folder: `segments` are its folder names below the include path, `files` those sampled."""

    segments: tuple[str, ...]
    object_count: int
    size_bytes: int
    files: tuple[ClassifiedFile, ...]
    keys: tuple[str, ...]


class SchemaCache:
    """Remembers the schema of each object content by its ETag; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._schemas: OrderedDict[tuple[Any, ...], FileSchema] = OrderedDict()
        self._lock = Lock()

    def get_or(self, key: tuple[Any, ...], classify_it: Callable[[], FileSchema]) -> FileSchema:
        with self._lock:
            if key in self._schemas:
                self._schemas.move_to_end(key)
                return self._schemas[key]
        schema = classify_it()
        with self._lock:
            self._schemas[key] = schema
            while len(self._schemas) > _CACHE_ENTRIES:
                self._schemas.popitem(last=False)
        return schema


class _RemoteFile:
    """An object of which ranges are read."""

    def __init__(self, s3: Any, bucket: str, item: S3Object) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = item.key
        self.size_bytes = item.size_bytes

    def read(self, start: int, length: int) -> bytes:
        if length <= 0:
            return b""
        span = f"bytes={start}-{start + length - 1}"
        body = self._s3.get_object(Bucket=self._bucket, Key=self._key, Range=span)["Body"]
        content: bytes = body.read()
        return content


@dataclass(frozen=True)
class S3Target:
    """One S3 target of a crawler, with what decides how it is read."""

    path: str
    exclusions: tuple[str, ...] = ()
    sample_files: int = DEFAULT_SAMPLE_FILES
    custom: tuple[CustomClassifier, ...] = ()
    skip_folders: frozenset[str] = frozenset()

    @property
    def include(self) -> IncludePath:
        return IncludePath.parse(self.path)


def crawl_s3(s3: Any, target: S3Target, cache: SchemaCache, check: Callable[[], None]) -> list[Folder]:
    """The leaf folders of a target, in the order of their names; none if nothing lies below the path.

    `s3` is a boto3 client; `check` is called between reads and may raise to end the crawl.
    Raises CrawlFailed if the bucket can't be listed.
    """
    objects = list_objects(s3, target)
    wanted = _by_folder(target.include, objects)
    sampled = {segments: _sampled(items, target.sample_files) for segments, items in wanted.items()}
    schemas = _classified(s3, target, [item for items in sampled.values() for item in items], cache, check)
    return [
        _folder(segments, items, [schemas[item.key] for item in sampled[segments] if item.key in schemas])
        for segments, items in sorted(wanted.items())
    ]


def folder_url(include: IncludePath, folder: Folder) -> str:
    """The folder's `s3://` address, which ends with `/`."""
    return include.url + "".join(f"{segment}/" for segment in folder.segments)


def list_objects(s3: Any, target: S3Target) -> list[S3Object]:
    """The target's objects that take part. Raises CrawlFailed."""
    include = target.include
    excluded = exclusion_filter(target.exclusions)
    found = [
        item
        for item in _listing(s3, include)
        if item.size_bytes > 0 and _visible(item.key[len(include.prefix) :], excluded)
    ]
    return [item for item in found if _folder_of(include, item) not in target.skip_folders]


def _listing(s3: Any, include: IncludePath) -> Iterable[S3Object]:
    try:
        items = [*_pages(s3, include.bucket, include.prefix)]
        if items or not include.prefix:
            return items
        single = include.prefix.rstrip("/")
        return [item for item in _pages(s3, include.bucket, single) if item.key == single]
    except (ClientError, BotoCoreError) as error:
        raise CrawlFailed(
            f"Can't list {include.url}: {_reason(error)}. Create the bucket or change the crawler's target."
        ) from error


def _pages(s3: Any, bucket: str, prefix: str) -> Iterable[S3Object]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield S3Object(entry["Key"], entry["Size"], entry["ETag"], entry["LastModified"])


def _reason(error: ClientError | BotoCoreError) -> str:
    details = getattr(error, "response", {}).get("Error", {})
    return f"{details['Message']} ({details['Code']})" if details.get("Code") else str(error)


def _visible(relative: str, excluded: Callable[[str], bool]) -> bool:
    hidden = any(segment.startswith(("_", ".")) for segment in relative.split("/"))
    return not hidden and not relative.endswith("/") and not excluded(relative)


def _folder_of(include: IncludePath, item: S3Object) -> str:
    return f"s3://{include.bucket}/{item.key.rpartition('/')[0]}/"


def _by_folder(include: IncludePath, objects: Iterable[S3Object]) -> dict[tuple[str, ...], list[S3Object]]:
    folders: defaultdict[tuple[str, ...], list[S3Object]] = defaultdict(list)
    for item in objects:
        folders[tuple(item.key[len(include.prefix) :].split("/")[:-1])].append(item)
    return folders


def _sampled(items: Sequence[S3Object], limit: int) -> list[S3Object]:
    if len(items) <= limit:
        return list(items)
    newest_first = sorted(items, key=lambda item: item.last_modified, reverse=True)
    newest, rest = newest_first[: (limit + 1) // 2], newest_first[(limit + 1) // 2 :]
    spread = limit - len(newest)
    return newest + [rest[index * len(rest) // spread] for index in range(spread)]


def _classified(
    s3: Any, target: S3Target, items: Sequence[S3Object], cache: SchemaCache, check: Callable[[], None]
) -> dict[str, ClassifiedFile]:
    """Objects by key; one that can't be read is left out, as AWS's crawls succeed past a 403."""
    bucket = target.include.bucket

    def one(item: S3Object) -> ClassifiedFile | None:
        check()
        identity = (item.etag, item.size_bytes, target.custom)
        try:
            read = _RemoteFile(s3, bucket, item)
            schema = cache.get_or(identity, lambda: classify(read, target.custom))
            return ClassifiedFile(item.key, item.size_bytes, schema)
        except (ClientError, BotoCoreError):
            return None

    if len(items) < _READERS:
        answers = [one(item) for item in items]
    else:
        with ThreadPoolExecutor(_READERS, thread_name_prefix="crawl") as pool:
            answers = list(pool.map(one, items))
    return {answer.key: answer for answer in answers if answer}


def _folder(segments: tuple[str, ...], items: Sequence[S3Object], files: Sequence[ClassifiedFile]) -> Folder:
    return Folder(
        segments=segments,
        object_count=len(items),
        size_bytes=sum(item.size_bytes for item in items),
        files=tuple(files),
        keys=tuple(item.key for item in items),
    )
