"""What the stack refers to by S3 key: script, libraries, state machine, template, seed data.

Each is named by its content, so that an update of the stack moves the job from one set of files to another at
once, files that a running job reads never change, and an older set can be deployed again.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

from pipeline.artifact_bucket import ArtifactBucket

PIPELINE_DIR = Path(__file__).parent
TEMPLATE = PIPELINE_DIR / "cloudformation" / "pipeline.yaml"
SCRIPT = PIPELINE_DIR / "glue_etl_job.py"
DEFINITION = PIPELINE_DIR / "step_function_config.json"
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
    template: str


def template_text() -> str:
    """The pipeline's template."""
    return TEMPLATE.read_text(encoding="utf-8")


def definition_text() -> str:
    """The state machine's definition, with the template's `${…}` substitutions in it."""
    return DEFINITION.read_text(encoding="utf-8")


def artifacts() -> dict[str, tuple[str, bytes]]:
    """Key and content of each field of ArtifactKeys."""
    return {
        "script": _keyed("scripts/glue_etl_job", "py", SCRIPT.read_bytes()),
        "library": _keyed("scripts/pipeline", "zip", library_zip()),
        "definition": _keyed("definitions/state_machine", "json", DEFINITION.read_bytes()),
        "airports": _keyed("seed/airports", "csv", AIRPORTS_CSV.read_bytes()),
        "template": _keyed("templates/pipeline", "yaml", TEMPLATE.read_bytes()),
    }


def artifact_keys() -> ArtifactKeys:
    """The keys that an upload would use."""
    found = artifacts()
    return ArtifactKeys(**{item.name: found[item.name][0] for item in fields(ArtifactKeys)})


def upload_artifacts(bucket: ArtifactBucket) -> tuple[ArtifactKeys, int]:
    """Uploads what isn't there yet; returns all keys and the number of uploads."""
    contents = artifacts()
    present = {key for key, _ in bucket.objects()}
    missing = [(key, body) for key, body in contents.values() if key not in present]
    for key, body in missing:
        bucket.write(key, body)
    return artifact_keys(), len(missing)


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
