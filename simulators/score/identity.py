"""Is it the same one everywhere: IDF1 over all cameras, and who an identity belongs to."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from simulators.score.matching import Looked
from simulators.score.records import PersonId

Together = Counter[tuple[str, PersonId]]


def together(looked: Iterable[Looked]) -> Together:
    """Return on how many true boxes of each person each identity was shown."""
    return Counter(
        (target, person)
        for frame in looked
        for person, target in frame.found.items()
        if target is not None
    )


def owners(pairs: Together) -> Mapping[str, PersonId]:
    """Return whom each identity belongs to: the person on most of its boxes."""
    best: dict[str, tuple[int, PersonId]] = {}
    for (target, person), boxes in sorted(pairs.items()):
        if target not in best or boxes > best[target][0]:
            best[target] = (boxes, person)
    return {target: person for target, (_, person) in best.items()}


def idf1(looked: Iterable[Looked]) -> float | None:
    """Return 2 IDTP / (true boxes + boxes with an identity); None when both are none.

    IDTP is the best one-to-one map of people to identities over all cameras and frames.
    """
    frames = tuple(looked)
    pairs = together(frames)
    true = sum(len(frame.found) + len(frame.missed) for frame in frames)
    strays = sum(target is not None for frame in frames for target in frame.stray)
    given = pairs.total() + strays
    return 2 * _best_map(pairs) / (true + given) if true + given else None


def _best_map(pairs: Together) -> int:
    if not pairs:
        return 0
    targets = {target: row for row, target in enumerate({target for target, _ in pairs})}
    people = {person: column for column, person in enumerate({person for _, person in pairs})}
    table = np.zeros((len(targets), len(people)), dtype=np.int64)
    for (target, person), boxes in pairs.items():
        table[targets[target], people[person]] = boxes
    rows, columns = linear_sum_assignment(table, maximize=True)
    return int(table[rows, columns].sum())
