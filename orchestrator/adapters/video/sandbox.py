"""The walls around a decoder: after ``sealed()`` a process can read, compute and write, no more.

Three independent walls, as any of them may be missing on an old kernel:

- limits (``setrlimit``, ``prctl``): no core, no file written, no new process, bounded memory, no
  gained privilege, and an end with its parent;
- Landlock (kernel 5.13; 6.7 for the network): no file can be opened, nothing connected to;
- seccomp, through libseccomp: of the kernel's calls only those that decoding needs remain. What a
  taken-over decoder would try first ends the process; anything else fails with EPERM.

They are one-way and hold for the process that puts them up. What is open already stays open: so a
stream is connected first, and the walls stand before the first byte of it is read.

Sources: landlock(7), seccomp(2), seccomp_rule_add(3).
"""

import ctypes
import errno
import os
import resource
import signal
import struct
from collections.abc import Iterator
from enum import Flag
from pathlib import Path
from typing import Final

MOST_MEMORY_BYTES: Final = 3 << 30
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
"""Landlock's calls have these numbers on every architecture."""
_RULESET_VERSION = 1
_FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version of Landlock on how many rights over files there are."""
_BIND_AND_CONNECT = 0b11
_SCOPED = 0b11
"""Abstract Unix sockets and signals to others."""

_LIBSECCOMP = "libseccomp.so.2"
_FILTER_ACTIONS = Path("/proc/sys/kernel/seccomp/actions_avail")
_KILL_PROCESS, _ALLOW, _EPERM = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM
_MASKED_EQUAL = 7
_PROT_EXEC = 4
_ALL_BITS = (1 << 64) - 1
_NEEDED: Final = (
    # reading the stream, writing pictures, waiting for either
    *("read", "readv", "recvfrom", "recvmsg", "write", "writev"),
    *("select", "_newselect", "pselect6", "poll", "ppoll", "close", "shutdown", "fcntl", "lseek"),
    *("fstat", "getsockopt"),
    # memory, locks, time
    *("munmap", "mremap", "madvise", "brk", "futex", "sched_yield", "membarrier", "rseq"),
    *("clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom"),
    # signals and ends
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("getpid", "gettid", "tgkill", "exit", "exit_group"),
)
_NEEDED_WITHOUT_EXEC: Final = ("mmap", "mprotect")
"""Memory may be had, but none that can be executed."""
_NEEDED_WITHOUT_ADDRESS: Final = ("sendto",)
"""What is connected may be written to; a socket for datagrams that is not can send to nobody."""
_DEADLY: Final = (
    *("execve", "execveat", "socket", "connect", "bind", "listen", "ptrace", "io_uring_setup"),
    *("process_vm_readv", "process_vm_writev", "kill", "bpf", "userfaultfd", "perf_event_open"),
)
"""No decoder asks for these unless somebody else thinks in it."""


class Walls(Flag):
    """Which walls stand, or could on this machine."""

    NONE = 0
    FILES = 1
    """Landlock: no file is opened."""
    NETWORK = 2
    """Landlock: no TCP connection is made or awaited."""
    CALLS = 4
    """seccomp: no socket, no process, no file."""


ALL_WALLS: Final = Walls.FILES | Walls.NETWORK | Walls.CALLS


class _Comparison(ctypes.Structure):
    """``struct scmp_arg_cmp``: a call's argument compared with a number, under a mask."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("wanted", ctypes.c_uint64),
    )


def limited() -> None:
    """Give up what a decoder needs at no time, and die when the parent dies."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def offered() -> Walls:
    """Return the walls that this machine's kernel and libraries can put up; changes nothing."""
    walls = _of_landlock(_landlock_version())
    return walls | Walls.CALLS if _filters_offered() and _libseccomp() is not None else walls


def sealed() -> Walls:
    """Put up every wall that this machine offers, for good, and return which stand.

    ``limited()`` comes before: the kernel wants a process that can gain no privilege.
    """
    libseccomp = _libseccomp()  # while files can still be opened
    walls = _of_landlock(_landlock_version()) if _landlocked() else Walls.NONE
    filtered = libseccomp is not None and _calls_filtered(libseccomp)
    return walls | Walls.CALLS if filtered else walls


