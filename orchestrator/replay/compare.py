"""Two ways a run could have gone, side by side: what came about in one and not in the other.

Outcomes that say the same less than ``SAME_S`` apart are the same. What says the same later than
that, or something else about the same camera or person within ``WITHIN_S``, came about *otherwise*.
The rest was *added* or *removed*. Nothing older than ``WITHIN_S`` is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.replay.outcomes import Outcome

SAME_S = 1.0
WITHIN_S = 5.0

WhyNot = Callable[[Outcome], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """An outcome that was ``added``, ``removed``, or came about ``otherwise``.

    ``why`` says why the other side did not do as the one with the outcome did.
    """

    change: str
    before: Outcome | None
    after: Outcome | None
    why: str

    @property
    def outcome(self) -> Outcome:
        """Return what came about: under the new rules, or else under the old ones."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class _Open:
    """An outcome that has no counterpart yet."""

    outcome: Outcome
    why: str

    @property
    def at_s(self) -> float:
        return self.outcome.at.mono_s


class Comparison:
    """Takes both sides' outcomes, moment by moment, and yields what differs once it is sure."""

    def __init__(self) -> None:
        """Start with nothing compared."""
        self._before: list[_Open] = []
        self._after: list[_Open] = []

    def take(
        self,
        before: Sequence[Outcome],
        after: Sequence[Outcome],
        now_s: float,
        *,
        not_before: WhyNot,
        not_after: WhyNot,
    ) -> Iterator[Difference]:
        """Take one moment; ``not_after(outcome)`` says why the new rules did not bring it about."""
        yield from self._settled(now_s - WITHIN_S)
        left = list(after)
        for outcome in before:
            if outcome in left:
                left.remove(outcome)
            else:
                yield from self._met(_Open(outcome, not_after(outcome)), self._after, self._before)
        for outcome in left:
            yield from self._met(_Open(outcome, not_before(outcome)), self._before, self._after)

    def end(self) -> Iterator[Difference]:
        """Yield what is still open: the log ends, or a run."""
        yield from self._settled(float("inf"))

    def _met(self, new: _Open, others: list[_Open], mine: list[_Open]) -> Iterator[Difference]:
        """Find what says the same on the other side, or leave the outcome open."""
        twin = next((other for other in others if other.outcome == new.outcome), None)
        if twin is None:
            mine.append(new)
            return
        others.remove(twin)
        if new.at_s - twin.at_s > SAME_S:
            yield self._otherwise(new, twin) if mine is self._before else self._otherwise(twin, new)

    def _settled(self, until_s: float) -> Iterator[Difference]:
        """Yield what no counterpart can come for any more, oldest first."""
        while True:
            due = [one for one in (*self._before, *self._after) if one.at_s < until_s]
            if not due:
                return
            first = min(due, key=lambda one: one.at_s)
            was = first in self._before
            mine, others = (self._before, self._after) if was else (self._after, self._before)
            mine.remove(first)
            kin = next((one for one in others if one.outcome.about == first.outcome.about), None)
            if kin is None:
                yield self._alone(first, was=was)
            else:
                others.remove(kin)
                yield self._otherwise(first, kin) if was else self._otherwise(kin, first)

    @staticmethod
    def _otherwise(before: _Open, after: _Open) -> Difference:
        if before.outcome == after.outcome:
            later_s = after.at_s - before.at_s
            word = "later" if later_s > 0 else "earlier"
            why = before.why if later_s > 0 else after.why
            told = f"{abs(later_s):.1f} s {word}" + (f": {why}" if why else "")
            return Difference("otherwise", before.outcome, after.outcome, told)
        return Difference("otherwise", before.outcome, after.outcome, before.why)

    @staticmethod
    def _alone(one: _Open, *, was: bool) -> Difference:
        if was:
            return Difference("removed", one.outcome, None, one.why)
        return Difference("added", None, one.outcome, one.why)
