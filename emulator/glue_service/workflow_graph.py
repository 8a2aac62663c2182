"""A workflow as AWS's WorkflowGraph: triggers, jobs and crawlers are nodes; starts and watches are edges."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from emulator.glue_service.trigger_models import Node, Trigger, node_of

Details = Callable[[Node], dict[str, Any]]
"""The JobDetails or CrawlerDetails member of a node of a run."""


def node_id(workflow_name: str, node: Node) -> str:
    """`wnode_` and 64 hexadecimal digits; the same in the workflow and in all of its runs."""
    text = "\n".join((workflow_name, *node))
    return f"wnode_{hashlib.sha256(text.encode()).hexdigest()}"


def workflow_graph(
    workflow_name: str, triggers: list[Trigger], details: Details | None = None
) -> dict[str, Any]:
    """AWS's WorkflowGraph structure."""
    nodes = [_node(workflow_name, ("TRIGGER", one.name), _trigger_details(one)) for one in triggers]
    for node in nodes_of(triggers):
        nodes.append(_node(workflow_name, node, details(node) if details else {}))
    edges = [
        {"SourceId": node_id(workflow_name, source), "DestinationId": node_id(workflow_name, destination)}
        for source, destination in _edges(triggers)
    ]
    return {"Nodes": nodes, "Edges": edges}


def nodes_of(triggers: Iterable[Trigger]) -> list[Node]:
    """The jobs and crawlers that the triggers start or watch, each once."""
    found = [node_of(part) for trigger in triggers for part in (*trigger.conditions, *trigger.actions)]
    return list(dict.fromkeys(found))


def downstream_of(triggers: Iterable[Trigger], nodes: Iterable[Node]) -> set[Node]:
    """All that follows from the nodes, triggers included as `("TRIGGER", name)`; without themselves."""
    edges = _edges(list(triggers))
    reached: set[Node] = set()
    frontier = set(nodes)
    while frontier:
        following = {destination for source, destination in edges if source in frontier}
        frontier = following - reached
        reached |= frontier
    return reached


def _edges(triggers: list[Trigger]) -> list[tuple[Node, Node]]:
    edges = []
    for trigger in triggers:
        here = ("TRIGGER", trigger.name)
        edges += [(node_of(condition), here) for condition in trigger.conditions]
        edges += [(here, node_of(action)) for action in trigger.actions]
    return list(dict.fromkeys(edges))


def _node(workflow_name: str, node: Node, details: dict[str, Any]) -> dict[str, Any]:
    return {"Type": node[0], "Name": node[1], "UniqueId": node_id(workflow_name, node), **details}


def _trigger_details(trigger: Trigger) -> dict[str, Any]:
    return {"TriggerDetails": {"Trigger": trigger.as_response()}}
