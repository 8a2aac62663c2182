"""The CloudFormation template agrees with the files beside it (tests/aws lints it)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from localstack.utils.event_matcher import matches_event

import pipeline
from pipeline.artifacts import ArtifactKeys
from pipeline.settings import PipelineSettings
from pipeline.template_parameters import template_parameters

PIPELINE_DIR = Path(pipeline.__file__).parent
TEMPLATE = PIPELINE_DIR / "cloudformation" / "pipeline.yaml"
RULE = PIPELINE_DIR / "event_bridge_rule.json"


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref x` is {"Ref": x}, `!Sub x` is {"Fn::Sub": x}."""


def short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(f"!{name} of {node!r}")
    return {name if name == "Ref" else f"Fn::{name}": value}


TemplateLoader.add_multi_constructor("!", short_form)


def template() -> dict[str, Any]:
    plain: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=TemplateLoader)
    return plain


def s3_event(key: str, bucket: str = "the-bucket") -> dict[str, Any]:
    detail = {"bucket": {"name": bucket}, "object": {"key": key, "size": 1}, "reason": "PutObject"}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def starts_the_pipeline(key: str, bucket: str = "the-bucket") -> bool:
    pattern = RULE.read_text(encoding="utf-8").replace("${RawBucket}", "the-bucket")
    return bool(matches_event(json.loads(pattern), s3_event(key, bucket)))


def test_the_rule_is_that_of_event_bridge_rule_json() -> None:
    pattern = template()["Resources"]["NewFileRule"]["Properties"]["EventPattern"]
    expected = json.loads(RULE.read_text(encoding="utf-8"))
    assert pattern["detail"]["bucket"]["name"] == [{"Ref": "RawBucket"}]
    expected["detail"]["bucket"]["name"] = pattern["detail"]["bucket"]["name"]
    assert pattern == expected


def test_deploy_gives_the_template_its_parameters_and_no_others() -> None:
    settings = PipelineSettings("local", "flights", "jdbc:redshift://h:1/dev", "wg")
    given = template_parameters(settings, "bucket", ArtifactKeys("s", "l", "d", "a", "t"))
    parameters = template()["Parameters"]
    assert given.keys() <= parameters.keys()
    assert {name for name, facts in parameters.items() if "Default" not in facts} <= given.keys()


def test_the_job_has_a_data_quality_ruleset_only_if_one_is_given() -> None:
    arguments = template()["Resources"]["Job"]["Properties"]["DefaultArguments"]
    condition, given, otherwise = arguments["--data_quality_ruleset"]["Fn::If"]
    assert (given, otherwise) == ({"Ref": "DataQualityRuleset"}, {"Ref": "AWS::NoValue"})
    assert template()["Conditions"][condition]["Fn::Not"] == [{"Fn::Equals": [given, ""]}]
    assert template()["Parameters"]["DataQualityRuleset"]["Default"] == ""


def test_a_dropped_csv_starts_the_pipeline() -> None:
    assert starts_the_pipeline("raw/year=2026/month=09/day=01/flights.csv")
    assert starts_the_pipeline("raw/with space+plus%20Zürich.csv")


def test_other_objects_do_not_start_the_pipeline() -> None:
    assert not starts_the_pipeline("raw/readme.txt")
    assert not starts_the_pipeline("temp/part-0000.csv")
    assert not starts_the_pipeline("raw/flights.csv.gz")
    assert not starts_the_pipeline("other/raw/flights.csv")
    assert not starts_the_pipeline("raw/flights.csv", bucket="another-bucket")


def test_names_begin_with_the_prefix_so_that_two_deployments_can_coexist() -> None:
    names = ("BucketName", "Name", "StateMachineName", "QueueName", "TopicName", "RoleName")
    for logical, resource in template()["Resources"].items():
        for name in names:
            value = resource.get("Properties", {}).get(name)
            if value is not None:
                assert value["Fn::Sub"].startswith("${Prefix}-"), logical
