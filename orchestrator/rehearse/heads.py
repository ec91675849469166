"""Heads in a rehearsal: they begin at home, take the time the geometry says, and see what they pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.ids import CameraId, IntentId
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import HeadSeen, MoveEnd, MoveSeen
from orchestrator.domain.site import Site
from orchestrator.domain.topology import View
from orchestrator.domain.world import CameraState
from orchestrator.geometry.ptz import slew_s, swept

REACTION_S = 0.3
"""From a grant to the first motion, as a camera of the usual kind has it."""
SWEEP_DEG = 2.0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A head on its way: the aims it passes, evenly spread from its start to its arrival."""

    intent: IntentId
    way: tuple[Aim, ...]
    starts_s: float
    arrives_s: float

    def at(self, now_s: float) -> Aim:
        """Return where the head is at a moment, as if it turned evenly."""
        takes_s = max(self.arrives_s - self.starts_s, 1e-9)
        share = min(max((now_s - self.starts_s) / takes_s, 0.0), 1.0)
        return self.way[round(share * (len(self.way) - 1))]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A head looked along ``aim`` at about ``at_s``."""

    camera: CameraId
    at_s: float
    aim: Aim


class Heads:
    """The heads of a site; ``turned`` lets them follow their grants."""

    def __init__(self, site: Site) -> None:
        """Put every head to its home preset, or nowhere known where that has no pose."""
        self._states: Mapping[CameraId, CameraState] | None = None
        self.adopt(site)
        self._aims: dict[CameraId, Aim | None] = {}
        for camera in site.cameras:
            home = self._views.get((camera.id, camera.home or "home"))
            self._aims[camera.id] = None if home is None else home.aim
        self._turns: dict[CameraId, _Turn] = {}
        self._sent: dict[CameraId, IntentId] = {}
        self.glimpses = [
            Glimpse(camera, 0.0, aim) for camera, aim in self._aims.items() if aim is not None
        ]

    def adopt(self, site: Site) -> None:
        """Go on with another site, whose presets may look elsewhere."""
        self._site, self._states = site, None
        self._views: dict[tuple[CameraId, str], View] = {
            (view.camera, view.preset): view
            for view in site.topology.views
            if view.preset is not None
        }

    def forget(self) -> None:
        """Let it be unknown where any head looks, until somebody says so with ``place``."""
        self._aims, self._states = dict.fromkeys(self._aims), None

    def place(self, camera: CameraId, aim: Aim) -> None:
        """Put a head that nobody knows of where it was seen; one that is known stays."""
        if self._aims.get(camera) is None and camera not in self._turns:
            self._aims[camera], self._states = aim, None

    def seen(self, now_s: float) -> Iterable[HeadSeen]:
        """Yield what every head whose aim is known reports of itself."""
        for camera in self._aims:
            aim = self._aim(camera, now_s)
            if aim is not None:
                yield HeadSeen(camera, now_s, aim, camera in self._turns)

    @property
    def turning(self) -> bool:
        """Say whether any head is on its way."""
        return bool(self._turns)

    def states(self, now_s: float) -> Mapping[CameraId, CameraState]:
        """Return every camera as the world knows it now; while no head turns, that is the same."""
        if self._states is None or self._turns:
            self._states = {
                camera.id: CameraState(
                    LinkState.ONLINE,
                    aim=None if camera.ptz is None else self._aim(camera.id, now_s),
                    moving=camera.id in self._turns,
                )
                for camera in self._site.cameras
            }
        return self._states

    def arrived(self, now_s: float) -> Iterable[MoveSeen]:
        """Yield the reports of heads that have got where they were sent."""
        for camera, turn in list(self._turns.items()):
            if now_s >= turn.arrives_s:
                del self._turns[camera]
                self._aims[camera], self._states = turn.way[-1], None
                yield MoveSeen(camera, turn.intent, now_s, MoveEnd.ARRIVED, 0.0)

    def turned(self, intents: Iterable[Intent], now_s: float) -> None:
        """Send heads to what they are granted; a grant that stands moves nothing."""
        for intent in intents:
            if self._sent.get(intent.camera) != intent.id:
                self._sent[intent.camera] = intent.id
                self._turn(intent, now_s)

    def _turn(self, intent: Intent, now_s: float) -> None:
        view = self._views.get((intent.camera, intent.preset))
        if view is None:
            return
        camera, start = self._site.camera(intent.camera), self._aim(intent.camera, now_s)
        way = (view.aim,) if start is None else swept(camera, start, view.aim, SWEEP_DEG)
        takes_s = 0.0 if start is None else slew_s(camera, start, view.aim)
        self.glimpses += [Glimpse(intent.camera, now_s, aim) for aim in way]
        starts_s = now_s + REACTION_S
        self._turns[intent.camera] = _Turn(intent.id, way, starts_s, starts_s + takes_s)

    def _aim(self, camera: CameraId, now_s: float) -> Aim | None:
        """Return where a head is now; None where its home has no known pose and it never moved."""
        turn = self._turns.get(camera)
        return self._aims[camera] if turn is None else turn.at(now_s)
