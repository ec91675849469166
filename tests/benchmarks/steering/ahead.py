"""Heads ahead of their targets: the depot of the demo, rehearsed in virtual time, seeds not used elsewhere.

The real thinking on the simulator's people and motors (``tests.scenarios.rehearsal``), judged by the
demo's own score. ``pre_aimed_share`` counts every target that came into a view that was granted for
it ahead: its head stood there before, whether it had to move for that or not. None is left out for
being too quick for the head, so the share is a harder one than that of the hand-offs whose travel
time exceeds the slew time: whoever was inside already as the grant was given counts as missed. ``wasted_pre_aims`` is the share of
the heads' moves of this kind after which nobody they were made for came.
"""

from collections.abc import Sequence
from pathlib import Path

from simulators.score.steering import moves
from tests.benchmarks.measures import Measure
from tests.scenarios.rehearsal import rehearsed

SITE = Path("config/demo")
SEEDS = range(31, 37)
LEAST_AHEAD, MOST_WASTED = 0.9, 0.3


async def measured() -> Sequence[Measure]:
    """Return both shares over all seeds together."""
    ahead = came = turned = in_vain = 0
    for seed in SEEDS:
        result = rehearsed(SITE, seed)
        awaited = result.found.awaited
        ahead += sum(one.ahead for one in awaited)
        came += len(awaited)
        welcomed = {one.grant for one in awaited}
        for move in moves(result.evidence):
            if move.grant is not None and move.grant.band == "handoff":
                turned += 1
                in_vain += move.grant not in welcomed
    return [
        Measure("pre_aimed_share", ahead / came, "share", must=LEAST_AHEAD, least=True),
        Measure("wasted_pre_aims", in_vain / turned, "share", must=MOST_WASTED),
        Measure("pre_aims", turned, "moves"),
        Measure("awaited", came, "targets"),
    ]
