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
