"""Who answers at an approved address, and what was found when it was asked.

The serial must be the approved one, else the link is shut (``Stranger``) and sends no login until
the right camera is back. After a lost connection the serial is asked again before anything else,
for what comes back at an address may be something else.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.answers import Identity
from orchestrator.adapters.onvif.asked import Asked, Failure
from orchestrator.adapters.onvif.authentication import Scheme
from orchestrator.adapters.onvif.calls import Calls
from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.onvif.fast import PresetEntry
from orchestrator.adapters.onvif.imaging import Picture
from orchestrator.adapters.onvif.interview import Head, Interview, service_names
from orchestrator.adapters.onvif.media import Media, Sights
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.adapters.onvif.presets import PresetBook, published
from orchestrator.domain.camera import Passport, Stream
from orchestrator.domain.ids import CameraId
from orchestrator.errors import BadAnswer, CameraFault, NotAuthorised, NotSupported, Stranger
from orchestrator.ports import Approval

_MEDIA: Final = frozenset({Service.MEDIA, Service.MEDIA2})


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the last interview found that later calls need."""

    head: Head | None
    picture: Picture | None
    commands: tuple[str, ...]
    """The auxiliary commands of the device itself; a head has its own."""
    events: str | None
    """The event service's path."""
    sights: Sights
    targets: Mapping[Service, str]
    """The path of every service that was named and did not lead nowhere."""


