"""AWS's library for Glue scripts, written for tarmac from its published signatures and behaviour."""

from awsglue.dynamicframe import DynamicFrame

__all__ = ["DynamicFrame"]
