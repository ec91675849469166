"""One approved camera's control channel.

Nothing is sent before the first call. Who answers and what it can do is the acquaintance's
(``acquaintance``), which presets there are the book's (``presets``); here every verb of the port
becomes a call.
"""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Final

from orchestrator.adapters.onvif import fast, moving, names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.addresses import Origin, safe_target
from orchestrator.adapters.onvif.authentication import Login
from orchestrator.adapters.onvif.breaker import Breaker
from orchestrator.adapters.onvif.calls import Calls, Question, answer_in
from orchestrator.adapters.onvif.events import Manners, PullPoint, pull_point
from orchestrator.adapters.onvif.fast import PresetEntry
from orchestrator.adapters.onvif.imaging import missing
from orchestrator.adapters.onvif.interview import Head
from orchestrator.adapters.onvif.masks import OnvifMasks
from orchestrator.adapters.onvif.names import Operation
from orchestrator.adapters.onvif.notifications import reported
from orchestrator.adapters.onvif.optics import OnvifEye
from orchestrator.adapters.onvif.places import OnvifPlaces
from orchestrator.adapters.onvif.presets import PresetBook, Reading
from orchestrator.adapters.onvif.record import LoginRecord
from orchestrator.adapters.onvif.relays import OnvifRelays
from orchestrator.adapters.onvif.stills import OnvifStills
from orchestrator.adapters.onvif.tab import Tab
from orchestrator.adapters.onvif.tours import OnvifTours
from orchestrator.adapters.onvif.transport import STATUS_DEADLINE_S, Transport
from orchestrator.domain.camera import Passport, Preset, PtzPose
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.moving import StopWay, Turn
from orchestrator.domain.sighting import CameraReported
from orchestrator.domain.still import Still
from orchestrator.errors import (
    Broken,
    CameraFault,
    CameraTimeout,
    NotSupported,
    Unreachable,
)
from orchestrator.ports import (
    Approval,
    Clock,
    Credentials,
    Eye,
    HeadReport,
    Masks,
    Places,
    Relays,
    Tours,
)

_DICE: Final = secrets.SystemRandom()


