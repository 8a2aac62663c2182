"""Files a careless upstream sends: loaded rightly, quarantined with the reason, or refused as a whole."""

from __future__ import annotations

import pytest

from .flight_pipeline import ATLANTA, DENVER, Execution, FlightPipeline, csv_file

GOOD = f"DL,{ATLANTA},{DENVER},1,1"


def _key(name: str) -> str:
    return f"raw/year=2026/month=11/day=01/{name}"


SOUND: dict[str, tuple[bytes, int]] = {
    "empty.csv": (b"", 0),
    "header-only.csv": (csv_file(), 0),
    "crlf.csv": (csv_file(GOOD, GOOD, newline="\r\n"), 2),
    "bom.csv": (b"\xef\xbb\xbf" + csv_file(GOOD), 1),
    "quoted.csv": (csv_file(f'"DL","{ATLANTA}","{DENVER}","1","1"'), 1),
    "comma-in-quotes.csv": (csv_file(f'"D,L ""quoted""",{ATLANTA},{DENVER},1,1'), 1),
    "no-newline-at-end.csv": (csv_file(GOOD).rstrip(b"\n"), 1),
    "blank-lines.csv": (csv_file(GOOD, "", GOOD), 2),
}


@pytest.fixture(scope="module")
def sound(flights: FlightPipeline) -> Execution:
    """One run of all of them, as a run takes seconds."""
    return flights.drop_together({_key(name): body for name, (body, _) in SOUND.items()})


@pytest.mark.parametrize("name", SOUND)
def test_an_odd_but_sound_file_loads(flights: FlightPipeline, sound: Execution, name: str) -> None:
    assert sound.status == "SUCCEEDED", sound.output
    assert (flights.loaded(_key(name)), flights.quarantined(_key(name))) == (SOUND[name][1], [])


ODD_NAMES = (
    "with space.csv",
    "a+b.csv",
    "100%.csv",
    "50%25.csv",
    "zürich-東京.csv",
    "semi;colon,comma.csv",
    "it's.csv",
    "back\\slash.csv",
)


@pytest.mark.parametrize("name", ODD_NAMES, ids=ODD_NAMES)
def test_a_key_of_any_characters_loads_under_its_own_name(flights: FlightPipeline, name: str) -> None:
    execution = flights.drop(_key(name), csv_file(GOOD))

    assert execution.status == "SUCCEEDED"
    assert flights.loaded(_key(name)) == 1


def test_a_key_with_a_backslash_keeps_no_file_dropped_at_once_out(flights: FlightPipeline) -> None:
    odd, plain = _key("at\\once.csv"), _key("at-once.csv")

    flights.put(odd, csv_file(GOOD))
    flights.drop(plain, csv_file(GOOD))
    flights.wait_until_idle()

    assert {key: flights.loaded(key) for key in (odd, plain)} == {odd: 1, plain: 1}


BAD_ROWS = {
    "text-in-number.csv": (f"DL,{ATLANTA},{DENVER},soon,1", "departure delay"),
    "column-too-few.csv": (f"DL,{ATLANTA},{DENVER},1", "column"),
    "column-too-many.csv": (f"DL,{ATLANTA},{DENVER},1,1,1", "column"),
    "unknown-origin.csv": (f"DL,99999,{DENVER},1,1", "unknown origin airport"),
    "unknown-destination.csv": (f"DL,{ATLANTA},99998,1,1", "unknown destination airport"),
    "latin-1.csv": (f"DÉ,{ATLANTA},{DENVER},1,1", "not UTF-8"),
}


@pytest.fixture(scope="module")
def bad_rows(flights: FlightPipeline) -> Execution:
    """One run of a file for each kind of bad row, with 20 good ones."""
    good = csv_file(*[GOOD] * 20)
    return flights.drop_together(
        {_key(name): good + f"{line}\n".encode("latin-1") for name, (line, _) in BAD_ROWS.items()}
    )


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_quarantined_with_its_reason_and_the_good_ones_load(
    flights: FlightPipeline, bad_rows: Execution, name: str
) -> None:
    assert bad_rows.status == "SUCCEEDED"
    assert flights.loaded(_key(name)) == 20
    (found,) = flights.quarantined(_key(name))
    assert BAD_ROWS[name][1].lower() in found.lower()


HEADLESS = {
    "wrong-header.csv": csv_file(GOOD, header="a,b,c,d,e"),
    "no-header.csv": csv_file(header=GOOD),
    "not-a-csv.csv": bytes(range(256)) * 40,
}


@pytest.fixture(scope="module")
def headless(flights: FlightPipeline) -> tuple[Execution, str]:
    """The execution of the last of them, and what the alerts say since the first came."""
    before = len(flights.alerts())
    execution = flights.drop_together({_key(name): body for name, body in HEADLESS.items()})
    return execution, "\n".join(alert["message"] for alert in flights.alerts()[before:])


@pytest.mark.parametrize("name", HEADLESS)
def test_a_file_without_the_header_is_quarantined_whole_and_keeps_no_other_out(
    flights: FlightPipeline, headless: tuple[Execution, str], name: str
) -> None:
    execution, messages = headless
    assert execution.status == "SUCCEEDED"
    assert flights.loaded(_key(name)) == 0
    assert set(flights.quarantined(_key(name))) == {"wrong header"}
    assert "wrong header" in messages


def test_a_file_of_mostly_bad_rows_fails_its_run_and_the_rest_loads_once_it_is_gone(
    flights: FlightPipeline,
) -> None:
    bad, good = _key("all-bad.csv"), _key("after-all-bad.csv")

    execution = flights.drop(bad, csv_file(*["DL,x,y,z,w"] * 10))

    assert execution.status == "FAILED"
    assert "all-bad.csv" in flights.alerts()[-1]["message"]
    assert (flights.loaded(bad), flights.quarantined(bad)) == (0, [])
    flights.delete(bad)
    assert flights.drop(good, csv_file(GOOD)).status == "SUCCEEDED"
    assert flights.loaded(good) == 1
