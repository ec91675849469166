"""One approved camera's control channel.

Nothing is sent before the first call. A link first learns who answers: the serial must be the
approved one, else the link is shut (``Stranger``) and sends no login until the right camera is
back. After a lost connection the serial is asked again before anything else, for what comes back
at an address may be something else. Presets are called by name; their tokens stay here and are
read anew when they are a minute old or the camera does not know one any more.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from unicodedata import normalize

from orchestrator.adapters.onvif import fast, moving, names
from orchestrator.adapters.onvif.addresses import Origin, safe_target
from orchestrator.adapters.onvif.answers import Identity
from orchestrator.adapters.onvif.authentication import Login, Scheme
from orchestrator.adapters.onvif.calls import Calls, Question, answer_in
from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.onvif.events import Manners, PullPoint, pull_point
from orchestrator.adapters.onvif.fast import PresetEntry
from orchestrator.adapters.onvif.imaging import Picture, missing
from orchestrator.adapters.onvif.interview import Head, Interview, service_names
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.adapters.onvif.notifications import reported
from orchestrator.adapters.onvif.transport import STATUS_DEADLINE_S, Asked, Failure, Transport
from orchestrator.domain.camera import Passport, Preset, PtzPose, Stream
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.moving import StopWay, Turn
from orchestrator.domain.sighting import CameraReported
from orchestrator.errors import (
    BadAnswer,
    Broken,
    CameraFault,
    CameraTimeout,
    NotAuthorised,
    NotSupported,
    Stranger,
    Unreachable,
)
from orchestrator.ports import Approval, Clock, Credentials, HeadReport

_PRESETS_GOOD_FOR_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Dossier:
    """What the last interview found that later calls need."""

    head: Head | None
    picture: Picture | None
    commands: tuple[str, ...]
    """The auxiliary commands of the device itself; a head has its own."""
    events: str | None
    """The event service's path."""


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
    ) -> None:
        """Keep the approval, the login and what is shared; nothing is sent."""
        self._approval = approval
        self._clock = clock
        self._login = Login(credentials)
        self._password = credentials.password
        self._device = safe_target(approval.path)
        self._calls = Calls(
            approval.camera,
            Origin(approval.host, approval.port),
            self._device,
            self._login,
            transport=transport,
            clock=clock,
            utc=utc,
        )
        self._dossier: _Dossier | None = None
        self._closed = False
        self._manners = Manners()
        self._presets: tuple[PresetEntry, ...] = ()
        self._presets_read_s: float | None = None
        self._identified = False
        self._stranger = ""
        self._interviewing = asyncio.Lock()

    @property
    def camera(self) -> CameraId:
        """Return whose link this is."""
        return self._approval.camera

    async def interview(self) -> Passport:
        """Ask the camera who it is and what it can do; never moves it."""
        with self._watching():
            async with self._interviewing:
                return await self._interviewed()

    async def presets(self) -> Sequence[Preset]:
        """Return the presets as they are now."""
        with self._watching():
            head = await self._head(names.GET_PRESETS)
            return _published(await self._read_presets(head))

    async def head(self) -> HeadReport:
        """Return where the head is now."""
        with self._watching():
            head = await self._head(names.GET_STATUS)
            before_s = self._clock.now().mono_s
            status = await (await self._interviewer()).status(head, STATUS_DEADLINE_S)
            return HeadReport(
                pose=status.pose,
                moving=status.moving,
                at_s=(before_s + self._clock.now().mono_s) / 2,
            )

    async def goto_preset(self, preset: PresetName) -> None:
        """Ask the head to go to a preset; returns when accepted, not when arrived."""
        with self._watching():
            head = await self._head(names.GOTO_PRESET)
            token = await self._token(head, preset)
            try:
                await self._goto(head, token)
            except CameraFault:
                await self._read_presets(head)
                renumbered = await self._token(head, preset)
                if renumbered == token:
                    raise
                await self._goto(head, renumbered)

    async def stop(self, way: StopWay = StopWay.STOP) -> None:
        """Stop every axis now, in this way."""
        await self._moved(names.STOP, moving.stop(way))

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
            picture = await self._picture(names.GET_IMAGING_SETTINGS)
            return await (await self._interviewer()).settings(picture)

    async def set_imaging(self, imaging: Imaging) -> None:
        """Change these picture settings and no others, until the camera restarts."""
        with self._watching():
            picture = await self._picture(names.SET_IMAGING_SETTINGS)
            lacking = missing(imaging, picture.ranges)
            if lacking:
                message = f"it has no {', '.join(lacking)}"
                raise self._error(NotSupported, names.SET_IMAGING_SETTINGS, message)
            await (await self._interviewer()).change(picture, imaging)

    async def send_auxiliary(self, command: str) -> None:
        """Send an auxiliary command, such as ``tt:Wiper|On``, as the camera writes it."""
        with self._watching():
            dossier = await self._known(names.SEND_AUXILIARY)
            head = dossier.head
            if head is not None and command not in head.commands and command in dossier.commands:
                head = None
            await (await self._interviewer()).command(command, head)

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Sequence[CameraReported]]]:
        """Subscribe to what the camera tells of itself, and give that back at the end."""
        with self._watching():
            target = (await self._known(names.CREATE_PULL_POINT)).events
            if target is None:
                raise self._error(NotSupported, names.CREATE_PULL_POINT, "it has no event service")
            subscribed = pull_point(
                self._calls,
                target,
                camera=self.camera,
                host=self._approval.host,
                manners=self._manners,
                clock=self._clock,
            )
            async with subscribed as point, aclosing(self._told(point)) as batches:
                yield batches

    async def _told(self, point: PullPoint) -> AsyncGenerator[Sequence[CameraReported]]:
        while not point.over:
            told = await point.pull()
            yield reported(self.camera, told, self._clock.now().mono_s)

    async def alive(self) -> None:
        """Return when the camera answers and its clock is right; no login is sent."""
        with self._watching():
            await self._calls.read_clock()
            self._calls.check_clock(names.GET_SYSTEM_DATE_AND_TIME)

    async def aclose(self) -> None:
        """Send nothing any more; the connections belong to all links together."""
        self._closed = True

    # -- who answers ---------------------------------------------------------------------------

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Doubt who is there once the connection was lost."""
        if self._closed:
            raise Broken(f"the link to {self.camera} is used after it was closed")
        try:
            yield
        except (Unreachable, CameraTimeout):
            self._identified = False
            raise

    async def _identify(self) -> Identity:
        """Return who answers; ``Stranger`` when it is not the approved camera."""
        interviewer = await self._interviewer()
        if self._stranger or self._login.scheme is not Scheme.NONE:
            identity = await self._unsigned_identity(interviewer)
        else:
            # Goes out unsigned as well, and is signed only if the camera asks for it.
            identity = await interviewer.identity(unsigned=False)
        if self._approval.serial not in (None, identity.serial):
            self._stranger = (
                f"serial `{identity.serial}` answers, `{self._approval.serial}` is approved"
            )
            raise self._error(Stranger, names.GET_DEVICE_INFORMATION, self._stranger)
        self._stranger = ""
        self._identified = True
        return identity

    async def _unsigned_identity(self, interviewer: Interview) -> Identity:
        try:
            return await interviewer.identity(unsigned=True)
        except (NotAuthorised, CameraFault, BadAnswer) as error:
            if self._stranger:
                raise self._error(Stranger, names.GET_DEVICE_INFORMATION, self._stranger) from error
            return await interviewer.identity(unsigned=False)

    # -- the interview -------------------------------------------------------------------------

    async def _interviewed(self) -> Passport:
        self._identified = False
        identity = await self._identify()
        interviewer = await self._interviewer()
        endpoints = await interviewer.endpoints()
        media = endpoints.targets.get(Service.MEDIA)
        ptz = endpoints.targets.get(Service.PTZ)
        profiles = () if media is None else await interviewer.profiles(media)
        streams = () if media is None else await interviewer.streams(media, profiles)
        head = None if ptz is None else await interviewer.head(ptz, profiles)
        sight = endpoints.targets.get(Service.IMAGING)
        picture = None if sight is None else await interviewer.picture(sight, profiles)
        commands = await interviewer.device_commands()
        listened = endpoints.targets.get(Service.EVENTS)
        events = listened if listened and await interviewer.events(listened) else None
        snapshot = "" if media is None else await interviewer.snapshot(media, profiles)
        self._dossier = _Dossier(head, picture, commands, events)
        presets = () if head is None else await self._presets_if_any(head)
        alive = {Service.DEVICE, *endpoints.targets} - interviewer.absent
        return Passport(
            camera=self.camera,
            manufacturer=identity.manufacturer,
            model=identity.model,
            serial=identity.serial,
            firmware=identity.firmware,
            services=service_names(alive),
            absent=service_names(interviewer.absent),
            streams=self._without_secret(streams),
            presets=_published(presets),
            has_ptz=head is not None,
            reports_move_status=head is not None and head.reports_move_status,
            authentication=self._login.scheme.value,
            clock_offset_s=self._calls.clock_offset_s,
            imaging=frozenset() if picture is None else picture.ranges.names,
            moves=None if head is None else head.spaces.moves,
            auxiliary=tuple(dict.fromkeys((*(head.commands if head else ()), *commands))),
            events="pull point" if events else "",
            snapshot="" if self._is_secret(snapshot) else snapshot,
            spaces=() if head is None else head.spaces.spans,
        )

    def _without_secret(self, streams: tuple[Stream, ...]) -> tuple[Stream, ...]:
        """Leave out the streams whose path carries the password, as some makers have it."""
        return tuple(each for each in streams if not self._is_secret(each.uri))

    def _is_secret(self, uri: str) -> bool:
        password = self._password.reveal()
        return bool(password) and password in uri

    async def _interviewer(self) -> Interview:
        return Interview(
            self.camera, self._approval.host, self._device, self._calls, await engine()
        )

    async def _known(self, operation: Operation) -> _Dossier:
        """Return what the camera can do, after an interview or a check of identity if one is due."""
        if self._dossier is None or not self._identified:
            async with self._interviewing:
                if self._dossier is None:
                    await self._interviewed()
                elif not self._identified:
                    await self._identify()
        if self._dossier is None:
            raise self._error(NotSupported, operation, "nobody knows what it can do")
        return self._dossier

    async def _head(self, operation: Operation) -> Head:
        """Return how to steer."""
        head = (await self._known(operation)).head
        if head is None:
            raise self._error(NotSupported, operation, "it has no head to steer")
        return head

    async def _picture(self, operation: Operation) -> Picture:
        """Return how the picture can be set."""
        picture = (await self._known(operation)).picture
        if picture is None:
            raise self._error(NotSupported, operation, "its picture cannot be set")
        return picture

    # -- presets -------------------------------------------------------------------------------

    async def _presets_if_any(self, head: Head) -> tuple[PresetEntry, ...]:
        try:
            return await self._read_presets(head)
        except NotSupported:
            return ()

    async def _read_presets(self, head: Head) -> tuple[PresetEntry, ...]:
        self._presets = await (await self._interviewer()).presets(head)
        self._presets_read_s = self._clock.now().mono_s
        return self._presets

    async def _token(self, head: Head, preset: PresetName) -> str:
        """Return the one token that has this name now."""
        read_s = self._presets_read_s
        stale = read_s is None or self._clock.now().mono_s - read_s > _PRESETS_GOOD_FOR_S
        entries = await self._read_presets(head) if stale else self._presets
        tokens = _tokens(entries, preset)
        if len(tokens) != 1 and not stale:
            entries = await self._read_presets(head)
            tokens = _tokens(entries, preset)
        if len(tokens) == 1:
            return tokens[0]
        raise self._preset_error(preset, entries, missing=not tokens)

    def _preset_error(
        self, preset: PresetName, entries: Sequence[PresetEntry], *, missing: bool
    ) -> CameraFault:
        known = ", ".join(sorted({entry.name for entry in entries})[:20]) or "none"
        return CameraFault(
            f"it has no preset `{preset}` (presets: {known})"
            if missing
            else f"it has more than one preset called `{preset}`; rename all but one",
            camera=self.camera,
            operation=names.GOTO_PRESET.name,
            code="PresetMissing" if missing else "PresetAmbiguous",
        )

    # -- moving --------------------------------------------------------------------------------

    async def _goto(self, head: Head, token: str) -> None:
        await self._steer(moving.goto_preset(token)(head))

    async def _moved(self, operation: Operation, made: moving.Made) -> None:
        with self._watching():
            head = await self._head(operation)
            try:
                question = made(head)
            except moving.Lacking as error:
                raise self._error(NotSupported, operation, str(error)) from error
            await self._steer(question)

    async def _steer(self, question: Question) -> None:
        accepted = fast.accepted(question.operation.name)
        await self._calls.signed(question, lambda root: accepted(answer_in(root)))

    def _error(self, kind: type[Failure], operation: Operation, message: str) -> Failure:
        return Asked.now(self.camera, operation).error(kind, message)


def _tokens(entries: Sequence[PresetEntry], preset: PresetName) -> list[str]:
    wanted = normalize("NFC", fast.legible(preset))
    return [entry.token for entry in entries if normalize("NFC", entry.name) == wanted]


def _published(entries: Sequence[PresetEntry]) -> tuple[Preset, ...]:
    return tuple(Preset(PresetName(entry.name), entry.pose) for entry in entries)
