"""What one deployment is called and where its warehouse is: a profile file, overridden by the environment."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

PROFILES_DIR = Path(__file__).parent / "profiles"
VARIABLE_PREFIX = "PIPELINE_"


class SettingsError(Exception):
    """The profile is missing, or has settings that can't be used; the message has a line for each."""


@dataclass(frozen=True)
class PipelineSettings:
    """One deployment's settings; `PIPELINE_<NAME>` in the environment overrides the profile's `<name>`."""

    profile: str
    prefix: str
    warehouse_url: str  # jdbc:redshift://host:port/database
    warehouse_workgroup: str  # of the Redshift Data API
    warehouse_user: str = ""
    warehouse_password: str = field(default="", repr=False)
    warehouse_secret_arn: str = ""  # used instead of user and password
    poll_seconds: int = 10
    max_rejected_ratio: float = 0.5
    alert_email: str = ""
    data_quality_ruleset: str = ""  # DQDL; data_quality.dqdl is an example
    worker_type: str = "G.1X"
    number_of_workers: int = 2
    job_timeout_minutes: int = 60

    @property
    def stack_name(self) -> str:
        return f"{self.prefix}-pipeline"

    @property
    def catalog_database(self) -> str:
        return self.prefix.replace("-", "_")

    @property
    def warehouse_database(self) -> str:
        return self.warehouse_url.rpartition("/")[2].partition("?")[0]


def load_settings(profile: str, environ: Mapping[str, str] | None = None) -> PipelineSettings:
    """The settings in `profiles/<profile>.toml` and the environment.

    Raises SettingsError with a line for every setting that is missing, unknown or can't be used.
    """
    variables = os.environ if environ is None else environ
    path = PROFILES_DIR / f"{profile}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in PROFILES_DIR.glob("*.toml")))
        raise SettingsError(
            f"There is no profile {profile!r} (looked for {path.name} in profiles/); known: {known}"
        )
    given = {name: str(value) for name, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    names = [item.name for item in fields(PipelineSettings) if item.name != "profile"]
    given |= {name: value for name in names if (value := variables.get(VARIABLE_PREFIX + name.upper()))}
    problems = [
        f"{name} is set in {path.name}, but is no setting" for name in sorted(given.keys() - set(names))
    ]
    values = _values(given, problems)
    problems += [problem for name, value in values.items() if (problem := _problem(name, value))]
    if problems:
        raise SettingsError("\n".join(problems))
    return PipelineSettings(profile=profile, **values)


def _values(given: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Each setting in its own type; what can't be had is added to `problems`."""
    values: dict[str, Any] = {}
    for item in fields(PipelineSettings):
        if item.name in given:
            _parse(item.name, str(item.type), given[item.name], values, problems)
        elif item.default is MISSING and item.name != "profile":
            problems.append(f"{item.name} is not set, neither in the profile nor as {_variable(item.name)}")
    return values


def _parse(name: str, kind: str, text: str, values: dict[str, Any], problems: list[str]) -> None:
    try:
        values[name] = {"int": int, "float": float, "str": str}[kind](text)
    except ValueError:
        problems.append(f"{name} ({_variable(name)}) is {text!r}, but must be a number")


def _variable(name: str) -> str:
    return VARIABLE_PREFIX + name.upper()


def _problem(name: str, value: object) -> str | None:
    """What is wrong with the value of this setting, if anything."""
    if name == "prefix" and not re.fullmatch(r"[a-z][a-z0-9-]{1,19}", str(value)):
        return f"prefix is {value!r}, but must be 2 to 20 of a-z, 0-9 and -, and begin with a letter"
    if name == "warehouse_url" and not re.fullmatch(r"jdbc:redshift://[^/]+/[^/]+", str(value)):
        return f"warehouse_url is {value!r}, but must be like jdbc:redshift://host:port/database"
    if name == "poll_seconds" and isinstance(value, int) and not 0 <= value <= 999:
        return f"poll_seconds is {value}, but must be from 0 to 999"
    if name == "max_rejected_ratio" and isinstance(value, float) and not 0 <= value <= 1:
        return f"max_rejected_ratio is {value}, but must be from 0 to 1"
    return None
