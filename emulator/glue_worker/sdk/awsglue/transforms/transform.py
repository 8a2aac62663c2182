"""What all transforms have in common ("GlueTransform base class")."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar


class GlueTransform:
    """Called as `Name.apply(…)`, or `Name()(…)`. A transform of one's own defines `__call__`.

    The describe methods raise NotImplementedError unless the transform has them.
    """

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes the transform and calls it."""
        transform: Any = cls()
        return transform(*args, **kwargs)

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    @classmethod
    def describeArgs(cls) -> list[dict[str, Any]]:
        """Dictionaries with name, type, description, optional and defaultValue, one per argument."""
        raise NotImplementedError(f"describeArgs method not implemented for Transform {cls.__name__}")

    @classmethod
    def describeReturn(cls) -> dict[str, str]:
        """A dictionary with type and description."""
        raise NotImplementedError(f"describeReturn method not implemented for Transform {cls.__name__}")

    @classmethod
    def describeTransform(cls) -> str:
        """What the transform does."""
        raise NotImplementedError(f"describeTransform method not implemented for Transform {cls.__name__}")

    @classmethod
    def describeErrors(cls) -> list[dict[str, str]]:
        """Dictionaries with type and description, one per error."""
        raise NotImplementedError(f"describeErrors method not implemented for Transform {cls.__name__}")

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """All of it, below the key `transform`."""
        described = {
            "name": cls.name(),
            "args": cls.describeArgs(),
            "returns": cls.describeReturn(),
            "description": cls.describeTransform(),
            "raises": cls.describeErrors(),
            "location": "internal",
        }
        return {"transform": described}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(sorted(vars(self).items())))

    def __repr__(self) -> str:
        return f"<Transform: {self.name()}>"


class BuiltInTransform(GlueTransform):
    """A transform of AWS's, described by its docstring and its signature."""

    RETURNS: ClassVar[str] = "DynamicFrame"

    @classmethod
    def describeArgs(cls) -> list[dict[str, Any]]:
        parameters = list(inspect.signature(cls.__call__).parameters.values())[1:]
        return [_described(one) for one in parameters]

    @classmethod
    def describeReturn(cls) -> dict[str, str]:
        return {"type": cls.RETURNS, "description": cls.describeTransform()}

    @classmethod
    def describeTransform(cls) -> str:
        return (inspect.getdoc(cls) or cls.__name__).splitlines()[0]

    @classmethod
    def describeErrors(cls) -> list[dict[str, str]]:
        return []


_TYPES = {
    "frame": "DynamicFrame", "frame1": "DynamicFrame", "frame2": "DynamicFrame", "f": "Function",
    "dfc": "DynamicFrameCollection", "stageThreshold": "Integer", "totalThreshold": "Integer",
    "num_partitions": "Integer", "case_sensitive": "Boolean", "shuffle": "Boolean", "options": "Dictionary",
    "mappings": "List[Tuple]", "paths": "List[String]", "keys1": "List[String]", "keys2": "List[String]",
}  # fmt: skip


def _described(parameter: inspect.Parameter) -> dict[str, Any]:
    has_default = parameter.default is not inspect.Parameter.empty
    return {
        "name": parameter.name,
        "type": _TYPES.get(parameter.name, "String"),
        "description": f"The argument {parameter.name} of the DynamicFrame's method of the same purpose",
        "optional": has_default or parameter.kind is inspect.Parameter.VAR_KEYWORD,
        "defaultValue": str(parameter.default) if has_default and parameter.default is not None else None,
    }
