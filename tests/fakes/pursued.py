"""Somebody who walks around one head under the service, over real ONVIF and in virtual time."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import IntentId, PolicyName, PresetName, TargetId
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.geometry.sight import off_centre, sight, size_in
from orchestrator.steer import Granted, Quarry
from tests.benchmarks.steering.posts import Post
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import DOME

TICK_S = 0.1
LATE_S = 0.15
TARGET = TargetId("T1")
Walk = Callable[[float], tuple[float, float]]


def around(at_s: float) -> tuple[float, float]:
    """Return where somebody is who walks around the head at 15 m, to and fro, at up to 1.5 m/s."""
    turn = math.radians(90.0) + 1.0 * math.sin(0.1 * at_s)
    return 15.0 * math.sin(turn), 15.0 * math.cos(turn)


@dataclass(frozen=True, slots=True)
class Held:
    """How a head had somebody: share of the time in its picture, as tall as they should be; moves."""

    share: float
    tall: float
    moves: int


def pursuing(number: int = 1) -> Intent:
    """Return a grant to follow the walker."""
    reason = Reason(PolicyName("follow"), None, "because")
    return Intent(
        *(IntentId(f"p{number}"), DOME.id, PresetName("home"), Band.ALARM, (TARGET,), reason),
        *(0.0, 1e9),
        pursues=TARGET,
    )


async def followed(
    post: Post[VirtualClock], walk: Walk = around, *, for_s: float = 20.0, after_s: float = 4.0
) -> Held:
    """Have the walker followed, and judge it by the truth once ``after_s`` have passed."""
    clock, intent = post.site.clock, pursuing()
    began_s = clock.now().mono_s
    before = moves_of(post)
    shown = tall = count = 0
    for _ in range(round(for_s / TICK_S)):
        now_s = clock.now().mono_s
        then_s = now_s - LATE_S - began_s
        (x, y), (x_then, y_then) = walk(then_s), walk(then_s - 0.2)
        velocity = (x - x_then) / 0.2, (y - y_then) / 0.2
        quarry = Quarry(TARGET, now_s - LATE_S, (x, y), velocity, now_s - LATE_S, 0.15)
        post.grants.put(Granted(intent, quarry))
        await clock.advance(TICK_S)
        if clock.now().mono_s - began_s < after_s:
            continue
        aim, place = truly(post), walk(clock.now().mono_s - began_s)
        seen = sight(DOME, place, 1.75)
        count += 1
        shown += off_centre(DOME, aim, seen) <= 1.0
        tall += 0.2 <= size_in(DOME, aim.hfov_deg, seen) <= 0.6
    return Held(shown / count, tall / count, moves_of(post) - before)


async def left(post: Post[VirtualClock]) -> None:
    """End the service of a head, which stops it if it moves."""
    post.task.cancel()
    await post.site.clock.advance(3.0)
    await post.leave()


def truly(post: Post[VirtualClock]) -> Aim:
    """Return where the head truly looks."""
    now = post.site.head.now().aim
    return Aim(now.azimuth_deg, now.tilt_deg, now.hfov_deg)


def moves_of(post: Post[VirtualClock]) -> int:
    """Return how many commands to move it was sent."""
    names = ("AbsoluteMove", "RelativeMove", "ContinuousMove", "GotoPreset")
    return sum(post.site.sent(name) for name in names)
