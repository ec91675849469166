"""Time on target: of the time a wanted person could have been watched, the share it was.

Wanted is every person whom a policy asked to look at or follow, from the first such request (or
grant) on until the end of the run. It *could be watched* while it stands inside the view of some
preset of some PTZ camera, unhidden and tall enough to be found. It *is watched* while, besides,
a PTZ camera whose grant names it at that moment truly sees it, wherever its head is just then.
The figure is one share over everybody's time: seconds watched by seconds watchable.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.score.evidence import Evidence, Head
from simulators.score.grants import Grant, persons, spells
from simulators.score.records import PersonId
from simulators.score.sight import Bools, Floats, Layout, shows


@dataclass(frozen=True, slots=True)
class Watched:
    """One wanted person: since when, and for how long it could be and was watched."""

    person: PersonId
    wanted_s: float
    watchable_s: float
    watched_s: float


def watched(
    evidence: Evidence, owner: Mapping[str, PersonId], layout: Layout
) -> tuple[Watched, ...]:
    """Return every wanted person's account."""
    return tuple(
        _account(evidence, owner, layout, person, since_s)
        for person, since_s in sorted(wanted_since(evidence, owner).items())
        if person in evidence.truth.paths.people
    )


def time_on_target(accounts: Sequence[Watched]) -> float | None:
    """Return seconds watched by seconds watchable; None when nobody could be watched."""
    watchable_s = sum(one.watchable_s for one in accounts)
    return sum(one.watched_s for one in accounts) / watchable_s if watchable_s > 0 else None


def wanted_since(evidence: Evidence, owner: Mapping[str, PersonId]) -> dict[PersonId, float]:
    """Return since when each person is wanted by a policy."""
    since_s: dict[PersonId, float] = {}
    requests: list[tuple[float, tuple[str, ...]]] = [
        (asked.at_s, (asked.target,)) for asked in evidence.journal.asked
    ]
    requests += [
        (grant.start_s, grant.targets)
        for grant in spells(evidence.journal)
        if grant.policy is not None
    ]
    for at_s, targets in sorted(requests):
        for person in persons(targets, owner):
            since_s.setdefault(person, at_s)
    return since_s


def _account(
    evidence: Evidence,
    owner: Mapping[str, PersonId],
    layout: Layout,
    person: PersonId,
    since_s: float,
) -> Watched:
    paths = evidence.truth.paths
    way = paths.people[person]
    wanted = (
        (paths.times_s >= since_s)
        & (paths.times_s <= evidence.journal.ended_s)
        & ~np.isnan(way[:, 0])
    )
    times_s, way = paths.times_s[wanted], way[wanted]
    could = watchable(layout, way)
    did = could & _seen_by_assigned(
        evidence, _assignments(evidence, owner, person), layout, times_s, way
    )
    step_s = float(np.median(np.diff(paths.times_s))) if len(paths.times_s) > 1 else 0.0
    return Watched(person, since_s, float(could.sum()) * step_s, float(did.sum()) * step_s)


def watchable(layout: Layout, way: Floats) -> Bools:
    """Return at which of (n, 2) places some preset of some PTZ camera shows a person."""
    could: Bools = np.zeros(len(way), dtype=np.bool_)
    for station in layout.heads:
        for aim in station.presets.values():
            could |= shows(layout, station.id, aim, way)
    return could


def _seen_by_assigned(
    evidence: Evidence, assigned: Sequence[Grant], layout: Layout, times_s: Floats, way: Floats
) -> Bools:
    seen: Bools = np.zeros(len(times_s), dtype=np.bool_)
    for grant in assigned:
        during = np.flatnonzero((times_s >= grant.start_s) & (times_s < grant.end_s))
        head = evidence.truth.heads.get(grant.camera)
        if head is not None and grant.camera in layout.stations:
            seen[during] |= _seen_truly(head, layout, grant.camera, times_s[during], way[during])
    return seen


def _assignments(
    evidence: Evidence, owner: Mapping[str, PersonId], person: PersonId
) -> list[Grant]:
    return [grant for grant in spells(evidence.journal) if person in persons(grant.targets, owner)]


def _seen_truly(head: Head, layout: Layout, camera: str, times_s: Floats, way: Floats) -> Bools:
    """Return when the head, as it really stood at each moment, showed the place."""
    seen: Bools = np.zeros(len(times_s), dtype=np.bool_)
    together: dict[tuple[float, float, float], list[int]] = defaultdict(list)
    for index, moment_s in enumerate(times_s):
        sample = head.at(float(moment_s))
        if sample is not None:
            together[sample.aim].append(index)
    for aim, indices in together.items():
        seen[indices] = shows(layout, camera, aim, way[indices])
    return seen
