"""How the pictures of one camera fared: counted as they come, read as a plain value.

Ages are counted in classes, as exporters of metrics want them; a share of them is told from that.
"""

from bisect import bisect_left
from dataclasses import dataclass

AGES_S = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the classes of ages; one more class holds all that are older."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of a camera's pictures since the start.

    Of those that were ``asked`` about, some were ``replaced`` by a newer one before their turn
    came, others ``answered``, or ``failed`` since the model did; the rest is under way.
    ``ages`` counts the answers by how old the picture was then, from its exposure: a count for each
    bound of ``AGES_S`` and one for all above. ``age_s`` is that of the newest, None before the first.
    """

    asked: int = 0
    replaced: int = 0
    answered: int = 0
    failed: int = 0
    ages: tuple[int, ...] = (0,) * (len(AGES_S) + 1)
    age_s: float | None = None

    def age_at_s(self, share: float) -> float | None:
        """Return the age that this share of the answers did not exceed, interpolated; None before any.

        Those of the last class are taken to be as old as the last bound.

        >>> Looked(ages=(0, 90, 0, 10) + (0,) * 10).age_at_s(0.95)
        0.0175
        """
        left = share * sum(self.ages)
        if not any(self.ages):
            return None
        for number, count in enumerate(self.ages[:-1]):
            if count >= left > 0:
                low_s = AGES_S[number - 1] if number else 0.0
                return low_s + (AGES_S[number] - low_s) * left / count
            left -= count
        return AGES_S[-1]


class Tally:
    """Counts for one camera; ``quarantined`` says that its video is left alone for what it sent."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.quarantined = False
        self.asked = 0
        self.replaced = 0
        self.failed = 0
        self._ages = [0] * (len(AGES_S) + 1)
        self._age_s: float | None = None

    def answer(self, age_s: float) -> None:
        """Count an answer about a picture that is now so old."""
        self._age_s = age_s
        self._ages[bisect_left(AGES_S, age_s)] += 1

    @property
    def looked(self) -> Looked:
        """Return what was counted so far."""
        ages = tuple(self._ages)
        return Looked(self.asked, self.replaced, sum(ages), self.failed, ages, self._age_s)
