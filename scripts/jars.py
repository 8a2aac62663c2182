"""`make jars`."""

from __future__ import annotations

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from emulator.stack.jars import Jar, fetch_jars, locked_jars, missing_jars, wanted_jars
from emulator.stack.settings import StackSettings
from scripts.console import err, note, say


def jars() -> None:
    """Fetch the locked jars into the cache."""
    settings = StackSettings.from_environment()
    _fetch_missing(settings, locked_jars())
    say(f"All {len(locked_jars())} jars are in {settings.cache_dir / 'jars'}.")


def ensure_jars(settings: StackSettings) -> None:
    """Fetches the jars that the stack needs; raises JarError with a line for each that can't be had."""
    _fetch_missing(settings, wanted_jars(settings.lineage))


def _fetch_missing(settings: StackSettings, wanted: list[Jar]) -> None:
    missing = missing_jars(settings.cache_dir, wanted)
    if not missing:
        return
    total = sum(jar.size_bytes for jar in missing)
    if not err.is_terminal:
        note(f"fetching {len(missing)} jars ({total / 1e6:.1f} MB) into {settings.cache_dir / 'jars'}")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(f"fetching {len(missing)} jars", total=total)
        fetch_jars(settings.cache_dir, missing, lambda count: progress.advance(task, count))
