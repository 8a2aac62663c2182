"""What Terraform's AWS provider asks and expects, as each resource is created, read, updated and deleted.

Written after the provider's source (internal/service/{glue,s3,events,sfn,sns,iam,logs}). A field that is
optional and not computed there has to be absent when it was not given, or every plan shows a change.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import ROLE, unique

REGION, ACCOUNT = "us-east-1", "000000000000"
TAGS = {"Stack": "tf"}


@pytest.fixture
def glue(sandbox: Sandbox) -> Any:
    return sandbox.client("glue")


def code_of(call: Any, **request: Any) -> str:
    """The error code of a call that has to be refused."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def assert_tags(glue: Any, resource: str) -> None:
    """Tags are read, changed and read again by the ARN that the provider makes up."""
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == TAGS
    glue.untag_resource(ResourceArn=arn, TagsToRemove=["Stack"])
    glue.tag_resource(ResourceArn=arn, TagsToAdd={"More": "1"})
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"More": "1"}


@pytest.fixture
def database(glue: Any) -> str:
    name = unique("tf").replace("-", "_")
    glue.create_database(CatalogId=ACCOUNT, DatabaseInput={"Name": name}, Tags=TAGS)
    return name


def test_a_database_shows_computed_permissions_and_nothing_that_was_not_given(
    glue: Any, database: str
) -> None:
    shown = glue.get_database(CatalogId=ACCOUNT, Name=database)["Database"]
    assert shown["CatalogId"] == ACCOUNT
    assert not {"Description", "TargetDatabase"} & set(shown)
    assert shown.get("Parameters", {}) == {}
    assert shown["CreateTableDefaultPermissions"][0]["Permissions"] == ["ALL"]
    assert_tags(glue, f"database/{database}")
    glue.update_database(
        CatalogId=ACCOUNT, Name=database, DatabaseInput={"Name": database, "Description": "d"}
    )
    assert glue.get_database(CatalogId=ACCOUNT, Name=database)["Database"]["Description"] == "d"
    glue.delete_database(CatalogId=ACCOUNT, Name=database)
    assert code_of(glue.get_database, CatalogId=ACCOUNT, Name=database) == "EntityNotFoundException"


def test_a_table_is_read_back_as_given_with_its_indexes(glue: Any, database: str) -> None:
    place = {"CatalogId": ACCOUNT, "DatabaseName": database}
    given = {
        "Name": "things",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "csv"},
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
        "StorageDescriptor": {
            "Location": "s3://nowhere/things/",
            "Columns": [{"Name": "a", "Type": "int"}],
            "SerdeInfo": {"SerializationLibrary": "x.LazySimpleSerDe", "Parameters": {"field.delim": ","}},
        },
    }
    glue.create_table(**place, TableInput=given)
    shown = glue.get_table(**place, Name="things")["Table"]
    assert {name: shown[name] for name in ("TableType", "Parameters", "PartitionKeys")} == {
        name: given[name] for name in ("TableType", "Parameters", "PartitionKeys")
    }
    descriptor = shown["StorageDescriptor"]
    assert descriptor["Columns"] == [{"Name": "a", "Type": "int"}]
    assert descriptor["SerdeInfo"]["Parameters"] == {"field.delim": ","}
    assert not {"Description", "ViewOriginalText", "TargetTable", "ViewDefinition"} & set(shown)
    assert (shown.get("Retention", 0), shown["CatalogId"]) == (0, ACCOUNT)
    assert glue.get_partition_indexes(**place, TableName="things")["PartitionIndexDescriptorList"] == []
    glue.update_table(**place, TableInput={**given, "Description": "d"})
    assert glue.get_table(**place, Name="things")["Table"]["Description"] == "d"
    glue.delete_table(**place, Name="things")
    assert code_of(glue.get_table, **place, Name="things") == "EntityNotFoundException"


