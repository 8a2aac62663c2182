"""AWS::Glue::SecurityConfiguration."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import GluePlugin, GlueResource, Model, schema, send


class GlueSecurityConfigurationProvider(GlueResource):
    """`Ref` gives the name. The API can't change a configuration, so a changed one is made anew."""

    TYPE = "AWS::Glue::SecurityConfiguration"
    SCHEMA = schema(
        TYPE,
        ("Name", "EncryptionConfiguration"),
        identifier="Id",
        create_only=["Name"],
        required=["Name", "EncryptionConfiguration"],
    )

    def create_in(self, glue: Any, model: Model) -> None:
        encryption = _encryption(model["EncryptionConfiguration"])
        send(glue, "CreateSecurityConfiguration", Name=model["Name"], EncryptionConfiguration=encryption)

    def update_in(self, glue: Any, model: Model) -> None:
        self.delete_in(glue, model)
        self.create_in(glue, model)

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteSecurityConfiguration", Name=model["Name"])


class GlueSecurityConfigurationProviderPlugin(GluePlugin):
    name = "AWS::Glue::SecurityConfiguration"
    provider = GlueSecurityConfigurationProvider


def _encryption(given: Model) -> Model:
    """With `S3Encryptions` under the API's name, as the list that it is there."""
    encryption = {name: value for name, value in given.items() if name != "S3Encryptions"}
    if s3 := given.get("S3Encryptions"):
        encryption["S3Encryption"] = s3 if isinstance(s3, list) else [s3]
    return encryption
