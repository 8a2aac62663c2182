"""The files of S3's objects: whoever reads sees one whole object, and nothing stays that nobody needs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from localstack.services.s3.models import S3Object

from emulator.localstack_mends.s3_blobs import BlobStore


class Brought:
    """A store with one object, `newest` being what has replaced it."""

    def __init__(self, root: Path) -> None:
        self.newest = S3Object("k")
        self.store = BlobStore(root, lambda *_: self.newest, lambda _: None)
        self.old = self.put(b"old")

    def put(self, body: bytes) -> S3Object:
        self.newest = S3Object("k")
        with self.store.open("b", self.newest, mode="w") as stored:
            stored.write(BytesIO(body))
        return self.newest


@pytest.fixture
def brought(tmp_path: Path) -> Brought:
    return Brought(tmp_path)


def test_a_reader_goes_on_with_the_object_that_it_opened(brought: Brought) -> None:
    with brought.store.open("b", brought.old) as reader:
        brought.put(b"new")
        brought.store.discard(brought.old)
        assert reader.read() == b"old"


def test_who_comes_too_late_for_an_object_reads_the_one_that_replaced_it(brought: Brought) -> None:
    new = brought.put(b"new, longer")
    brought.store.discard(brought.old)
    with brought.store.open("b", brought.old) as reader:
        assert (reader.read(), reader.last_modified) == (b"new, longer", new.internal_last_modified)


def test_a_copy_of_an_object_that_was_replaced_has_the_new_ones_bytes_and_size(brought: Brought) -> None:
    brought.put(b"new, longer")
    brought.store.discard(brought.old)
    copied = S3Object("copy", size=3)
    with brought.store.copy("b", brought.old, "b", copied) as stored:
        assert (stored.read(), copied.size) == (b"new, longer", 11)


def test_an_object_whose_bytes_are_gone_for_good_is_an_error(brought: Brought) -> None:
    brought.store.discard(brought.old)
    with pytest.raises(FileNotFoundError):
        brought.store.open("b", brought.old)


def test_a_write_that_breaks_off_leaves_no_file_and_the_key_free(brought: Brought) -> None:
    class Broken(BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise ConnectionError("the client went away")

    before = brought.store.names()
    with pytest.raises(ConnectionError), brought.store.open("b", S3Object("k"), mode="w") as stored:
        stored.write(Broken())
    assert brought.store.names() == before
    assert brought.put(b"next").size == 4
