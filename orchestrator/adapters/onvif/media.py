"""Profiles, streams and the still picture: asked of Media2 where it answers, else of the older service.

Both are asked where Media2 forgets what the older one says: some cameras list no head there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from orchestrator.adapters.onvif import answers, media2, names
from orchestrator.adapters.onvif.addresses import (
    Origin,
    UnsafeAddress,
    is_at,
    snapshot_uri,
    stream_uri,
)
from orchestrator.adapters.onvif.answers import Profile
from orchestrator.adapters.onvif.calls import NoService, Question
from orchestrator.adapters.onvif.interview import CANNOT, Interview
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.domain.camera import Stream

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sights:
    """What a camera shows: its profiles, and which media service told of them, if any did."""

    profiles: tuple[Profile, ...] = ()
    service: Service | None = None


class Media:
    """Asks one camera's media services; every method is one question or a few of the same kind."""

    def __init__(
        self, interview: Interview, targets: Mapping[Service, str], *, camera: str, origin: Origin
    ) -> None:
        """Keep whom to ask, and the paths of its services."""
        self._interview = interview
        self._targets = targets
        self._camera = camera
        self._origin = origin

    async def sights(self) -> Sights:
        """Return the profiles that there are."""
        newer = await self._newer_profiles()
        if not newer:
            older = await self._older_profiles()
            return Sights(older, Service.MEDIA if older else None)
        if Service.PTZ in self._targets and not any(each.head for each in newer):
            heads = {each.token: each.head for each in await self._older_profiles()}
            newer = tuple(replace(each, head=heads.get(each.token, "")) for each in newer)
        return Sights(newer, Service.MEDIA2)

    async def _newer_profiles(self) -> tuple[Profile, ...]:
        target = self._targets.get(Service.MEDIA2)
        if target is None:
            return ()
        operation = names.GET_MEDIA2_PROFILES
        question = Question(operation, media2.get_profiles(), target)
        try:
            return await self._interview.signed(
                question, lambda root: media2.profiles(media2.response(root, operation))
            )
        except CANNOT:
            return ()

    async def _older_profiles(self) -> tuple[Profile, ...]:
        target = self._targets.get(Service.MEDIA)
        if target is None:
            return ()
        parse = self._interview.reader(names.GET_PROFILES, answers.profiles)
        payload = self._interview.engine.build(names.GET_PROFILES)
        try:
            return await self._interview.signed(
                Question(names.GET_PROFILES, payload, target),
                lambda root: parse(answers.fewer_profiles(root)),
            )
        except NoService:
            return ()

    async def streams(self, sights: Sights) -> tuple[Stream, ...]:
        """Return the streams of the profiles that carry video; one that is unsafe is left out."""
        found = [await self._stream(each, sights) for each in sights.profiles if each.encoding]
        return tuple(stream for stream in found if stream is not None)

    async def _stream(self, profile: Profile, sights: Sights) -> Stream | None:
        try:
            claim = await self._stream_claim(profile, sights)
            uri = stream_uri(claim, self._origin.host)
            self._note_host("stream", claim)
        except (*CANNOT, UnsafeAddress) as error:
            log.warning(
                "stream left out", camera=self._camera, profile=profile.name, why=str(error)
            )
            return None
        return Stream(
            profile=profile.name,
            uri=uri,
            width_px=profile.width_px,
            height_px=profile.height_px,
            fps=profile.fps,
            encoding=profile.encoding,
        )

    async def _stream_claim(self, profile: Profile, sights: Sights) -> str:
        if sights.service is Service.MEDIA2:
            payload = media2.get_stream_uri(profile.token)
            return await self._claim(names.GET_MEDIA2_STREAM_URI, payload)
        return await self._interview.ask(
            names.GET_STREAM_URI,
            self._targets[Service.MEDIA],
            answers.stream_claim,
            StreamSetup={"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}},
            ProfileToken=profile.token,
        )

    async def _claim(self, operation: Operation, payload: bytes) -> str:
        question = Question(operation, payload, self._targets[Service.MEDIA2])
        return await self._interview.signed(
            question, lambda root: media2.uri(media2.response(root, operation))
        )

    async def snapshot(self, sights: Sights) -> str:
        """Return the address of a still picture, or nothing where the camera names none."""
        for profile in sights.profiles[:1]:
            try:
                claim = await self.snapshot_claim(profile.token, sights)
                uri = snapshot_uri(claim, self._origin)
            except (*CANNOT, UnsafeAddress):
                break
            self._note_host("snapshot", claim)
            return uri
        return ""

    async def snapshot_claim(self, profile: str, sights: Sights) -> str:
        """Return the address of a still picture as the camera claims it."""
        if sights.service is Service.MEDIA2:
            payload = media2.get_snapshot_uri(profile)
            return await self._claim(names.GET_MEDIA2_SNAPSHOT_URI, payload)
        return await self._interview.ask(
            names.GET_SNAPSHOT_URI,
            self._targets[Service.MEDIA],
            answers.stream_claim,
            ProfileToken=profile,
        )

    def _note_host(self, what: str, claim: str) -> None:
        if not is_at(claim, self._origin.host):
            self._interview.rewritten.add(what)
