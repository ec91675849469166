"""The page of figures, over HTTP."""

import asyncio
from collections.abc import Callable

import structlog
from aiohttp import web

from orchestrator.errors import AuthorError, Finding

log = structlog.get_logger()

LOCAL = "127.0.0.1"
_TYPE = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
"""As the text format wants to be called."""


def place_of(text: str) -> tuple[str, int]:
    """Return where to listen, as ``PORT`` on this machine only, or ``HOST:PORT``; ``AuthorError``.

    >>> place_of("9464"), place_of("0.0.0.0:9464"), place_of("[::1]:9464")
    (('127.0.0.1', 9464), ('0.0.0.0', 9464), ('::1', 9464))
    """
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        message = f"figures cannot be served at `{text}`"
        hint = "write `--metrics 9464`, or `--metrics HOST:9464` for other machines"
        raise AuthorError([Finding("--metrics", 1, 1, message, hint)])
    return host.strip("[]") or LOCAL, int(port)


class ScrapedPage:
    """Serves a text at ``/metrics`` (the ``Scrapes`` port)."""

    def __init__(self, host: str, port: int) -> None:
        """Keep where to listen; nothing listens before ``serve``."""
        self._host = host
        self._port = port

    async def serve(self, text: Callable[[], str]) -> None:
        """Answer until cancelled; ``OSError`` where the address is taken."""

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=text().encode(), headers=_TYPE)

        page = web.Application(client_max_size=1)
        page.router.add_get("/metrics", answer)
        runner = web.AppRunner(page, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            log.info("figures are served", at=f"http://{self._host}:{self._port}/metrics")
            await asyncio.get_running_loop().create_future()
        finally:
            await runner.cleanup()
