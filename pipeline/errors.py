"""The errors of a deployment; each message says what was tried, what came back, and what to do next.

DeployError
├── AccessError      no usable credentials, another account or region than wanted, a missing permission
├── ArtifactError    the artifact bucket can't be had, or what would be uploaded to it is wrong
├── StackError       CloudFormation refused or failed
└── StatementError   the warehouse refused a statement
"""

from __future__ import annotations


class DeployError(Exception):
    """A deployment can't go on."""


class AccessError(DeployError):
    """AWS can't be used as whoever is asking; nothing has been changed by the call that failed."""


class ArtifactError(DeployError):
    """The artifact bucket can't be had, or what would be uploaded to it is wrong."""


class StackError(DeployError):
    """CloudFormation refused or failed; the message has the events that explain it."""


class StatementError(DeployError):
    """The warehouse refused a statement sent through the Data API."""
