"""Run with the packages of locks/checks.txt: which actions take no ARN, so that only "*" allows them.

Reads JSON from stdin, actions by name; writes by name those among them without a resource type in the data
of AWS's Service Authorization Reference that parliament brings. Fails with KeyError on an unknown action.
"""

from __future__ import annotations

import json
import sys

from parliament import iam_definition


def main() -> None:
    takes_arn = {
        f"{service['prefix']}:{privilege['privilege']}".lower(): any(
            one["resource_type"] for one in privilege["resource_types"]
        )
        for service in iam_definition
        for privilege in service["privileges"]
    }
    asked = json.load(sys.stdin)
    found = {
        name: [action for action in actions if not takes_arn[action.lower()]]
        for name, actions in asked.items()
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
