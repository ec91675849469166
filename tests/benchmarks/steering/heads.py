"""Every kind of head, sent here and there: runaways, wrong arrivals, verdicts too late, who gets there."""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.domain.sighting import MoveEnd
from orchestrator.steer import Granted
from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.posts import Post, granted, posted
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import KINDS, Kind

RUNAWAY_S = 1.5
TRUE_DEG = 1.2
ROUNDS = 2
"""Moves a kind of head makes; each is withdrawn on the way, cut off, or let run to its end."""


@dataclass
class Tally:
    """What happened to the heads of all kinds."""

    moves: int = 0
    arrived: int = 0
    unconfirmed: int = 0
    failed: int = 0
    false_arrivals: int = 0
    runaways: int = 0
    late: int = 0
    reached: int = 0


async def measured() -> Sequence[Measure]:
    """Steer every kind, and count."""
    tally, dice = Tally(), random.Random(20)
    movable = 0
    for name, kind in KINDS.items():
        got_there = await steer_one(kind, tally, dice)
        movable += kind.movable
        tally.reached += kind.movable and got_there
        sys.stdout.write(f"{name:<42} {'got there' if got_there else 'did not get there'}\n")
    sys.stdout.write(f"{tally}\n")
    return [
        Measure("runaways", tally.runaways, "heads", must=0),
        Measure("false_arrivals", tally.false_arrivals, "moves", must=0),
        Measure("overdue_verdicts", tally.late, "moves", must=0),
        Measure("quirks_movable", movable, "kinds"),
        Measure("quirks_reached", tally.reached, "kinds", must=movable, least=True),
    ]


async def steer_one(kind: Kind, tally: Tally, dice: random.Random) -> bool:
    """Send a head of a kind here and there; return whether it got where it could be sent."""
    one = await posted(kind)
    got_there = True
    for _ in range(ROUNDS):
        preset = dice.choice(("gate", "home", "sky"))
        one.grants.put(granted(preset))
        if dice.random() < 0.3:
            await called_off(one, tally, dice.uniform(0.1, 1.5), cut=dice.random() < 0.5)
        else:
            got_there = await let_run(one, tally, preset) and got_there
    one.task.cancel()
    await one.site.clock.advance(RUNAWAY_S)
    tally.runaways += one.site.is_moving()
    await one.site.clock.advance(10.0)
    await one.leave()
    return got_there


async def let_run(one: Post[VirtualClock], tally: Tally, preset: str) -> bool:
    """Wait for the verdict, and judge it."""
    before = len(one.ends())
    tally.moves += 1
    try:
        await one.site.clock.advance_until(lambda: len(one.ends()) > before, within_s=90.0)
    except AssertionError:
        tally.late += 1
        return False
    end, off_deg = one.ends()[-1], one.site.off_deg(preset)
    tally.arrived += end.end is MoveEnd.ARRIVED
    tally.unconfirmed += end.end is MoveEnd.ARRIVED_UNCONFIRMED
    tally.failed += end.end is MoveEnd.FAILED
    wrong = off_deg > TRUE_DEG or one.site.is_moving()
    tally.false_arrivals += end.end is MoveEnd.ARRIVED and wrong
    await one.site.clock.advance(RUNAWAY_S)
    tally.runaways += one.site.is_moving()
    return end.end is not MoveEnd.FAILED and one.site.off_deg(preset) <= TRUE_DEG


async def called_off(one: Post[VirtualClock], tally: Tally, after_s: float, *, cut: bool) -> None:
    """Withdraw the grant on the way, or cut the network for good and then come back."""
    await one.site.clock.advance(after_s)
    one.site.wire.cut = cut
    one.grants.put(Granted(None))
    # A preset move ends by itself; one that was cut off may take its own time to do so.
    slow_s = one.site.kind.manner.status_delay_s
    await one.site.clock.advance(slow_s + (8.0 if cut else 0.0) + RUNAWAY_S)
    tally.runaways += one.site.is_moving() and not cut
    one.site.wire.cut = False
    await one.site.clock.advance(12.0)
