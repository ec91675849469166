"""What the kernel tells of processes: who is below whom, and what they take."""

from contextlib import suppress
from pathlib import Path


def children(of: int | str = "self") -> list[int]:
    """Return a process' children, dead ones that nobody waited for included."""
    found = []
    for task in Path(f"/proc/{of}/task").iterdir():
        # A thread may end while it is looked at; it takes no child along.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def descendants(of: int | str = "self") -> list[int]:
    """Return all processes below one."""
    near = children(of)
    return [*near, *(below for child in near for below in descendants(child))]


def decoders() -> list[int]:
    """Return our decoding processes: children of the one child that forks them."""
    return [pid for server in children() for pid in children(server)]


def proportional_mb(pid: int) -> float:
    """Return a process' own memory and its part of what it shares (PSS)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024
