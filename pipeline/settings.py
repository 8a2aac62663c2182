"""What one deployment is called and where its warehouse is: a profile file, overridden by the environment."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

PROFILES_DIR = Path(__file__).parent / "profiles"
VARIABLE_PREFIX = "PIPELINE_"
WAREHOUSES = ("existing", "create")
SECRETS = ("warehouse_password",)
MADE_WITH_WAREHOUSE = (
    *("warehouse_url", "warehouse_workgroup", "warehouse_cluster", "warehouse_secret_arn"),
    *("subnet_id", "subnet_availability_zone", "security_group_id", "copy_role_arn"),
)
VPC_SETTINGS = ("subnet_id", "subnet_availability_zone", "security_group_id")


class SettingsError(Exception):
    """The profile is missing, or has settings that can't be used; the message has a line for each."""


@dataclass(frozen=True)
class PipelineSettings:
    """One deployment's settings; `PIPELINE_<NAME>` in the environment overrides the profile's `<name>`."""

    profile: str
    prefix: str
    warehouse_url: str = ""  # jdbc:redshift://host:port/database
    warehouse_workgroup: str = ""  # of the Redshift Data API; for a provisioned cluster warehouse_cluster
    warehouse_user: str = ""
    warehouse_password: str = field(default="", repr=False)
    warehouse_secret_arn: str = ""  # used instead of user and password
    warehouse: str = "existing"  # "create": warehouse.yaml makes one, which gives the warehouse_* settings
    warehouse_base_capacity: int = 8  # RPU; this and the next two only for a warehouse that is made
    warehouse_max_capacity: int = 16  # RPU
    warehouse_network: str = "10.71"  # the first two numbers of its VPC's addresses
    warehouse_cluster: str = ""
    warehouse_secret_key_arn: str = ""  # KMS key of the secret; empty for Secrets Manager's own
    warehouse_requires_tls: bool = False
    subnet_id: str = ""  # from where job and crawler reach the warehouse; empty for no VPC
    subnet_availability_zone: str = ""
    security_group_id: str = ""
    copy_role_arn: str = ""  # one that the warehouse has already for COPY and UNLOAD; if empty, one is made
    password_allowed: bool = False  # else only a secret will do: a password can be read in the connection
    account: str = ""  # if given, credentials of any other account are refused
    region: str = ""
    poll_seconds: int = 10
    max_rejected_ratio: float = 0.5
    alert_email: str = ""
    alarm_actions: bool = False  # whether alarms are published; where no metrics are, they'd tell of silence
    log_retention_days: int = 30
    data_quality_ruleset: str = ""  # DQDL; data_quality.dqdl is an example
    additional_python_modules: str = ""  # by commas: name==version, or s3://….whl
    worker_type: str = "G.1X"
    number_of_workers: int = 2
    job_timeout_minutes: int = 60
    deployments_kept: int = 10  # so many can be rolled back to; artifacts that none of them names are removed

    @property
    def stack_name(self) -> str:
        return f"{self.prefix}-pipeline"

    @property
    def warehouse_stack_name(self) -> str:
        return f"{self.prefix}-warehouse"

    @property
    def catalog_database(self) -> str:
        return self.prefix.replace("-", "_")

    @property
    def warehouse_database(self) -> str:
        return self.warehouse_url.rpartition("/")[2].partition("?")[0]

    def shown(self) -> Iterator[tuple[str, str]]:
        """Every setting's name and value, as text; a secret's value is masked."""
        for item in fields(self):
            value = getattr(self, item.name)
            yield item.name, "(set, not shown)" if item.name in SECRETS and value else str(value)


def load_settings(profile: str, environ: Mapping[str, str] | None = None) -> PipelineSettings:
    """The settings in `profiles/<profile>.toml` and the environment.

    Raises SettingsError with a line for every setting that is missing, unknown or can't be used.
    """
    variables = os.environ if environ is None else environ
    given = _profile_values(profile)
    names = [item.name for item in fields(PipelineSettings) if item.name != "profile"]
    problems = [
        f"{name} is set in {profile}.toml, but is no setting" for name in sorted(given.keys() - set(names))
    ]
    problems += _misspelt(variables, names)
    given |= {name: value for name in names if (value := variables.get(_variable(name)))}
    values = _values(given, problems)
    problems += [problem for name, value in values.items() if (problem := _problem(name, value))]
    problems += _contradictions(values)
    if problems:
        raise SettingsError("\n".join(problems))
    return PipelineSettings(profile=profile, **values)


def _profile_values(profile: str) -> dict[str, str]:
    path = PROFILES_DIR / f"{profile}.toml"
    known = sorted(file.stem for file in PROFILES_DIR.glob("*.toml"))
    if profile not in known:
        raise SettingsError(
            f"There is no profile {profile!r} (looked for {path.name} in profiles/); "
            f"known: {', '.join(known)}"
        )
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} can't be read: {error}. Next: mend that line") from error
    return {name: str(value) for name, value in found.items()}


