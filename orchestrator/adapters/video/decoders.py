"""Decoding processes as the parent has them: started, noticed, ended."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from orchestrator.errors import MediaError

START_S = 20.0
"""The forkserver loads its libraries: a second, many on a busy machine."""


class Decoders:
    """Starts decoders by forking a process that is there as long as anybody needs one."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._needed = 0
        self._asked = 0
        self._turn = asyncio.Lock()
        self._server: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None

    @asynccontextmanager
    async def started(self, end: socket.socket, board: int) -> AsyncIterator[None]:
        """Have a decoder at the other side of ``end`` meanwhile; it is gone afterwards.

        ``board`` is the handle of its board's file. ``MediaError`` when none can be started.
        """
        self._needed += 1
        try:
            process = await self._forked(end, board)
            try:
                yield
            finally:
                await _ended(process)
        finally:
            self._needed -= 1
            if not self._needed:
                await self._dismiss()

    async def _forked(self, end: socket.socket, board: int) -> int:
        """Return the handle (pidfd) of a new decoder."""
        try:
            async with self._turn, asyncio.timeout(START_S):
                control = await self._ready()
                self._asked = (self._asked + 1) % 256
                ask = bytes([self._asked])
                socket.send_fds(control, [ask], [end.fileno(), board])
                return await _answer(control, ask)
        except (OSError, TimeoutError) as error:
            raise MediaError("no decoder could be started") from error

    async def _ready(self) -> socket.socket:
        """Return the way to a forkserver that lives."""
        if self._server is not None and self._server.returncode is not None:
            await self._dismiss()
        if self._control is None:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._control.setblocking(False)
            with theirs:
                self._server = await _forkserver(theirs)
        return self._control

    async def _dismiss(self) -> None:
        """End the forkserver and wait until it is gone; its decoders go with it."""
        control, self._control = self._control, None
        server, self._server = self._server, None
        if control is not None:
            control.close()
        if server is not None:
            with suppress(ProcessLookupError):
                server.kill()
            await server.wait()


async def _forkserver(control: socket.socket) -> asyncio.subprocess.Process:
    """Start a forkserver whose standard input is ``control``; it inherits nothing else of ours."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "orchestrator.adapters.video.forkserver"),
        stdin=control.fileno(),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "OPENCV_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
    )


async def _answer(control: socket.socket, ask: bytes) -> int:
    """Return the handle that answers ``ask``; of what was asked by somebody who gave up, none."""
    while True:
        await _readable(control.fileno())
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not said:
            raise ConnectionResetError("the process that forks decoders has ended")
        if said == ask and handles:
            return handles[0]
        for handle in handles:
            os.close(handle)


async def _ended(process: int) -> None:
    """Kill a decoder if it lives, and wait until it is gone."""
    try:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(process, signal.SIGKILL)
        await _readable(process)
    finally:
        os.close(process)


async def _readable(handle: int) -> None:
    """Return when a handle can be read: an answer is there, or a process has ended."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(handle, _note, ready)
    try:
        await ready
    finally:
        loop.remove_reader(handle)


def _note(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
