"""RTSP over TCP, the stream beside it in UDP datagrams: for cameras or networks that want it so.

Two ports are bound before the decoder is walled in, and wait for nobody else than the camera: what
comes from another address, or from another port than the camera named, is not looked at. Nothing is
ever sent by them (the walls forbid it); the session is kept alive by RTSP.
"""

import re
import secrets
import socket
import time
from collections import deque
from contextlib import ExitStack

from orchestrator.adapters.video.connection import Connection, received
from orchestrator.adapters.video.reading import Answer, Interleaved
from orchestrator.adapters.video.reordering import Reordering
from orchestrator.adapters.video.waiting import SILENCE_S, Waiting, silent
from orchestrator.errors import MediaError

RTP, RTCP = 0, 1
"""As which channels datagrams are handed on."""
_SERVER_PORTS = re.compile(r"server_port=(\d{1,5})(?:-(\d{1,5}))?")
_SOURCE = re.compile(r"source=\"?([^;,\"\s]+)")
_LARGEST_BYTES = 1 << 16
_MOST_AT_ONCE = 64
_ROOM_BYTES = 2 << 20
"""A key picture comes all at once."""
_TRIES = 50


def bound_pair(peer: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Return sockets at an even port and the odd one above, at the address that ``peer`` left from."""
    host = peer.getsockname()[0]
    for _ in range(_TRIES):
        port = 16_384 + 2 * secrets.randbelow(20_000)
        with ExitStack() as undo:
            pair = [undo.enter_context(socket.socket(peer.family, socket.SOCK_DGRAM)) for _ in "ab"]
            try:
                for number, each in enumerate(pair):
                    each.bind((host, port + number, *peer.getsockname()[2:]))
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM_BYTES)
                    each.setblocking(False)
            except OSError:
                continue
            undo.pop_all()
            return pair[0], pair[1]
    raise MediaError("there is no free pair of ports for the stream's datagrams")


class Datagrams(Connection):
    """A connection for RTSP, and two sockets for the stream and its reports."""

    def __init__(self, peer: socket.socket, waiting: Waiting) -> None:
        """Bind the ports; nothing is sent yet."""
        super().__init__(peer, waiting)
        self._pair = bound_pair(peer)
        for each in self._pair:
            waiting.add(each)
        self._camera = peer.getpeername()[0]
        self._from: list[int | None] = [None, None]
        self._order = Reordering()
        self._come: deque[Interleaved] = deque()
        ports = [each.getsockname()[1] for each in self._pair]
        self.offer = f"RTP/AVP;unicast;client_port={ports[0]}-{ports[1]}"

    def close(self) -> None:
        """Hang up, and let go of the ports."""
        super().close()
        for each in self._pair:
            each.close()

    def agreed(self, transport: str) -> None:
        """Take from which ports the camera sends; from another host nothing is accepted."""
        if "TCP" in transport.upper():
            raise MediaError("the camera does not send datagrams; leave out its `transport: udp`")
        source = _SOURCE.search(transport)
        if source is not None and source[1].strip("[]").lower() != self._camera.lower():
            message = (
                "the camera would have its stream sent from another host; that is not accepted"
            )
            raise MediaError(message, hostile=True)
        ports = _SERVER_PORTS.search(transport)
        if ports is not None:
            self._from = [int(ports[1]), int(ports[2] or int(ports[1]) + 1)]

    def next(self, until_s: float | None = None) -> Answer | Interleaved:
        """Return what arrives next, in order; what is missing is waited for a moment."""
        until_s = until_s or time.monotonic() + SILENCE_S
        while not self._come:
            arrived = self._reading.taken()
            if isinstance(arrived, Answer):
                return arrived
            if arrived is None:
                self._wait(until_s)
        return self._come.popleft()

    def _wait(self, until_s: float) -> None:
        due_s = self._order.due_s
        ready = self._waiting.ready(until_s if due_s is None else min(until_s, due_s))
        now_s = time.monotonic()
        for kind, each in enumerate(self._pair):
            if each.fileno() in ready:
                self._hear(kind, each, now_s)
        if self._peer.fileno() in ready:
            self._reading.feed(received(self._peer))
        self._come.extend(Interleaved(RTP, data) for data in self._order.overdue(now_s))
        if not ready and now_s >= until_s and not self._come:
            raise silent()

    def _hear(self, kind: int, each: socket.socket, now_s: float) -> None:
        """Take what one of the sockets holds, as far as it is the camera's."""
        for _ in range(_MOST_AT_ONCE):
            try:
                data, (host, port, *_) = each.recvfrom(_LARGEST_BYTES)
            except OSError:
                return
            if host != self._camera or self._from[kind] not in {None, port}:
                continue
            if kind == RTCP:
                self._come.append(Interleaved(RTCP, data))
            elif len(data) >= 4:
                number = int.from_bytes(data[2:4], "big")
                given = self._order.taken(number, data, now_s)
                self._come.extend(Interleaved(RTP, one) for one in given)
