"""Files of models are fetched: over TLS, in parts where a connection breaks, whole or not at all.

What comes is written beside its place, under a name that tells which file it is to be; a download that
broke off goes on from there (RFC 9110, range requests), now or the next time. Only what has the length
and the SHA-384 of the card gets the name of the model. Some storages answer with a page where they
have no file: that is another file, and is thrown away.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from orchestrator.adapters.storage.held import Held, held
from orchestrator.config.cards import MOST_BYTES, ModelFile
from orchestrator.errors import ModelError

Hear = Callable[[int], object]
"""Is told how many bytes of a file are here, again and again."""

TRIES = 4
PAUSE_S = 1.0
"""Before a broken download goes on; twice as long each time."""
SILENT_S = 30.0
MOST_REDIRECTS = 3
_CHUNK_BYTES = 1 << 16
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_RANGE_NOT_SATISFIABLE = 416


class _BrokeOff(Exception):
    """The connection broke; what came so far is kept."""


class Storage:
    """Fetches files from where their cards say that they are; use it as a context."""

    def __init__(self, *, pause_s: float = PAUSE_S, silent_s: float = SILENT_S) -> None:
        """Connect to nobody yet."""
        self._pause_s = pause_s
        self._patience = aiohttp.ClientTimeout(total=None, sock_connect=15.0, sock_read=silent_s)

    async def fetch(self, file: ModelFile, hear: Hear) -> None:
        """Fetch a file to its place; ``ModelError`` when that cannot be done."""
        if not file.source:
            raise ModelError(f"{file.path}: its card names no `source`; put the file there by hand")
        part = part_of(file)
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            async with aiohttp.ClientSession(timeout=self._patience, trust_env=True) as session:
                await self._until_whole(session, file, hear)
            await asyncio.to_thread(_put_in_place, file)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ModelError(f"{file.path}: cannot be written: {why}") from error

    async def _until_whole(
        self, session: aiohttp.ClientSession, file: ModelFile, hear: Hear
    ) -> None:
        """Fetch until every byte is here; go on a few times where the connection breaks."""
        pause_s = self._pause_s
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                await _fetch_rest(session, file, hear)
            except _BrokeOff as error:
                if not tries_left:
                    raise ModelError(
                        f"{file.source}: broke off after {_length(part_of(file))} bytes ({error}); "
                        "fetch it again to go on from there"
                    ) from error
                await asyncio.sleep(pause_s)
                pause_s *= 2
            else:
                return


async def _fetch_rest(session: aiohttp.ClientSession, file: ModelFile, hear: Hear) -> None:
    """Append what is missing of a file to its part; ``_BrokeOff`` when the connection breaks."""
    part = part_of(file)
    begun = _length(part)
    if begun > _most(file):
        part.unlink()
        begun = 0
    if begun and begun == file.size_bytes:
        hear(begun)
        return
    try:
        async with _asked(session, file.source, begun) as response:
            begun = _begins(response, file, begun)
            _check_length(response, file, begun)
            with part.open("ab" if begun else "wb") as data:
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    begun += len(chunk)
                    if begun > _most(file):
                        raise ModelError(_too_long(file))
                    data.write(chunk)
                    hear(begun)
    except aiohttp.ClientConnectorError as error:
        todo = "check the network, or put the file there by hand"
        raise ModelError(f"{file.source}: cannot be reached ({error}); {todo}") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _BrokeOff(str(error) or type(error).__name__) from error
    if file.size_bytes is not None and begun < file.size_bytes:
        raise _BrokeOff(f"{file.size_bytes} were promised")


@asynccontextmanager
async def _asked(
    session: aiohttp.ClientSession, source: str, begun: int
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Ask a source for a file from a byte on; follow it about its own host, and nowhere else."""
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={begun}-"} if begun else {})}
    address = source
    for _ in range(MOST_REDIRECTS + 1):
        async with session.get(address, headers=headers, allow_redirects=False) as response:
            if response.status not in _MOVED:
                yield response
                return
            there = urljoin(address, response.headers.get("Location", ""))
            if _origin(there) != _origin(source):
                raise ModelError(
                    f"{source}: sends us on to {_origin(there) or 'nowhere'}, which its card does "
                    "not name; nothing was fetched there"
                )
            address = there
    raise ModelError(f"{source}: sends us on more than {MOST_REDIRECTS} times")


def _origin(address: str) -> str:
    """Return scheme, host and port; empty when it is no address.

    >>> _origin("https://Models.example/zoo/a.xml") == _origin("https://models.example:443/b")
    True
    """
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else ""


def _begins(response: aiohttp.ClientResponse, file: ModelFile, begun: int) -> int:
    """Return from which byte on an answer is; ``ModelError`` when it is no part of a file."""
    if response.status == 200:
        return 0
    if response.status == 206 and begun:
        told = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if told and int(told[1]) == begun:
            return begun
    part_of(file).unlink(missing_ok=True)
    if response.status in {206, _RANGE_NOT_SATISFIABLE}:
        raise _BrokeOff("it would not go on from there")
    raise ModelError(f"{file.source}: answers {response.status} {response.reason}; check `source`")


def _check_length(response: aiohttp.ClientResponse, file: ModelFile, begun: int) -> None:
    """Refuse what will not be as long as the card says, before it is read."""
    if response.content_length is None or file.size_bytes is None:
        return
    length = begun + response.content_length
    if length != file.size_bytes:
        part_of(file).unlink(missing_ok=True)
        message = f"is {length} bytes long, and {file.size_bytes} by its card: another file"
        raise ModelError(f"{file.source}: {message}")


def _put_in_place(file: ModelFile) -> None:
    """Give a fetched file its name, if it is the one that was promised."""
    part = part_of(file)
    if held(replace(file, path=part)) is not Held.THERE:
        part.unlink()
        raise ModelError(
            f"{file.source}: not the file that the card names (SHA-384 differs); it was thrown away. "
            "Its maker may have put out another: check where it comes from before the card is changed"
        )
    with part.open("rb") as data:
        os.fsync(data.fileno())
    part.replace(file.path)


def part_of(file: ModelFile) -> Path:
    """Return where a file is gathered: beside its place, by a name that says which file it is to be."""
    return file.path.with_name(f".{file.path.name}.{file.sha384[:16]}.part")


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _most(file: ModelFile) -> int:
    return MOST_BYTES if file.size_bytes is None else file.size_bytes


def _too_long(file: ModelFile) -> str:
    part_of(file).unlink(missing_ok=True)
    return f"{file.source}: longer than the {_most(file)} bytes that the card names; thrown away"
