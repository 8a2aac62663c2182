"""Reads Thrift's interface language, as far as hive_metastore.thrift uses it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"(struct|service)\s+(\w+)\s*\{(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"(\d+):\s*([\w<>, ]+?)\s+(\w+)\s*(?:,(?=\s*\d+:)|$)", re.MULTILINE)
_METHOD = re.compile(r"^\s*([\w<>, ]+?)\s+(\w+)\((.*?)\)\s+throws\s+\((.*?)\)$", re.MULTILINE)


@dataclass(frozen=True)
class ThriftType:
    """A type: `name` is a base type, a struct, or list, set, map with their `parts`."""

    name: str
    parts: tuple[ThriftType, ...] = ()


@dataclass(frozen=True)
class Field:
    """A numbered field of a struct, an argument, or a declared exception."""

    number: int
    type: ThriftType
    name: str


@dataclass(frozen=True)
class Method:
    """A call of the service; `result` is None for void."""

    name: str
    arguments: tuple[Field, ...]
    result: ThriftType | None
    errors: tuple[Field, ...]


@dataclass(frozen=True)
class Interface:
    """All structs and methods by name."""

    structs: dict[str, tuple[Field, ...]]
    methods: dict[str, Method]


def parse(text: str) -> Interface:
    """The interface that the text describes."""
    structs: dict[str, tuple[Field, ...]] = {}
    methods: dict[str, Method] = {}
    for kind, name, body in _BLOCK.findall(re.sub(r"//.*", "", text)):
        if kind == "struct":
            structs[name] = _fields(body)
        else:
            methods |= {method.name: method for method in map(_method, _METHOD.findall(body))}
    return Interface(structs, methods)


def _method(found: tuple[str, str, str, str]) -> Method:
    result, name, arguments, errors = found
    return Method(name, _fields(arguments), None if result == "void" else _type(result), _fields(errors))


def _fields(text: str) -> tuple[Field, ...]:
    return tuple(Field(int(number), _type(kind), name) for number, kind, name in _FIELD.findall(text))


def _type(text: str) -> ThriftType:
    name, _, inner = text.strip().partition("<")
    if not inner:
        return ThriftType(name)
    return ThriftType(name, tuple(_type(part) for part in _split(inner.rsplit(">", 1)[0])))


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside angle brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"<": 1, ">": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
