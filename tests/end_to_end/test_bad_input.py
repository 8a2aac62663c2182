"""Files a careless upstream sends: loaded rightly, quarantined with the reason, or refused as a whole."""

from __future__ import annotations

import pytest

from .flight_pipeline import ATLANTA, DENVER, FlightPipeline, csv_file

GOOD = f"DL,{ATLANTA},{DENVER},1,1"


def _key(name: str) -> str:
    return f"raw/year=2026/month=11/day=01/{name}"


@pytest.mark.parametrize(
    ("name", "body", "loaded"),
    [
        ("empty.csv", b"", 0),
        ("header-only.csv", csv_file(), 0),
        ("crlf.csv", csv_file(GOOD, GOOD, newline="\r\n"), 2),
        ("bom.csv", b"\xef\xbb\xbf" + csv_file(GOOD), 1),
        ("quoted.csv", csv_file(f'"DL","{ATLANTA}","{DENVER}","1","1"'), 1),
        ("no-newline-at-end.csv", csv_file(GOOD).rstrip(b"\n"), 1),
        ("blank-lines.csv", csv_file(GOOD, "", GOOD), 2),
    ],
)
def test_an_odd_but_sound_file_loads(flights: FlightPipeline, name: str, body: bytes, loaded: int) -> None:
    execution = flights.drop(_key(name), body)

    assert execution.status == "SUCCEEDED"
    assert (flights.loaded(_key(name)), flights.quarantined(_key(name))) == (loaded, [])


@pytest.mark.parametrize(
    "name",
    ["with space.csv", "a+b.csv", "100%.csv", "50%25.csv", "zürich-東京.csv", "semi;colon,comma.csv", "it's.csv"],
)
def test_a_key_of_any_characters_loads_under_its_own_name(flights: FlightPipeline, name: str) -> None:
    execution = flights.drop(_key(name), csv_file(GOOD))

    assert execution.status == "SUCCEEDED"
    assert flights.loaded(_key(name)) == 1


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("text-in-number.csv", f"DL,{ATLANTA},{DENVER},soon,1", "DepDelay"),
        ("column-too-few.csv", f"DL,{ATLANTA},{DENVER},1", "column"),
        ("column-too-many.csv", f"DL,{ATLANTA},{DENVER},1,1,1", "column"),
        ("comma-in-field.csv", f'"D,L",{ATLANTA},{DENVER},1,1', "Carrier"),
        ("unknown-origin.csv", f"DL,99999,{DENVER},1,1", "OriginAirportID"),
        ("unknown-destination.csv", f"DL,{ATLANTA},99998,1,1", "DestAirportID"),
        ("latin-1.csv", "DÉ,%d,%d,1,1" % (ATLANTA, DENVER), "Carrier"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason_and_the_good_ones_load(
    flights: FlightPipeline, name: str, line: str, reason: str
) -> None:
    body = (csv_file(*[GOOD] * 20).decode() + line + "\n").encode("latin-1")

    execution = flights.drop(_key(name), body)

    assert execution.status == "SUCCEEDED"
    assert flights.loaded(_key(name)) == 20
    (found,) = flights.quarantined(_key(name))
    assert reason.lower() in found.lower()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("wrong-header.csv", csv_file(GOOD, header="a,b,c,d,e")),
        ("not-a-csv.csv", bytes(range(256)) * 40),
        ("all-bad.csv", csv_file(*["DL,x,y,z,w"] * 10)),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_fails_its_run_and_names_itself(
    flights: FlightPipeline, name: str, body: bytes
) -> None:
    good = _key(f"good-after-{name}")

    execution = flights.drop(_key(name), body)

    assert execution.status == "FAILED"
    assert flights.loaded(_key(name)) == 0
    assert name in flights.alerts()[-1]["message"]
    flights.delete(_key(name))
    assert flights.drop(good, csv_file(GOOD)).status == "SUCCEEDED"
    assert flights.loaded(good) == 1
