"""Equally strong claims, and which view adds most to what they are shown already.

Claims that wish the same share a row of what views are worth, and count as many. Rows are sparse and
short: a place is shown by a few views. So whatever is chosen, only what it changes is judged again.
"""

from collections.abc import Sequence

from orchestrator.decide.claims import Claim
from orchestrator.decide.worth import Worths

SERVED = 0.3
"""A view worth at least this much to a claim serves it."""
CONTENT = 0.9
"""A claim is content with a view that is taken already from this worth on."""
MUCH = 0.8
"""A second view is kept if it adds at least this much for somebody who is shown already."""


class Rivals:
    """Equally strong claims; ``shown`` is the most that each row gets of the views taken so far."""

    def __init__(self, claims: Sequence[Claim], worths: Worths) -> None:
        """Sort claims by what they wish, and views by whom they serve."""
        members: dict[int, list[int]] = {}
        for number, claim in enumerate(claims):
            members.setdefault(worths.row_of[id(claim)], []).append(number)
        self.claims = claims
        self.rows = [worths.rows[row] for row in members]
        self.members = list(members.values())
        self.shown = [0.0] * len(self.rows)
        self.served = [False] * len(self.rows)
        self.columns: dict[int, list[tuple[int, float]]] = {}
        """What each view is worth to whom."""
        self._serve: set[int] = set()
        for row, views in enumerate(self.rows):
            for view, worth in views.items():
                self.columns.setdefault(view, []).append((row, worth))
                if worth >= SERVED:
                    self._serve.add(view)

    def serving(self) -> list[int]:
        """Return the views that serve somebody, in rising order."""
        return sorted(self._serve)

    def worth(self, view: int) -> float:
        """Return what a view is worth to all that is wished, however many wish it."""
        return sum(worth for _, worth in self.columns.get(view, ()))

    def keep(self, view: int) -> bool:
        """Say whether a view is worth enough to all claims together that a head stays for them."""
        column = self.columns.get(view, ())
        return sum(worth * len(self.members[row]) for row, worth in column) >= SERVED

    def gain(self, view: int, *, stays: bool) -> float:
        """Return what a view adds to what claims are shown already.

        A head is only turned for claims that are not content yet; where it stays, it counts too
        that it shows somebody much better than the others do.
        """
        needed = better = 0.0
        for row, worth in self.columns[view]:
            more = worth - self.shown[row]
            if worth < SERVED or more <= 0.0:
                continue
            if self.shown[row] < CONTENT:
                needed += more * len(self.members[row])
            elif stays and more >= MUCH:
                better += more * len(self.members[row])
        return needed + better

    def share(self, view: int) -> list[Claim]:
        """Return the claims that are content with a view somebody else has taken, and note that."""
        column = self.columns.get(view, ())
        content = [row for row, worth in column if worth >= CONTENT]
        for row, worth in column:
            self.shown[row] = max(self.shown[row], worth)
        for row in content:
            self.served[row] = True
        return [self.claims[n] for n in sorted(n for row in content for n in self.members[row])]

    def take(self, view: int) -> list[Claim]:
        """Return the claims that a view serves, whom it adds most for first, and note that."""
        served = [(row, worth) for row, worth in self.columns[view] if worth >= SERVED]
        mine = sorted(
            (-max(0.0, worth - self.shown[row]), number)
            for row, worth in served
            for number in self.members[row]
        )
        for row, worth in self.columns[view]:
            self.shown[row] = max(self.shown[row], worth)
        for row, _ in served:
            self.served[row] = True
        return [self.claims[number] for _, number in mine]

    def rivalling(self, view: int) -> set[int]:
        """Return the views that are worth something to whom this one is, itself included."""
        return {other for row, _ in self.columns[view] for other in self.rows[row]}

    def losers(self) -> list[tuple[Claim, list[int]]]:
        """Return the claims that got nothing, and the views that would have served each."""
        lost = {}
        for row, served in enumerate(self.served):
            if not served:
                views = [view for view, worth in self.rows[row].items() if worth >= SERVED]
                lost.update(dict.fromkeys(self.members[row], views))
        return [(self.claims[number], lost[number]) for number in sorted(lost)]
