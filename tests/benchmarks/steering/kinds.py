"""Every kind of head follows one walker, by whatever rungs it has: a goal that moves on, twice a second.

Virtual time, over real ONVIF. A head follows when the walker is truly in its picture for four fifths
of the time in which it could be, but for the first seconds; a head that has nothing but presets can
show a walker only where a preset does, and follows by stepping from one to the next.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from orchestrator.domain.camera import Aim
from orchestrator.geometry.ptz import aim_of, angle_between
from orchestrator.steer import Granted
from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.crash import UNPROVEN
from tests.benchmarks.steering.posts import granted, posted
from tests.fakes.quirky_site import DOME, KINDS, PRESETS, Kind

EVERY_S = 0.5
ACQUIRE_S = 6.0
WALKS_S = 26.0
TURN_DPS = 4.5
"""Four metres away at 0.3 m/s, or twenty at a stroll."""
SHARE = 0.8
PRESETS_ONLY = "presets only"


async def measured() -> Sequence[Measure]:
    """Count who follows."""
    followed = 0
    movable = sum(kind.movable for kind in KINDS.values())
    for name, kind in KINDS.items():
        share = await followed_share(name, kind)
        followed += kind.movable and share >= SHARE
        sys.stdout.write(f"{name:<42} shows the walker {share:.0%} of the time\n")
    return [Measure("quirks_followed", followed, "kinds", must=movable, least=True)]


async def followed_share(name: str, kind: Kind) -> float:
    """Return how much of the time a head shows a walker that it could show."""
    one = await posted(kind, timeout_proven=name not in UNPROVEN)
    await one.site.clock.advance(4.0)
    intent = granted("home").intent
    assert intent is not None
    shown = could = 0
    for step in range(round(WALKS_S / EVERY_S)):
        walker = Aim(72.0 + TURN_DPS * EVERY_S * step, -25.0, 24.0)
        one.grants.put(Granted(replace(intent, aim=walker)))
        await one.site.clock.advance(EVERY_S)
        if step * EVERY_S < ACQUIRE_S or not _could_show(name, walker):
            continue
        true = one.site.head.now().aim
        could += 1
        here = Aim(true.azimuth_deg, true.tilt_deg, true.hfov_deg)
        shown += angle_between(here, walker) <= true.hfov_deg / 2.0
    one.task.cancel()
    await one.site.clock.advance(10.0)
    await one.leave()
    return shown / max(could, 1)


def _could_show(name: str, walker: Aim) -> bool:
    if name != PRESETS_ONLY:
        return True
    presets = [aim_of(DOME, pose) for pose in PRESETS.values()]
    return any(angle_between(aim, walker) <= aim.hfov_deg / 2.0 for aim in presets)
