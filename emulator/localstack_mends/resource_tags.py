"""CloudFormation's tags, `[{"Key", "Value"}]`, as the differences that the services' APIs take."""

from __future__ import annotations

from typing import Any


def tag_map(model: dict[str, Any]) -> dict[str, str]:
    """The model's tags by key; CloudFormation allows both a list and a map."""
    tags = model.get("Tags") or []
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """The tags in the form `[{"Key", "Value"}]`."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_changes(model: dict[str, Any], previous: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The tags to set, and the keys to remove."""
    new, old = tag_map(model), tag_map(previous)
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    return changed, sorted(old.keys() - new.keys())
