"""RTSP and its stream inside HTTP, for networks that let nothing else through.

Two connections to the camera's web port: one stays open and carries what the camera says, the other
what it is told, in base64; a cookie tells the camera that they belong together. So QuickTime began
it, and so cameras and FFmpeg do it. Both are made before the decoder is walled in.
"""

import base64
import re
import secrets
import socket
import time

from orchestrator.adapters.video.address import Address
from orchestrator.adapters.video.connection import Connection, received
from orchestrator.adapters.video.digest import Prover, best_challenge
from orchestrator.adapters.video.reading import Answer, Interleaved, Reading
from orchestrator.adapters.video.waiting import SILENCE_S, Waiting, silent
from orchestrator.errors import MediaError

_KIND = "application/x-rtsp-tunnelled"
_REFUSAL = re.compile(rb"HTTP/1\.[01] ([45]\d\d)")
_NO_CLEAR = "the camera wants the password of its tunnel in clear; enable Digest on it"


class Tunnel(Connection):
    """Reads on one connection and writes on the other; all of it may raise ``MediaError``."""

    def __init__(
        self, peer: socket.socket, speaking: socket.socket, waiting: Waiting, web: Address
    ) -> None:
        """Keep both connections, made to the camera's ``web`` port."""
        super().__init__(peer, waiting, Reading("HTTP/1."))
        self._speaking = speaking
        self._web = web
        self._cookie = secrets.token_hex(11)
        waiting.add(speaking)

    def close(self) -> None:
        """Hang up on both."""
        super().close()
        self._speaking.close()

    def enter(self, prover: Prover) -> None:
        """Have the camera agree to be talked to in this way."""
        until_s = time.monotonic() + SILENCE_S
        status = self._asked(prover, until_s)
        if status == 401:
            status = self._asked(prover, until_s)
        if status in {401, 403}:
            raise MediaError("the camera refused the credentials for its tunnel", refused=True)
        if status != 200:
            raise MediaError(f"the camera answered {status} to a tunnel for its stream")
        read, self._reading = self._reading.rest(), Reading()
        self._reading.feed(read)
        self._write(
            self._speaking,
            self._head("POST", prover, f"Content-Type: {_KIND}", "Content-Length: 32767"),
        )

    def send(self, data: bytes) -> None:
        """Send a request, as text that passes as a web page's."""
        self._write(self._speaking, base64.b64encode(data))

    def next(self, until_s: float | None = None) -> Answer | Interleaved:
        """Return what arrives next; it has to be whole at ``until_s``, or soon."""
        while (arrived := self._reading.taken()) is None:
            until_s = until_s or time.monotonic() + SILENCE_S
            self._hear(until_s)
        return arrived

    def _asked(self, prover: Prover, until_s: float) -> int:
        """Return the status of the camera's answer to GET; a challenge is taken."""
        self._write(self._peer, self._head("GET", prover, f"Accept: {_KIND}"))
        while (answer := self._reading.answer(with_body=False)) is None:
            self._hear(until_s)
        if answer.status == 401:
            challenge = best_challenge(answer.headers.get("www-authenticate", ()))
            if challenge is None:
                raise MediaError(_NO_CLEAR, refused=True)
            prover.take(challenge)
            while not self._reading.dropped(answer.body_bytes):
                self._hear(until_s)
        return answer.status

    def _hear(self, until_s: float) -> None:
        ready = self._waiting.ready(until_s)
        if not ready:
            raise silent()
        if self._speaking.fileno() in ready:
            self._hear_back()
        if self._peer.fileno() in ready:
            self._reading.feed(received(self._peer))

    def _hear_back(self) -> None:
        """Take what the camera says where it should only listen: a refusal, or that it hangs up."""
        try:
            data = self._speaking.recv(4096)
        except OSError:
            data = b""
        refusal = _REFUSAL.match(data)
        if refusal is not None:
            raise MediaError(f"the camera answered {refusal[1].decode()} inside its tunnel")
        if not data:
            self._waiting.leave(self._speaking)

    def _head(self, method: str, prover: Prover, *more: str) -> bytes:
        lines = [f"{method} {self._web.path} HTTP/1.1", f"Host: {self._web.authority}"]
        lines += [f"x-sessioncookie: {self._cookie}", *more]
        lines += ["Pragma: no-cache", "Cache-Control: no-cache"]
        proof = prover.header(method, self._web.path)
        if proof is not None:
            lines.append(f"Authorization: {proof}")
        return "\r\n".join([*lines, "", ""]).encode()

    def _write(self, peer: socket.socket, data: bytes) -> None:
        try:
            peer.sendall(data)
        except OSError as error:
            raise MediaError("the camera hung up") from error
