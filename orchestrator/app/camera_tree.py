"""One camera's tasks: onboard, watch, hear, steer and trim it; what fails costs this camera only."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace

import structlog

from orchestrator.app.links import combined
from orchestrator.app.unposed import Unposed
from orchestrator.domain.camera import Camera, LinkState, Motors, Passport
from orchestrator.domain.intent import Attention, Intent, Trim
from orchestrator.domain.sighting import (
    CameraReported,
    Detections,
    HeadSeen,
    Interviewed,
    LinkSeen,
    Observation,
    Report,
)
from orchestrator.domain.veil import DARK
from orchestrator.errors import StoreError
from orchestrator.onboard import Hearsay, keep_onboard
from orchestrator.ports import (
    Approval,
    CameraLink,
    Clock,
    Credentials,
    Describer,
    Detector,
    Frames,
    Store,
)
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Granted, HeadTimeline, Quarry, Witnesses, steered, trimmed
from orchestrator.watch import WATCH_FPS, Describing, FixedPose, Means, Tally, listened, watched

log = structlog.get_logger()

Supervise = Callable[[str, Callable[[], Awaitable[None]]], Coroutine[None, None, None]]
Tell = Callable[[Observation], object]

UNDECIDED_S = 5.0
"""What is hidden is decided at least every second; after so long nobody knows."""


@dataclass(frozen=True, slots=True)
class Access:
    """What opens one approved camera: its link, and the login its stream asks for."""

    approval: Approval
    link: CameraLink
    credentials: Credentials


class CameraTree:
    """The tasks of one camera, and the channels they share."""

    def __init__(
        self,
        camera: Camera,
        *,
        frames: Frames,
        detector: Detector | None,
        describer: Describer | None = None,
        store: Store,
        clock: Clock,
        report: Tell,
        supervise: Supervise,
    ) -> None:
        """Keep the doors; ``detector`` is None when there is no model: the camera only steers.

        ``describer`` is None where no model tells people apart.
        """
        self.camera = camera
        self._frames = frames
        self._detector = detector
        self._store = store
        self._clock = clock
        self._report = report
        self._supervise = supervise
        self.hearsay = Hearsay()
        """What discovery hears of it."""
        self._passport: Passport | None = None
        self._motors: Motors | None = None
        self._interviewed = asyncio.Event()
        self._grants: Latest[Granted] = Latest()
        self._trims: Latest[Trim] = Latest()
        self._retry: Latest[bool] = Latest()
        self._timeline = HeadTimeline()
        self._witnesses = Witnesses()
        self._unposed = Unposed(self._timeline, report, clock)
        self._control: LinkSeen | None = None
        self._video: LinkSeen | None = None
        self._said: tuple[LinkState, str] | None = None
        self._attention = Attention(camera.id, WATCH_FPS, WATCH_FPS, DARK)
        self._attended_s = 0.0
        self.tally = Tally()
        """What becomes of its pictures."""
        self._describing = None
        if describer is not None:
            means = Means(camera, frames, describer, lambda: self.attending().nameless)
            self._describing = Describing(means)

    def grant(self, intent: Intent | None, quarry: Quarry | None = None) -> None:
        """Hand the head its newest grant; the same grant again is free.

        ``quarry`` is what is known now of whom it pursues.
        """
        newest = self._grants.peek()
        if newest is None or (newest.intent, newest.quarry) != (intent, quarry):
            self._grants.put(Granted(intent, quarry))

    def trim(self, trim: Trim | None) -> None:
        """Hand the camera its newest trim; the same one again is free."""
        newest, wanted = self._trims.peek(), trim or Trim(self.camera.id)
        before = Trim(self.camera.id) if newest is None else newest
        if (before.imaging, before.auxiliaries) != (wanted.imaging, wanted.auxiliaries):
            self._trims.put(wanted)

    def attend(self, attention: Attention) -> None:
        """Watch so closely from now on, and hide so much."""
        self._attention = attention
        self._attended_s = self._clock.now().mono_s

    def attending(self) -> Attention:
        """Return the newest attention; when nobody has decided for long, nothing may be seen."""
        if self._clock.now().mono_s - self._attended_s <= UNDECIDED_S:
            return self._attention
        return replace(self._attention, veil=DARK, nameless=None)

    def retry_video(self) -> None:
        """Try its stream at once where it is left alone, whatever it did before."""
        self._retry.put(True)

    @property
    def is_away(self) -> bool:
        """Say whether it does not answer where it is approved."""
        return self._control is not None and self._control.state is LinkState.OFFLINE

    def refuse(self, reason: str) -> None:
        """Say that this camera is not touched, and why."""
        now_s = self._clock.now().mono_s
        self._report(LinkSeen(self.camera.id, now_s, LinkState.REFUSED, reason))

    async def run(self, access: Access, renewed: Callable[[], Awaitable[None]]) -> None:
        """Onboard, watch and steer until cancelled, or until a refused login has been renewed."""
        # The interview alone tries a login: what else would send it waits until it is accepted.
        self._interviewed.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                others = [
                    tasks.create_task(self._supervise(f"{verb} {self.camera.id}", start))
                    for verb, start in self._verbs(access).items()
                ]
                await self._supervise(
                    f"onboard {self.camera.id}", lambda: self._onboard(access.link, renewed)
                )
                for other in others:
                    other.cancel()
        finally:
            await access.link.aclose()

    def _verbs(self, access: Access) -> dict[str, Callable[[], Awaitable[None]]]:
        """Return what a camera does once it is on board."""
        verbs: dict[str, Callable[[], Awaitable[None]]] = {
            "watch": lambda: self._watch(access.credentials),
            "hear": lambda: self._hear(access.link),
            "trim": lambda: self._trim(access.link),
        }
        if self.camera.ptz is not None:
            verbs["steer"] = lambda: self._steer(access.link)
        return verbs

    async def _onboard(self, link: CameraLink, renewed: Callable[[], Awaitable[None]]) -> None:
        try:
            self._motors = await self._store.measured(self.camera.id)
        except StoreError as error:
            log.warning("what was measured is not known", camera=self.camera.id, why=str(error))
        await keep_onboard(
            self.camera,
            link,
            clock=self._clock,
            store=self._store,
            report=self._from_control,
            renewed=renewed,
            hearsay=self.hearsay,
        )

    async def _steer(self, link: CameraLink) -> None:
        await self._interviewed.wait()
        await steered(
            self.camera,
            link,
            grants=self._grants,
            passport=lambda: self._passport,
            timeline=self._timeline,
            witnesses=self._witnesses,
            report=self._from_head,
            clock=self._clock,
            guarded=lambda: self._attention.veil.hides,
        )

    async def _hear(self, link: CameraLink) -> None:
        """Listen to a camera that tells of itself; one that does not costs nothing."""
        await self._interviewed.wait()
        assert self._passport is not None
        if self._passport.events:
            await listened(self.camera, link, report=self._from_camera, clock=self._clock)

    async def _trim(self, link: CameraLink) -> None:
        await self._interviewed.wait()
        await trimmed(
            self.camera.id,
            link,
            trims=self._trims,
            store=self._store,
            report=self._report,
            clock=self._clock,
        )

    async def _watch(self, credentials: Credentials) -> None:
        await self._interviewed.wait()
        assert self._passport is not None
        if self._detector is None:
            return
        await watched(
            self.camera,
            frames=self._frames,
            detector=self._detector,
            streams=self._passport.streams,
            credentials=credentials,
            stands=self._witnesses.picture if self.camera.ptz is not None else None,
            attention=self.attending,
            poses=self._timeline if self.camera.ptz is not None else FixedPose(self.camera),
            tally=self.tally,
            report=self._from_video,
            clock=self._clock,
            describing=self._describing,
            retry=self._retry,
        )

    def _from_camera(self, observation: Observation) -> None:
        """Pass on what a camera tells of itself; that its head has come to rest, also to who moves it."""
        if isinstance(observation, CameraReported) and observation.report is Report.PRESET:
            self._witnesses.preset_reached(observation.at_s)
        self._report(observation)

    def _from_control(self, observation: Observation) -> None:
        match observation:
            case LinkSeen():
                self._control = observation
                self._say_link()
            case Interviewed(passport=passport):
                self._passport = proven(passport, self._motors)
                self._interviewed.set()
                self._report(replace(observation, passport=self._passport))
            case _:
                self._report(observation)

    def _from_video(self, observation: Observation) -> None:
        if isinstance(observation, LinkSeen):
            self._video = observation
            self._say_link()
        elif (
            isinstance(observation, Detections)
            and observation.aim is None
            and self.camera.ptz is not None
        ):
            self._unposed.take(observation)
        else:
            self._report(observation)

    def _from_head(self, observation: Observation) -> None:
        self._report(observation)
        if isinstance(observation, HeadSeen):
            self._unposed.look()

    def _say_link(self) -> None:
        if self._control is None:
            return
        link = combined(self._control, self._video)
        if (link.state, link.reason) != self._said:
            self._said = (link.state, link.reason)
            self._report(link)


def proven(passport: Passport, motors: Motors | None) -> Passport:
    """Return a passport with what was measured of this very device; of another it proves nothing."""
    same = motors is not None and (motors.serial, motors.firmware) == (
        passport.serial,
        passport.firmware,
    )
    if motors is None or not same:
        return passport
    moves = passport.moves
    if moves is not None:
        moves = replace(moves, timeout_proven=motors.ends_by_itself)
    return replace(passport, motors=motors, moves=moves)
