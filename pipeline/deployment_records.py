"""What was deployed, deploy by deploy: `deployments/<time>.json` in the artifact bucket.

A record has all that a rollback needs and no secret. The newest one is what the stack runs. Artifacts that no
record names are removed, but for a day's worth of them: a deploy uploads first and records last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from pipeline.artifact_bucket import ArtifactBucket
from pipeline.errors import ArtifactError

FOLDER = "deployments/"
YOUNG = timedelta(days=1)


@dataclass(frozen=True)
class DeploymentRecord:
    """A template's key and the parameters that it was deployed with; None keeps the stack's value."""

    template: str
    artifacts: list[str]  # every key that this deployment needs, the template's among them
    parameters: dict[str, str | None]


def keep_record(bucket: ArtifactBucket, record: DeploymentRecord) -> None:
    """Records a deployment, unless the newest record says the same."""
    keys = _record_keys(bucket)
    if keys and _read(bucket, keys[-1]) == record:
        return
    name = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%fZ")
    bucket.write(f"{FOLDER}{name}.json", json.dumps(asdict(record), indent=1).encode())


def previous_record(bucket: ArtifactBucket) -> tuple[str, DeploymentRecord]:
    """The time and the record of the deployment before the newest.

    Raises ArtifactError if there is none.
    """
    keys = _record_keys(bucket) if bucket.exists() else []
    if len(keys) < 2:
        raise ArtifactError(
            f"There is nothing to roll back to: {bucket.name} has records of {len(keys)} deployments. "
            "Next: check an older commit out and deploy that."
        )
    return keys[-2].removeprefix(FOLDER).removesuffix(".json"), _read(bucket, keys[-2])


def withdraw_newest(bucket: ArtifactBucket) -> None:
    """Forgets the newest deployment, since the one before it runs again."""
    bucket.remove(_record_keys(bucket)[-1:])


def remove_old_artifacts(bucket: ArtifactBucket, kept: int, needed: Mapping[str, str | None]) -> int:
    """Keeps this number of records and what they name; returns how many artifacts were removed.

    `needed` are the parameters of what is deployed now; no artifact is removed that one of them names.
    """
    keys = _record_keys(bucket)
    bucket.remove(keys[:-kept])
    if len(keys) <= kept:
        return 0
    named = {key for record in keys[-kept:] for key in _read(bucket, record).artifacts}
    named |= {value for value in needed.values() if value}
    before = datetime.now(UTC) - YOUNG
    unused = [
        key
        for key, uploaded in bucket.objects()
        if key not in named and not key.startswith(FOLDER) and uploaded < before
    ]
    bucket.remove(unused)
    return len(unused)


def _record_keys(bucket: ArtifactBucket) -> list[str]:
    return [key for key, _ in bucket.objects(FOLDER)]


def _read(bucket: ArtifactBucket, key: str) -> DeploymentRecord:
    return DeploymentRecord(**json.loads(bucket.read(key)))
