"""The Makefile, the command and their help say the same."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import typer.main

from scripts.tarmac import app

ROOT = Path(__file__).parents[3]
NOT_OF_THE_COMMAND = {"help", "env-python"}
TARGET = re.compile(r"^([a-z-]+):\s+## (.+)\n((?:\t.+\n)+)", re.MULTILINE)


def targets() -> dict[str, tuple[str, str]]:
    text = (ROOT / "Makefile").read_text()
    return {name: (told, recipe) for name, told, recipe in TARGET.findall(text)}


def commands() -> dict[str, str]:
    group = typer.main.get_command(app)
    return {name: (command.help or "").strip() for name, command in group.commands.items()}  # type: ignore[attr-defined]


def plain(text: str) -> str:
    """The words of a help line, without the Makefile's variables and punctuation."""
    text = re.sub(r"\[[A-Z]+=[^]]*\]", "", text).replace("$$", "$")
    return re.sub(r"[\s.…]+$", "", text.strip()).lower()


def test_every_target_calls_the_command_of_its_name_in_one_line() -> None:
    for name, (_, recipe) in targets().items():
        if name not in NOT_OF_THE_COMMAND:
            assert recipe.count("\n") == 1
            assert recipe.split()[:2] == ["$(TARMAC)", name]


def test_every_command_has_a_target_and_every_target_a_command() -> None:
    assert set(targets()) - NOT_OF_THE_COMMAND == set(commands())


def test_every_command_says_what_it_does() -> None:
    for name, told in commands().items():
        assert told, name
        assert targets()[name][0], name


def test_bare_make_prints_a_line_for_each_target_and_needs_no_environment(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    done = subprocess.run(["make"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in done.stdout.splitlines()] == list(targets())
    assert done.stderr == ""


def test_values_reach_the_command_as_they_were_typed(tmp_path: Path) -> None:
    sql = """SELECT '$x', "a b", `c` FROM t WHERE s ~ '^[a]$' -- #"""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for path, text in (
        (tmp_path / "scripts" / "environment.sh", "#!/bin/sh\n"),
        (tmp_path / ".venv" / "bin" / "tarmac", '#!/bin/sh\nprintf "%s|" "$@"\n'),
    ):
        path.write_text(text)
        path.chmod(0o755)
    command = ["make", "query", f"SQL={sql}", "JSON=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"query|{sql}|--json|"
