"""What a job's arguments change in Spark's settings: `--conf` and what stands for settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.glue_worker.errors import RunCannotStartError

# Glue's words (seen on AWS), blank and all.
INVALID = "LAUNCH ERROR | Invalid input to --confPlease refer logs for details."
# Only spark-submit acts on these, and it would have to download.
REFUSED = ("spark.jars.packages", "spark.jars.ivySettings", "spark.submit.pyFiles", "spark.files")
_UNIT_MB = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}


def parse_conf(value: str) -> dict[str, str]:
    """The settings in a `--conf` argument: `k=v --conf k2=v2`, all in one value (aws-semantics.md §D).

    Raises RunCannotStartError for a part that is no setting, and for settings that tarmac does not have.
    """
    parts = [part.strip() for part in value.split("--conf")]
    pairs = [part.partition("=") for part in parts if part]
    found = {name.strip(): setting.strip() for name, _, setting in pairs}
    if bad := [name for name, equals, _ in pairs if not equals or not name.strip()]:
        raise RunCannotStartError(f"{INVALID} {bad[0]!r} is not of the form name=value")
    for name in REFUSED:
        if name in found:
            raise RunCannotStartError(
                f"--conf {name} is part of AWS Glue, but not of tarmac: use "
                "--extra-jars, --extra-py-files or --extra-files"
            )
    return found


def heap_mb(conf: Mapping[str, str]) -> int | None:
    """The driver's memory that the settings ask for, in MB; None when they don't.

    Raises RunCannotStartError when `spark.driver.memory` can't be read.
    """
    text = conf.get("spark.driver.memory", "").lower().removesuffix("b")
    if not text:
        return None
    number, unit = (text[:-1], text[-1]) if text[-1] in _UNIT_MB else (text, "m")
    if not number.isdigit():
        raise RunCannotStartError(f"{INVALID} spark.driver.memory={text!r} is no size such as 2g or 512m")
    return max(256, int(int(number) * _UNIT_MB[unit]))


def event_log(arguments: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Settings by which Spark writes its event log into that folder, when the job asks for Spark's UI."""
    if not wants_event_log(arguments):
        return {}
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": folder.as_uri(),
        "spark.eventLog.rolling.enabled": "false",
    }


def wants_event_log(arguments: Mapping[str, str]) -> bool:
    """`--enable-spark-ui true` with `--spark-event-logs-path`."""
    return arguments.get("--enable-spark-ui") == "true" and bool(arguments.get("--spark-event-logs-path"))
