"""One set of rules in force -> another: what the desk remembers, carried over.

Leases, holds of operators and pauses stay. A case stays as it is, bit for bit, when its policy was
not changed, and also when it was: from the next tick on it is judged and served by the new text.
It ends when there is nothing it could go on as: its policy is gone, starts by something else, or
means another place by the same zone; whoever then starts it anew is another case.
"""

from dataclasses import replace

from orchestrator.decide.announce import dropped
from orchestrator.decide.glass import still_lifted
from orchestrator.decide.steps import Tick
from orchestrator.domain.cause import CaseKey, zone_of
from orchestrator.domain.desk import Case, Shade, Tour
from orchestrator.domain.fingerprint import canonical
from orchestrator.domain.ids import CameraId, PolicyName, PresetName, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Notice
from orchestrator.domain.policy import Patrol, Policy
from orchestrator.domain.site import Site
from orchestrator.domain.target import Trodden
from orchestrator.domain.world import World


def swapped(
    before: Site, after: Site, world: World, now: Instant
) -> tuple[World, tuple[Notice, ...]]:
    """Return the world as the rules of ``after`` take it over, and what has ended with the old.

    To be called before the first tick with ``after``; the same set costs nothing.
    """
    if before.policies is after.policies and before.zones == after.zones:
        return world, ()
    tick = Tick(after, world, now)
    names = frozenset(after.policies.names)
    desk = replace(
        tick.desk,
        cases=_cases(before, after, tick),
        lifts=still_lifted(before, after, tick),
        tours=_tours(before, after, tick),
        flags={name: up for name, up in tick.desk.flags.items() if name in dict(after.flags)},
        paused={name: until_s for name, until_s in tick.desk.paused.items() if name in names},
        shade=Shade(),
    )
    desk = replace(desk, serial=tick.serial)
    return replace(world, desk=desk, trodden=_trodden(before, after, world)), tuple(tick.notices)


def _trodden(before: Site, after: Site, world: World) -> Trodden:
    """Return who is on which line, of the lines that lie where they lay."""
    same = {line.id for line in after.lines if line in before.lines}
    passing = {key: net for key, net in world.trodden.passing.items() if key[0] in same}
    return replace(world.trodden, passing=passing)


def _cases(before: Site, after: Site, tick: Tick) -> dict[CaseKey, Case]:
    """Return the cases that go on; tell of those that end."""
    old = {policy.name: policy for policy in before.policies.policies}
    new = {policy.name: policy for policy in after.policies.policies}
    lasts = {name for name in old if name in new and _same_trigger(old[name], new[name])}
    elsewhere = _moved_zones(before, after)
    kept: dict[CaseKey, Case] = {}
    for key, case in tick.desk.cases.items():
        if case.policy in lasts and not {case.zone, zone_of(case.cause)} & elsewhere:
            kept[key] = case
        elif case.policy in old:
            dropped(old[case.policy], case, tick)
    return kept


def _same_trigger(was: Policy, now: Policy) -> bool:
    return canonical(was.on) == canonical(now.on)


def _moved_zones(before: Site, after: Site) -> set[ZoneId | None]:
    """Return the zones that lie elsewhere now, or nowhere."""
    now = {zone.id: zone.ring_m for zone in after.zones}
    return {zone.id for zone in before.zones if now.get(zone.id) != zone.ring_m}


def _tours(before: Site, after: Site, tick: Tick) -> dict[tuple[PolicyName, CameraId], Tour]:
    """Return the tours whose stops are the same: a tour knows its stop by number.

    A tour that a policy has ordered begins again.
    """
    old = {patrol.name: _stops(patrol) for patrol in before.policies.patrols}
    new = {patrol.name: _stops(patrol) for patrol in after.policies.patrols}
    return {
        key: tour
        for key, tour in tick.desk.tours.items()
        if key[0] in new and old.get(key[0]) == new[key[0]]
    }


def _stops(patrol: Patrol) -> tuple[tuple[CameraId, PresetName], ...]:
    return tuple((stop.camera, stop.preset) for stop in patrol.stops)
