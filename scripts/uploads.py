"""Which local files become which S3 objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.console import CommandError

PARTITION = re.compile(r"[^=/]+=[^/]+")


@dataclass(frozen=True)
class Upload:
    """A local file and the key that it gets."""

    path: Path
    key: str


def planned_uploads(source: Path, raw_prefix: str) -> list[Upload]:
    """The files below a folder (or the one file), in order of their keys.

    A file keeps the `name=value` folders that it lies in; below a folder, also every folder between.
    Raises CommandError if there is nothing to upload.
    """
    if not source.exists():
        raise CommandError(f"There is no file or folder {source}. Next: make drop FILE=seed_data/sample_days")
    files = [source] if source.is_file() else sorted(_visible_files(source))
    if not files:
        raise CommandError(f"{source} holds no files. Next: make drop FILE=seed_data/sample_days")
    base = source.parent if source.is_file() else source
    uploads = [Upload(path, raw_prefix + relative_key(path, base)) for path in files]
    return sorted(uploads, key=lambda upload: upload.key)


def relative_key(path: Path, base: Path) -> str:
    """The key below the raw prefix."""
    folders = path.absolute().parent.parts
    first = next((index for index, part in enumerate(folders) if PARTITION.fullmatch(part)), None)
    if first is not None:
        return "/".join((*folders[first:], path.name))
    return path.relative_to(base).as_posix()


def _visible_files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [
        path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
