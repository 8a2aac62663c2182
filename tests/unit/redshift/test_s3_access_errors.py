"""What S3 refuses is told in Redshift's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from emulator.redshift.errors import S3CallError
from emulator.redshift.loads.manifests import manifest_objects
from emulator.redshift.options import Authorization
from emulator.redshift.s3_access import S3, S3Object
from emulator.redshift.settings import RedshiftSettings
from tests.redshift_facts import refused


@pytest.fixture
def s3() -> S3:
    return S3(RedshiftSettings.from_environment({}), Authorization(access_key="refused"), "")


@pytest.fixture
def denied(s3: S3) -> Iterator[Stubber]:
    """Answers that S3 gives to those without rights."""
    with Stubber(s3.client) as stubber:
        yield stubber


@refused("COPY bad input", "access denied")
def test_a_denied_object_is_an_s3_service_exception(s3: S3, denied: Stubber) -> None:
    denied.add_client_error("get_object", "AccessDenied", "Access Denied", 403)
    with pytest.raises(S3CallError) as caught:
        s3.open(S3Object("b", "k"))
    assert caught.value.message.startswith(
        "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid"
    )
    assert "code:      8001" in caught.value.detail
    assert "s3://b/k" in caught.value.detail


def test_a_denied_bucket_cannot_be_listed(s3: S3, denied: Stubber) -> None:
    denied.add_client_error("list_objects_v2", "AccessDenied", "Access Denied", 403)
    with pytest.raises(S3CallError, match="S3ServiceException:Access Denied,Status 403"):
        s3.objects("s3://b/prefix")


def test_a_denied_file_of_a_manifest_is_not_taken_for_a_missing_one(s3: S3, denied: Stubber) -> None:
    denied.add_client_error("head_object", "403", "Forbidden", 403)
    with pytest.raises(S3CallError, match="S3ServiceException:Forbidden"):
        s3.size_of(S3Object("b", "k"))
    denied.add_client_error("head_object", "404", "Not Found", 404)
    assert s3.size_of(S3Object("b", "k")) is None


def test_a_manifest_that_cannot_be_read_is_named(s3: S3, denied: Stubber) -> None:
    denied.add_client_error("get_object", "AccessDenied", "Access Denied", 403)
    with pytest.raises(S3CallError, match="Problem reading manifest file - S3ServiceException:Access Denied"):
        manifest_objects(s3, "s3://b/manifest", needs_length=False)