def test_a_crawler_takes_the_empty_texts_that_the_provider_sends(glue: Any, database: str) -> None:
    name = unique("tf")
    target = {
        "Path": "s3://nowhere/in/",
        "ConnectionName": "",
        "Exclusions": [],
        "EventQueueArn": "",
        "DlqEventQueueArn": "",
    }
    given = {"Name": name, "Role": ROLE, "DatabaseName": database, "Targets": {"S3Targets": [target]}}
    glue.create_crawler(**given, Tags=TAGS, Configuration='{"Version":1.0}')
    shown = glue.get_crawler(Name=name)["Crawler"]
    path = shown["Targets"]["S3Targets"][0]
    assert not any(path.get(field) for field in ("ConnectionName", "EventQueueArn", "Exclusions"))
    assert (shown["Role"], shown["DatabaseName"], shown["Classifiers"]) == ("any", database, [])
    assert not {"Description", "Schedule", "TablePrefix", "CrawlerSecurityConfiguration"} & set(shown)
    assert_tags(glue, f"crawler/{name}")
    glue.update_crawler(**given, Schedule="cron(0 1 * * ? *)")
    assert glue.get_crawler(Name=name)["Crawler"]["Schedule"]["ScheduleExpression"] == "cron(0 1 * * ? *)"
    glue.update_crawler(**given, Schedule="", Configuration="", TablePrefix="")
    shown = glue.get_crawler(Name=name)["Crawler"]
    assert not shown.get("Schedule", {}).get("ScheduleExpression")
    assert not any(shown.get(field) for field in ("Configuration", "TablePrefix"))
    glue.delete_crawler(Name=name)
    assert code_of(glue.get_crawler, Name=name) == "EntityNotFoundException"


def test_a_classifier_is_read_by_name(glue: Any) -> None:
    name = unique("tf")
    csv = {"Name": name, "Delimiter": ",", "QuoteSymbol": '"', "ContainsHeader": "PRESENT"}
    glue.create_classifier(CsvClassifier={**csv, "AllowSingleColumn": False, "DisableValueTrimming": True})
    shown = glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert {field: shown[field] for field in csv} == csv
    assert not {"Header", "CustomDatatypes"} & {field for field, value in shown.items() if value}
    glue.update_classifier(CsvClassifier={**csv, "Delimiter": "|"})
    glue.delete_classifier(Name=name)
    assert code_of(glue.get_classifier, Name=name) == "EntityNotFoundException"


