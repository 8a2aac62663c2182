"""Hive's names of partitions, `year=2024/place=a%3Ab`. Pure."""

from __future__ import annotations

from urllib.parse import unquote

NULL_VALUE = "__HIVE_DEFAULT_PARTITION__"
# What org.apache.hadoop.hive.common.FileUtils escapes in a path.
_ESCAPED = frozenset("\"#%'*/:=?\\{[]^") | {chr(code) for code in range(0x20)} | {"\x7f"}


def partition_name(keys: list[str], values: list[str]) -> str:
    """The name for these values of the keys."""
    return "/".join(f"{_escaped(key)}={_escaped(value)}" for key, value in zip(keys, values, strict=True))


def partition_values(name: str) -> list[str]:
    """The values in a name."""
    return [unquote(part.partition("=")[2]) for part in name.split("/")]


def _escaped(text: str) -> str:
    if not text:
        return NULL_VALUE
    return "".join(f"%{ord(one):02X}" if one in _ESCAPED else one for one in text)
