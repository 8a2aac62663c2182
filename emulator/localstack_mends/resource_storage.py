"""Updates of buckets, bucket policies, log groups, secrets and alarms through the services' own APIs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.cloudformation.provider_utils import convert_request_kwargs, select_attributes

from emulator.localstack_mends import s3_adoption
from emulator.localstack_mends.resource_tags import tag_changes, tag_list, tag_map

Model = dict[str, Any]


def refuse_existing_bucket(clients: Any, model: Model, _previous: Model) -> None:
    """Adopts an own bucket from before LocalStack's last start.

    Raises ValueError, as AWS refuses to create it, if any other bucket of that name is there.
    """
    name = model.get("BucketName")
    try:
        if name:
            clients.s3.head_bucket(Bucket=name)
    except ClientError:
        return
    own = {bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"]}
    if name and not (name in own and s3_adoption.adopt(name)):
        raise ValueError(f"{name} already exists")


def configure_new_bucket(clients: Any, model: Model, previous: Model) -> None:
    """Sets what LocalStack's create leaves out: encryption, public access, lifecycle, ownership.

    An adopted bucket also loses the notifications, tags, lifecycle and CORS rules that the template lacks.
    """
    if s3_adoption.was_adopted(model["BucketName"]):
        previous = dict.fromkeys(OPTIONAL_SECTIONS, True)
        for section in OPTIONAL_SECTIONS:
            _configure(clients.s3, model, previous, section)
    for section in ("BucketEncryption", "PublicAccessBlockConfiguration", "LifecycleConfiguration"):
        _configure(clients.s3, model, previous, section)
    _configure(clients.s3, model, previous, "OwnershipControls")


def update_bucket(clients: Any, model: Model, previous: Model) -> None:
    """Puts every changed section of the bucket's configuration, and deletes the dropped ones."""
    for section in SECTIONS:
        if model.get(section) != previous.get(section):
            _configure(clients.s3, model, previous, section)


def _configure(s3: Any, model: Model, previous: Model, section: str) -> None:
    bucket, wanted = model["BucketName"], model.get(section)
    put, drop = SECTIONS[section]
    if wanted:
        put(s3, bucket, wanted)
    elif previous.get(section):
        drop(s3, bucket)


def _notifications(s3: Any, bucket: str, wanted: Model) -> None:
    from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider

    model = {"BucketName": bucket, "NotificationConfiguration": wanted}
    s3.put_bucket_notification_configuration(**S3BucketProvider()._get_s3_bucket_notification_config(model))


def _cors(s3: Any, bucket: str, wanted: Model) -> None:
    from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider

    rules = S3BucketProvider()._transform_cfn_cors(wanted)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules)


def _encryption(s3: Any, bucket: str, wanted: Model) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {}),
            "BucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
        }
        for rule in wanted.get("ServerSideEncryptionConfiguration", [])
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _lifecycle(s3: Any, bucket: str, wanted: Model) -> None:
    rules = [{"ID": f"rule-{n}", **lifecycle_rule(rule)} for n, rule in enumerate(wanted.get("Rules", []))]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def lifecycle_rule(rule: Model) -> Model:
    """A rule of AWS::S3::Bucket in the form of PutBucketLifecycleConfiguration."""
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    abort = rule.get("AbortIncompleteMultipartUpload") or {}
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    if rule.get("NoncurrentVersionExpirationInDays"):
        noncurrent = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    moves = [
        {"Days": move.get("TransitionInDays"), "StorageClass": move["StorageClass"]}
        for move in rule.get("Transitions", [])
    ]
    form = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        "Expiration": {key: value for key, value in expiration.items() if value is not None},
        "Transitions": moves,
        "NoncurrentVersionExpiration": noncurrent,
        "AbortIncompleteMultipartUpload": abort,
    }
    return {key: value for key, value in form.items() if value}


def _ownership(s3: Any, bucket: str, wanted: Model) -> None:
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=wanted)


