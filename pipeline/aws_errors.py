"""What botocore and AWS say, in a line that a person can act upon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import AccessError, DeployError

NO_CREDENTIALS = (
    "No AWS credentials were found ({error}). Next: `aws sso login` or `aws configure`, "
    "or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)
EXPIRED = (
    "The AWS credentials have expired ({error}). Next: `aws sso login`, or get new ones, then the same again."
)
UNKNOWN_KEY = (
    "AWS does not take these credentials in this region ({error}). Next: see which ones are used by "
    "`aws sts get-caller-identity`; a region that must be opted into takes none until it is enabled."
)
NOT_RETRIEVED = "AWS credentials could not be had ({error}). Next: mend the profile that AWS_PROFILE names."
NO_PROFILE = "{error}. Next: set AWS_PROFILE to one that `aws configure list-profiles` shows."
NO_REGION = (
    "No region is chosen. Next: set PIPELINE_REGION or AWS_REGION, or region in the profile of AWS_PROFILE."
)
NOT_REACHED = (
    "There is no answer: {error}. Next: check that it is up, the region's name, the network and the proxy."
)
LATER = "AWS asks to wait: {error}. Next: the same again in a minute."

KINDS: tuple[tuple[tuple[type[BotoCoreError], ...], str], ...] = (
    ((exceptions.NoCredentialsError, exceptions.PartialCredentialsError), NO_CREDENTIALS),
    (
        (
            exceptions.UnauthorizedSSOTokenError,
            exceptions.SSOTokenLoadError,
            exceptions.TokenRetrievalError,
        ),
        EXPIRED,
    ),
    ((exceptions.CredentialRetrievalError,), NOT_RETRIEVED),
    ((exceptions.ProfileNotFound,), NO_PROFILE),
    ((exceptions.NoRegionError,), NO_REGION),
    ((exceptions.InvalidRegionError, exceptions.ConnectionError, exceptions.HTTPClientError), NOT_REACHED),
)
CODES = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), EXPIRED),
    **dict.fromkeys(
        (
            *("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"),
            *("SignatureDoesNotMatch", "AuthFailure", "OptInRequired"),
        ),
        UNKNOWN_KEY,
    ),
    **dict.fromkeys(("Throttling", "ThrottlingException", "OperationAborted", "SlowDown"), LATER),
}
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")
DENIED_ACTION = re.compile(
    r"(?:User|Role): (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?"
)


@contextmanager
def aws_errors_explained() -> Iterator[None]:
    """Turns botocore's errors into DeployError; AccessError for missing credentials or permissions."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise explained(error) from error


def explained(error: BotoCoreError | ClientError) -> DeployError:
    """The same error as a line with the next step."""
    if isinstance(error, ClientError):
        return _of_service(error)
    for kinds, words in KINDS:
        if isinstance(error, kinds):
            return AccessError(words.format(error=str(error).rstrip(".")))
    return DeployError(f"{error}. Next: see what the client library says, then the same again.")


def _of_service(error: ClientError) -> DeployError:
    details = error.response.get("Error", {})
    code = details.get("Code", "")
    if code in DENIED:
        return AccessError(_denied(error.operation_name, details.get("Message", "")))
    if code in CODES:
        return AccessError(CODES[code].format(error=str(error).rstrip(".")))
    return DeployError(f"{error}. Next: mend what it names, then the same again.")


def _denied(operation: str, message: str) -> str:
    """Names who may not do what; some answers (those to HEAD) have no text, then the call is named."""
    found = DENIED_ACTION.search(message)
    if found is None:
        what = f"AWS denies access to the call {operation} ({message or 'it says no more'})"
    else:
        who, action, resource = found.groups()
        what = f"{who} may not {action}" + (f" on {resource}" if resource else "")
    return f"{what}. Next: have it allowed (docs/aws.md lists what a deploy needs), then deploy again."
