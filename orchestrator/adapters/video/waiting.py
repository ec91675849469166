"""Waiting for the camera, with an ear for the parent: what it asks meanwhile is answered at once."""

import math
import select
import socket
import time
from collections.abc import Callable

from orchestrator.errors import MediaError

SILENCE_S = 4.5
"""A camera that says nothing for so long is given up: a stall is to be known within 5 s."""


class Waiting:
    """Waits until one of a camera's sockets can be read."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._poll = select.poll()
        self._asked: dict[int, Callable[[], None]] = {}

    def add(self, peer: socket.socket) -> None:
        """Wait for this one as well."""
        self._poll.register(peer, select.POLLIN)

    def leave(self, peer: socket.socket) -> None:
        """Wait for this one no more."""
        self._poll.unregister(peer)

    def answer(self, end: socket.socket, asked: Callable[[], None]) -> None:
        """Call ``asked`` whenever ``end`` can be read, and wait on."""
        self._poll.register(end, select.POLLIN)
        self._asked[end.fileno()] = asked

    def ready(self, until_s: float) -> list[int]:
        """Return the handles that can be read, or none at ``until_s`` (CLOCK_MONOTONIC)."""
        while True:
            left_s = max(0.0, until_s - time.monotonic())
            peers = []
            for handle, _ in self._poll.poll(math.ceil(1000 * left_s)):
                asked = self._asked.get(handle)
                if asked is None:
                    peers.append(handle)
                else:
                    asked()
            if peers or not left_s:
                return peers


def silent() -> MediaError:
    """Return what is said of a camera that says nothing."""
    return MediaError(f"the camera's stream was silent for {SILENCE_S} s")
