"""A network namespace beside the machine's own, for a client that must be on another machine.

``onvif-util`` finds cameras by multicast alone, and has turned off that its own machine hears it.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.interop.environments import Unavailable


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The namespace, and the address that the machine has there."""

    name: str
    host: str

    @property
    def entered(self) -> tuple[str, ...]:
        """Return the words that run a command in it."""
        return ("ip", "netns", "exec", self.name)


@contextmanager
def neighbour() -> Iterator[Neighbour]:
    """Make one, and take it down at the end; ``Unavailable`` where that is not allowed."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise Unavailable("only root can give it a network of its own, and it needs one")
    pid = os.getpid()
    name, near, far = f"interop{pid}", f"ion{pid % 100_000}", f"iof{pid % 100_000}"
    host, other = (f"10.{pid >> 8 & 127 | 64}.{pid & 255}.{end}" for end in (1, 2))
    try:
        _ip("netns", "add", name)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
        _ip("addr", "add", f"{host}/30", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", name, "addr", "add", f"{other}/30", "dev", far)
        _ip("-n", name, "link", "set", far, "up")
        _ip("-n", name, "route", "add", "default", "via", host)
        yield Neighbour(name, host)
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"no network of its own: {done.stderr.strip()[:200]}")
