"""Updates of rules, queues, topics, their policies, and state machines through the services' own APIs."""

from __future__ import annotations

import json
from typing import Any

from localstack.services.cloudformation.provider_utils import convert_request_kwargs

from emulator.localstack_mends.resource_tags import tag_changes, tag_list, tag_map

Model = dict[str, Any]

QUEUE_ATTRIBUTES = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
"""Attributes of a queue, with the value that SQS gives one that the template does not set."""


def put_rule(clients: Any, model: Model, _previous: Model) -> None:
    """Puts the rule and its targets, and removes the targets that the template does not hold any more.

    Also run after a create, which leaves out the rule's role and wraps scalars of the pattern in lists.
    """
    events = clients.events
    where = {"EventBusName": model["EventBusName"]} if model.get("EventBusName") else {}
    name = rule_name(model)
    rule = {key: model[key] for key in RULE_PROPERTIES if model.get(key)}
    if isinstance(rule.get("EventPattern"), dict):
        rule["EventPattern"] = json.dumps(rule["EventPattern"])
    model["Arn"] = events.put_rule(Name=name, **rule, **where)["RuleArn"]
    wanted = model.get("Targets") or []
    present = {target["Id"] for target in events.list_targets_by_rule(Rule=name, **where)["Targets"]}
    if gone := sorted(present - {target["Id"] for target in wanted}):
        events.remove_targets(Rule=name, Ids=gone, **where)
    if wanted:
        shape = events.meta.service_model.operation_model("PutTargets").input_shape
        events.put_targets(**convert_request_kwargs({"Rule": name, "Targets": wanted, **where}, shape))


RULE_PROPERTIES = ("Description", "EventPattern", "RoleArn", "ScheduleExpression", "State")


def rule_name(model: Model) -> str:
    """The rule's own name; its identifier is `bus|name` on a bus of its own."""
    return str(model.get("Name") or model["Id"]).split("|")[-1]


def remove_targets_on_own_bus(clients: Any, model: Model, _previous: Model) -> None:
    """Deletes a rule of a bus of its own; LocalStack's delete looks for it on the default bus only."""
    bus = model.get("EventBusName")
    if not bus:
        return
    name, events = rule_name(model), clients.events
    targets = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
    if targets:
        ids = [target["Id"] for target in targets]
        events.remove_targets(Rule=name, EventBusName=bus, Ids=ids, Force=True)
    events.delete_rule(Name=name, EventBusName=bus)


def update_queue(clients: Any, model: Model, previous: Model) -> None:
    """Sets every attribute that changed, those dropped back to SQS's default, and the tags."""
    sqs, url = clients.sqs, model["QueueUrl"]
    changed = [name for name in QUEUE_ATTRIBUTES if model.get(name) != previous.get(name)]
    if changed:
        attributes = {name: _attribute(model.get(name, QUEUE_ATTRIBUTES[name])) for name in changed}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    added, removed = tag_changes(model, previous)
    if added:
        sqs.tag_queue(QueueUrl=url, Tags=added)
    if removed:
        sqs.untag_queue(QueueUrl=url, TagKeys=removed)


def _attribute(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def update_queue_policy(clients: Any, model: Model, previous: Model) -> None:
    """Puts the policy on every queue of the list, and takes it from those that left the list."""
    for url in set(previous.get("Queues", [])) - set(model["Queues"]):
        clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    policy = json.dumps(model["PolicyDocument"])
    for url in model["Queues"]:
        clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


TOPIC_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "ContentBasedDeduplication", "TracingConfig")


def update_topic(clients: Any, model: Model, previous: Model) -> None:
    """Sets the changed attributes, subscriptions and tags; a topic keeps its ARN."""
    sns, arn = clients.sns, model["TopicArn"]
    for name in TOPIC_ATTRIBUTES:
        if model.get(name) != previous.get(name):
            value = _attribute(model.get(name, ""))
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
    _update_subscriptions(sns, arn, model, previous)
    added, removed = tag_changes(model, previous)
    if added:
        sns.tag_resource(ResourceArn=arn, Tags=tag_list(added))
    if removed:
        sns.untag_resource(ResourceArn=arn, TagKeys=removed)


def _update_subscriptions(sns: Any, arn: str, model: Model, previous: Model) -> None:
    wanted = {(item["Protocol"], item["Endpoint"]) for item in model.get("Subscription") or []}
    before = {(item["Protocol"], item["Endpoint"]) for item in previous.get("Subscription") or []}
    for protocol, endpoint in sorted(wanted - before):
        sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    if not before - wanted:
        return
    for subscription in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        if (subscription["Protocol"], subscription["Endpoint"]) in before - wanted:
            sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def update_topic_policy(clients: Any, model: Model, _previous: Model) -> None:
    """Puts the policy on every topic of the list."""
    policy = json.dumps(model["PolicyDocument"])
    for arn in model["Topics"]:
        clients.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def update_state_machine(clients: Any, model: Model, previous: Model) -> None:
    """Sets definition, role, logging and tracing, and the tags."""
    from localstack.services.stepfunctions.resource_providers import aws_stepfunctions_statemachine as module

    provider = module.StepFunctionsStateMachineProvider()
    settings = {
        "definition": provider._get_definition(model, clients.s3),
        "roleArn": model["RoleArn"],
        "loggingConfiguration": model.get("LoggingConfiguration"),
        "tracingConfiguration": model.get("TracingConfiguration"),
    }
    given = {key: value for key, value in settings.items() if value}
    clients.stepfunctions.update_state_machine(stateMachineArn=model["Arn"], **given)
    added, removed = tag_changes(model, previous)
    if added:
        _tag_state_machine(clients, model["Arn"], added)
    if removed:
        clients.stepfunctions.untag_resource(resourceArn=model["Arn"], tagKeys=removed)


def tag_new_state_machine(clients: Any, model: Model, _previous: Model) -> None:
    """Sets the tags, which LocalStack's create leaves out."""
    if tags := tag_map(model):
        _tag_state_machine(clients, model["Arn"], tags)


def _tag_state_machine(clients: Any, arn: str, tags: dict[str, str]) -> None:
    pairs = [{"key": key, "value": value} for key, value in tags.items()]
    clients.stepfunctions.tag_resource(resourceArn=arn, tags=pairs)


UPDATES = {
    "AWS::Events::Rule": put_rule,
    "AWS::SQS::Queue": update_queue,
    "AWS::SQS::QueuePolicy": update_queue_policy,
    "AWS::SNS::Topic": update_topic,
    "AWS::SNS::TopicPolicy": update_topic_policy,
    "AWS::StepFunctions::StateMachine": update_state_machine,
}
AFTER_CREATE = {
    "AWS::Events::Rule": put_rule,
    "AWS::StepFunctions::StateMachine": tag_new_state_machine,
}
BEFORE_DELETE = {"AWS::Events::Rule": remove_targets_on_own_bus}
