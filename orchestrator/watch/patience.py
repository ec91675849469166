"""When a stream that failed is opened again: soon, then ever more rarely, or not for an hour.

Most streams are back within a minute. One that again and again sends what no camera sends, or whose
decoder dies of it, is quarantined: every try is another chance for whoever sits behind it.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

FIRST_PAUSE_S = 0.5
QUICK_PAUSE_S = 1.0
QUICK_FOR_S = 60.0
"""Most streams are back within a minute, and are to be seen again at once: so long tries are quick."""
LONGEST_PAUSE_S = 30.0
REFUSED_PAUSE_S = 300.0
"""Cameras lock a login that is refused too often: three tries in a quarter of an hour."""
STEADY_S = 10.0
"""Video that has flowed for so long is well again: the next failure starts with a short pause."""
MOST_HOSTILE: Final = 8
HOSTILE_WITHIN_S = 600.0
QUARANTINE_S = 3600.0
"""Then it is tried once more, and quarantined again unless that goes well."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a stream ended, as a sentence; whether its login was refused; whether no camera does that."""

    reason: str
    refused: bool = False
    hostile: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """How long a stream is left alone, and whether that is its quarantine.

    >>> str(Pause(0.5))
    'trying again in 0.5 s'
    """

    seconds: float
    quarantined: bool = False

    def __str__(self) -> str:
        """Return the end of a sentence for operators."""
        if not self.quarantined:
            return f"trying again in {self.seconds:g} s"
        return (
            f"its video is quarantined for {self.seconds / 60:g} min, since that or the like came"
            " again and again; `retry_video` has it tried at once"
        )


class Patience:
    """What is known of one stream's failures."""

    def __init__(self, now_s: float) -> None:
        """Know of none."""
        self._hostile: deque[float] = deque(maxlen=MOST_HOSTILE)
        self.forgive(now_s)

    def after(self, failure: Failure, *, began_s: float, now_s: float) -> Pause:
        """Return how long to leave a stream alone that was opened at ``began_s`` and failed now."""
        if now_s - began_s >= STEADY_S:
            self._pause_s, self._well_s, self._on_trial = 0.0, now_s, False
        if failure.hostile:
            self._hostile.append(now_s)
            self._on_trial = self._on_trial or self._is_too_much(now_s)
            if self._on_trial:
                return Pause(QUARANTINE_S, quarantined=True)
        if failure.refused:
            self._pause_s = REFUSED_PAUSE_S
        else:
            longest_s = QUICK_PAUSE_S if now_s - self._well_s < QUICK_FOR_S else LONGEST_PAUSE_S
            self._pause_s = min(2 * self._pause_s, longest_s) if self._pause_s else FIRST_PAUSE_S
        return Pause(self._pause_s)

    def forgive(self, now_s: float) -> None:
        """Begin anew: somebody wants the stream tried."""
        self._pause_s, self._well_s, self._on_trial = 0.0, now_s, False
        self._hostile.clear()

    def _is_too_much(self, now_s: float) -> bool:
        """Return whether hostile failures are many and close together."""
        many = len(self._hostile) == MOST_HOSTILE
        return many and now_s - self._hostile[0] <= HOSTILE_WITHIN_S
