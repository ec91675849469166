"""The process that decoders are forked from: it has loaded their libraries, once, and does nothing.

So a decoder starts in milliseconds, and all of them share the memory of the libraries. It holds no
secret, reads nothing hostile and ends with its parent; decoders end with it.

Parent and forkserver talk over the forkserver's standard input, a socket of datagrams: a number
with two handles (the decoder's end of its socket, and its board's file) makes a decoder; the answer
repeats the number and carries a handle of the new process (pidfd).
"""

import gc
import os
import signal
import socket

import av.logging
import cv2

from orchestrator.adapters.video.child import decoder
from orchestrator.adapters.video.sandbox import limited


def serve(control: socket.socket) -> None:
    """Fork decoders until the parent is gone."""
    signal.signal(signal.SIGCHLD, _reap)
    gc.collect()
    gc.freeze()  # what is loaded stays where it is: pages that nobody writes to stay shared
    while True:
        ask, handles, _, _ = socket.recv_fds(control, 1, 2)
        if not ask:
            return
        if len(handles) == 2:
            _fork(control, ask, *handles)
        for handle in handles:
            os.close(handle)


def _fork(control: socket.socket, ask: bytes, end: int, board: int) -> None:
    """Start a decoder; this returns in the forkserver only."""
    here = os.getpid()
    # A child that ends at once must not be reaped before its handle was taken.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        limited()
        if os.getppid() == here:  # else nobody would end us with the parent
            decoder(socket.socket(fileno=end), board)
        os._exit(0)
    process = os.pidfd_open(pid)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    socket.send_fds(control, [ask], [process])
    os.close(process)


def _reap(_signal: int, _frame: object) -> None:
    """Let go of decoders that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def main() -> None:
    """Serve the parent, who is at the other end of standard input."""
    cv2.setNumThreads(0)
    av.logging.set_level(av.logging.PANIC)
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    serve(control)


if __name__ == "__main__":
    main()