Put = Callable[[Any, str, Model], Any]
Drop = Callable[[Any, str], Any]

SECTIONS: dict[str, tuple[Put, Drop]] = {
    "NotificationConfiguration": (
        _notifications,
        lambda s3, b: s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={}),
    ),
    "Tags": (
        lambda s3, b, v: s3.put_bucket_tagging(Bucket=b, Tagging={"TagSet": tag_list(tag_map({"Tags": v}))}),
        lambda s3, b: s3.delete_bucket_tagging(Bucket=b),
    ),
    "VersioningConfiguration": (
        lambda s3, b, v: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": v["Status"]}),
        lambda s3, b: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Suspended"}),
    ),
    "BucketEncryption": (_encryption, lambda s3, b: s3.delete_bucket_encryption(Bucket=b)),
    "PublicAccessBlockConfiguration": (
        lambda s3, b, v: s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=v),
        lambda s3, b: s3.delete_public_access_block(Bucket=b),
    ),
    "LifecycleConfiguration": (_lifecycle, lambda s3, b: s3.delete_bucket_lifecycle(Bucket=b)),
    "OwnershipControls": (_ownership, lambda s3, b: s3.delete_bucket_ownership_controls(Bucket=b)),
    "CorsConfiguration": (_cors, lambda s3, b: s3.delete_bucket_cors(Bucket=b)),
}


OPTIONAL_SECTIONS = ("NotificationConfiguration", "Tags", "LifecycleConfiguration", "CorsConfiguration")
"""Those of which a new bucket has none."""


def update_bucket_policy(clients: Any, model: Model, _previous: Model) -> None:
    """Puts the new policy document."""
    clients.s3.put_bucket_policy(Bucket=model["Bucket"], Policy=json.dumps(model["PolicyDocument"]))


def configure_log_group(clients: Any, model: Model, previous: Model) -> None:
    """Sets or drops the retention in days, and the tags."""
    logs, name = clients.logs, model["LogGroupName"]
    if days := model.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    elif previous.get("RetentionInDays"):
        logs.delete_retention_policy(logGroupName=name)
    added, removed = tag_changes(model, previous)
    if added:
        logs.tag_log_group(logGroupName=name, tags=added)
    if removed:
        logs.untag_log_group(logGroupName=name, tags=removed)


def update_secret(clients: Any, model: Model, previous: Model) -> None:
    """Sets description, key and value, and the tags; a generated value stays as it is, as on AWS."""
    api, name = clients.secretsmanager, model["Id"]
    wanted = select_attributes(model, ["Description", "KmsKeyId"])
    if model.get("SecretString") != previous.get("SecretString") and model.get("SecretString"):
        wanted["SecretString"] = model["SecretString"]
    api.update_secret(SecretId=name, **wanted)
    added, removed = tag_changes(model, previous)
    if added:
        api.tag_resource(SecretId=name, Tags=tag_list(added))
    if removed:
        api.untag_resource(SecretId=name, TagKeys=removed)


def update_alarm(clients: Any, model: Model, _previous: Model) -> None:
    """Puts the alarm anew under its name."""
    api = clients.cloudwatch
    shape = api.meta.service_model.operation_model("PutMetricAlarm").input_shape
    alarm = convert_request_kwargs(model, shape)
    if "Threshold" in alarm:
        alarm["Threshold"] = float(alarm["Threshold"])
    api.put_metric_alarm(**alarm)


UPDATES = {
    "AWS::S3::Bucket": update_bucket,
    "AWS::S3::BucketPolicy": update_bucket_policy,
    "AWS::Logs::LogGroup": configure_log_group,
    "AWS::SecretsManager::Secret": update_secret,
    "AWS::CloudWatch::Alarm": update_alarm,
}
BEFORE_CREATE = {"AWS::S3::Bucket": refuse_existing_bucket}
AFTER_CREATE = {"AWS::S3::Bucket": configure_new_bucket, "AWS::Logs::LogGroup": configure_log_group}
