"""docs/sandbox.md names everything that a test can ask of a sandbox."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.stack.parts import PART_NAMES
from emulator.stack.sandbox import Sandbox

DOCUMENT = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()


def test_every_public_name_of_the_sandbox_is_documented() -> None:
    names = {name for name in vars(Sandbox) if not name.startswith("_")}
    documented = set(re.findall(r"`(?:sandbox)?\.(\w+)", DOCUMENT))
    assert names - documented == set()


def test_every_part_is_documented() -> None:
    assert [name for name in PART_NAMES if f"`{name}`" not in DOCUMENT] == []
