"""One camera's HTTP server: SOAP calls to their services, and a JPEG for whoever logs in.

Operations are found by the namespace of the body, as most cameras do; only subscriptions care for
their path. ``silent`` and ``delay_s`` are how the device is made to fail.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from simulators.device.access import Access
from simulators.device.describe import PRE_AUTH
from simulators.device.login import Verdict
from simulators.device.soap import (
    Call,
    Fault,
    answer,
    fault_answer,
    not_authorised,
    not_supported,
    parsed,
)
from simulators.device.table import Handler
from simulators.rtsp.tunnels import Tunnels

_MAX_REQUEST_BYTES = 256 * 1024
_SOAP_TYPE = "application/soap+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a camera answers to one call."""

    status: int
    body: bytes
    challenges: tuple[str, ...] = ()


class SoapServer:
    """The HTTP face of one camera; opened and closed any number of times."""

    def __init__(
        self,
        access: Access,
        operations: Mapping[str, Handler],
        snapshot: Callable[[], Awaitable[bytes]],
    ) -> None:
        """Keep what answers."""
        self.silent = False
        self.delay_s = 0.0
        self.reserved: frozenset[str] = frozenset()
        """The operations that this login may not use, right as it is."""
        self.dead: frozenset[str] = frozenset()
        """The paths that the camera names, and where nothing is."""
        self.unknown: frozenset[str] = frozenset()
        """The operations that its firmware does not have."""
        self.rewrites: list[tuple[str, Callable[[str], str]]] = []
        """What becomes of the answers to an operation before they are sent."""
        self.hangs_up = False
        """Whether it closes the connection after each answer."""
        self.tunnels: Tunnels | None = None
        """Who takes in what comes with a tunnel's cookie; None: nobody."""
        self.calls: dict[str, int] = {}
        self._access = access
        self._operations = operations
        self._snapshot = snapshot
        self._runner: web.AppRunner | None = None

    @property
    def operations(self) -> frozenset[str]:
        """Return every operation that it answers, with its prefix."""
        return frozenset(self._operations)

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen, over TLS where ``tls`` holds a certificate to show."""
        app = web.Application(client_max_size=_MAX_REQUEST_BYTES)
        app.router.add_post("/onvif/{service:.+}", self._soap)
        app.router.add_get("/snapshot.jpg", self._jpeg)
        if self.tunnels is not None:
            app.router.add_get("/{path:.*}", self.tunnels.listened)
            app.router.add_post("/{path:.*}", self.tunnels.told)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, keepalive_timeout=30, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, host, port, reuse_address=True, ssl_context=tls).start()
        self._runner = runner

    async def close(self) -> None:
        """Cut every connection and stop listening."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _soap(self, request: web.Request) -> web.Response:
        data = await request.read()
        await self._fail()
        if request.path in self.dead:
            return web.Response(status=404, text="<html>not found</html>", content_type="text/html")
        authorization = request.headers.get("Authorization")
        answered = await self.answered(data, request.path_qs, authorization)
        reply = _reply(answered.body, answered.status)
        for challenge in answered.challenges:
            reply.headers.add("WWW-Authenticate", challenge)
        if self.hangs_up and answered.status == 200:
            reply.force_close()
        return reply

    async def answered(self, data: bytes, target: str, authorization: str | None) -> Answered:
        """Return the answer to a call to a path and query, however it came here."""
        try:
            call = parsed(data, target.partition("?")[0])
            self.calls[call.operation] = self.calls.get(call.operation, 0) + 1
            refusal = self._refusal(call, target, authorization)
            if refusal is not None:
                return refusal
            if call.operation in self.reserved:
                raise not_authorised(400)
            inner = self._rewritten(call, await self._handler(call)(call))
        except Fault as fault:
            return Answered(fault.status, fault_answer(fault))
        return Answered(200, answer(inner, call=call))

    def _rewritten(self, call: Call, inner: str) -> str:
        for operation, rewrite in self.rewrites:
            if operation == call.operation:
                inner = rewrite(inner)
        return inner

    def _refusal(self, call: Call, target: str, authorization: str | None) -> Answered | None:
        if call.operation in PRE_AUTH:
            return None
        verdict = self._access.soap(authorization, call.header, path=target)
        if verdict is Verdict.GRANTED:
            return None
        challenges = tuple(self._access.challenges(verdict))
        status = 401 if challenges else 400
        refused = not_authorised(status, locked=self._access.locked)
        return Answered(status, fault_answer(refused), challenges)

    def _handler(self, call: Call) -> Handler:
        handler = self._operations.get(call.operation)
        if handler is None or call.operation in self.unknown:
            raise not_supported(call.operation)
        return handler

    async def _jpeg(self, request: web.Request) -> web.Response:
        await self._fail()
        verdict = self._access.http(request.headers.get("Authorization"), path=request.path_qs)
        if verdict is not Verdict.GRANTED:
            reply = web.Response(status=401)
            for challenge in self._access.picture_challenges(verdict):
                reply.headers.add("WWW-Authenticate", challenge)
            return reply
        return web.Response(body=await self._snapshot(), content_type="image/jpeg")

    async def _fail(self) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)


def _reply(body: bytes, status: int) -> web.Response:
    return web.Response(body=body, status=status, headers={"Content-Type": _SOAP_TYPE})
