"""Recognises the compression of a file by its first bytes and undoes it for a bounded sample.

The formats are those of "Built-in classifiers" in the Glue developer guide: gzip, bzip2, zip archives of a
single file, LZ4 frames, Snappy in its framing format and in Hadoop's own.
"""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Callable, Iterator

SAMPLE_BYTES = 1_000_000
NONE = "none"
_SNAPPY_STREAM = b"\xff\x06\x00\x00sNaPpY"
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"PK\x03\x04": "zip",
    b"\x04\x22\x4d\x18": "lz4",
    _SNAPPY_STREAM: "snappy",
}
_ZIP_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ZIP_END = b"PK\x05\x06"
_MOST_HADOOP_BLOCK = 16 * 1024 * 1024


def compression_of(head: bytes) -> str:
    """`gzip`, `bzip2`, `zip`, `lz4`, `snappy` or `none`."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    return "snappy" if _is_hadoop_snappy(head) else NONE


def decompressed(data: bytes, compression: str) -> tuple[bytes, bool]:
    """At most 1 MB of the content, and whether there was more; a damaged stream yields what could be read."""
    try:
        content, more = _EXPANDERS[compression](data)
        return content[:SAMPLE_BYTES], more or len(content) > SAMPLE_BYTES
    except (zlib.error, struct.error, OSError, ValueError, EOFError):
        return b"", False


def holds_one_file(tail: bytes) -> bool:
    """Whether a zip archive that ends like this has a single member."""
    end = tail.rfind(_ZIP_END)
    return end >= 0 and tail[end + 10 : end + 12] == b"\x01\x00"


def _gzip(data: bytes) -> tuple[bytes, bool]:
    inflater = zlib.decompressobj(wbits=31)
    content = inflater.decompress(data, SAMPLE_BYTES)
    return content, bool(inflater.unconsumed_tail) or not inflater.eof


def _bzip2(data: bytes) -> tuple[bytes, bool]:
    expander = bz2.BZ2Decompressor()
    return expander.decompress(data, SAMPLE_BYTES), not expander.eof


def _zip(data: bytes) -> tuple[bytes, bool]:
    _, _, _, method, _, _, _, size, _, name_length, extra_length = _ZIP_HEADER.unpack_from(data)
    body = data[_ZIP_HEADER.size + name_length + extra_length :]
    if method == 0:
        return body[:size], len(body) < size
    inflater = zlib.decompressobj(wbits=-15)
    content = inflater.decompress(body, SAMPLE_BYTES)
    return content, not inflater.eof


def _lz4(data: bytes) -> tuple[bytes, bool]:
    import pyarrow

    stream = pyarrow.CompressedInputStream(pyarrow.BufferReader(data), "lz4")
    content = bytearray()
    while len(content) <= SAMPLE_BYTES:
        try:
            part = stream.read(65_536)
        except OSError:
            return bytes(content), True
        if not part:
            return bytes(content), False
        content += part
    return bytes(content), True


def _snappy(data: bytes) -> tuple[bytes, bool]:
    chunks = _framed_chunks(data) if data.startswith(_SNAPPY_STREAM) else _hadoop_chunks(data)
    content = bytearray()
    for chunk in chunks:
        if chunk is None or len(content) > SAMPLE_BYTES:
            return bytes(content), True
        content += chunk
    return bytes(content), False


def _framed_chunks(data: bytes) -> Iterator[bytes | None]:
    """The content of each chunk of the framing format; None where the data ends within one."""
    position = 0
    while position + 4 <= len(data):
        kind, length = data[position], int.from_bytes(data[position + 1 : position + 4], "little")
        body = data[position + 4 : position + 4 + length]
        position += 4 + length
        if position > len(data):
            yield None
            return
        if kind in (0, 1):
            yield body[4:] if kind else _raw_snappy(body[4:])


def _hadoop_chunks(data: bytes) -> Iterator[bytes | None]:
    """The content of each chunk of Hadoop's blocks; None where the data ends within one."""
    position = 0
    while position + 8 <= len(data):
        wanted = int.from_bytes(data[position : position + 4], "big")
        position += 4
        while wanted > 0:
            length = int.from_bytes(data[position : position + 4], "big")
            body = data[position + 4 : position + 4 + length]
            position += 4 + length
            if not length or len(body) < length:
                yield None
                return
            content = _raw_snappy(body)
            wanted -= len(content)
            yield content


def _raw_snappy(data: bytes) -> bytes:
    import pyarrow

    size = _raw_size(data)
    if size > _MOST_HADOOP_BLOCK:
        raise ValueError(f"a Snappy block of {size} bytes is longer than any writer makes")
    content: bytes = pyarrow.Codec("snappy").decompress(data, decompressed_size=size, asbytes=True)
    return content


def _raw_size(data: bytes) -> int:
    """The uncompressed size that a raw Snappy block begins with."""
    size = 0
    for index, byte in enumerate(data[:5]):
        size |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return size
    return -1


def _is_hadoop_snappy(head: bytes) -> bool:
    """Hadoop's format has no magic number: two lengths, the larger one first, must fit the block behind."""
    if len(head) < 12:
        return False
    block, chunk = (int.from_bytes(head[start : start + 4], "big") for start in (0, 4))
    return 0 < block <= _MOST_HADOOP_BLOCK and 0 < chunk <= block + 64 and 0 < _raw_size(head[8:13]) <= block


_EXPANDERS: dict[str, Callable[[bytes], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "bzip2": _bzip2,
    "zip": _zip,
    "lz4": _lz4,
    "snappy": _snappy,
}
