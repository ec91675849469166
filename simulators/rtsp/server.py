"""One camera's RTSP server: connections, their requests, and who may make them.

A connection has at most one session (the stream has one track). A session ends with its
connection, or when nothing was heard from its client for ``SESSION_TIMEOUT_S``: any request, or a
receiver report.
"""

import asyncio
import re
import struct

from simulators.device.access import Access
from simulators.device.digest import DigestGate
from simulators.device.login import Authentication, Verdict
from simulators.rtsp.carriers import Carrier, Interleaved, Way, datagrams
from simulators.rtsp.messages import BadRequest, Request, answer, parsed_request
from simulators.rtsp.sdp import TRACK, description
from simulators.rtsp.session import Clock, Live, Session

SESSION_TIMEOUT_S = 60.0
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
_PORTS = re.compile(r"(?:client_port|interleaved)=(\d+)(?:-(\d+))?")
_MAX_CONNECTIONS = 16
_TURNS = 4
"""Turns of the loop from an accepted connection to its end: transport, protocol, task, farewell."""


class RtspServer:
    """The RTSP face of one camera; opened and closed any number of times."""

    def __init__(self, path: str, live: Live, access: Access, clock: Clock) -> None:
        """Keep what is served, at ``/path``."""
        self.path = path
        self.live = live
        self.access = access
        self.clock = clock
        self.stalled = False
        self.garbled = False
        """Whether noise is sent in place of pictures."""
        self.host = ""
        self.session_timeout_s = SESSION_TIMEOUT_S
        self._server: asyncio.Server | None = None
        self._closed = True
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen."""
        self.host = host
        self._closed = False
        self._server = await asyncio.start_server(self.served, host, port, reuse_address=True)

    async def close(self) -> None:
        """Cut every connection and stop listening."""
        if self._server is None:
            return
        server, self._server = self._server, None
        self._closed = True
        await _seen_off(server)
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def served(self, reader: asyncio.StreamReader, writer: Way) -> None:
        """Answer one client until it goes."""
        task = asyncio.current_task()
        assert task is not None, "a connection is served in a task of its own"
        # Who was accepted just before the end is only served now, when nobody is left to cut it.
        if self._closed or len(self._connections) >= _MAX_CONNECTIONS:
            writer.transport.abort()
            return
        self._connections.add(task)
        try:
            await _Connection(self, reader, writer).serve()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._connections.discard(task)


async def _seen_off(server: asyncio.Server) -> None:
    """Accept nobody any more, and let those who were just accepted be hung up on.

    A server that is closed before an accepted connection has its transport loses that connection:
    it stays open, with nobody on our side.
    """
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener.fileno())
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class _Connection:
    """One client, served request by request."""

    def __init__(self, server: RtspServer, reader: asyncio.StreamReader, writer: Way) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._session: Session | None = None
        self._gate = DigestGate(
            realm=server.access.realm,
            algorithms=("MD5",),
            now_s=server.clock.now_s,
            life_s=float("inf"),
            counted=False,
        )
        self._deadline = asyncio.timeout(None)
        self._open = False
        self._granted = False

    async def serve(self) -> None:
        """Answer until the client goes, is silent for too long, or talks nonsense."""
        try:
            async with self._deadline:
                await self._answer_all()
        except (OSError, EOFError, TimeoutError, BadRequest, asyncio.LimitOverrunError):
            self._writer.transport.abort()
        finally:
            self._open = False
            if self._session is not None:
                await self._session.close()
            self._writer.close()

    async def _answer_all(self) -> None:
        self._open = True
        self._heard()
        while True:
            request = await self._next_request()
            self._writer.write(await self._answer(request))
            if request.method == "PLAY" and self._session is not None and self._granted:
                self._session.play()
            await self._writer.drain()

    async def _next_request(self) -> Request:
        while True:
            first = await self._reader.readexactly(1)
            self._heard()
            if first == b"$":
                _channel, length = struct.unpack("!BH", await self._reader.readexactly(3))
                await self._reader.readexactly(length)
            elif first not in b"\r\n":
                head = first + await self._reader.readuntil(b"\r\n\r\n")
                request = parsed_request(head)
                await self._reader.readexactly(request.body_bytes)
                return request

    def _heard(self) -> None:
        if not self._open or self._deadline.expired():
            return
        now_s = asyncio.get_running_loop().time()
        self._deadline.reschedule(now_s + self._server.session_timeout_s)

    async def _answer(self, request: Request) -> bytes:
        self._granted = False
        if request.method == "OPTIONS":
            return answer(200, request, {"Public": _METHODS})
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        self._granted = True
        match request.method:
            case "DESCRIBE":
                return self._describe(request)
            case "SETUP":
                return await self._setup(request)
            case "PLAY" | "PAUSE" | "TEARDOWN" | "GET_PARAMETER" | "SET_PARAMETER":
                return await self._control(request)
            case _:
                return answer(501, request, {"Allow": _METHODS})

    def _refusal(self, request: Request) -> bytes | None:
        access = self._server.access
        if access.authentication is not Authentication.NONE:
            verdict = self._gate.verdict(
                request.headers.get("authorization"),
                method=request.method,
                uri=None,
                login=access.login,
            )
            if access.counted(verdict) is not Verdict.GRANTED:
                [challenge] = self._gate.challenges()
                return answer(401, request, {"WWW-Authenticate": challenge})
        known = {f"/{self._server.path}", f"/{self._server.path}/{TRACK}"}
        if request.path.partition("?")[0].rstrip("/") not in known:
            return answer(404, request)
        return None

    def _describe(self, request: Request) -> bytes:
        live = self._server.live
        text = description(self._server.host, live.form, live.sets)
        base = request.uri.rstrip("/") + "/"
        return answer(200, request, {"Content-Base": base, "Content-Type": "application/sdp"}, text)

    async def _setup(self, request: Request) -> bytes:
        carrier = await self._carrier(request.headers.get("transport", ""))
        if carrier is None:
            return answer(461, request)
        if self._session is not None:
            await self._session.close()
        server = self._server
        self._session = Session(
            server.live, carrier, server.clock, lambda: server.stalled, lambda: server.garbled
        )
        timeout_s = round(server.session_timeout_s)
        headers = {
            "Transport": carrier.transport,
            "Session": f"{self._session.id};timeout={timeout_s}",
        }
        return answer(200, request, headers)

    async def _carrier(self, said: str) -> Carrier | None:
        for offer in said.split(","):
            ports = _PORTS.search(offer)
            if "multicast" in offer:
                continue
            if "RTP/AVP/TCP" in offer:
                first = int(ports[1]) if ports else 0
                return Interleaved(self._writer, (first & 0xFF, (first + 1) & 0xFF))
            if "RTP/AVP" in offer and ports:
                rtp = int(ports[1])
                rtcp = int(ports[2] or rtp + 1)
                client = self._writer.get_extra_info("peername")[0]
                if 0 < rtp < 65536 and 0 < rtcp < 65536:
                    return await datagrams(self._server.host, (client, rtp, rtcp), self._heard)
        return None

    async def _control(self, request: Request) -> bytes:
        session = self._session
        named = request.headers.get("session", "").partition(";")[0]
        if request.method.endswith("_PARAMETER") and session is None:
            return answer(200, request)
        if session is None or named != session.id:
            self._granted = False
            return answer(454, request)
        headers = {"Session": session.id}
        if request.method == "PLAY":
            headers["Range"] = "npt=now-"
            base = request.uri.removesuffix(TRACK).rstrip("/")
            headers["RTP-Info"] = f"url={base}/{TRACK};seq={session.sequence}"
        elif request.method == "PAUSE":
            await session.pause()
        elif request.method == "TEARDOWN":
            self._session = None
            await session.close()
            return answer(200, request)
        return answer(200, request, headers)
