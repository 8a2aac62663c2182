"""Run with the packages of locks/checks.txt: parses SQL as Redshift's with sqlglot.

Reads JSON from stdin, a script by name; writes the problems as JSON, a list of lines by name. A statement
that sqlglot keeps as an opaque command is a problem, too: then it has not been parsed.
"""

from __future__ import annotations

import json
import sys

import sqlglot
from sqlglot import exp


def problems(script: str) -> list[str]:
    """What can't be parsed in the script, in sqlglot's words."""
    try:
        statements = sqlglot.parse(script, read="redshift")
    except sqlglot.errors.ParseError as error:
        return [str(error)]
    return [f"not parsed: {one.sql()[:200]}" for one in statements if isinstance(one, exp.Command)]


def main() -> None:
    scripts = json.load(sys.stdin)
    json.dump({name: problems(script) for name, script in scripts.items()}, sys.stdout)


if __name__ == "__main__":
    main()
