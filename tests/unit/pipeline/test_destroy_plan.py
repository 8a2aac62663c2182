"""Which resources a template keeps, in whichever form CloudFormation gives it back."""

from __future__ import annotations

from pipeline.destroy import retained_ids

YAML = """
Resources:
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties: {BucketName: !Sub "${Prefix}-kept"}
  KeptUnlessCreationFails:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
  Gone:
    Type: AWS::S3::Bucket
    Properties:
      Tags: !If [Tagged, [{Key: !Ref Prefix, Value: a}], !Ref AWS::NoValue]
  Snapshot:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
"""


def test_a_template_of_yaml_with_short_forms() -> None:
    assert retained_ids(YAML) == {"Kept", "KeptUnlessCreationFails"}


def test_a_template_of_json_as_boto3_parses_it() -> None:
    kept = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
    assert retained_ids({"Resources": {"A": kept, "B": {"Type": "AWS::S3::Bucket"}}}) == {"A"}
