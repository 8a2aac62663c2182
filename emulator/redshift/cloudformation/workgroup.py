"""AWS::RedshiftServerless::Workgroup."""

from __future__ import annotations

from emulator.glue_service.cloudformation.resource import schema
from emulator.redshift.cloudformation.resource import ServerlessPlugin, ServerlessResource


class WorkgroupProvider(ServerlessResource):
    """`Ref` gives the name; `Fn::GetAtt` the members of `Workgroup`, as `Workgroup.Endpoint.Address`."""

    TYPE = "AWS::RedshiftServerless::Workgroup"
    KIND = "Workgroup"
    CREATE_ONLY = frozenset(("NamespaceName", "Tags"))
    REFUSED = frozenset(
        ("RecoveryPointId", "SnapshotArn", "SnapshotName", "SnapshotOwnerAccount", "Workgroup")
    )
    SCHEMA = schema(
        TYPE,
        (
            "BaseCapacity",
            "ConfigParameters",
            "EnhancedVpcRouting",
            "MaxCapacity",
            "NamespaceName",
            "Port",
            "PricePerformanceTarget",
            "PubliclyAccessible",
            "SecurityGroupIds",
            "SubnetIds",
            "Tags",
            "TrackName",
            "WorkgroupName",
            *REFUSED,
        ),
        identifier="WorkgroupName",
        create_only=["NamespaceName", "WorkgroupName"],
        required=["WorkgroupName"],
    )


class WorkgroupProviderPlugin(ServerlessPlugin):
    name = "AWS::RedshiftServerless::Workgroup"
    provider = WorkgroupProvider
