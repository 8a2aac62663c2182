"""Artifacts are named by their content and hold what the job imports."""

from __future__ import annotations

import ast
import io
import zipfile

from pipeline.artifacts import LIBRARY_MODULES, PIPELINE_DIR, library_zip


def imported_from_pipeline(source: str) -> set[str]:
    """The modules of this package that a source imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "pipeline":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
            found.add(str(node.module).split(".")[1])
    return found


def test_the_same_modules_give_the_same_zip() -> None:
    assert library_zip() == library_zip()


def test_the_zip_holds_the_package_folder() -> None:
    names = zipfile.ZipFile(io.BytesIO(library_zip())).namelist()
    assert names == [f"pipeline/{module}.py" for module in LIBRARY_MODULES]


def test_the_zip_holds_all_that_the_job_imports() -> None:
    sources = ["glue_etl_job", *LIBRARY_MODULES]
    texts = [(PIPELINE_DIR / f"{name}.py").read_text(encoding="utf-8") for name in sources]
    assert set().union(*map(imported_from_pipeline, texts)) <= set(LIBRARY_MODULES)