def _misspelt(variables: Mapping[str, str], names: list[str]) -> Iterator[str]:
    """Variables that look like a setting's; others with the same beginning may belong to someone else."""
    known = [_variable(name) for name in names]
    for variable in sorted(variables):
        if variable.startswith(VARIABLE_PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1, cutoff=0.85)
            if near:
                yield f"{variable} is no setting; is {near[0]} meant?"


def _values(given: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Each setting in its own type; what can't be had is added to `problems`."""
    values: dict[str, Any] = {}
    for item in fields(PipelineSettings):
        if item.name in given:
            _parse(item.name, str(item.type), given[item.name], values, problems)
        elif item.default is MISSING and item.name != "profile":
            problems.append(_missing(item.name))
    return values


def _parse(name: str, kind: str, text: str, values: dict[str, Any], problems: list[str]) -> None:
    parsers: dict[str, Any] = {"int": int, "float": float, "str": str, "bool": _boolean}
    wanted = {"bool": "true or false"}.get(kind, "a number")
    try:
        values[name] = parsers[kind](text)
    except ValueError:
        problems.append(f"{name} ({_variable(name)}) is {text!r}, but must be {wanted}")


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _missing(name: str) -> str:
    return f"{name} is not set, neither in the profile nor as {_variable(name)}"


def _variable(name: str) -> str:
    return VARIABLE_PREFIX + name.upper()


MODULE = r"([A-Za-z0-9._\[\]-]+==[^\s,]+|s3://[^\s,]+)"
PATTERNS = {
    "prefix": (r"[a-z][a-z0-9-]{1,19}", "2 to 20 of a-z, 0-9 and -, and begin with a letter"),
    "warehouse_url": (r"|jdbc:redshift://[^/]+/[^/]+", "like jdbc:redshift://host:port/database"),
    "warehouse_secret_arn": (r"|arn:aws[a-z-]*:secretsmanager:[^:]+:\d{12}:secret:.+", "a secret's ARN"),
    "warehouse_network": (r"(10|172|192)\.\d{1,3}", "the first two numbers of private addresses, like 10.71"),
    "copy_role_arn": (r"|arn:aws[a-z-]*:iam::\d{12}:role/.+", "a role's ARN"),
    "subnet_id": (r"|subnet-[0-9a-f]+", "a subnet's id, like subnet-0123456789abcdef0"),
    "security_group_id": (r"|sg-[0-9a-f]+", "a security group's id, like sg-0123456789abcdef0"),
    "additional_python_modules": (rf"|{MODULE}(,{MODULE})*", "like name==1.2.3,s3://bucket/a.whl"),
    "account": (r"|\d{12}", "an account's 12 digits"),
    "warehouse": ("|".join(WAREHOUSES), f"one of {', '.join(WAREHOUSES)}"),
    "alert_email": (r"|[^@\s]+@[^@\s]+", "an e-mail address"),
}
RANGES = {
    "poll_seconds": (0, 999),
    "warehouse_base_capacity": (4, 1024),
    "warehouse_max_capacity": (4, 5632),
    "log_retention_days": (1, 3653),
    "max_rejected_ratio": (0, 1),
    "number_of_workers": (2, 299),
    "job_timeout_minutes": (1, 10_080),
    "deployments_kept": (2, 100),
}


def _problem(name: str, value: Any) -> str | None:
    """What is wrong with the value of this setting, if anything."""
    if name in PATTERNS and not re.fullmatch(PATTERNS[name][0], value):
        return f"{name} is {value!r}, but must be {PATTERNS[name][1]}"
    if name in RANGES and not RANGES[name][0] <= value <= RANGES[name][1]:
        return f"{name} is {value}, but must be from {RANGES[name][0]} to {RANGES[name][1]}"
    return None


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    """Settings that can't be together, or lack each other."""
    if values.get("warehouse_password") and not values.get("password_allowed"):
        yield "warehouse_password is set, but this profile takes a secret only: set warehouse_secret_arn"
    if values.get("warehouse") == "create":
        for name in MADE_WITH_WAREHOUSE:
            if values.get(name):
                yield f'{name} is set, but comes from the warehouse that warehouse = "create" makes'
        return
    if not values.get("warehouse_url"):
        yield _missing("warehouse_url")
    if bool(values.get("warehouse_workgroup")) == bool(values.get("warehouse_cluster")):
        yield "set either warehouse_workgroup (serverless) or warehouse_cluster (provisioned)"
    given = [name for name in VPC_SETTINGS if values.get(name)]
    if 0 < len(given) < len(VPC_SETTINGS):
        yield f"set all of {', '.join(VPC_SETTINGS)}, or none; set is {', '.join(given)}"
    if not (values.get("warehouse_secret_arn") or values.get("warehouse_password")):
        yield _missing("warehouse_secret_arn")
