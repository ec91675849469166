"""Small runs made by hand: who was on which picture, what the product said of it, how heads moved.

A person's box depends on the person's name alone, so that a box drawn for one never overlaps
another's. Layout: fixed cameras ``a`` and ``b``; ``p`` is a PTZ camera at the origin, 5 m up,
whose presets ``north`` and ``east`` see people about 10 m away in those directions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulators.score.evidence import Evidence, journal_of, session_of, truth_of
from simulators.score.records import (
    Aim,
    Body,
    Box,
    Boxes,
    FoundBox,
    Goto,
    HeadSample,
    JournalRecord,
    Motion,
    SessionRecord,
    TruthCamera,
    TruthFrame,
    TruthRecord,
    TruthStart,
    Walker,
    WorldSample,
)
from simulators.score.sight import Layout, Obstacle, Station, Zone

NORTH: Aim = (0.0, -25.0, 60.0)
EAST: Aim = (90.0, -25.0, 60.0)
SIZE = (640, 360)
CAMERAS = (
    TruthCamera(id="a", host="127.0.0.1", ptz=False, at=(0, 0, 5)),
    TruthCamera(id="b", host="127.0.0.2", ptz=False, at=(9, 9, 5)),
    TruthCamera(id="p", host="127.0.0.3", ptz=True, at=(0, 0, 5)),
)
BEGIN = TruthStart(at_s=0.0, seed=1, cameras=CAMERAS)


def layout(obstacles: tuple[Obstacle, ...] = (), private: tuple[Zone, ...] = ()) -> Layout:
    """Return the layout of this module's docstring."""
    stations = [
        Station("a", (0.0, 0.0, 5.0), SIZE, ptz=False, aim=NORTH),
        Station("b", (9.0, 9.0, 5.0), SIZE, ptz=False, aim=NORTH),
        Station("p", (0.0, 0.0, 5.0), SIZE, ptz=True, presets={"north": NORTH, "east": EAST}),
    ]
    return Layout({station.id: station for station in stations}, obstacles, private)


def box_of(person: str) -> Box:
    """Return the box that always shows ``person``: 30 px wide, 60 px tall."""
    left = 40.0 * (ord(person[0]) - ord("a"))
    return (left, 100.0, left + 30.0, 160.0)


def body(person: str, *, visible: float = 1.0, height_px: float = 60.0) -> Body:
    """Return somebody in a picture."""
    return Body(id=person, box=box_of(person), height_px=height_px, visible=visible)


def frame(at_s: float, camera: str, *people: Body | str) -> TruthFrame:
    """Return a picture that was sent."""
    bodies = tuple(body(one) if isinstance(one, str) else one for one in people)
    return TruthFrame(at_s=at_s, camera=camera, size=SIZE, people=bodies)


def found(
    person: str, target: str | None, *, kind: str = "person", shift_px: float = 0.0
) -> FoundBox:
    """Return a detection of ``person``, with an identity."""
    x1, y1, x2, y2 = box_of(person)
    return FoundBox(x1 + shift_px, y1, x2 + shift_px, y2, 0.9, kind, target)


def boxes(at_s: float, camera: str, *shown: FoundBox, late_s: float = 0.0) -> Boxes:
    """Return what the product found on the picture of ``at_s``."""
    return Boxes(at_s=at_s + 0.1, camera=camera, exposed_s=at_s + late_s, boxes=shown)


def every(start_s: float, end_s: float, step_s: float = 0.1) -> list[float]:
    """Return the moments from ``start_s`` until before ``end_s``."""
    return [start_s + index * step_s for index in range(round((end_s - start_s) / step_s))]


def world(times_s: Iterable[float], places: Mapping[str, tuple[float, float]]) -> list[WorldSample]:
    """Return people who stand still."""
    people = tuple(Walker(id=who, x_m=x, y_m=y) for who, (x, y) in places.items())
    return [WorldSample(at_s=at_s, people=people) for at_s in times_s]


def turn(camera: str, start_s: float, end_s: float, before: Aim, after: Aim) -> list[TruthRecord]:
    """Return a commanded movement; the head already looks half-way from its first sample."""
    half = ((before[0] + after[0]) / 2, (before[1] + after[1]) / 2, after[2])
    moments_s = every(start_s, end_s, 0.02)
    return [
        Goto(at_s=start_s - 0.1, camera=camera, what="preset"),
        Motion(at_s=start_s, camera=camera),
        *[HeadSample(at_s=at_s, camera=camera, aim=half, moving=True) for at_s in moments_s],
        HeadSample(at_s=end_s, camera=camera, aim=after, moving=False),
    ]


def rest(camera: str, at_s: float, aim: Aim) -> HeadSample:
    """Return a head that stands still."""
    return HeadSample(at_s=at_s, camera=camera, aim=aim, moving=False)


@dataclass(frozen=True, slots=True)
class Story:
    """Who is on a camera's pictures from when to when, and which identity the product showed.

    Pictures are sent ten times a second from 0 until ``length_s``; the product looks at each.
    """

    length_s: float
    cameras: Sequence[str]
    scenes: Sequence[tuple[str, str, float, float, str | None]] = field(default=())
    """Person, camera, from, until, identity shown (``-`` when the box was missed)."""

    def evidence(
        self,
        truth: Iterable[TruthRecord] = (),
        journal: Iterable[JournalRecord] = (),
        session: Iterable[SessionRecord] = (),
    ) -> Evidence:
        """Return the recordings of this story, with more records if wanted."""
        pictures = [
            self._picture(camera, at_s)
            for camera in self.cameras
            for at_s in every(0.0, self.length_s)
        ]
        shown = [picture for picture, _ in pictures]
        return Evidence(
            truth_of([BEGIN, *shown, *truth]),
            journal_of([*(looked for _, looked in pictures), *journal]),
            session_of(session),
        )

    def _picture(self, camera: str, at_s: float) -> tuple[TruthFrame, Boxes]:
        there = [
            (person, target)
            for person, where, start_s, end_s, target in self.scenes
            if where == camera and start_s <= at_s < end_s
        ]
        drawn = [found(person, target) for person, target in there if target != "-"]
        return (
            frame(at_s, camera, *[person for person, _ in there]),
            boxes(at_s, camera, *drawn),
        )
