"""Every mend patches the LocalStack that it was written for, and is in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.localstack_mends.mends import MENDS
from emulator.localstack_mends.registry import (
    Mend,
    MovedPlaceError,
    apply_all,
    digest_of,
    known_digests,
    resolve,
    verify,
)

PLACES = [(mend.name, place) for mend in MENDS for place in mend.places]
TABLE = Path(__file__).parents[3] / "docs" / "localstack-mends.md"


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_a_mended_place_is_as_it_was_when_it_was_mended(name: str, place: str) -> None:
    verify(place, known_digests())


def test_the_digests_name_no_place_that_no_mend_uses() -> None:
    assert set(known_digests()) == {place for _, place in PLACES}


def test_names_are_unique() -> None:
    names = [mend.name for mend in MENDS]
    assert len(names) == len(set(names))


def test_the_documents_table_holds_every_mend_as_it_is_told_here() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows]
    assert [row[:3] for row in told] == [(f"`{mend.name}`", mend.met, mend.mended) for mend in MENDS]


def test_every_test_that_the_table_names_exists() -> None:
    root = TABLE.parents[1] / "tests"
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for row in rows:
        file = row.strip("| ").split(" | ")[3].strip("` ")
        assert (root / file).is_file(), file


def test_a_moved_place_stops_before_anything_is_patched() -> None:
    applied: list[str] = []
    place = "emulator.localstack_mends.registry:digest_of"
    fine = Mend("fine", "", "", (), lambda: applied.append("fine"))
    moved = Mend("moved", "", "", (place, "emulator.localstack_mends.registry:nobody"), applied.clear)
    with pytest.raises(MovedPlaceError) as caught:
        apply_all((fine, moved))
    assert applied == []
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["mend moved", "mend moved"]
    assert "has changed" in lines[0]
    assert "is not there" in lines[1]


def test_a_place_is_a_function_or_a_method() -> None:
    assert resolve("emulator.localstack_mends.registry:Mend.__init__") is not None
    assert len(digest_of("emulator.localstack_mends.registry:digest_of")) == 12
