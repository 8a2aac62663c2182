"""The two halves of the project stay apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE_WORDS = re.compile(
    r"(?<!in)flight|airport|carrier", re.IGNORECASE
)  # "inflight" is a word of Redshift
PLACE_WORDS = re.compile(r"localstack|127\.0\.0\.1|localhost|4566|endpoint_url|tarmac_", re.IGNORECASE)


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def strings_and_names(path: Path) -> Iterator[str]:
    """Everything in a file's code that can decide something: names and strings, but no docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            yield node.arg


@pytest.mark.parametrize("path", sources("emulator"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_emulator_never_names_the_example(path: Path) -> None:
    assert EXAMPLE_WORDS.findall(path.read_text() + path.name) == []


@pytest.mark.parametrize("path", sources("pipeline"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pipeline_never_imports_the_emulator(path: Path) -> None:
    assert [name for name in imported_modules(path) if name.split(".")[0] in ("emulator", "scripts")] == []


@pytest.mark.parametrize("path", sources("pipeline"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pipeline_never_asks_where_it_runs(path: Path) -> None:
    assert [text for text in strings_and_names(path) if PLACE_WORDS.search(text)] == []


def test_the_emulator_imports_neither_the_pipeline_nor_the_scripts() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources("emulator")
        for name in imported_modules(path)
        if name.split(".")[0] in ("pipeline", "seed_data", "scripts")
    }
    assert found == set()
