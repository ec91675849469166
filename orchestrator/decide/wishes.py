"""What a claim wants shown, said so that it is the same for as long as nobody wants anything else.

A wish for somebody names them, not where they are: they walk, the wish stays. Equal wishes are
judged once (``decide.worth``).
"""

from dataclasses import dataclass

from orchestrator.domain.ids import CameraId, PresetName, TargetId, ZoneId

LEADS_S = (0.0, 0.8, 1.6, 2.6, 4.0)
"""How far ahead a target's way is looked at; a head that needs longer judges the later ones."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pinned:
    """One preset of one camera; ``preset`` None keeps the camera as it is."""

    camera: CameraId
    preset: PresetName | None


@dataclass(frozen=True, slots=True)
class Along:
    """A target, from where it is straight on at its pace: who shows its way, shows it.

    A ``patient`` wish only asks cameras to go on showing what they show: nobody is moved for it.
    """

    target: TargetId
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Places on the floor at each of ``LEADS_S`` from now, where somebody is sought.

    Of one that ``awaits``, ``leaves`` is the view that somebody is awaited after, ``named`` the one
    expected to show them next, at ``from_s`` at the soonest. That of ``leaves``, and any other that
    shows ``after`` on its way there before a head could be there, is not a next one. The head that
    shows them now goes on doing so until ``leaves_s``.
    """

    places_m: tuple[Place, ...]
    patient: bool = False
    awaits: bool = False
    leaves: int | None = None
    named: int | None = None
    after: TargetId | None = None
    from_s: float = 0.0
    leaves_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Wide:
    """As much of a zone as possible."""

    zone: ZoneId


@dataclass(frozen=True, slots=True)
class Beside:
    """Whoever handles a camera, or else what it is there to see, shown by others."""

    camera: CameraId


Roaming = Along | Course | Wide | Beside
"""What any camera may show that can."""
Wish = Pinned | Roaming


def stopped(at_m: Place) -> Course:
    """Return a place that cameras go on showing which do already."""
    return Course((at_m,) * len(LEADS_S), patient=True)


def onwards(at_m: Place, then_m: Place, then_s: float) -> tuple[Place, ...]:
    """Return the places of somebody from where they appear, a second apart.

    ``then_m`` is where they are ``then_s`` after that.

    >>> onwards((0.0, 0.0), (2.0, 4.0), 2.0)
    ((0.0, 0.0), (1.0, 2.0), (2.0, 4.0), (3.0, 6.0), (4.0, 8.0))
    """
    (x, y), (then_x, then_y) = at_m, then_m
    steps = (step / then_s for step in range(len(LEADS_S)))
    return tuple((x + (then_x - x) * step, y + (then_y - y) * step) for step in steps)
