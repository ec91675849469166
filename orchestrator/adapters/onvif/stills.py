"""A still picture, fetched where the camera names one: the same rules as for every call.

The address is asked for anew each time and read like every other: rebuilt on the approved host,
redirects refused, the answer capped. The login goes to the approved origin and nowhere else; a
picture at another port is asked for without one. It is HTTP Digest or nothing: a plain password
is never sent.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from orchestrator.adapters.onvif import jpeg, names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.addresses import Origin, UnsafeAddress, fetchable
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.authentication import Login, Signature, Verdict
from orchestrator.adapters.onvif.digest import best_challenge
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.transport import Dropped, Request, Transport
from orchestrator.domain.still import Still
from orchestrator.errors import BadAnswer, CameraBusy, NotAuthorised, NotSupported

_DEADLINE_S: Final = 10.0
"""A large picture over a thin line takes its time."""
_MOST_BYTES: Final = 4 << 20
_MOST_ROUNDS: Final = 4


class OnvifStills:
    """Fetches stills of one camera."""

    def __init__(
        self,
        known: Acquaintance,
        login: Login,
        origin: Origin,
        *,
        transport: Transport,
        camera_now: Callable[[], datetime],
        watching: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Keep whom to ask; ``login`` is one of its own, for pictures may have another realm."""
        self._known = known
        self._login = login
        self._origin = origin
        self._transport = transport
        self._camera_now = camera_now
        self._watching = watching
        self._turn = asyncio.Lock()

    async def fetch(self) -> Still:
        """Return what the camera shows now."""
        with self._watching():
            origin, target = await self._address()
            asked = Asked.now(self._known.camera, names.GET_SNAPSHOT)
            async with self._turn:
                if origin == self._origin:
                    data = await self._agreed(target, asked)
                else:
                    data = await self._unsigned(origin, target, asked)
            try:
                return jpeg.still(data)
            except Unusable as error:
                raise asked.error(BadAnswer, str(error)) from error

    async def _address(self) -> tuple[Origin, str]:
        operation = names.GET_SNAPSHOT_URI
        dossier = await self._known.dossier(operation)
        sights = dossier.sights
        if not sights.profiles:
            raise self._known.error(NotSupported, operation, "it has no profile to show")
        media = self._known.media(await self._known.interviewer(), dossier.targets)
        try:
            claim = await media.snapshot_claim(sights.profiles[0].token, sights)
            return fetchable(claim, self._origin)
        except UnsafeAddress as error:
            raise self._known.error(BadAnswer, operation, str(error)) from error

    async def _agreed(self, target: str, asked: Asked) -> bytes:
        """Fetch, and fetch again as the camera wants it signed, until it answers or refuses."""
        dropped = False
        for _round in range(_MOST_ROUNDS):
            if self._login.refused:
                raise asked.error(NotAuthorised, self._login.refused)
            signature = self._login.signature("GET", target, self._camera_now)
            try:
                status, challenges, data = await self._got(self._origin, target, signature, asked)
            except Dropped:
                if dropped:
                    raise
                dropped = True
                continue
            unproved = status == 401 and signature.authorization is None
            if unproved and best_challenge(challenges) is None:
                raise asked.error(
                    NotAuthorised, "the still picture wants another login than Digest"
                )
            verdict = self._login.verdict(signature, status, challenges, None)
            if verdict is Verdict.PASSED:
                return _shown(status, data, asked)
            if verdict is Verdict.DOUBTED:
                raise asked.error(CameraBusy, "the still picture's login worked before; try later")
        if self._login.refused:
            raise asked.error(NotAuthorised, self._login.refused)
        raise asked.error(NotAuthorised, "the camera does not settle on a login for the picture")

    async def _unsigned(self, origin: Origin, target: str, asked: Asked) -> bytes:
        status, _, data = await self._got(origin, target, Signature(), asked)
        if status == 401:
            message = (
                f"the still picture at {origin} wants a login; only {self._origin} is approved"
            )
            raise asked.error(NotAuthorised, message)
        return _shown(status, data, asked)

    async def _got(
        self, origin: Origin, target: str, signature: Signature, asked: Asked
    ) -> tuple[int, tuple[str, ...], bytes]:
        request = Request(
            origin, target, authorization=signature.authorization, most_bytes=_MOST_BYTES
        )
        reply = await self._transport.reply_to(request, asked, _DEADLINE_S)
        return reply.status, reply.challenges, reply.body


def _shown(status: int, data: bytes, asked: Asked) -> bytes:
    if status != 200:
        raise asked.error(BadAnswer, f"HTTP status {status} for the still picture")
    return data
