"""Two places where CloudFormation's engine trips over a valid template."""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r"\$\{([a-zA-Z0-9_]+)\}")


def substitute_any_scalar() -> None:
    """Lets DefinitionSubstitutions of a state machine hold numbers and booleans, as AWS does."""
    from localstack.services.stepfunctions.resource_providers import aws_stepfunctions_statemachine as module

    module._apply_substitutions = apply_substitutions


def apply_substitutions(definition: str, substitutions: dict[str, Any]) -> str:
    """The definition with each `${name}` replaced; names without a substitution stay as they are."""
    return TOKEN.sub(lambda token: _text(substitutions.get(token[1], token[0])), definition)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def find_in_map_by_reference() -> None:
    """Lets later change sets hold a FindInMap whose keys are not literals (`!Ref Stage`).

    The original raises NotImplementedError; here such a value counts as changed when the map changed (a
    changed key is seen before this is called).
    """
    from localstack.services.cloudformation.engine.v2.change_set_model import ChangeSetModel

    from emulator.localstack_mends.patching import wrap

    wrap(ChangeSetModel, "_resolve_intrinsic_function_fn_find_in_map", _find_in_map_change)


def _find_in_map_change(original: Any, model: Any, arguments: Any) -> Any:
    from localstack.services.cloudformation.engine.v2.change_set_model import ChangeType, TerminalValue

    items = getattr(arguments, "array", None) or []
    literal = all(isinstance(item, TerminalValue) for item in items)
    if arguments.change_type != ChangeType.UNCHANGED or literal:
        return original(model, arguments)
    if isinstance(items[0], TerminalValue):
        return model._retrieve_mapping(mapping_name=items[0].value).change_type
    return ChangeType.MODIFIED


def detail_changes() -> None:
    """Tells which properties a change set modifies; `cdk diff` shows only what is told there."""
    from localstack.services.cloudformation.engine.v2.change_set_model_describer import (
        ChangeSetModelDescriber,
    )

    from emulator.localstack_mends.patching import wrap

    wrap(ChangeSetModelDescriber, "_register_resource_change", _with_details)


def _with_details(original: Any, describer: Any, *args: Any, **kwargs: Any) -> None:
    original(describer, *args, **kwargs)
    change = describer._changes[-1]["ResourceChange"]
    if change["Action"] != "Modify":
        return
    before = (kwargs["before_properties"].properties if kwargs["before_properties"] else None) or {}
    after = (kwargs["after_properties"].properties if kwargs["after_properties"] else None) or {}
    changed = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    change["Scope"] = ["Properties"] if changed else []
    change["Details"] = [_detail(name, bool(kwargs.get("requires_replacement"))) for name in changed]


def _detail(name: str, replaces: bool) -> dict[str, Any]:
    recreation = "Always" if replaces else "Never"
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}
