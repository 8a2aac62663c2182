"""Every function that AWS publishes is here, with its parameters' names, order and defaults.

published_signatures.txt has them one a line, as the library of Glue 5.1 declares them.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from emulator.glue_worker.engine.errors import NotInTarmacError

TABLE = Path(__file__).with_name("published_signatures.txt").read_text().splitlines()
MUTABLE = (
    "{}",
    "[]",
    "()",
    "None",
    "UnknownType()",
)  # a default that is never handed out may be any of these


def parameters(text: str) -> list[tuple[str, str]]:
    """Names and defaults of `a, b=1, **c`; "" for a parameter without a default."""
    function = ast.parse(f"def f({text}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    arguments = function.args
    defaults = [""] * (len(arguments.args) - len(arguments.defaults)) + [
        ast.unparse(d) for d in arguments.defaults
    ]
    found = [(one.arg, default) for one, default in zip(arguments.args, defaults, strict=True)]
    found += [(f"*{arguments.vararg.arg}", "")] if arguments.vararg else []
    return found + ([(f"**{arguments.kwarg.arg}", "")] if arguments.kwarg else [])


def parameters_here(function: Any) -> list[tuple[str, str]]:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
    found = []
    for one in inspect.signature(function).parameters.values():
        default = "" if one.default is inspect.Parameter.empty else repr(one.default)
        found.append((stars.get(one.kind.name, "") + one.name, default))
    return [pair for pair in found if pair[0] != "self"]


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    same_default = one[1] == other[1] or (one[1] in MUTABLE and other[1] in MUTABLE)
    return one[0] == other[0] and same_default


def is_refused(module: Any, name: str) -> bool:
    """Whether a context refuses a method by its name: streaming, transactions, storage classes."""
    owner, _, method = name.partition(".")
    if owner != "GlueContext" or hasattr(module.GlueContext, method):
        return False
    with pytest.raises(NotInTarmacError, match=method):
        module.GlueContext.__getattr__(object.__new__(module.GlueContext), method)
    return True


@pytest.mark.parametrize("line", TABLE)
def test_a_published_function_is_here_with_its_parameters(line: str) -> None:
    module, _, declared = line.partition(" ")
    name, _, text = declared.removesuffix(")").partition("(")
    found: Any = importlib.import_module(module)
    if is_refused(found, name):
        return
    for part in name.split("."):
        found = getattr(found, part)
    published, here = parameters(text), parameters_here(found)
    assert len(published) == len(here), here
    assert all(alike(*pair) for pair in zip(published, here, strict=True)), here


def test_the_star_import_of_transforms_gives_just_these_names() -> None:
    names: dict[str, Any] = {}
    exec("from awsglue.transforms import *", names)
    assert sorted(names.keys() - {"__builtins__"}) == [
        *("ApplyMapping", "Coalesce", "DropFields", "DropNullFields", "ErrorsAsDynamicFrame", "Filter"),
        *("FlatMap", "Join", "Map", "MapToCollection", "Relationalize", "RenameField", "Repartition"),
        *("ResolveChoice", "SelectFields", "SelectFromCollection", "Spigot", "SplitFields", "SplitRows"),
        *("Unbox", "Union", "UnnestFrame"),
    ]


@pytest.mark.parametrize("name", ["FillMissingValues", "FindMatches", "EvaluateDataQuality"])
def test_transforms_of_other_packages_can_not_be_imported_here(name: str) -> None:
    with pytest.raises(ImportError, match=f"cannot import name '{name}' from 'awsglue.transforms'"):
        exec(f"from awsglue.transforms import {name}")


def test_a_frame_is_imported_from_the_package_as_well() -> None:
    from awsglue import DynamicFrame
    from awsglue.dynamicframe import DynamicFrame as Same

    assert DynamicFrame is Same


@pytest.mark.parametrize("module", ["awsglue.devutils", "awsglue.glue_shell", "awsglueml.transforms"])
def test_modules_that_are_missing_refuse_their_names(module: str) -> None:
    with pytest.raises(
        NotInTarmacError, match=f"{module}.FindMatches is part of AWS Glue, but not of tarmac"
    ):
        exec(f"from {module} import FindMatches")


def test_a_name_that_aws_does_not_have_is_an_attribute_error() -> None:
    from awsglue.dynamicframe import DynamicFrame

    with pytest.raises(AttributeError):
        getattr(DynamicFrame, "rdd")  # noqa: B009


def test_a_transform_describes_itself() -> None:
    from awsglue.transforms import describe_transform, get_transform

    described = get_transform("applymapping").describe()["transform"]
    assert [one["name"] for one in described["args"]][:3] == ["frame", "mappings", "case_sensitive"]
    assert describe_transform("nope") == "{}"
