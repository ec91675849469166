"""RTSP inside HTTP, at the camera's web port: a GET that stays open, and a POST in base64.

The two belong together by their cookie. What the camera says goes down the GET as it is, packets and
all; what comes up the POST are requests, each in base64 of its own.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable

from aiohttp import web

from simulators.rtsp.carriers import Way

_HEAD = (
    b"HTTP/1.0 200 OK\r\nServer: simulated camera\r\nConnection: close\r\n"
    b"Cache-Control: no-store\r\nPragma: no-cache\r\n"
    b"Content-Type: application/x-rtsp-tunnelled\r\n\r\n"
)
_COOKIE = "x-sessioncookie"
_MOST = 16

Serve = Callable[[asyncio.StreamReader, Way], Awaitable[None]]


class Tunnels:
    """The open tunnels of one camera."""

    def __init__(self, serve: Serve) -> None:
        """Keep who answers what comes through."""
        self._serve = serve
        self._open: dict[str, asyncio.StreamReader] = {}

    async def listened(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET: all that the camera says, until it is over."""
        cookie = request.headers.get(_COOKIE, "")
        transport = request.transport
        if not cookie or transport is None or len(self._open) >= _MOST:
            return web.Response(status=400 if not cookie else 503)
        reader = self._open[cookie] = asyncio.StreamReader()
        transport.write(_HEAD)
        try:
            await self._serve(reader, _Down(transport))
        finally:
            del self._open[cookie]
            transport.abort()
        return web.Response()

    async def told(self, request: web.Request) -> web.StreamResponse:
        """Take a POST: what the camera is asked."""
        reader = self._open.get(request.headers.get(_COOKIE, ""))
        if reader is None:
            return web.Response(status=404)
        held = b""
        try:
            async for chunk in request.content.iter_any():
                held += chunk.translate(None, b"\r\n")
                whole = len(held) - len(held) % 4
                for at in range(0, whole, 4):  # each request ends in padding of its own
                    reader.feed_data(base64.b64decode(held[at : at + 4]))
                held = held[whole:]
        finally:
            reader.feed_eof()
        return web.Response()


class _Down:
    """The way down a GET (a ``Way``)."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.transport = transport

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def get_extra_info(self, name: str) -> object:
        return self.transport.get_extra_info(name)

    def close(self) -> None:
        self.transport.close()
