"""What AWS and botocore refuse is told in a line with the next step.

The clients are botocore's own with a Stubber: no sandbox refuses credentials or permissions.
"""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError
from botocore.stub import Stubber

from pipeline.aws_account import identify
from pipeline.aws_errors import aws_errors_explained, explained
from pipeline.errors import AccessError, DeployError
from pipeline.settings import PipelineSettings

SETTINGS = PipelineSettings("aws", "flights", account="123456789012", region="eu-west-1")
CALLER = {
    "Account": "123456789012",
    "Arn": "arn:aws:sts::123456789012:assumed-role/Deployer/me",
    "UserId": "A",
}
DENIAL = (
    "User: arn:aws:sts::123456789012:assumed-role/Deployer/me is not authorized to perform: "
    "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:eu-west-1:123456789012:stack/x/* "
    "because no identity-based policy allows it"
)


class SessionUnderTest(boto3.Session):
    """A session whose STS answers as told."""

    def __init__(self, region: str | None = "eu-west-1", code: str = "") -> None:
        super().__init__("AKIDEXAMPLE", "secret", region_name=region)
        self.sts = super().client("sts", region_name=region or "eu-west-1")
        stubber = Stubber(self.sts)
        if code:
            stubber.add_client_error("get_caller_identity", code, "the text of AWS")
        else:
            stubber.add_response("get_caller_identity", CALLER)
        stubber.activate()

    def client(self, *_args: Any, **_kwargs: Any) -> Any:
        return self.sts


def test_the_caller_is_named() -> None:
    identity = identify(SessionUnderTest(), SETTINGS)
    assert (identity.account, identity.region, identity.principal) == (
        "123456789012",
        "eu-west-1",
        CALLER["Arn"],
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", r"credentials have expired.*Next: `aws sso login`"),
        ("ExpiredTokenException", r"credentials have expired"),
        ("InvalidClientTokenId", r"does not take these credentials in this region.*must be opted into"),
        ("UnrecognizedClientException", r"does not take these credentials"),
        ("AccessDenied", r"denies access to the call GetCallerIdentity.*Next: have it allowed"),
    ],
)
def test_refused_credentials_have_a_next_step(code: str, told: str) -> None:
    with pytest.raises(AccessError, match=told):
        identify(SessionUnderTest(code=code), SETTINGS)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            PipelineSettings("aws", "flights", account="210987654321"),
            "are for account 123456789012.*210987654321",
        ),
        (PipelineSettings("aws", "flights", region="eu-west-2"), "are for region eu-west-1.*eu-west-2"),
    ],
)
def test_another_account_or_region_than_the_profile_is_for_is_refused(
    settings: PipelineSettings, told: str
) -> None:
    with pytest.raises(AccessError, match=told):
        identify(SessionUnderTest(), settings)


def test_an_unknown_region_is_refused_and_a_near_one_named() -> None:
    with pytest.raises(AccessError, match="no region 'eu-wset-1'; did you mean eu-west-1"):
        identify(SessionUnderTest("eu-wset-1"), SETTINGS)


def test_no_region_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionUnderTest()
    monkeypatch.setattr(SessionUnderTest, "region_name", None)
    with pytest.raises(AccessError, match=r"No region is chosen\. Next: set PIPELINE_REGION"):
        identify(session, SETTINGS)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (exceptions.NoCredentialsError(), "No AWS credentials were found"),
        (
            exceptions.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
            "No AWS credentials",
        ),
        (exceptions.UnauthorizedSSOTokenError(), "have expired"),
        (exceptions.ProfileNotFound(profile="prod"), r"prod.*Next: set AWS_PROFILE"),
        (exceptions.NoRegionError(), "No region is chosen"),
        (exceptions.EndpointConnectionError(endpoint_url="https://sts"), "There is no answer"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_client_library_meets_has_a_next_step(error: BotoCoreError, told: str) -> None:
    with pytest.raises(DeployError, match=rf"(?s){told}.*"):
        raise explained(error)
    assert "Next: " in str(explained(error))


def test_a_missing_permission_names_who_what_and_on_which_resource() -> None:
    client = boto3.client(
        "cloudformation", region_name="eu-west-1", aws_access_key_id="A", aws_secret_access_key="S"
    )
    stubber = Stubber(client)
    stubber.add_client_error("create_change_set", "AccessDenied", DENIAL)
    with stubber, pytest.raises(AccessError) as error, aws_errors_explained():
        client.create_change_set(StackName="x", ChangeSetName="y")
    assert str(error.value) == (
        "arn:aws:sts::123456789012:assumed-role/Deployer/me may not cloudformation:CreateChangeSet on "
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/x/*. "
        "Next: have it allowed (docs/aws.md lists what a deploy needs), then deploy again."
    )
