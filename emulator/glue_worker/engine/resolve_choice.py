"""ResolveChoice: choices into plain fields, at any depth (aws-semantics.md §C; "DynamicFrame class")."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import path_parts, quoted
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.rebuilding import ELEMENT, Named, Path, rebuilt, without_elements

ActionOf = Callable[[Path, t.DataType], str]


def by_specs(frame: DataFrame, specs: Sequence[tuple[str, str]]) -> DataFrame:
    """Resolves the columns at these paths, each its way: cast:<type>, project:<type>, make_cols, make_struct.

    A path names fields by dots and elements of an array by `[]`: `myList[].price`. A path of a plain column
    is cast as well. Raises GlueError for an unknown action.
    """
    actions = {_plain(path): action for path, action in specs}
    return _resolved(frame, lambda path, _kind: actions.get(without_elements(path), ""))


def all_choices(frame: DataFrame, action: str) -> DataFrame:
    """Resolves every choice the same way."""
    return _resolved(frame, lambda _path, kind: action if choice.is_choice(kind) else "")


def match_types(frame: DataFrame, types: dict[str, str]) -> DataFrame:
    """Casts every choice that a catalog table has to that table's type (`match_catalog`)."""
    wanted = {name.lower(): kind for name, kind in types.items()}

    def action_of(path: Path, kind: t.DataType) -> str:
        known = len(path) == 1 and path[0].lower() in wanted and choice.is_choice(kind)
        return f"cast:{wanted[path[0].lower()]}" if known else ""

    return _resolved(frame, action_of)


def _plain(path: str) -> Path:
    return without_elements(tuple(part for name in path_parts(path) for part in _name_and_element(name)))


def _name_and_element(name: str) -> list[str]:
    return [name.removesuffix(ELEMENT), ELEMENT] if name.endswith(ELEMENT) else [name]


def _resolved(frame: DataFrame, action_of: ActionOf) -> DataFrame:
    def edit(path: Path, sql: str, kind: t.DataType) -> list[Named] | None:
        # An array is found by its elements' path: what is to be resolved there is the element.
        action = "" if isinstance(kind, t.ArrayType) else action_of(path, kind)
        return _resolve(path[-1], sql, kind, action) if action else None

    return rebuilt(frame, edit)


def _resolve(name: str, sql: str, kind: t.DataType, action: str) -> list[Named] | None:
    verb, _, type_name = action.partition(":")
    verb = verb.strip().lower()
    if verb not in ("cast", "project", "make_cols", "make_struct"):
        raise GlueError(
            f"the choice action {action!r} is not one of cast:<type>, project:<type>, make_cols, make_struct"
        )
    if verb == "cast":
        return [(name, *_cast(sql, kind, choice.spark_type(type_name)))]
    if not isinstance(kind, t.StructType) or not choice.is_choice(kind):
        return None
    if verb == "project":
        return [(name, *_project(sql, kind, type_name))]
    if verb == "make_struct" or name == ELEMENT:
        return [(name, f"if({sql} IS NULL, NULL, {_members(sql, kind)})", choice.without_marks(kind))]
    return [(f"{name}_{one.name}", f"{sql}.{quoted(one.name)}", one.dataType) for one in kind.fields]


def _cast(sql: str, kind: t.DataType, wanted: str) -> tuple[str, t.DataType]:
    if isinstance(kind, t.StructType) and choice.is_choice(kind):
        return choice.unified_sql(sql, kind, wanted), _type_of(wanted)
    return choice.cast_sql(sql, kind, wanted), _type_of(wanted)


def _project(sql: str, kind: t.StructType, type_name: str) -> tuple[str, t.DataType]:
    wanted = choice.spark_type(type_name)
    name = choice.GLUE_NAMES.get(wanted, wanted.split("(", 1)[0])
    found = choice.branch_sql(sql, kind, name)
    if found is None:
        return f"CAST(NULL AS {wanted})", _type_of(wanted)
    return found, kind[name].dataType


def _members(sql: str, kind: t.StructType) -> str:
    pairs = ", ".join(f"'{one.name}', {sql}.{quoted(one.name)}" for one in kind.fields)
    return f"named_struct({pairs})"


def _type_of(spark_name: str) -> t.DataType:
    return t._parse_datatype_string(spark_name)
