"""`models try` with a model that looks at parts of pictures: people told apart, vehicles described.

A detector finds them first. People get letters: whoever looks like somebody before has the same one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoClassifier, OpenVinoDescriber
from orchestrator.adapters.video.film import Still
from orchestrator.config.cards import ModelCard, Task
from orchestrator.domain.sighting import Kind
from orchestrator.ports import Found

ALIKE = 0.5
"""From this cosine on two people have the same letter here; a site learns what its cosines mean."""


class Closer(Protocol):
    """Looks at what a detector has found."""

    async def said(self, still: Still, found: Found) -> tuple[str, ...]:
        """Return words for each box, empty for those it does not look at."""
        ...

    def told(self) -> Sequence[str]:
        """Return what all of it came to, line by line."""
        ...

    async def aclose(self) -> None:
        """Free the model."""
        ...


async def closer_of(card: ModelCard) -> Closer:
    """Return what looks closer with a model that describes or classifies."""
    if card.task is Task.CLASSIFY:
        return Classifying(await OpenVinoClassifier.opened(card))
    return TellingApart(await OpenVinoDescriber.opened(card))


class Classifying:
    """Says what vehicles are like."""

    def __init__(self, classifier: OpenVinoClassifier) -> None:
        """Have looked at nothing yet."""
        self._classifier = classifier
        self._seen: dict[str, Counter[str]] = {}

    async def said(self, still: Still, found: Found) -> tuple[str, ...]:
        """Return such as `white car` for each vehicle."""
        rows = np.flatnonzero(found.kinds == Kind.VEHICLE.value)
        said = [""] * len(found.kinds)
        crops = still.crops(found.boxes_px[rows], self._classifier.size_px)
        for row, told in zip(rows.tolist(), await self._classifier.classify(crops), strict=True):
            said[row] = " ".join(attribute.word for attribute in reversed(told))
            for attribute in told:
                self._seen.setdefault(attribute.name, Counter())[attribute.word] += 1
        return tuple(said)

    def told(self) -> Sequence[str]:
        """Return how often each word was said."""
        return [
            f"{name:<8} " + ", ".join(f"{word} {count}" for word, count in words.most_common())
            for name, words in self._seen.items()
        ]

    async def aclose(self) -> None:
        """Free the model."""
        await self._classifier.aclose()


@dataclass(slots=True)
class _Somebody:
    """A letter's people: the sum of their vectors, of length one each, and how many there were."""

    total: NDArray[np.float64]
    times: int = 1

    def cosine(self, vector: NDArray[np.float64]) -> float:
        """Return how alike somebody new is to all of them so far."""
        return float(self.total @ vector / np.linalg.norm(self.total))


class TellingApart:
    """Gives people letters by how they look."""

    def __init__(self, describer: OpenVinoDescriber) -> None:
        """Know nobody yet."""
        self._describer = describer
        self._known: list[_Somebody] = []
        self._same: list[float] = []
        self._others: list[float] = []

    async def said(self, still: Still, found: Found) -> tuple[str, ...]:
        """Return the letter of each person, and how alike they are to those who had it before."""
        rows = np.flatnonzero(found.kinds == Kind.PERSON.value)
        said = [""] * len(found.kinds)
        if not len(rows):
            return tuple(said)
        crops = still.crops(found.boxes_px[rows], self._describer.size_px)
        vectors = await self._describer.describe(crops)
        assert vectors is not None, "nobody else asks"
        for row, vector in zip(rows.tolist(), vectors.astype(np.float64), strict=True):
            said[row] = self._letter(vector)
        return tuple(said)

    def _letter(self, vector: NDArray[np.float64]) -> str:
        alike = [somebody.cosine(vector) for somebody in self._known]
        best = max(range(len(alike)), key=alike.__getitem__, default=-1)
        self._others += [cosine for who, cosine in enumerate(alike) if who != best]
        if best >= 0 and alike[best] >= ALIKE:
            somebody = self._known[best]
            somebody.total, somebody.times = somebody.total + vector, somebody.times + 1
            self._same.append(alike[best])
            return f"{lettered(best)} {alike[best]:.2f}"
        if best >= 0:
            self._others.append(alike[best])
        self._known.append(_Somebody(vector))
        return lettered(len(self._known) - 1)

    def told(self) -> Sequence[str]:
        """Return how many people there seem to be, and what their cosines are."""
        who = ", ".join(f"{lettered(n)} {one.times}" for n, one in enumerate(self._known))
        lines = [f"people   {len(self._known)} by how they look: {who}" if who else "people   none"]
        for name, cosines in (("same", self._same), ("others", self._others)):
            if cosines:
                low, middle, high = np.quantile(cosines, [0.0, 0.5, 1.0])
                lines.append(f"{name:<8} cosines {low:.2f} to {high:.2f}, half above {middle:.2f}")
        return lines

    async def aclose(self) -> None:
        """Free the model."""
        await self._describer.aclose()


def lettered(number: int) -> str:
    """Return a letter, or letters.

    >>> lettered(0), lettered(25), lettered(26), lettered(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    left, digit = divmod(number, 26)
    return (lettered(left - 1) if left else "") + chr(ord("A") + digit)