def test_a_connection_shows_its_password(glue: Any) -> None:
    name = unique("tf")
    properties = {
        "JDBC_CONNECTION_URL": "jdbc:redshift://w:5439/dev",
        "USERNAME": "u",
        "PASSWORD": "not-a-secret",
    }
    given = {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    glue.create_connection(CatalogId=ACCOUNT, ConnectionInput=given, Tags=TAGS)
    shown = glue.get_connection(CatalogId=ACCOUNT, Name=name)["Connection"]
    assert (shown["ConnectionType"], shown["ConnectionProperties"]) == ("JDBC", properties)
    assert not {field for field in ("Description", "MatchCriteria") if shown.get(field)}
    assert_tags(glue, f"connection/{name}")
    glue.update_connection(CatalogId=ACCOUNT, Name=name, ConnectionInput={**given, "Description": "d"})
    glue.delete_connection(CatalogId=ACCOUNT, ConnectionName=name)
    assert code_of(glue.get_connection, CatalogId=ACCOUNT, Name=name) == "EntityNotFoundException"


def test_a_job_shows_nothing_optional_that_was_not_given(glue: Any) -> None:
    name = unique("tf")
    command = {"Name": "glueetl", "ScriptLocation": "s3://nowhere/a.py", "PythonVersion": "3"}
    given = {
        "Role": ROLE,
        "Command": command,
        "GlueVersion": "5.1",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
    }
    glue.create_job(Name=name, **given, Tags=TAGS)
    shown = glue.get_job(JobName=name)["Job"]
    assert {field: shown[field] for field in given} == given
    optional = {
        "Description",
        "ExecutionClass",
        "MaintenanceWindow",
        "SecurityConfiguration",
        "SourceControlDetails",
        "NotificationProperty",
        "Connections",
    }
    assert not {field for field in optional if shown.get(field)}
    assert not shown.get("DefaultArguments")
    assert shown["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert (shown["MaxRetries"], shown["Timeout"]) == (0, 480)
    assert_tags(glue, f"job/{name}")
    glue.update_job(JobName=name, JobUpdate={**given, "Description": "d", "Timeout": 480})
    glue.delete_job(JobName=name)
    assert code_of(glue.get_job, JobName=name) == "EntityNotFoundException"
    glue.delete_job(JobName=name)


def test_workflow_and_triggers_come_to_the_states_that_the_waiters_want(glue: Any, database: str) -> None:
    name, job, other = unique("tf"), unique("tf"), unique("tf")
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": "s3://nowhere/a.py"}
    glue.create_job(Name=job, Role=ROLE, Command=command)
    glue.create_job(Name=other, Role=ROLE, Command=command)
    glue.create_workflow(Name=name, Tags=TAGS)
    shown = glue.get_workflow(Name=name, IncludeGraph=True)["Workflow"]
    assert shown.get("DefaultRunProperties", {}) == {}
    assert not {"Description", "MaxConcurrentRuns"} & set(shown)
    assert_tags(glue, f"workflow/{name}")
    condition = {"LogicalOperator": "EQUALS", "JobName": other, "State": "SUCCEEDED"}
    kinds: dict[str, dict[str, Any]] = {
        "ON_DEMAND": {"StartOnCreation": False},
        "CONDITIONAL": {"StartOnCreation": True, "Predicate": {"Logical": "AND", "Conditions": [condition]}},
        "SCHEDULED": {"StartOnCreation": True, "Schedule": "cron(0 1 * * ? *)"},
    }
    for kind, fields in kinds.items():
        trigger = f"{name}-{kind}"
        workflow = {"WorkflowName": name} if kind == "CONDITIONAL" else {}
        glue.create_trigger(
            Name=trigger, Type=kind, Actions=[{"JobName": job}], Tags=TAGS, **fields, **workflow
        )
        shown = glue.get_trigger(Name=trigger)["Trigger"]
        assert shown["State"] == ("CREATED" if kind == "ON_DEMAND" else "ACTIVATED")
        assert shown["Actions"][0]["JobName"] == job
        assert not {"Timeout", "SecurityConfiguration", "NotificationProperty"} & set(shown["Actions"][0])
        assert shown.get("Predicate") == fields.get("Predicate")
        assert not {"Description", "EventBatchingCondition"} & set(shown)
        assert_tags(glue, f"trigger/{trigger}")
    started = f"{name}-ON_DEMAND"
    glue.start_trigger(Name=started)
    assert glue.get_trigger(Name=started)["Trigger"]["State"] == "CREATED"
    glue.stop_trigger(Name=f"{name}-SCHEDULED")
    assert glue.get_trigger(Name=f"{name}-SCHEDULED")["Trigger"]["State"] == "DEACTIVATED"
    for kind in kinds:
        glue.delete_trigger(Name=f"{name}-{kind}")
        assert code_of(glue.get_trigger, Name=f"{name}-{kind}") == "EntityNotFoundException"
    glue.delete_workflow(Name=name)
    assert code_of(glue.get_workflow, Name=name) == "EntityNotFoundException"


def test_a_security_configuration_is_read_and_deleted(glue: Any) -> None:
    name = unique("tf")
    encryption = {
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": "DISABLED"},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "DISABLED"},
        "S3Encryption": [{"S3EncryptionMode": "SSE-S3"}],
    }
    glue.create_security_configuration(Name=name, EncryptionConfiguration=encryption)
    shown = glue.get_security_configuration(Name=name)["SecurityConfiguration"]
    assert shown["EncryptionConfiguration"] == encryption
    glue.delete_security_configuration(Name=name)
    assert code_of(glue.get_security_configuration, Name=name) == "EntityNotFoundException"


MISSING = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
}


def test_a_bucket_answers_all_that_its_read_asks(sandbox: Sandbox) -> None:
    s3, name = sandbox.client("s3"), unique("tf")
    s3.create_bucket(Bucket=name)
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == REGION
    for method, code in MISSING.items():
        assert code_of(getattr(s3, method), Bucket=name) == code, method
    assert s3.get_bucket_acl(Bucket=name)["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=name)
    assert s3.get_bucket_request_payment(Bucket=name)["Payer"] == "BucketOwner"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "Stack", "Value": "tf"}]})
    s3.put_object(Bucket=name, Key="a//b", Body=b"x")
    assert code_of(s3.delete_bucket, Bucket=name) == "BucketNotEmpty"
    s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a//b"}]})
    s3.delete_bucket(Bucket=name)
    assert code_of(s3.head_bucket, Bucket=name) == "404"


def test_a_state_machine_is_validated_made_and_gone(sandbox: Sandbox) -> None:
    api, name = sandbox.client("stepfunctions"), unique("tf")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    validated = api.validate_state_machine_definition(definition=definition, type="STANDARD")
    assert (validated["result"], validated["diagnostics"]) == ("OK", [])
    tags = [{"key": "Stack", "value": "tf"}]
    arn = api.create_state_machine(
        name=name, definition=definition, roleArn=ROLE, type="STANDARD", tags=tags
    )["stateMachineArn"]
    shown = api.describe_state_machine(stateMachineArn=arn)
    assert (shown["name"], shown["type"], shown["status"]) == (name, "STANDARD", "ACTIVE")
    assert (shown["definition"], shown["roleArn"]) == (definition, ROLE)
    assert shown["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert api.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"] == []
    assert api.list_tags_for_resource(resourceArn=arn)["tags"] == tags
    changed = definition.replace("Succeed", "Fail")
    api.update_state_machine(stateMachineArn=arn, definition=changed, roleArn=ROLE, publish=False)
    assert api.describe_state_machine(stateMachineArn=arn)["definition"] == changed
    api.delete_state_machine(stateMachineArn=arn)
    sandbox.wait_until(
        lambda: code_of(api.describe_state_machine, stateMachineArn=arn) == "StateMachineDoesNotExist",
        20,
        "the state machine to be gone",
    )


