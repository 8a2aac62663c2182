"""The errors of a deployment; each message says what was tried, what came back, and what to do next.

DeployError
├── StackError       CloudFormation refused or failed
└── StatementError   the warehouse refused a statement
"""

from __future__ import annotations


class DeployError(Exception):
    """A deployment can't go on."""


class StackError(DeployError):
    """CloudFormation refused or failed; the message has the events that explain it."""


class StatementError(DeployError):
    """The warehouse refused a statement sent through the Data API."""
