"""The table of what the Redshift endpoint does is made by the tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.redshift_facts import ROOT


@pytest.mark.process
def test_the_table_in_fidelity_lists_what_the_tests_are_marked_with() -> None:
    check = [sys.executable, "-m", "tests.redshift_facts", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