def test_a_rule_and_its_target_are_read_back(sandbox: Sandbox) -> None:
    api, name = sandbox.client("events"), unique("tf")
    pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "in/*.csv"}]}}}
    tags = [{"Key": "Stack", "Value": "tf"}]
    arn = api.put_rule(Name=name, EventBusName="default", EventPattern=json.dumps(pattern), Tags=tags)[
        "RuleArn"
    ]
    shown = api.describe_rule(Name=name, EventBusName="default")
    assert (shown["State"], shown["Arn"], json.loads(shown["EventPattern"])) == ("ENABLED", arn, pattern)
    assert not {"Description", "RoleArn", "ScheduleExpression"} & set(shown)
    assert api.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    target = {"Id": "t", "Arn": "arn:aws:states:us-east-1:000000000000:stateMachine:m", "RoleArn": ROLE}
    put = api.put_targets(Rule=name, EventBusName="default", Targets=[target])
    assert put["FailedEntryCount"] == 0
    assert api.list_targets_by_rule(Rule=name, EventBusName="default")["Targets"] == [target]
    assert code_of(api.delete_rule, Name=name, EventBusName="default") == "ValidationException"
    assert api.remove_targets(Rule=name, EventBusName="default", Ids=["t"])["FailedEntryCount"] == 0
    api.delete_rule(Name=name, EventBusName="default")
    assert code_of(api.describe_rule, Name=name, EventBusName="default") == "ResourceNotFoundException"


def test_a_topic_is_read_back(sandbox: Sandbox) -> None:
    api, name = sandbox.client("sns"), unique("tf")
    tags = [{"Key": "Stack", "Value": "tf"}]
    arn = api.create_topic(Name=name, Attributes={}, Tags=tags)["TopicArn"]
    shown = api.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (shown["TopicArn"], shown["Owner"]) == (arn, ACCOUNT)
    assert json.loads(shown["Policy"])["Statement"]
    optional = ("KmsMasterKeyId", "DeliveryPolicy", "FifoTopic", "ArchivePolicy")
    assert not {name for name in optional if shown.get(name)}
    assert api.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags
    api.delete_topic(TopicArn=arn)
    assert code_of(api.get_topic_attributes, TopicArn=arn) == "NotFound"


def test_a_role_with_policies_is_read_back_and_deleted(sandbox: Sandbox) -> None:
    api, name = sandbox.client("iam"), unique("tf")
    principal = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "glue.amazonaws.com"},
    }
    trust = {"Version": "2012-10-17", "Statement": [principal]}
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    allowed = {"Version": "2012-10-17", "Statement": [reads]}
    managed = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
    api.create_role(
        RoleName=name, Path="/", AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=3600
    )
    shown = api.get_role(RoleName=name)["Role"]
    assert (shown["AssumeRolePolicyDocument"], shown["Path"]) == (trust, "/")
    assert shown["MaxSessionDuration"] == 3600
    assert not {"Description", "PermissionsBoundary"} & {key for key, value in shown.items() if value}
    api.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(allowed))
    api.attach_role_policy(RoleName=name, PolicyArn=managed)
    assert api.list_role_policies(RoleName=name)["PolicyNames"] == ["p"]
    assert api.get_role_policy(RoleName=name, PolicyName="p")["PolicyDocument"] == allowed
    assert api.list_attached_role_policies(RoleName=name)["AttachedPolicies"][0]["PolicyArn"] == managed
    assert api.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
    api.detach_role_policy(RoleName=name, PolicyArn=managed)
    api.delete_role_policy(RoleName=name, PolicyName="p")
    api.delete_role(RoleName=name)
    assert code_of(api.get_role, RoleName=name) == "NoSuchEntity"


def test_a_log_group_is_found_by_its_prefix(sandbox: Sandbox) -> None:
    api, name = sandbox.client("logs"), f"/tf/{unique('tf')}"
    api.create_log_group(logGroupName=name, tags=TAGS)
    api.put_retention_policy(logGroupName=name, retentionInDays=7)
    shown = api.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    assert (shown["logGroupName"], shown["retentionInDays"]) == (name, 7)
    arn = shown["arn"].removesuffix(":*")
    assert api.list_tags_for_resource(resourceArn=arn)["tags"] == TAGS
    api.delete_log_group(logGroupName=name)
    assert api.describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_the_provider_learns_its_account(sandbox: Sandbox) -> None:
    assert sandbox.client("sts").get_caller_identity()["Account"] == ACCOUNT
