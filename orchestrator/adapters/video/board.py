"""What parent and decoder share without sending it: pictures, and how many are wanted.

An anonymous file (memfd), sealed so that neither side can change its size under the other. At its
head stand numbers, each written by one side only and whole at any moment; then a few slots for
pictures, which take turns. The decoder writes a picture and announces its number over the socket;
the parent copies it and notes the number, whereupon its slot is free. At the end is a place for parts
of pictures that the parent asks for; memory stands behind it only while it holds some.

The parent believes nothing here: a decoder that lies spoils its own pictures.
"""

import fcntl
import mmap
import os
from typing import Final

import numpy as np
from numpy.typing import NDArray

SLOTS: Final = 3
CROPS_BYTES: Final = 48 << 20
"""Room for one picture of 16 megapixels, or for many small parts."""
_HEAD_BYTES: Final = 4096
_TAKEN, _DECODED, _LEFT_OUT, _LOST = 0, 1, 2, 3
"""Places of the counting numbers (u64)."""
_FPS, _STILL_FPS = 8, 9
"""Places of the wanted rates (f64)."""
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL

Pixels = NDArray[np.uint8]


class Board:
    """Pictures of ``width`` x ``height`` BGR pixels; ``made`` by the parent, opened by its child."""

    def __init__(self, handle: int, width: int, height: int) -> None:
        """Map the file; the handle may be closed afterwards."""
        self._crops_at = _crops_at(width, height)
        self._memory = mmap.mmap(handle, self._crops_at + CROPS_BYTES)
        head = memoryview(self._memory)[:_HEAD_BYTES]
        self._counts, self._wishes = head.cast("Q"), head.cast("d")
        count = SLOTS * width * height * 3
        slots = np.frombuffer(self._memory, np.uint8, count, _HEAD_BYTES)
        self._slots = slots.reshape(SLOTS, height, width, 3)

    @staticmethod
    def file(width: int, height: int) -> int:
        """Return the handle of a new file for pictures of that size."""
        handle = os.memfd_create("pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(handle, _crops_at(width, height) + CROPS_BYTES)
        fcntl.fcntl(handle, fcntl.F_ADD_SEALS, _SEALS)
        return handle

    def close(self) -> None:
        """Let go of the memory and of the handle to it: waiting for a collector would keep both."""
        self._counts.release()
        self._wishes.release()
        self._slots = np.empty((SLOTS, 0, 0, 3), np.uint8)
        self._memory.close()

    def slot(self, number: int) -> Pixels:
        """Return where the picture of that number is, as (height, width, 3)."""
        shown: Pixels = self._slots[number % SLOTS]
        return shown

    def crops(self, count: int, width: int, height: int) -> Pixels:
        """Return where parts of pictures go, as (count, height, width, 3)."""
        size = count * width * height * 3
        flat = np.frombuffer(self._memory, np.uint8, size, self._crops_at)
        return flat.reshape(count, height, width, 3)

    def forget_crops(self) -> None:
        """Give the memory behind parts of pictures back."""
        self._memory.madvise(mmap.MADV_REMOVE, self._crops_at, CROPS_BYTES)

    @property
    def taken(self) -> int:
        """The number of the last picture that the parent has copied, 0 before the first."""
        return self._counts[_TAKEN]

    @taken.setter
    def taken(self, number: int) -> None:
        self._counts[_TAKEN] = number

    @property
    def fps(self) -> float:
        """How many pictures a second the parent wants."""
        return self._wishes[_FPS]

    @fps.setter
    def fps(self, fps: float) -> None:
        self._wishes[_FPS] = fps

    @property
    def still_fps(self) -> float:
        """How many pictures a second the parent wants of a scene in which nothing moves."""
        return self._wishes[_STILL_FPS]

    @still_fps.setter
    def still_fps(self, fps: float) -> None:
        self._wishes[_STILL_FPS] = fps

    def count(self, *, decoded: int = 0, left_out: int = 0, lost: int = 0) -> None:
        """Count pictures that were decoded, such that were not wanted, and packets that never came."""
        self._counts[_DECODED] += decoded
        self._counts[_LEFT_OUT] += left_out
        self._counts[_LOST] += lost

    @property
    def decoded(self) -> int:
        """How many pictures the decoder says it decoded."""
        return self._counts[_DECODED]

    @property
    def left_out(self) -> int:
        """How many the decoder says it did not show."""
        return self._counts[_LEFT_OUT]

    @property
    def lost(self) -> int:
        """How many packets the decoder says were lost on the way."""
        return self._counts[_LOST]


def _crops_at(width: int, height: int) -> int:
    """Return where the place for parts of pictures begins: at a page of its own."""
    used = _HEAD_BYTES + SLOTS * width * height * 3
    return -(-used // mmap.PAGESIZE) * mmap.PAGESIZE
