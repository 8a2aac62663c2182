"""Lists an S3 target and classifies a bounded sample of each of its folders.

Of a folder at most `SampleSize` files (default 10) are read: the newest ones, because a file that was just
dropped must be seen, and others spread over the listing. Answers are kept by ETag, so that a re-crawl reads
new objects only. Empty objects, folder markers and names that start with `_` or `.` take no part, as in
Spark.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_service.classifiers import classify
from emulator.glue_service.classifiers_custom import CustomClassifier
from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.crawl_exclusions import exclusion_filter
from emulator.glue_service.crawl_store import ObjectStore, S3Object
from emulator.glue_service.crawler_errors import CrawlFailed

DEFAULT_SAMPLE_FILES = 10
_CACHE_ENTRIES = 20_000
_READERS = 4

Segments = tuple[str, ...]
"""A folder's names below the include path."""


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
class ClassifiedFile:
    """A sampled object and its schema."""

    key: str
    size_bytes: int
    schema: FileSchema


@dataclass(frozen=True)
class Folder:
    """A leaf folder; `files` are those that were read, `keys` those of all its objects."""

    segments: Segments
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

    def __init__(self, store: ObjectStore, bucket: str, item: S3Object) -> None:
        self._store = store
        self._bucket = bucket
        self._key = item.key
        self.size_bytes = item.size_bytes

    def read(self, start: int, length: int) -> bytes:
        return self._store.read(self._bucket, self._key, start, length) if length > 0 else b""


@dataclass(frozen=True)
class S3Target:
    """One S3 target of a crawler, with what decides how it is read.

    `only` limits the crawl to leaf folders that it accepts, by their address: all, unless it is set.
    """

    path: str
    exclusions: tuple[str, ...] = ()
    sample_files: int = DEFAULT_SAMPLE_FILES
    custom: tuple[CustomClassifier, ...] = ()
    only: Callable[[str], bool] | None = None

    @property
    def include(self) -> IncludePath:
        return IncludePath.parse(self.path)


class S3Crawl:
    """A target that is being crawled: listed once, then read as far as it is asked for.

    `check` is called between reads and may raise to end the crawl.
    Raises CrawlFailed if the bucket can't be listed.
    """

    def __init__(
        self, store: ObjectStore, target: S3Target, cache: SchemaCache, check: Callable[[], None]
    ) -> None:
        self._store = store
        self._target = target
        self._cache = cache
        self._check = check
        self._listed = _by_folder(target.include, list_objects(store, target))

    def folders(self, in_full: Collection[Segments] = ()) -> list[Folder]:
        """The leaf folders, in the order of their names; none if nothing lies below the path.

        Of each folder a sample is read, of those `in_full` every file.
        """
        limit = self._target.sample_files
        sampled = {
            segments: items if segments in in_full else _sampled(items, limit)
            for segments, items in self._listed.items()
        }
        schemas = self._classified([item for items in sampled.values() for item in items])
        return [
            _folder(segments, items, [schemas[item.key] for item in sampled[segments] if item.key in schemas])
            for segments, items in sorted(self._listed.items())
        ]

    def _classified(self, items: Sequence[S3Object]) -> dict[str, ClassifiedFile]:
        if len(items) < _READERS:
            answers = [self._classify(item) for item in items]
        else:
            with ThreadPoolExecutor(_READERS, thread_name_prefix="crawl") as pool:
                answers = list(pool.map(self._classify, items))
        return {answer.key: answer for answer in answers if answer}

    def _classify(self, item: S3Object) -> ClassifiedFile | None:
        """None for an object that can't be read: AWS's crawls succeed past a 403."""
        self._check()
        target = self._target
        identity = (item.etag, item.size_bytes, target.custom)
        try:
            file = _RemoteFile(self._store, target.include.bucket, item)
            schema = self._cache.get_or(identity, lambda: classify(file, target.custom))
            return ClassifiedFile(item.key, item.size_bytes, schema)
        except (ClientError, BotoCoreError):
            return None


def folder_url(include: IncludePath, folder: Folder) -> str:
    """The folder's `s3://` address, which ends with `/`."""
    return include.url + "".join(f"{segment}/" for segment in folder.segments)


def list_objects(store: ObjectStore, target: S3Target) -> list[S3Object]:
    """The target's objects that take part. Raises CrawlFailed."""
    include, only = target.include, target.only
    excluded = exclusion_filter(target.exclusions)
    found = [
        item
        for item in _below(include, store.objects(include.bucket))
        if item.size_bytes > 0 and _visible(item.key[len(include.prefix) :], excluded)
    ]
    return [item for item in found if only is None or only(_folder_of(include, item))]


def _below(include: IncludePath, objects: Iterable[S3Object]) -> Iterable[S3Object]:
    """The objects under the include path, or the one object that it names."""
    objects = list(objects)
    found = [item for item in objects if item.key.startswith(include.prefix)]
    single = include.prefix.rstrip("/")
    return found or [item for item in objects if item.key == single]


def _visible(relative: str, excluded: Callable[[str], bool]) -> bool:
    hidden = any(segment.startswith(("_", ".")) for segment in relative.split("/"))
    return not hidden and not relative.endswith("/") and not excluded(relative)


def _folder_of(include: IncludePath, item: S3Object) -> str:
    folder, slash, _ = item.key.rpartition("/")
    return f"s3://{include.bucket}/{folder}{slash}"


def _by_folder(include: IncludePath, objects: Iterable[S3Object]) -> dict[Segments, list[S3Object]]:
    folders: defaultdict[Segments, list[S3Object]] = defaultdict(list)
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


def _folder(segments: Segments, items: Sequence[S3Object], files: Sequence[ClassifiedFile]) -> Folder:
    return Folder(
        segments=segments,
        object_count=len(items),
        size_bytes=sum(item.size_bytes for item in items),
        files=tuple(files),
        keys=tuple(item.key for item in items),
    )
