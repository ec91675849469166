"""Hand-offs: somebody turns up in a camera, known from another; is the identity kept?

An *appearance* is a stretch of true frames of one camera on which a person counts (half
visible, tall enough) without a pause of more than ``AWAY_S``. It is a hand-off when

- the camera was sending for at least ``AWAY_S`` before, so that the person is known to have
  been away (a stream that has just begun shows nobody *turning up*);
- the person counted on an earlier frame of another camera; the latest such camera is where
  it comes from: *overlap* when that frame is at most ``OVERLAP_S`` old, else *blind*;
- the head did not bring it about (**a pan makes none**). Decided by geometry: with the head
  moving at the first frame, the appearance counts only when the view from which the movement
  began shows the person's place too; with a head that came to rest at most ``SETTLED_S``
  before the first frame, it counts only when the view at rest did not yet show the place the
  person had at that moment. In both cases the person was within reach all along, and only the
  change of aim ended the absence. A person who walks into a view at rest is a hand-off, even
  when the head had gone there to wait.

A hand-off is *kept* when the identity on most of the person's boxes in the first ``WINDOW_S``
is the one it last carried in another camera, *wrong* when it is owned by somebody else, and
otherwise *lost*. Success and wrongness are shares of all hand-offs.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.score.evidence import Head, Truth
from simulators.score.matching import Looked, counts
from simulators.score.records import Aim, PersonId, TruthFrame
from simulators.score.sight import Layout, shows

AWAY_S = 2.0
OVERLAP_S = 0.5
WINDOW_S = 5.0
SETTLED_S = 0.5
PAUSE_S = 1.0
"""A stream without a frame for longer has stopped and begun anew."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody is on the pictures of a camera from the first to the last moment."""

    person: PersonId
    camera: str
    first_s: float
    last_s: float
    sending_since_s: float


@dataclass(frozen=True, slots=True)
class Handoff:
    """One hand-off and what became of the identity."""

    person: PersonId
    origin: str
    camera: str
    at_s: float
    blind: bool
    before: str | None
    after: str | None
    outcome: str
    """``kept``, ``wrong`` or ``lost``."""
    at_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Carried:
    """Who carried which identity when: per person, (moment, camera, identity) in order of time."""

    boxes: Mapping[PersonId, Sequence[tuple[float, str, str]]]


def handoffs(
    truth: Truth, looked: Sequence[Looked], owner: Mapping[str, PersonId], layout: Layout
) -> tuple[Handoff, ...]:
    """Return every hand-off of a run, in order of time."""
    carried = _carried(looked)
    found = [
        _judged(turned_up, origin, carried, owner, truth)
        for turned_up, origin in _turned_up(truth)
        if not panned(truth, layout, turned_up)
    ]
    return tuple(sorted(found, key=lambda handoff: handoff.at_s))


def success(found: Sequence[Handoff]) -> float | None:
    """Return the share of hand-offs that kept the identity; None without a hand-off."""
    return _share(found, "kept")


def wrong(found: Sequence[Handoff]) -> float | None:
    """Return the share of hand-offs that show somebody else's identity."""
    return _share(found, "wrong")


def appearances(frames: Sequence[TruthFrame]) -> Iterator[Appearance]:
    """Return who appears from when to when on one camera's frames, in order of time."""
    open_spells: dict[PersonId, Appearance] = {}
    sending_since_s, previous_s = 0.0, -np.inf
    for frame in frames:
        if frame.at_s - previous_s > PAUSE_S:
            sending_since_s = frame.at_s
        previous_s = frame.at_s
        for person in (body.id for body in frame.people if counts(body)):
            spell = open_spells.get(person)
            if spell is not None and frame.at_s - spell.last_s > AWAY_S:
                yield spell
                spell = None
            first_s = frame.at_s if spell is None else spell.first_s
            since_s = sending_since_s if spell is None else spell.sending_since_s
            open_spells[person] = Appearance(person, frame.camera, first_s, frame.at_s, since_s)
    yield from open_spells.values()


