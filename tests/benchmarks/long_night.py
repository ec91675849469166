"""A day and a night of the demo's depot, with ten thousand things given: people come, stand and go."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

from orchestrator.config import read_site
from orchestrator.domain.ids import TargetId
from orchestrator.domain.policy import Source
from orchestrator.domain.policy_case import Appears, PolicyCase, Vanishes
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.topology import inventoried

DAY_S = 86_400.0
EVENTS = 10_000
STAYS_S = 2.0
PLACES = ((5.0, 10.0), (34.0, 24.0), (22.0, 18.0), (40.0, 8.0), (8.0, 3.0), (20.0, 26.0))


def depot() -> Site:
    """Return the demo's site with its topology."""
    site = read_site(Path("config/demo"))
    return replace(site, topology=inventoried(site))


def night(share: float) -> PolicyCase:
    """Return the first ``share`` of 24 hours from 21:00 on; one visit each seventeen seconds."""
    rng = Random(10)
    given: list[Appears | Vanishes] = []
    visits = round(EVENTS / 2 * share)
    for number in range(visits):
        at_s = DAY_S * share * number / visits
        name, place = TargetId(f"p{number}"), rng.choice(PLACES)
        kind = rng.choice((Kind.PERSON, Kind.PERSON, Kind.VEHICLE))
        given.append(Appears(at_s, name, kind, (place,), 0.0, rng.uniform(0.3, 0.95)))
        given.append(Vanishes(at_s + STAYS_S, name))
    begin = datetime.fromisoformat("2026-03-10T21:00+01:00")
    return PolicyCase("a long night", "config/demo", begin, tuple(given), (), (), Source("-", 1))
