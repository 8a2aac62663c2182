"""Settings come from the profile and the environment; all wrong ones are told at once."""

from __future__ import annotations

import pytest

from pipeline.settings import SettingsError, load_settings


def test_the_local_profile_needs_no_variable() -> None:
    settings = load_settings("local", {})
    assert settings.prefix == "flights"
    assert settings.warehouse_database == "dev"
    assert settings.stack_name == "flights-pipeline"


def test_a_variable_overrides_the_profile() -> None:
    variables = {"PIPELINE_PREFIX": "my-own", "PIPELINE_WAREHOUSE_URL": "jdbc:redshift://w:1/other?ssl=true"}
    settings = load_settings("local", variables)
    assert (settings.stack_name, settings.catalog_database) == ("my-own-pipeline", "my_own")
    assert settings.warehouse_database == "other"


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings("local", {"PIPELINE_PREFIX": ""}).prefix == "flights"


def test_all_wrong_settings_are_told_at_once() -> None:
    variables = {
        "PIPELINE_PREFIX": "Not Allowed",
        "PIPELINE_POLL_SECONDS": "soon",
        "PIPELINE_MAX_REJECTED_RATIO": "2",
        "PIPELINE_WAREHOUSE_URL": "postgres://x",
    }
    with pytest.raises(SettingsError) as error:
        load_settings("local", variables)
    assert len(str(error.value).splitlines()) == 4


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="known: aws, local"):
        load_settings("nowhere", {})


def test_the_password_is_not_shown() -> None:
    assert "secret-word" not in repr(load_settings("local", {"PIPELINE_WAREHOUSE_PASSWORD": "secret-word"}))


OWN_WAREHOUSE = {
    "PIPELINE_WAREHOUSE": "existing",
    "PIPELINE_WAREHOUSE_URL": "jdbc:redshift://c.example:5439/dev",
    "PIPELINE_WAREHOUSE_CLUSTER": "mine",
    "PIPELINE_WAREHOUSE_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf",
}


def test_the_aws_profile_makes_a_warehouse_and_needs_no_variable() -> None:
    settings = load_settings("aws", {})
    assert (settings.warehouse, settings.warehouse_stack_name) == ("create", "flights-warehouse")
    assert (settings.poll_seconds, settings.alarm_actions, settings.password_allowed) == (10, True, False)


def test_a_provisioned_cluster_of_ones_own_is_named_by_variables() -> None:
    settings = load_settings("aws", OWN_WAREHOUSE)
    assert (settings.warehouse_cluster, settings.warehouse_workgroup) == ("mine", "")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PIPELINE_WAREHOUSE_PASSWORD": "x"}, "this profile takes a secret only"),
        ({"PIPELINE_WAREHOUSE_URL": "jdbc:redshift://h:1/d"}, "comes from the warehouse that"),
        ({**OWN_WAREHOUSE, "PIPELINE_WAREHOUSE_WORKGROUP": "w"}, "either warehouse_workgroup"),
        ({**OWN_WAREHOUSE, "PIPELINE_WAREHOUSE_SECRET_ARN": ""}, "warehouse_secret_arn is not set"),
        ({**OWN_WAREHOUSE, "PIPELINE_SUBNET_ID": "subnet-1"}, "set all of subnet_id"),
        ({"PIPELINE_WAREHOUSE": "borrow"}, "one of existing, create"),
        ({"PIPELINE_ADDITIONAL_PYTHON_MODULES": "a==1, b"}, "like name==1.2.3,s3://bucket/a.whl"),
        ({"PIPELINE_ACCOUNT": "12"}, "an account's 12 digits"),
        ({"PIPELINE_ALARM_ACTIONS": "maybe"}, "must be true or false"),
        ({"PIPELINE_PREFX": "x"}, "PIPELINE_PREFX is no setting; is PIPELINE_PREFIX meant"),
    ],
)
def test_settings_that_contradict_each_other_are_told(variables: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load_settings("aws", variables)


def test_variables_of_others_that_begin_alike_are_left_alone() -> None:
    assert load_settings("local", {"PIPELINE_ID": "4711", "PIPELINE_SOURCE": "push"}).prefix == "flights"


def test_what_is_shown_has_no_secret_in_it() -> None:
    shown = dict(load_settings("local", {"PIPELINE_WAREHOUSE_PASSWORD": "secret-word"}).shown())
    assert shown["warehouse_password"] == "(set, not shown)"
    assert "secret-word" not in str(shown)