def panned(truth: Truth, layout: Layout, turned_up: Appearance) -> bool:
    """Return whether the head's own movement, and not the person's, ended the absence."""
    head = truth.heads.get(turned_up.camera)
    now = None if head is None else head.at(turned_up.first_s)
    if head is None or now is None:
        return False
    if now.moving:
        return _only_by_moving(truth, layout, turned_up, head)
    stop = head.last_stop(turned_up.first_s)
    if stop is None or turned_up.first_s - stop.at_s > SETTLED_S:
        return False
    return _shown(truth, layout, turned_up, stop.aim, stop.at_s)


def _only_by_moving(truth: Truth, layout: Layout, turned_up: Appearance, head: Head) -> bool:
    rest = head.rest_before(turned_up.first_s)
    return rest is None or not _shown(truth, layout, turned_up, rest.aim, turned_up.first_s)


def _shown(truth: Truth, layout: Layout, turned_up: Appearance, aim: Aim, moment_s: float) -> bool:
    place = truth.paths.place(turned_up.person, moment_s)
    if place is None or turned_up.camera not in layout.stations:
        return False
    return bool(shows(layout, turned_up.camera, aim, place[None, :])[0])


def _turned_up(truth: Truth) -> Iterator[tuple[Appearance, tuple[str, float]]]:
    """Return each appearance after an absence with the camera and moment it comes from."""
    seen: dict[PersonId, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    spells: list[Appearance] = []
    for camera, frames in truth.frames.items():
        spells += appearances(frames)
        for frame in frames:
            for body in frame.people:
                if counts(body):
                    seen[body.id][camera].append(frame.at_s)
    for spell in spells:
        origin = _latest_elsewhere(seen[spell.person], spell)
        known_away = spell.first_s - spell.sending_since_s >= AWAY_S
        if origin is not None and known_away:
            yield spell, origin


def _latest_elsewhere(
    seen: Mapping[str, Sequence[float]], spell: Appearance
) -> tuple[str, float] | None:
    latest: tuple[str, float] | None = None
    for camera, times_s in seen.items():
        index = bisect_left(times_s, spell.first_s) - 1
        if camera != spell.camera and index >= 0 and (latest is None or times_s[index] > latest[1]):
            latest = (camera, times_s[index])
    return latest


def _carried(looked: Sequence[Looked]) -> _Carried:
    boxes: dict[PersonId, list[tuple[float, str, str]]] = defaultdict(list)
    for frame in looked:
        for person, target in frame.found.items():
            if target is not None:
                boxes[person].append((frame.at_s, frame.camera, target))
    return _Carried(boxes)


def _judged(
    spell: Appearance,
    origin: tuple[str, float],
    carried: _Carried,
    owner: Mapping[str, PersonId],
    truth: Truth,
) -> Handoff:
    boxes = carried.boxes.get(spell.person, ())
    before = _last_elsewhere(boxes, spell)
    after = _majority(boxes, spell)
    place = truth.paths.place(spell.person, spell.first_s)
    return Handoff(
        person=spell.person,
        origin=origin[0],
        camera=spell.camera,
        at_s=spell.first_s,
        blind=spell.first_s - origin[1] > OVERLAP_S,
        before=before,
        after=after,
        outcome=_outcome(spell.person, before, after, owner),
        at_m=None if place is None else (float(place[0]), float(place[1])),
    )


def _outcome(
    person: PersonId, before: str | None, after: str | None, owner: Mapping[str, PersonId]
) -> str:
    if after is not None and owner[after] != person:
        return "wrong"
    return "kept" if after is not None and after == before else "lost"


def _last_elsewhere(boxes: Sequence[tuple[float, str, str]], spell: Appearance) -> str | None:
    for at_s, camera, target in reversed(boxes):
        if at_s < spell.first_s and camera != spell.camera:
            return target
    return None


def _majority(boxes: Sequence[tuple[float, str, str]], spell: Appearance) -> str | None:
    end_s = min(spell.last_s, spell.first_s + WINDOW_S)
    shown = Counter(
        target
        for at_s, camera, target in boxes
        if camera == spell.camera and spell.first_s <= at_s <= end_s
    )
    return shown.most_common(1)[0][0] if shown else None


def _share(found: Sequence[Handoff], outcome: str) -> float | None:
    if not found:
        return None
    return sum(handoff.outcome == outcome for handoff in found) / len(found)
