"""Brings a run's script, libraries and files from S3 onto disk before the run starts."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_worker import python_modules
from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.run_contract import RunAssignment

NOT_IN_TARMAC = ("--datalake-formats",)


@dataclass(frozen=True)
class RunFiles:
    """Where they lie: the script, what goes on `sys.path`, and jars for the class path."""

    script: Path
    import_paths: list[str]
    jars: tuple[str, ...]


def fetch(assignment: RunAssignment, s3: Any, scratch_dir: Path) -> RunFiles:
    """Downloads the script and what `--extra-py-files`, `--extra-files` and `--extra-jars` name.

    Raises RunCannotStartError in Glue's words when one of them can't be had.
    """
    for argument in NOT_IN_TARMAC:
        if assignment.arguments.get(argument):
            raise RunCannotStartError(
                f"{argument} is part of AWS Glue, but not of tarmac (see docs/fidelity.md)"
            )
    script = _download(s3, assignment.script_location, scratch_dir)
    libraries = [_download(s3, url, scratch_dir) for url in _urls(assignment, "--extra-py-files")]
    for url in _urls(assignment, "--extra-files"):
        _download(s3, url, scratch_dir)
    jars = tuple(str(_download(s3, url, scratch_dir)) for url in _urls(assignment, "--extra-jars"))
    import_paths = [str(path) for path in libraries if path.suffix != ".py"]
    return RunFiles(script, [*import_paths, *_installed(assignment, s3, scratch_dir)], jars)


def _installed(assignment: RunAssignment, s3: Any, scratch_dir: Path) -> list[str]:
    wanted = _urls(assignment, "--additional-python-modules")
    if not wanted:
        return []
    folder = scratch_dir / "site-packages"
    modules = [str(_download(s3, name, scratch_dir)) if "://" in name else name for name in wanted]
    options = shlex.split(assignment.arguments.get("--python-modules-installer-option", ""))
    python_modules.install(modules, options, folder)
    return [str(folder)]


def _urls(assignment: RunAssignment, argument: str) -> list[str]:
    return [url.strip() for url in assignment.arguments.get(argument, "").split(",") if url.strip()]


def _download(s3: Any, url: str, folder: Path) -> Path:
    address = urlsplit(url, allow_fragments=False)
    if address.scheme not in ("s3", "s3a") or not address.path.strip("/"):
        raise RunCannotStartError(f"Error downloading from S3: {url!r} is not of the form s3://bucket/key")
    target = folder / Path(address.path).name
    key = url.split("://", 1)[1].partition("/")[2]
    try:
        with target.open("wb") as file:
            shutil.copyfileobj(s3.get_object(Bucket=address.netloc, Key=key)["Body"], file)
    except ClientError as error:
        raise RunCannotStartError(_not_downloaded(error, address.netloc, key)) from error
    except BotoCoreError as error:
        raise RunCannotStartError(
            f"Error downloading from S3 for bucket: {address.netloc}, key: {key}: {error}"
        ) from error
    return target


def _not_downloaded(error: ClientError, bucket: str, key: str) -> str:
    """The wording follows the message that Glue's console shows for a script that can't be downloaded."""
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, text = answer["Error"].get("Code", ""), answer["Error"].get("Message", "")
    return (
        f"LAUNCH ERROR | File {bucket}/{key} could not be downloaded. Please refer logs for details: "
        f"Error downloading from S3 for bucket: {bucket}, key: {key}.{text} (Service: Amazon S3; "
        f"Status Code: {status}; Error Code: {code})"
    )
