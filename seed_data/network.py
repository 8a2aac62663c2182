"""Carriers, their hubs and the traffic of each airport: what makes generated flights look real.

Carrier codes are IATA's; airport identifiers are those of airports.csv.
Weights are rough shares of 2024's departures; only their order of magnitude matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

# Departures of the busiest airports, in thousands a year; every other airport counts 4.
AIRPORT_TRAFFIC = {
    10397: 350, 11298: 300, 11292: 290, 13930: 280, 11057: 210, 12892: 200, 12889: 190, 14107: 185,
    13204: 170, 14747: 165, 12953: 160, 13487: 140, 11433: 135, 12266: 150, 10721: 140, 14771: 145,
    11618: 140, 13303: 120, 14869: 110, 11278: 135, 12478: 125, 14100: 110, 11697: 95, 10821: 100,
    14679: 95, 12264: 90, 10693: 95, 10423: 80, 15304: 85, 13232: 80, 11259: 70, 12191: 60, 14057: 70,
    15016: 70, 13796: 50, 12173: 70, 14492: 60, 13198: 50, 14831: 50, 14893: 50, 11042: 45, 14122: 42,
    12339: 45, 11193: 42, 11066: 42, 13495: 50, 14683: 40, 14843: 35, 13830: 32, 12758: 20, 12982: 18,
    10299: 25,
}  # fmt: skip
SMALL_AIRPORT_TRAFFIC = 4


@dataclass(frozen=True)
class Carrier:
    """An airline: its share of all flights, the hubs it flies from, and how many airports it serves."""

    code: str
    share: float
    hubs: tuple[int, ...]
    airports_served: int


CARRIERS = (
    Carrier("WN", 0.20, (11292, 12889, 13232, 10821, 11259, 14107, 12191, 10693), 110),
    Carrier("DL", 0.14, (10397, 13487, 11433, 14869, 12478, 14747, 10721), 150),
    Carrier("AA", 0.13, (11298, 11057, 13303, 14100, 14107, 13930), 150),
    Carrier("OO", 0.11, (11292, 13930, 14869, 13487, 14771), 220),
    Carrier("UA", 0.10, (13930, 11292, 12266, 11618, 14771, 12264), 120),
    Carrier("YX", 0.05, (11278, 12953, 12339, 11618), 90),
    Carrier("MQ", 0.045, (11298, 13930, 11057), 140),
    Carrier("OH", 0.04, (11057, 14100, 11278), 90),
    Carrier("9E", 0.035, (10397, 11433, 12478), 110),
    Carrier("B6", 0.035, (12478, 10721, 11697, 13204), 60),
    Carrier("AS", 0.035, (14747, 14057, 10299, 14771), 75),
    Carrier("NK", 0.03, (11697, 13204, 12889, 11433), 60),
    Carrier("F9", 0.03, (11292, 13204, 12889, 14100), 80),
    Carrier("HA", 0.02, (12173, 13830, 12982, 12758), 20),
    Carrier("G4", 0.02, (12889, 15304, 13204), 110),
)


@dataclass(frozen=True)
class Routes:
    """Every route as `carrier,origin,destination`, and the running sum of their weights."""

    texts: list[str]
    cumulative_weights: list[float]


def build_routes(airport_ids: list[int]) -> Routes:
    """All carriers' hub-and-spoke routes between the given airports, both ways, weighted by traffic.

    Raises ValueError if none of the carriers' hubs is among the airports.
    """
    known = set(airport_ids)
    weighted = [route for carrier in CARRIERS for route in _carrier_routes(carrier, airport_ids, known)]
    if not weighted:
        raise ValueError(f"None of the carriers' hubs is among the {len(airport_ids)} airports given")
    return Routes([text for text, _ in weighted], list(accumulate(weight for _, weight in weighted)))


def _carrier_routes(carrier: Carrier, airport_ids: list[int], known: set[int]) -> list[tuple[str, float]]:
    """One carrier's routes; their weights add up to the carrier's share."""
    spokes = sorted(airport_ids, key=lambda airport: (-_traffic(airport), airport))[: carrier.airports_served]
    pairs = [(hub, spoke) for hub in carrier.hubs if hub in known for spoke in spokes if spoke != hub]
    weights = [_traffic(hub) * _traffic(spoke) ** 0.7 for hub, spoke in pairs]
    total = 2 * sum(weights)
    routes = []
    for (hub, spoke), weight in zip(pairs, weights, strict=True):
        share = carrier.share * weight / total
        routes.append((f"{carrier.code},{hub},{spoke}", share))
        routes.append((f"{carrier.code},{spoke},{hub}", share))
    return routes


def _traffic(airport_id: int) -> int:
    return AIRPORT_TRAFFIC.get(airport_id, SMALL_AIRPORT_TRAFFIC)
