"""Which pictures are decoded: as few as what is asked for needs.

A picture can be decoded only after those since the last key picture. While many pictures are
wanted, all are decoded as they come. While few are (a camera where nothing happens), they are kept,
coded, until a picture is due; the next key picture then makes up for all of them, and they were
never decoded. A camera that sends key pictures rarely, or none, is caught up with when its patience
ends, so that no look is late by more than ``PATIENCE_S``. More wanted again: at the next picture
everything since the last key picture is decoded at once, some 20 ms for 2 s.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.adapters.video.payloads import Coded
from orchestrator.runtime.pace import Pace

IDLE_INTERVAL_S = 1.0
"""Who wants pictures so rarely would rather have a cheap one soon than any one at once."""
PATIENCE_S = 2.5
"""Cameras send a key picture every 1 to 2 s, mostly."""
MOST_KEPT_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Step:
    """A picture to decode now, and whether what comes out is to be shown."""

    coded: Coded
    shown: bool


class Thinning:
    """Decides for each picture that arrives what is to be decoded."""

    def __init__(self) -> None:
        """Want the first picture."""
        self._pace = Pace()
        self._kept: list[Coded] = []
        self._kept_bytes = 0
        self._due_since_s: float | None = None

    def steps(self, coded: Coded, at_s: float, fps: float) -> Iterator[Step]:
        """Yield what to decode, in order, now that a picture taken ``at_s`` has come."""
        if coded.key:
            self._forget()
        self._keep(coded)
        if self._due_since_s is None and self._pace.lets_through(at_s, fps):
            self._due_since_s = at_s
        if self._is_time(coded, at_s, fps):
            self._due_since_s = None
            yield from self._all_kept(shown=True)
        elif 1.0 / fps < IDLE_INTERVAL_S or self._kept_bytes > MOST_KEPT_BYTES:
            yield from self._all_kept(shown=False)

    def _is_time(self, coded: Coded, at_s: float, fps: float) -> bool:
        """Return whether a picture is due that had better not wait for a key picture."""
        if self._due_since_s is None:
            return False
        waited_s = at_s - self._due_since_s
        return coded.key or 1.0 / fps < IDLE_INTERVAL_S or waited_s >= PATIENCE_S

    def _all_kept(self, *, shown: bool) -> Iterator[Step]:
        last = len(self._kept) - 1
        steps = [Step(coded, shown and n == last) for n, coded in enumerate(self._kept)]
        self._forget()
        yield from steps

    def _keep(self, coded: Coded) -> None:
        self._kept.append(coded)
        self._kept_bytes += len(coded.data)

    def _forget(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0
