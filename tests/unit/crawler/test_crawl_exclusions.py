"""Exclude patterns: aws-semantics.md §B, "Policies"."""

from __future__ import annotations

import pytest

from emulator.glue_service.crawl_exclusions import exclusion_filter


@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "folder/a.csv", False),
        ("**.csv", "folder/a.csv", True),
        ("folder/**", "folder/deep/a.csv", True),
        ("folder/*", "folder/deep/a.csv", False),
        ("part-?.csv", "part-1.csv", True),
        ("part-?.csv", "part-10.csv", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[!a-c]x", "zx", True),
        ("{a,b*}/x", "bcd/x", True),
        ("{a,b*}/x", "c/x", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a.c", "abc", False),
        ("(a|b)+", "(a|b)+", True),
    ],
)
def test_a_pattern_excludes_as_aws_documents(pattern: str, path: str, excluded: bool) -> None:
    assert exclusion_filter([pattern])(path) is excluded
