"""A minimal RTSP client for tests, independent of the product and of FFmpeg."""

import asyncio
import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_FIELD = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower case) and body of an RTSP answer."""

    status: int
    headers: Mapping[str, str]
    body: str


class RtspCaller:
    """One RTSP connection; logs in when asked to."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        uri: str,
        login: tuple[str, str],
    ) -> None:
        """Keep the connection."""
        self._reader = reader
        self._writer = writer
        self._uri = uri
        self._login = login
        self._challenge: Mapping[str, str] = {}
        self._number = 0
        self.packets: list[tuple[int, bytes]] = []

    @classmethod
    async def connect(cls, host: str, port: int, path: str, login: tuple[str, str]) -> "RtspCaller":
        """Open a connection."""
        reader, writer = await asyncio.open_connection(host, port)
        return cls(reader, writer, f"rtsp://{host}:{port}/{path}", login)

    async def ask(self, method: str, uri: str = "", **headers: str) -> Answer:
        """Send a request, once more with a login when challenged, and return the answer."""
        answer = await self._once(method, uri or self._uri, headers)
        if answer.status == 401 and not self._challenge:
            self._challenge = dict(_FIELD.findall(answer.headers["www-authenticate"]))
            answer = await self._once(method, uri or self._uri, headers)
        return answer

    async def play(self, transport: str = "RTP/AVP/TCP;unicast;interleaved=0-1") -> str:
        """Describe, set up and play; return the session's id."""
        await self.ask("DESCRIBE")
        setup = await self.ask("SETUP", f"{self._uri}/trackID=0", Transport=transport)
        session = setup.headers["session"].partition(";")[0]
        await self.ask("PLAY", Session=session)
        return session

    async def packet(self) -> tuple[int, bytes]:
        """Return the next interleaved packet and its channel."""
        if self.packets:
            return self.packets.pop(0)
        mark, channel, length = struct.unpack("!cBH", await self._reader.readexactly(4))
        assert mark == b"$"
        return channel, await self._reader.readexactly(length)

    async def closed(self) -> bool:
        """Return True when the server has cut the connection; reads what comes before."""
        try:
            while await self._reader.read(65536):
                pass
        except ConnectionError:
            pass
        return True

    def close(self) -> None:
        """Cut the connection."""
        self._writer.transport.abort()

    async def _once(self, method: str, uri: str, headers: Mapping[str, str]) -> Answer:
        self._number += 1
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {self._number}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self._challenge:
            lines.append(f"Authorization: {self._proof(method, uri)}")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self._answer()

    async def _answer(self) -> Answer:
        while (first := await self._reader.readexactly(1)) == b"$":
            channel, length = struct.unpack("!BH", await self._reader.readexactly(3))
            self.packets.append((channel, await self._reader.readexactly(length)))
        head = (first + await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), headers, body.decode())

    def _proof(self, method: str, uri: str) -> str:
        realm, nonce = self._challenge["realm"], self._challenge["nonce"]
        username, password = self._login

        def hashed(text: str) -> str:
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

        who, what = hashed(f"{username}:{realm}:{password}"), hashed(f"{method}:{uri}")
        response = hashed(f"{who}:{nonce}:{what}")
        return (
            f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{response}"'
        )
