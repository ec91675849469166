"""An event log under two sets of rules at once, moment by moment: what would have differed."""

from collections.abc import Iterator

from orchestrator.replay.compare import Comparison, Difference
from orchestrator.replay.otherwise import Adapt, Branch
from orchestrator.replay.outcomes import Outcome
from orchestrator.replay.play import Moment


class Trial:
    """Both sides are thought with the same motors, so only the rules can make them differ."""

    def __init__(self, old: Adapt, new: Adapt) -> None:
        """Start before the first moment; each side says how it adapts the site of the log."""
        self._old, self._new = Branch(old), Branch(new)
        self._comparison = Comparison()
        self.moments = 0

    def take(self, moment: Moment) -> Iterator[Difference]:
        """Yield what is known to differ by now."""
        if moment.begins:
            yield from self._comparison.end()
        self.moments += 1
        before, after = self._old.advance(moment), self._new.advance(moment)

        def not_before(outcome: Outcome) -> str:
            return self._old.why_not(outcome, moment.now)

        def not_after(outcome: Outcome) -> str:
            return self._new.why_not(outcome, moment.now)

        yield from self._comparison.take(
            before, after, moment.now.mono_s, not_before=not_before, not_after=not_after
        )

    def end(self) -> Iterator[Difference]:
        """Yield what is still open at the end of the log."""
        yield from self._comparison.end()
