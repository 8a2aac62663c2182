"""AWS::RedshiftServerless::Namespace."""

from __future__ import annotations

from emulator.glue_service.cloudformation.resource import schema
from emulator.redshift.cloudformation.resource import ServerlessPlugin, ServerlessResource


class NamespaceProvider(ServerlessResource):
    """`Ref` gives the name; `Fn::GetAtt` the members of `Namespace`, as `Namespace.NamespaceArn`."""

    TYPE = "AWS::RedshiftServerless::Namespace"
    KIND = "Namespace"
    CREATE_ONLY = frozenset(("DbName", "Tags"))
    REFUSED = frozenset(
        (
            "FinalSnapshotName",
            "FinalSnapshotRetentionPeriod",
            "NamespaceResourcePolicy",
            "RedshiftIdcApplicationArn",
            "SnapshotCopyConfigurations",
        )
    )
    SCHEMA = schema(
        TYPE,
        (
            "AdminPasswordSecretKmsKeyId",
            "AdminUserPassword",
            "AdminUsername",
            "DbName",
            "DefaultIamRoleArn",
            "IamRoles",
            "KmsKeyId",
            "LogExports",
            "ManageAdminPassword",
            "NamespaceName",
            "Tags",
            *REFUSED,
        ),
        identifier="NamespaceName",
        create_only=["NamespaceName"],
        required=["NamespaceName"],
    )


class NamespaceProviderPlugin(ServerlessPlugin):
    name = "AWS::RedshiftServerless::Namespace"
    provider = NamespaceProvider
