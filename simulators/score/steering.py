"""Did the heads move, how soon after the decision, and were they there before the target?

A *move* is a head at rest that began to move after a camera accepted a motion command. A grant of
band ``handoff`` whose target truly came into the commanded view during the grant is *pre-aimed*
when the head stood at the preset before the target was inside, whether it had to move for it or
was kept there for it; it is not when the target was inside already as the grant was given. *Policy to motion* is taken for every grant of a
policy that found the head at rest elsewhere: from the decision to the first 0.1 degree.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.score.evidence import Evidence, Head, Truth
from simulators.score.grants import Grant, grants, persons
from simulators.score.records import Aim, Motion, PersonId
from simulators.score.sight import Layout, off_deg, shows

ANSWER_S = 5.0
"""A head that begins to move later than this after a command moves for another reason."""
AT_PRESET_DEG = 1.0
INSIDE_S = 0.15
"""True paths are sampled ten times a second: who is inside at the first sample was inside."""


@dataclass(frozen=True, slots=True)
class Move:
    """A head's movement and the grant it belongs to, if any."""

    camera: str
    at_s: float
    grant: Grant | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A head-ahead grant whose target came: when the head was there, and when the target was."""

    grant: Grant
    settled_s: float | None
    entered_s: float

    @property
    def ahead(self) -> bool:
        """Return whether the head was there first; nobody is awaited where he is already."""
        awaited = self.entered_s > self.grant.start_s + INSIDE_S
        return awaited and self.settled_s is not None and self.settled_s <= self.entered_s


def moves(evidence: Evidence) -> tuple[Move, ...]:
    """Return every movement that a command began, in order of time."""
    given = grants(evidence.journal)
    return tuple(
        Move(motion.camera, motion.at_s, _grant_at(given, motion))
        for motion in evidence.truth.motions
        if _commanded(evidence.truth, motion)
    )


def awaited(
    evidence: Evidence, owner: Mapping[str, PersonId], layout: Layout
) -> tuple[Awaited, ...]:
    """Return every hand-off grant whose target came into the view, or was in it already."""
    judged = []
    for grant in grants(evidence.journal):
        if grant.band != "handoff":
            continue
        aim = _preset(layout, grant)
        if aim is None:
            continue
        entered_s = _entered_s(evidence.truth, layout, grant, aim, persons(grant.targets, owner))
        if entered_s is not None:
            settled_s = _settled_s(evidence.truth.heads[grant.camera], grant, aim)
            judged.append(Awaited(grant, settled_s, entered_s))
    return tuple(sorted(judged, key=lambda one: one.grant.start_s))


def pre_aimed(found: Sequence[Awaited]) -> float | None:
    """Return the share of awaited targets whose head was there first."""
    return sum(one.ahead for one in found) / len(found) if found else None


def policy_to_motion_ms(evidence: Evidence, layout: Layout) -> tuple[float, ...]:
    """Return, for each grant of a policy that needed a move, how long the head took to begin."""
    delays_ms = []
    for grant in grants(evidence.journal):
        if grant.policy is None or not _needs_move(evidence.truth, layout, grant):
            continue
        begun_s = _first_motion_s(evidence.truth.motions, grant)
        if begun_s is not None:
            delays_ms.append((begun_s - grant.start_s) * 1000)
    return tuple(delays_ms)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the ``share`` (0..100) percentile; None without values."""
    return float(np.percentile(values, share)) if values else None


def _commanded(truth: Truth, motion: Motion) -> bool:
    return any(
        goto.camera == motion.camera and 0 <= motion.at_s - goto.at_s <= ANSWER_S
        for goto in truth.gotos
    )


def _grant_at(given: Sequence[Grant], motion: Motion) -> Grant | None:
    for grant in given:
        if grant.camera == motion.camera and grant.start_s <= motion.at_s < grant.end_s:
            return grant
    return None


def _preset(layout: Layout, grant: Grant) -> Aim | None:
    station = layout.stations.get(grant.camera)
    return None if station is None else station.presets.get(grant.preset)


def _entered_s(
    truth: Truth, layout: Layout, grant: Grant, aim: Aim, wanted: frozenset[PersonId]
) -> float | None:
    """Return when the first of ``wanted`` was inside the commanded view, within the grant."""
    times_s = truth.paths.times_s
    during = (times_s >= grant.start_s) & (times_s <= grant.end_s)
    entered = []
    for person in wanted & truth.paths.people.keys():
        inside = during & ~np.isnan(truth.paths.people[person][:, 0])
        inside[inside] = shows(layout, grant.camera, aim, truth.paths.people[person][inside])
        entered += [float(times_s[inside][0])] if inside.any() else []
    return min(entered, default=None)


def _settled_s(head: Head, grant: Grant, aim: Aim) -> float | None:
    """Return when the head came to rest at the preset, at or after the grant began.

    A head at rest writes no samples, so the one before tells where it stood as the grant began.
    """
    before = head.at(grant.start_s)
    if before is not None and not before.moving and off_deg(before.aim, aim) <= AT_PRESET_DEG:
        return grant.start_s
    for sample in head.samples[bisect_left(head.times_s, grant.start_s) :]:
        if sample.at_s > grant.end_s:
            return None
        if not sample.moving and off_deg(sample.aim, aim) <= AT_PRESET_DEG:
            return sample.at_s
    return None


def _needs_move(truth: Truth, layout: Layout, grant: Grant) -> bool:
    """Return whether the head was at rest away from the preset when the grant was given."""
    head = truth.heads.get(grant.camera)
    aim = _preset(layout, grant)
    sample = None if head is None else head.at(grant.start_s)
    if sample is None or aim is None or sample.moving:
        return False
    return off_deg(sample.aim, aim) > AT_PRESET_DEG


def _first_motion_s(motions: Sequence[Motion], grant: Grant) -> float | None:
    for motion in motions:
        if motion.camera == grant.camera and grant.start_s <= motion.at_s < grant.end_s:
            return motion.at_s
    return None
