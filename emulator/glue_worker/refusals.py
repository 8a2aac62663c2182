"""What a job may ask of AWS Glue and tarmac does not have: refused by name before anything starts. Pure."""

from __future__ import annotations

from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.run_contract import RunAssignment

COMMANDS = ("glueetl", "pythonshell")
LIBRARY_SETS = ("analytics", "none")
NOT_IN_TARMAC = ("--datalake-formats",)


def check(assignment: RunAssignment) -> None:
    """Raises RunCannotStartError that names the first thing which can't be had."""
    if assignment.command not in COMMANDS:
        raise _refused(f"The command {assignment.command}", "glueetl and pythonshell jobs run here")
    arguments = assignment.arguments
    for name in NOT_IN_TARMAC:
        if arguments.get(name):
            raise _refused(name, "see docs/fidelity.md")
    if (language := arguments.get("--job-language", "python")) != "python":
        raise _refused(f"--job-language {language}", "scripts are run as Python")
    if arguments.get("--class"):
        raise _refused("--class, the main class of a Scala script,", "scripts are run as Python")
    if assignment.command == "pythonshell":
        _check_shell(assignment)


def library_set(arguments: dict[str, str]) -> str:
    """Which packages a Python shell job has; AWS's documents write the name with and without dashes."""
    return arguments.get("--library-set") or arguments.get("library-set") or "analytics"


def _check_shell(assignment: RunAssignment) -> None:
    """AWS's page "Configuring job properties for Python shell jobs", "Limitations"."""
    arguments = assignment.arguments
    if arguments.get("--extra-files"):
        raise RunCannotStartError("--extra-files can't be used with Python shell jobs")
    if (named := library_set(arguments)) not in LIBRARY_SETS:
        raise RunCannotStartError(f"library-set {named!r} is not one of {', '.join(LIBRARY_SETS)}")


def _refused(what: str, instead: str) -> RunCannotStartError:
    return RunCannotStartError(f"{what} is part of AWS Glue, but not of tarmac: {instead}")
