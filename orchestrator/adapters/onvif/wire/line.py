"""One connection to a camera: one question at a time, and one answer to each."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

from orchestrator.adapters.onvif.wire.answer import Answer, Incoming, NotHttp

_LATE: Final = "no whole answer in time"


class HungUp(ConnectionError):
    """The camera closed the connection before a byte of its answer."""


class Line(asyncio.Protocol):
    """A connection; it is open until either side closes it, and is never opened again."""

    def __init__(self, made: Callable[["Line"], None], gone: Callable[["Line"], None]) -> None:
        """Wait to be connected; ``made`` is told when it is, ``gone`` when it no longer is."""
        self._made, self._gone = made, gone
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._incoming: Incoming | None = None
        self._waiter: asyncio.Future[Answer] | None = None
        self.idle_since_s = 0.0

    @property
    def open(self) -> bool:
        """Return whether a question can be asked."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchanged(self, request: bytes, most_bytes: int, until_s: float) -> Answer:
        """Send a request and return its answer.

        ``HungUp`` and ``NotHttp`` for what comes instead, ``TimeoutError`` when nothing whole has
        come at ``until_s`` of the loop's clock; the line is closed then.
        """
        if self._transport is None or self._transport.is_closing():
            raise HungUp
        self._incoming = Incoming(most_bytes)
        waiter = self._waiter = self._loop.create_future()
        timer = self._loop.call_at(until_s, self._fail, TimeoutError(_LATE))
        answer: Answer | None = None
        self._transport.write(request)
        try:
            answer = await waiter
        finally:
            timer.cancel()
            self._incoming = self._waiter = None
            if answer is None or not answer.keeps:
                self.abort()
        return answer

    async def secure(self, context: ssl.SSLContext, host: str) -> bytes:
        """Speak TLS from now on, and return the certificate that the camera shows, as DER.

        ``ssl.SSLError`` or another ``OSError`` when no secure connection comes about.
        """
        assert self._transport is not None
        name = host.partition("%")[0]
        secured = await self._loop.start_tls(self._transport, self, context, server_hostname=name)
        if secured is None:
            raise ConnectionResetError
        self._transport = secured
        shown: bytes = secured.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return shown

    def abort(self) -> None:
        """Close the connection now, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    # -- what asyncio tells ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._made(self)

    def data_received(self, data: bytes) -> None:
        """Take what the camera says; what nobody asked for ends the connection."""
        waiter = self._waiter
        if self._incoming is None or waiter is None or waiter.done():
            self.abort()
            return
        try:
            answer = self._incoming.feed(data)
        except NotHttp as error:
            self._fail(error)
            self.abort()
            return
        if answer is not None:
            waiter.set_result(answer)

    def eof_received(self) -> None:
        """Take it that the camera says no more; asyncio closes the connection then."""
        self._ended()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 asyncio calls it so
        """Take it that the connection is gone."""
        self._ended()
        self._transport = None
        self._gone(self)

    def _ended(self) -> None:
        incoming = self._incoming
        if incoming is None or self._waiter is None or self._waiter.done():
            return
        answer = incoming.closed()
        if answer is not None:
            self._waiter.set_result(answer)
        elif incoming.begun:
            self._fail(NotHttp("the camera hung up within its answer"))
        else:
            self._fail(HungUp())

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