class OnvifLink:
    """A ``CameraLink`` over ONVIF."""

    def __init__(
        self,
        approval: Approval,
        credentials: Credentials,
        *,
        transport: Transport,
        clock: Clock,
        utc: Callable[[], datetime],
        tab: Tab | None = None,
        record: LoginRecord | None = None,
    ) -> None:
        """Keep the approval, the login and what is shared; nothing is sent."""
        self._approval = approval
        self._clock = clock
        device = safe_target(approval.path)
        origin = Origin(approval.host, approval.port, approval.tls)
        self._calls = Calls(
            approval.camera,
            origin,
            device,
            Login(credentials, text=approval.password_text and approval.tls is not None),
            transport=transport,
            clock=clock,
            utc=utc,
            record=record,
        )
        self._closed = False
        self._manners = Manners()
        self._tab = tab or Tab(approval.camera)
        self._presets = PresetBook(approval.camera, clock)
        self._known = Acquaintance(approval, self._calls, self._presets, device=device)
        breaker = Breaker(_DICE.uniform)
        self._watch = _Watch(self._known, breaker, clock, always=False)
        self._probe = _Watch(self._known, breaker, clock, always=True)
        self._tours = OnvifTours(self._known, self._presets, self._watching)
        self._masks = OnvifMasks(self._known, self._watching)
        self._eye = OnvifEye(self._known, self._watching)
        self._relays = OnvifRelays(self._known, self._watching)
        self._places = OnvifPlaces(self._known, self._watching)
        self._stills = OnvifStills(
            self._known,
            Login(credentials),
            origin,
            transport=transport,
            camera_now=self._calls.camera_now,
            watching=self._watching,
        )

    @property
    def camera(self) -> CameraId:
        """Return whose link this is."""
        return self._approval.camera

    async def interview(self) -> Passport:
        """Ask the camera who it is and what it can do; never moves it."""
        with self._watching(always=True):
            return await self._known.interviewed()

    async def presets(self) -> Sequence[Preset]:
        """Return the presets as they are now."""
        with self._watching():
            head = await self._known.head(names.GET_PRESETS)
            return await self._presets.published(self._reading(head))

    async def head(self) -> HeadReport:
        """Return where the head is now."""
        with self._watching():
            head = await self._known.head(names.GET_STATUS)
            before_s = self._clock.now().mono_s
            status = await (await self._known.interviewer()).status(head, STATUS_DEADLINE_S)
            return HeadReport(
                pose=status.pose,
                moving=status.moving,
                at_s=(before_s + self._clock.now().mono_s) / 2,
            )

    async def goto_preset(self, preset: PresetName) -> None:
        """Ask the head to go to a preset; returns when accepted, not when arrived."""
        with self._watching():
            head = await self._known.head(names.GOTO_PRESET)
            reading = self._reading(head)
            token = await self._presets.token(preset, reading)
            try:
                await self._steer(moving.goto_preset(token)(head))
            except CameraFault:
                await self._presets.read(reading)
                renumbered = await self._presets.token(preset, reading)
                if renumbered == token:
                    raise
                await self._steer(moving.goto_preset(renumbered)(head))

    async def stop(self, way: StopWay = StopWay.STOP) -> None:
        """Stop every axis now, in this way."""
        await self._moved(names.STOP, moving.stop(way), always=True)

    async def move_to(self, pose: PtzPose, *, speed: float | None = None) -> None:
        """Ask the head to go to a position; returns when accepted, not when arrived."""
        await self._moved(names.ABSOLUTE_MOVE, moving.move_to(pose, speed))

    async def move_by(
        self, turn: Turn, *, in_view: bool = False, speed: float | None = None
    ) -> None:
        """Ask the head for a step, in its own units or in halves of the picture."""
        await self._moved(names.RELATIVE_MOVE, moving.move_by(turn, speed, in_view=in_view))

    async def drive(self, velocity: Turn, *, for_s: float) -> None:
        """Have the head move at a velocity and end that by itself after ``for_s``."""
        await self._moved(names.CONTINUOUS_MOVE, moving.drive(velocity, for_s))

    async def go_home(self, *, speed: float | None = None) -> None:
        """Ask the head to go to its home position; returns when accepted."""
        await self._moved(names.GOTO_HOME, moving.go_home(speed))

    async def imaging(self) -> Imaging:
        """Return the picture settings as they are now, of those that it has."""
        with self._watching():
            picture = await self._known.picture(names.GET_IMAGING_SETTINGS)
            return await (await self._known.interviewer()).settings(picture)

    async def set_imaging(self, imaging: Imaging) -> None:
        """Change these picture settings and no others, until the camera restarts."""
        with self._watching():
            picture = await self._known.picture(names.SET_IMAGING_SETTINGS)
            lacking = missing(imaging, picture.ranges)
            if lacking:
                message = f"it has no {', '.join(lacking)}"
                raise self._known.error(NotSupported, names.SET_IMAGING_SETTINGS, message)
            await (await self._known.interviewer()).change(picture, imaging)

    async def send_auxiliary(self, command: str) -> None:
        """Send an auxiliary command, such as ``tt:Wiper|On``, as the camera writes it."""
        with self._watching():
            dossier = await self._known.dossier(names.SEND_AUXILIARY)
            head = dossier.head
            if head is not None and command not in head.commands and command in dossier.commands:
                head = None
            await (await self._known.interviewer()).command(command, head)

    @property
    def tours(self) -> Tours:
        """Return the door to its preset tours."""
        return self._tours

    @property
    def masks(self) -> Masks:
        """Return the door to its privacy masks."""
        return self._masks

    @property
    def eye(self) -> Eye:
        """Return the door to its exposure and focus."""
        return self._eye

    @property
    def relays(self) -> Relays:
        """Return the door to its relay outputs."""
        return self._relays

    @property
    def places(self) -> Places:
        """Return the door to where it is on earth."""
        return self._places

    async def still(self) -> Still:
        """Return what the camera shows now, as JPEG."""
        return await self._stills.fetch()

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Sequence[CameraReported]]]:
        """Subscribe to what the camera tells of itself, and give that back at the end."""
        with self._watching():
            target = (await self._known.dossier(names.CREATE_PULL_POINT)).events
            if target is None:
                raise self._known.error(
                    NotSupported, names.CREATE_PULL_POINT, "it has no event service"
                )
            subscribed = pull_point(
                self._calls,
                target,
                camera=self.camera,
                manners=self._manners,
                clock=self._clock,
                tab=self._tab,
            )
            async with subscribed as point, aclosing(self._told(point)) as batches:
                yield batches

    async def _told(self, point: PullPoint) -> AsyncGenerator[Sequence[CameraReported]]:
        while not point.over:
            told = await point.pull()
            yield reported(self.camera, told, self._clock.now().mono_s)

    async def alive(self) -> None:
        """Return when the camera answers and its clock is right; no login is sent."""
        with self._watching(always=True):
            await self._calls.read_clock()
            self._calls.check_clock(names.GET_SYSTEM_DATE_AND_TIME)

    async def aclose(self) -> None:
        """Send nothing any more; the connections belong to all links together."""
        self._closed = True

    def _watching(self, *, always: bool = False) -> "_Watch":
        """Return what a call is made in; ``always`` for those that are not held back."""
        if self._closed:
            raise Broken(f"the link to {self.camera} is used after it was closed")
        return self._probe if always else self._watch

    def _reading(self, head: Head) -> Reading:
        async def reading() -> tuple[PresetEntry, ...]:
            return await (await self._known.interviewer()).presets(head)

        return reading

    async def _moved(
        self, operation: Operation, made: moving.Made, *, always: bool = False
    ) -> None:
        with self._watching(always=always):
            head = await self._known.head(operation)
            try:
                question = made(head)
            except moving.Lacking as error:
                raise self._known.error(NotSupported, operation, str(error)) from error
            await self._steer(question)

    async def _steer(self, question: Question) -> None:
        accepted = fast.accepted(question.operation.name)
        await self._calls.signed(question, lambda root: accepted(answer_in(root)))


class _Watch:
    """What calls are made in: one for all of a link's, since each hot call enters it.

    Who is there is doubted when a call was not answered; after a few such calls nothing is asked
    for a while, but by those that are ``always`` let through.
    """

    __slots__ = ("_always", "_breaker", "_clock", "_known")

    def __init__(
        self, known: Acquaintance, breaker: Breaker, clock: Clock, *, always: bool
    ) -> None:
        self._known = known
        self._breaker = breaker
        self._clock = clock
        self._always = always

    def __enter__(self) -> None:
        """Begin a call; ``Unreachable`` where the camera is left alone just now."""
        often = self._breaker.failures
        if often == 0 or self._always:
            return
        if not self._breaker.lets_through(self._clock.now().mono_s):
            said = f"it did not answer {often} times in a row; it is asked again in a while"
            raise Unreachable(said, camera=self._known.camera, operation="call")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take how the call ended."""
        if kind is None:
            self._breaker.answered()
        elif issubclass(kind, (Unreachable, CameraTimeout)):
            self._known.doubt()
            self._breaker.failed(self._clock.now().mono_s)
