"""The bytes of S3's objects: a file each, written once and never changed, so that reading needs no lock.

An object names its file in `blob`, its path below the store's folder; overwriting an object writes another
file. So the row of an object and its bytes can't disagree, whenever the process dies.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, TypeVar
from weakref import WeakValueDictionary

from localstack.services.s3.constants import S3_CHUNK_SIZE
from localstack.services.s3.models import S3Multipart, S3Object, S3Part
from localstack.services.s3.storage.core import (
    LimitedStream,
    S3ObjectStore,
    S3StoredMultipart,
    S3StoredObject,
)
from localstack.services.s3.utils import ObjectRange, get_s3_checksum

T = TypeVar("T")
Newest = Callable[[str, S3Object], S3Object]


class StoredBlob(S3StoredObject):  # type: ignore[misc]
    """An object, or a part of an upload, opened to be read or to be written whole."""

    def __init__(self, s3_object: Any, root: Path, folder: str, lock: threading.Lock | None = None) -> None:
        super().__init__(s3_object, "r" if lock is None else "w")
        self._root, self._folder, self._lock = root, folder, lock
        self._file: IO[bytes] | None = None
        self._etag = ""
        self._checksum: Any = None
        if lock is None:
            self._file = (root / s3_object.blob).open("rb", buffering=0)

    def read(self, s: int = -1) -> bytes:
        if self._file is None:
            self._file = (self._root / self.s3_object.blob).open("rb", buffering=0)
        return self._file.read(s)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence) if self._file else 0

    def write(self, s: IO[bytes] | S3StoredObject | None) -> int:
        """Writes a stream whole; size, ETag and checksum of the object are those of what was written."""
        stream, digest = s or BytesIO(), hashlib.md5(usedforsecurity=False)
        algorithm = self.s3_object.checksum_algorithm
        self._checksum = get_s3_checksum(algorithm) if algorithm else None
        hashes = [digest, self._checksum] if self._checksum else [digest]
        try:
            size = self._copy(stream, hashes)
        except BaseException:  # the client went away, the disk is full
            _remove(self._root, self.s3_object)
            raise
        self._etag = self.s3_object.etag = digest.hexdigest()
        return self._written(size)

    def _copy(self, stream: Any, hashes: list[Any]) -> int:
        with self._new_file() as file:
            while data := stream.read(S3_CHUNK_SIZE):
                file.write(data)
                for one in hashes:
                    one.update(data)
            return file.tell()

    def append(self, part: S3StoredObject) -> int:
        """Adds the bytes of a part to an object that is put together; the first one begins a new file."""
        if self._file is None:
            self._file = self._new_file()
        before = self._file.tell()
        shutil.copyfileobj(part, self._file, 1 << 20)
        self._file.flush()
        self._written(self._file.tell())
        return self._file.tell() - before

    def _new_file(self) -> IO[bytes]:
        self.s3_object.blob = f"{self._folder}/{uuid.uuid4().hex}"
        path: Path = self._root / self.s3_object.blob
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    def _written(self, size: int) -> int:
        self.s3_object.size, self.s3_object.internal_last_modified = size, time.time_ns()
        return size

    def close(self) -> None:
        if self._file:
            self._file.close()
        lock, self._lock = self._lock, None
        if lock:
            lock.release()
        self.closed = True

    @property
    def last_modified(self) -> int:
        return int(self.s3_object.internal_last_modified)

    @property
    def checksum(self) -> str | None:
        if not self.s3_object.checksum_algorithm:
            return None
        if not self._checksum:
            self._checksum = get_s3_checksum(self.s3_object.checksum_algorithm)
            self._read_into(self._checksum)
        return base64.b64encode(self._checksum.digest()).decode()

    @property
    def etag(self) -> str:
        if not self._etag:
            digest = hashlib.md5(usedforsecurity=False)
            self._read_into(digest)
            self._etag = digest.hexdigest()
        return self._etag

    def _read_into(self, digest: Any) -> None:
        with (self._root / self.s3_object.blob).open("rb") as file:
            while data := file.read(S3_CHUNK_SIZE):
                digest.update(data)

    def __iter__(self) -> Iterator[bytes]:
        while data := self.read(S3_CHUNK_SIZE):
            yield data


class StoredUpload(S3StoredMultipart):  # type: ignore[misc]
    """The parts of a multipart upload, in a folder that goes with it."""

    def __init__(self, store: BlobStore, bucket: str, upload: S3Multipart) -> None:
        super().__init__(store, bucket, upload)
        self._root = store.root
        self._folder = upload_folder(bucket, upload)

    def open(self, s3_part: S3Part, mode: str = "r") -> StoredBlob:
        if mode == "r":
            return StoredBlob(s3_part, self._root, self._folder)
        lock = threading.Lock()
        lock.acquire()
        return StoredBlob(s3_part, self._root, self._folder, lock)

    def remove_part(self, s3_part: S3Part) -> None:
        _remove(self._root, s3_part)

    def complete_multipart(self, parts: list[S3Part]) -> None:
        with self._s3_store.open(self.bucket, self.s3_multipart.object, mode="w") as whole:
            for part in parts:
                with self.open(part) as stored:
                    whole.append(stored)

    def close(self) -> None:
        shutil.rmtree(self._root / self._folder, ignore_errors=True)

    def copy_from_object(
        self, s3_part: S3Part, src_bucket: str, src_s3_object: S3Object, range_data: ObjectRange | None
    ) -> None:
        with (
            self._s3_store.open(src_bucket, src_s3_object) as source,
            self.open(s3_part, mode="w") as stored,
        ):
            stored.write(LimitedStream(source, range_data) if range_data else source)
            if s3_part.checksum_algorithm:
                s3_part.checksum_value = stored.checksum


class BlobStore(S3ObjectStore):  # type: ignore[misc]
    """All files of S3: `<bucket>/<id>` for objects, a folder `<bucket>/upload-<id>` for each upload.

    `newest` finds what has replaced an object meanwhile; `upload_ends` is told before an upload's parts go.
    """

    def __init__(self, root: Path, newest: Newest, upload_ends: Callable[[str], None]) -> None:
        self.root = root
        self.root_directory = str(root)
        self._newest = newest
        self._upload_ends = upload_ends
        self._locks: WeakValueDictionary[tuple[str, str], threading.Lock] = WeakValueDictionary()
        self._naming = threading.Lock()

    def open(self, bucket: str, s3_object: S3Object, mode: str = "r") -> StoredBlob:
        """The writers of a key go one after the other, as conditional writes need."""
        if mode == "r":
            return self._open_to_read(bucket, s3_object)
        with self._naming:
            lock = self._locks.setdefault((bucket, s3_object.key), threading.Lock())
        lock.acquire()
        return StoredBlob(s3_object, self.root, bucket, lock)

    def _open_to_read(self, bucket: str, s3_object: S3Object) -> StoredBlob:
        return self._with_bytes(bucket, s3_object, lambda found: StoredBlob(found, self.root, bucket))

    def _with_bytes(self, bucket: str, s3_object: S3Object, use: Callable[[S3Object], T]) -> T:
        while True:
            try:
                return use(s3_object)
            except FileNotFoundError:  # overwritten since the caller looked it up
                newest = self._newest(bucket, s3_object)
                if newest.blob == s3_object.blob:
                    raise
                s3_object = newest

    def remove(self, bucket: str, s3_object: S3Object | list[S3Object]) -> None:  # noqa: ARG002
        for item in s3_object if isinstance(s3_object, list) else [s3_object]:
            _remove(self.root, item)

    def discard(self, item: Any) -> None:
        """Removes the bytes of an object that another one has replaced; None is fine."""
        _remove(self.root, item)

    def copy(
        self, src_bucket: str, src_object: S3Object, dest_bucket: str, dest_object: S3Object
    ) -> StoredBlob:
        """A second name for the same bytes."""
        dest_object.blob = f"{dest_bucket}/{uuid.uuid4().hex}"
        target = self.root / dest_object.blob
        target.parent.mkdir(parents=True, exist_ok=True)
        self._with_bytes(src_bucket, src_object, lambda found: os.link(self.root / found.blob, target))
        dest_object.size, dest_object.internal_last_modified = target.stat().st_size, time.time_ns()
        return StoredBlob(dest_object, self.root, dest_bucket)

    def get_multipart(self, bucket: str, upload_id: S3Multipart) -> StoredUpload:
        return StoredUpload(self, bucket, upload_id)

    def remove_multipart(self, bucket: str, s3_multipart: S3Multipart) -> None:
        self._upload_ends(s3_multipart.id)
        self.get_multipart(bucket, s3_multipart).close()

    def create_bucket(self, bucket: str) -> None:
        (self.root / bucket).mkdir(parents=True, exist_ok=True)

    def delete_bucket(self, bucket: str) -> None:
        shutil.rmtree(self.root / bucket, ignore_errors=True)

    def names(self) -> set[str]:
        """Every file there is, as objects name them."""
        return {
            f"{Path(folder).relative_to(self.root)}/{name}"
            for folder, _, files in os.walk(self.root)
            for name in files
        }

    def remove_names(self, names: set[str]) -> None:
        """Removes files that nothing needs: what a process wrote that died before it answered."""
        for name in names:
            (self.root / name).unlink(missing_ok=True)


def upload_folder(bucket: str, upload: S3Multipart) -> str:
    """The folder of an upload's parts; its id is too long, and too odd, for a name."""
    return f"{bucket}/upload-{hashlib.sha256(upload.id.encode()).hexdigest()[:32]}"


def _remove(root: Path, item: Any) -> None:
    blob = getattr(item, "blob", None)
    if blob:
        (root / blob).unlink(missing_ok=True)