def missing(walls: Walls) -> Iterator[str]:
    """Yield in words what a decoder behind these walls could still do.

    >>> list(missing(ALL_WALLS))
    []
    >>> list(missing(Walls.FILES | Walls.NETWORK))
    ['no seccomp filter (libseccomp2 is not installed, or the kernel has none)']
    """
    if Walls.CALLS not in walls:
        yield "no seccomp filter (libseccomp2 is not installed, or the kernel has none)"
    if Walls.FILES not in walls:
        yield "no Landlock for files (kernel 5.13 or newer, with landlock among its LSMs)"
    if Walls.NETWORK not in walls:
        yield "no Landlock for the network (kernel 6.7 or newer)"


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _landlock_version() -> int:
    """Return the kernel's version of Landlock, 0 without."""
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION)))


def _of_landlock(version: int) -> Walls:
    walls = Walls.FILES if version >= 1 else Walls.NONE
    return walls | Walls.NETWORK if version >= 4 else walls


def _ruleset(version: int) -> bytes:
    """Return a ``struct landlock_ruleset_attr`` that handles every right the kernel knows.

    What is handled and not allowed by a rule is denied, and there is no rule.
    """
    rights = max(count for since, count in _FILE_RIGHTS if since <= version)
    network = _BIND_AND_CONNECT if version >= 4 else 0
    scoped = _SCOPED if version >= 6 else 0
    fields = 3 if version >= 6 else 2 if version >= 4 else 1
    return struct.pack("=QQQ", (1 << rights) - 1, network, scoped)[: 8 * fields]


def _landlocked() -> bool:
    """Close the file system and the network to this process."""
    version = _landlock_version()
    if version < 1:
        return False
    libc, ruleset = _libc(), _ruleset(version)
    handle = int(libc.syscall(_CREATE_RULESET, ruleset, len(ruleset), 0))
    if handle < 0:
        return False
    try:
        return int(libc.syscall(_RESTRICT_SELF, handle, 0)) == 0
    finally:
        os.close(handle)


def _filters_offered() -> bool:
    try:
        return "errno" in _FILTER_ACTIONS.read_text("ascii").split()
    except OSError:
        return False


def _libseccomp() -> ctypes.CDLL | None:
    """Return libseccomp with its functions declared, or None where it is not installed."""
    try:
        library = ctypes.CDLL(_LIBSECCOMP)
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_load.argtypes = (ctypes.c_void_p,)
    library.seccomp_release.argtypes = (ctypes.c_void_p,)
    library.seccomp_syscall_resolve_name.argtypes = (ctypes.c_char_p,)
    library.seccomp_rule_add_array.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Comparison),
    )
    return library


def _calls_filtered(library: ctypes.CDLL) -> bool:
    """Leave this process the calls it needs; False where that cannot be had."""
    rules = library.seccomp_init(_EPERM)
    if not rules:
        return False
    try:
        without_exec = _Comparison(2, _MASKED_EQUAL, _PROT_EXEC, 0)
        without_address = _Comparison(4, _MASKED_EQUAL, _ALL_BITS, 0)
        for action, calls, condition in (
            (_ALLOW, _NEEDED, ()),
            (_ALLOW, _NEEDED_WITHOUT_EXEC, (without_exec,)),
            (_ALLOW, _NEEDED_WITHOUT_ADDRESS, (without_address,)),
            (_KILL_PROCESS, _DEADLY, ()),
        ):
            array = (_Comparison * len(condition))(*condition)
            for call in calls:
                number = library.seccomp_syscall_resolve_name(call.encode())
                if number >= 0:  # else this architecture has no such call
                    library.seccomp_rule_add_array(rules, action, number, len(condition), array)
        return int(library.seccomp_load(rules)) == 0
    finally:
        library.seccomp_release(rules)
