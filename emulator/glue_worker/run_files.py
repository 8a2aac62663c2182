"""Brings a run's script, libraries and files from S3 onto disk before the run starts."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.python_modules import ModulesWanted
from emulator.glue_worker.run_contract import RunAssignment
from emulator.glue_worker.spark_conf import parse_conf


@dataclass(frozen=True)
class RunFiles:
    """Where they lie: the script, what goes on `sys.path`, jars for the class path, modules to install."""

    script: Path
    import_paths: list[str]
    jars: tuple[str, ...]
    modules: ModulesWanted


def fetch(assignment: RunAssignment, s3: Any, scratch_dir: Path) -> RunFiles:
    """Downloads the script and what `--extra-py-files`, `--extra-files` and `--extra-jars` name.

    Raises RunCannotStartError in Glue's words when one of them can't be had.
    """
    files = _Files(assignment, s3, scratch_dir)
    script = files.download(assignment.script_location, scratch_dir)
    for url in files.urls("--extra-files"):
        files.download(url, scratch_dir)
    libraries = [files.download_apart(url) for url in files.urls("--extra-py-files")]
    wheels = [path for path in libraries if path.suffix == ".whl" and assignment.command == "pythonshell"]
    import_paths = [_import_path(path) for path in libraries if path not in wheels]
    in_conf = parse_conf(assignment.arguments.get("--conf", "")).get("spark.jars", "")
    jars = tuple(str(files.download_apart(url)) for url in (*files.urls("--extra-jars"), *_listed(in_conf)))
    return RunFiles(script, import_paths, jars, files.modules(wheels))


@dataclass(frozen=True)
class _Files:
    assignment: RunAssignment
    s3: Any
    scratch_dir: Path

    def urls(self, argument: str) -> list[str]:
        return _listed(self.assignment.arguments.get(argument, ""))

    def modules(self, wheels: list[Path]) -> ModulesWanted:
        """What pip is to install; a Python shell's libraries are installed, too, where they are wheels."""
        options = self.assignment.arguments.get("--python-modules-installer-option", "")
        named = self.urls("--additional-python-modules")
        fetched = [str(self.download_apart(name)) if "://" in name else name for name in named]
        return ModulesWanted(
            [*fetched, *map(str, wheels)],
            shlex.split(options),
        )

    def download_apart(self, url: str) -> Path:
        """Into a folder of its own, so that files of one name don't meet."""
        folder = self.scratch_dir / ".files" / str(len(list(self.scratch_dir.glob(".files/*"))))
        folder.mkdir(parents=True)
        return self.download(url, folder)

    def download(self, url: str, folder: Path) -> Path:
        address = urlsplit(url, allow_fragments=False)
        name = url.split("://", 1)[-1].partition("/")[2]
        if address.scheme not in ("s3", "s3a", "s3n") or not name or name.endswith("/"):
            raise RunCannotStartError(
                f"Error downloading from S3: {url!r} is not of the form s3://bucket/key"
            )
        return self._download(address.netloc, name, folder / Path(name).name)

    def _download(self, bucket: str, key: str, target: Path) -> Path:
        try:
            with target.open("wb") as file:
                shutil.copyfileobj(self.s3.get_object(Bucket=bucket, Key=key)["Body"], file)
        except ClientError as error:
            raise RunCannotStartError(_not_downloaded(error, bucket, key)) from error
        except BotoCoreError as error:
            raise RunCannotStartError(
                f"Error downloading from S3 for bucket: {bucket}, key: {key}: {error}"
            ) from error
        return target


def _import_path(library: Path) -> str:
    return str(library.parent if library.suffix == ".py" else library)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


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
