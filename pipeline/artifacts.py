"""What the stack refers to by S3 key: script, libraries, state machine, seed data, named by their content."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

PIPELINE_DIR = Path(__file__).parent
LIBRARY_MODULES = ("__init__", "flight_transforms", "rejections", "run_summary", "warehouse_sql")
AIRPORTS_CSV = PIPELINE_DIR.parent / "seed_data" / "airports.csv"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ArtifactKeys:
    """Keys in the artifact bucket."""

    script: str
    library: str
    definition: str
    airports: str


def ensure_bucket(session: boto3.Session, bucket: str) -> bool:
    """Makes the artifact bucket, private, if it isn't there; True if it was made."""
    s3 = session.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
    else:
        return False
    request: dict[str, Any] = {"Bucket": bucket}
    if session.region_name != "us-east-1":  # that one is the default and may not be named
        request["CreateBucketConfiguration"] = {"LocationConstraint": session.region_name}
    s3.create_bucket(**request)
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    return True


def upload_artifacts(session: boto3.Session, bucket: str) -> tuple[ArtifactKeys, int]:
    """Uploads what isn't there yet; returns all keys and the number of uploads."""
    contents = {
        "script": _keyed("scripts/glue_etl_job", "py", (PIPELINE_DIR / "glue_etl_job.py").read_bytes()),
        "library": _keyed("scripts/pipeline", "zip", library_zip()),
        "definition": _keyed(
            "definitions/state_machine", "json", (PIPELINE_DIR / "step_function_config.json").read_bytes()
        ),
        "airports": _keyed("seed/airports", "csv", AIRPORTS_CSV.read_bytes()),
    }
    s3 = session.client("s3")
    present = {item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
    missing = [(key, body) for key, body in contents.values() if key not in present]
    for key, body in missing:
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    return ArtifactKeys(**{name: key for name, (key, _) in contents.items()}), len(missing)


def library_zip() -> bytes:
    """The script's own modules as a package in a zip; the same modules give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for module in LIBRARY_MODULES:
            entry = zipfile.ZipInfo(f"pipeline/{module}.py", ZIP_EPOCH)
            archive.writestr(entry, (PIPELINE_DIR / f"{module}.py").read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _keyed(name: str, extension: str, content: bytes) -> tuple[str, bytes]:
    return f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.{extension}", content
