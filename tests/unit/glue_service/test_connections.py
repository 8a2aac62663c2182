"""Connections keep their properties and can hide the password."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.glue_service.connections import (
    connection_response,
    create_connection,
    delete_connection,
    find_connection,
    matching,
    update_connection,
)
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import Store

JDBC: dict[str, Any] = {
    "Name": "warehouse",
    "ConnectionType": "JDBC",
    "ConnectionProperties": {
        "JDBC_CONNECTION_URL": "jdbc:redshift://host:5439/dev",
        "USERNAME": "u",
        "PASSWORD": "p",
    },
}


@pytest.fixture
def store() -> Store:
    store = Store()
    create_connection(store, JDBC)
    return store


def test_a_connection_comes_back_with_its_properties(store: Store) -> None:
    shown = connection_response(find_connection(store, "warehouse"), hide_password=False)
    assert shown["ConnectionProperties"] == JDBC["ConnectionProperties"]
    assert shown["ConnectionType"] == "JDBC"


def test_the_password_is_left_out_when_asked_for(store: Store) -> None:
    shown = connection_response(find_connection(store, "warehouse"), hide_password=True)
    assert "PASSWORD" not in shown["ConnectionProperties"]
    assert shown["ConnectionProperties"]["USERNAME"] == "u"


def test_an_update_replaces_the_properties_but_not_the_name(store: Store) -> None:
    changed = {
        **JDBC,
        "Name": "x",
        "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:redshift://other:1/d"},
    }
    update_connection(store, "warehouse", changed)
    shown = connection_response(find_connection(store, "warehouse"), hide_password=False)
    assert shown["Name"] == "warehouse"
    assert shown["ConnectionProperties"] == changed["ConnectionProperties"]


def test_names_are_unique_and_must_exist(store: Store) -> None:
    with pytest.raises(AlreadyExists):
        create_connection(store, JDBC)
    delete_connection(store, "warehouse")
    for missing in (delete_connection, find_connection):
        with pytest.raises(EntityNotFound):
            missing(store, "warehouse")


def test_a_jdbc_connection_needs_an_address() -> None:
    with pytest.raises(InvalidInput, match="JDBC_CONNECTION_URL"):
        create_connection(Store(), {**JDBC, "ConnectionProperties": {"USERNAME": "u"}})


@pytest.mark.parametrize(
    ("kind", "properties", "text"),
    [
        ("KAFKA", {}, "KAFKA_BOOTSTRAP_SERVERS"),
        ("MONGODB", {}, "CONNECTION_URL"),
        ("CUSTOM", {"CONNECTOR_TYPE": "Spark"}, "CONNECTOR_URL, CONNECTOR_CLASS_NAME"),
        ("MYSQL", {"HOST": "h"}, r"\[ConnectionInput.AuthenticationConfiguration is required.\]"),
    ],
)
def test_each_type_needs_its_properties(kind: str, properties: dict[str, str], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        create_connection(Store(), {"Name": "c", "ConnectionType": kind, "ConnectionProperties": properties})


def test_an_address_may_be_given_in_parts_and_a_network_has_none() -> None:
    parts = {"HOST": "h", "PORT": "5439", "JDBC_ENGINE": "redshift"}
    create_connection(Store(), {**JDBC, "ConnectionProperties": parts})
    network = {"SubnetId": "subnet-1", "SecurityGroupIdList": ["sg-1"], "AvailabilityZone": "us-east-1a"}
    store = Store()
    definition = {"Name": "n", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
    create_connection(store, {**definition, "PhysicalConnectionRequirements": network})
    shown = connection_response(find_connection(store, "n"), hide_password=True)
    assert shown["PhysicalConnectionRequirements"] == network


def test_credentials_of_an_authentication_are_not_shown() -> None:
    store = Store()
    credentials = {"Username": "u", "Password": "p"}
    authentication = {"AuthenticationType": "BASIC", "SecretArn": "arn:aws:secretsmanager:x"}
    given = {**authentication, "BasicAuthenticationCredentials": credentials}
    create_connection(store, {**JDBC, "AuthenticationConfiguration": given})
    shown = connection_response(find_connection(store, "warehouse"), hide_password=False)
    assert shown["AuthenticationConfiguration"] == authentication


def test_connections_are_filtered_by_type_and_criteria(store: Store) -> None:
    create_connection(store, {**JDBC, "Name": "m", "MatchCriteria": ["a", "b"]})
    assert [one.name for one in matching(store, {"ConnectionType": "JDBC"})] == ["warehouse", "m"]
    assert [one.name for one in matching(store, {"MatchCriteria": ["b"]})] == ["m"]
    assert matching(store, {"ConnectionType": "KAFKA"}) == []
