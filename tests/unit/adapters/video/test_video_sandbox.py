"""Behind its walls a decoder can do nothing but decode; each wall is tried from inside."""

import signal
import subprocess
import sys

import pytest

from orchestrator.adapters.video import sandbox
from orchestrator.adapters.video.sandbox import ALL_WALLS, Walls, missing, offered

WALLED_IN = f"""
import mmap, os, runpy, signal, socket, threading
peer, other = socket.socketpair()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
walls = runpy.run_path({sandbox.__file__!r})
walls["limited"]()
print(walls["sealed"]().value, flush=True)
"""
"""The module is run by itself: a process is made for each deed, and loads no more than it needs."""
SIGNALLED = -signal.SIGSYS

pytestmark = pytest.mark.skipif(
    offered() != ALL_WALLS,
    reason=f"this machine cannot wall a decoder in: {'; '.join(missing(offered()))}",
)


def tried(deed: str) -> tuple[int, list[str]]:
    """Return how a walled-in process ended that tried ``deed``, and what it said."""
    code = f"{WALLED_IN}try:\n    {deed}\nexcept (OSError, RuntimeError) as error:\n    print(error)\nprint('lives')"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    return run.returncode, run.stdout.splitlines()[1:]


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "peer.connect('/run/systemd/notify')",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), signal.SIGTERM)",
    ],
)
def test_reaching_out_ends_a_decoder(deed: str) -> None:
    assert tried(deed) == (SIGNALLED, [])


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "open('/tmp/left-behind', 'w')",
        "os.listdir('/')",
        "os.fork()",
        "udp.sendto(b'x', udp.getsockname())",
        "udp.sendmsg([b'x'], [], 0, ('127.0.0.1', 9))",
        "threading.Thread(target=print).start()",
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    ],
)
def test_what_decoding_does_not_need_fails(deed: str) -> None:
    status, said = tried(deed)

    assert status == 0
    assert len(said) == 2
    assert said[1] == "lives"


def test_what_was_open_before_goes_on_working() -> None:
    status, said = tried("other.sendall(b'frame'); print(peer.recv(5).decode())")

    assert (status, said) == (0, ["frame", "lives"])


def test_every_wall_that_is_missing_is_named() -> None:
    assert len(list(missing(Walls.NONE))) == 3
    assert not list(missing(ALL_WALLS))