class Acquaintance:
    """What is known of the camera behind one link, and whether it is still the same one."""

    def __init__(
        self,
        approval: Approval,
        calls: Calls,
        presets: PresetBook,
        *,
        device: str,
    ) -> None:
        """Keep who should answer; ``device`` is the path of its device service."""
        self._approval = approval
        self._calls = calls
        self._presets = presets
        self._device = device
        self._dossier: Dossier | None = None
        self._identified = False
        self._stranger = ""
        self._asker: Interview | None = None
        self._interviewing = asyncio.Lock()

    @property
    def camera(self) -> CameraId:
        """Return whose acquaintance this is."""
        return self._approval.camera

    def doubt(self) -> None:
        """Want to know again who is there before anything else is asked."""
        self._identified = False

    async def interviewed(self) -> Passport:
        """Ask the camera everything, and return what it says."""
        async with self._interviewing, self._calls.crowd:
            return await self._interviewed()

    async def dossier(self, operation: Operation) -> Dossier:
        """Return what the camera can do, after an interview or a check of identity if one is due."""
        if self._dossier is None or not self._identified:
            async with self._interviewing, self._calls.crowd:
                if self._dossier is None:
                    await self._interviewed()
                elif not self._identified:
                    await self._identify()
        if self._dossier is None:
            raise self.error(NotSupported, operation, "nobody knows what it can do")
        return self._dossier

    async def head(self, operation: Operation) -> Head:
        """Return how to steer; ``NotSupported`` where there is no head."""
        head = (await self.dossier(operation)).head
        if head is None:
            raise self.error(NotSupported, operation, "it has no head to steer")
        return head

    async def picture(self, operation: Operation) -> Picture:
        """Return how the picture can be set; ``NotSupported`` where it cannot."""
        picture = (await self.dossier(operation)).picture
        if picture is None:
            raise self.error(NotSupported, operation, "its picture cannot be set")
        return picture

    async def interviewer(self) -> Interview:
        """Return who asks single questions."""
        if self._asker is None:
            self._asker = await self._new_interviewer()
        return self._asker

    async def _new_interviewer(self) -> Interview:
        return Interview(
            self._approval.camera, self._origin, self._device, self._calls, await engine()
        )

    @property
    def _origin(self) -> Origin:
        return Origin(self._approval.host, self._approval.port, self._approval.tls)

    def media(self, interviewer: Interview, targets: Mapping[Service, str]) -> Media:
        """Return who asks the media services."""
        return Media(interviewer, targets, camera=self._approval.camera, origin=self._origin)

    def error(self, kind: type[Failure], operation: Operation, message: str) -> Failure:
        """Return an error of this camera."""
        return Asked.now(self._approval.camera, operation).error(kind, message)

    # -- who answers ---------------------------------------------------------------------------

    async def _identify(self) -> Identity:
        """Return who answers; ``Stranger`` when it is not the approved camera."""
        interviewer = await self.interviewer()
        if self._stranger or self._calls.login.scheme is not Scheme.NONE:
            identity = await self._unsigned_identity(interviewer)
        else:
            # Goes out unsigned as well, and is signed only if the camera asks for it.
            identity = await interviewer.identity(unsigned=False)
        if self._approval.serial not in (None, identity.serial):
            self._stranger = (
                f"serial `{identity.serial}` answers, `{self._approval.serial}` is approved"
            )
            raise self.error(Stranger, names.GET_DEVICE_INFORMATION, self._stranger)
        self._stranger = ""
        self._identified = True
        return identity

    async def _unsigned_identity(self, interviewer: Interview) -> Identity:
        try:
            return await interviewer.identity(unsigned=True)
        except (NotAuthorised, CameraFault, BadAnswer) as error:
            if self._stranger:
                raise self.error(Stranger, names.GET_DEVICE_INFORMATION, self._stranger) from error
            return await interviewer.identity(unsigned=False)

    # -- what it can do ------------------------------------------------------------------------

    async def _interviewed(self) -> Passport:
        self._identified = False
        identity = await self._identify()
        interviewer = await self._new_interviewer()
        targets = (await interviewer.endpoints()).targets
        media = self.media(interviewer, targets)
        sights = await media.sights()
        streams = await media.streams(sights)
        snapshot = await media.snapshot(sights)
        dossier = await self._explored(interviewer, targets, sights)
        self._dossier = dossier
        head, picture = dossier.head, dossier.picture
        presets = () if head is None else await self._presets_if_any(interviewer, head)
        # The older media service is not asked where the newer says it all: nobody knows then.
        unknown = _MEDIA - interviewer.asked
        alive = {Service.DEVICE, *targets} - interviewer.absent - unknown
        return Passport(
            camera=self._approval.camera,
            manufacturer=identity.manufacturer,
            model=identity.model,
            serial=identity.serial,
            firmware=identity.firmware,
            services=service_names(alive),
            absent=service_names(interviewer.absent),
            streams=self._without_secret(streams),
            presets=published(presets),
            has_ptz=head is not None,
            reports_move_status=head is not None and head.reports_move_status,
            authentication=self._calls.login.scheme.value,
            clock_offset_s=self._calls.clock_offset_s,
            imaging=frozenset() if picture is None else picture.ranges.names,
            moves=None if head is None else head.spaces.moves,
            auxiliary=tuple(dict.fromkeys((*(head.commands if head else ()), *dossier.commands))),
            events="pull point" if dossier.events else "",
            snapshot="" if self._is_secret(snapshot) else snapshot,
            rewritten=frozenset(interviewer.rewritten),
        )

    async def _explored(
        self,
        interviewer: Interview,
        targets: Mapping[Service, str],
        sights: Sights,
    ) -> Dossier:
        """Ask what later calls need to know."""
        ptz = targets.get(Service.PTZ)
        sight = targets.get(Service.IMAGING)
        listened = targets.get(Service.EVENTS)
        profiles = sights.profiles
        return Dossier(
            head=None if ptz is None else await interviewer.head(ptz, profiles),
            picture=None if sight is None else await interviewer.picture(sight, profiles),
            commands=await interviewer.device_commands(),
            events=listened if listened and await interviewer.events(listened) else None,
            sights=sights,
            # Absent are those that led nowhere when all of this was asked, so they come last.
            targets={each: targets[each] for each in targets if each not in interviewer.absent},
        )

    async def _presets_if_any(self, interviewer: Interview, head: Head) -> tuple[PresetEntry, ...]:
        try:
            return await self._presets.read(lambda: interviewer.presets(head))
        except NotSupported:
            return ()

    def _without_secret(self, streams: tuple[Stream, ...]) -> tuple[Stream, ...]:
        """Leave out the streams whose path carries the password, as some makers have it."""
        return tuple(each for each in streams if not self._is_secret(each.uri))

    def _is_secret(self, uri: str) -> bool:
        return self._calls.login.redaction.text(uri) != uri
