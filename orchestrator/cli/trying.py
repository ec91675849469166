"""`models try`: what a model makes of a film, as numbers, as pictures, and as expectations to keep.

The film's pictures come to the model as a camera's do, so what is found here is what would be found
there. Pictures show whoever is in the film: they go only where they are asked for.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from orchestrator.adapters.inference import DEFAULT, OpenVinoDetector, card_named, cards_in
from orchestrator.adapters.video.film import Still, stills
from orchestrator.cli.closer import Closer, closer_of
from orchestrator.cli.paths import writing
from orchestrator.cli.words import counted
from orchestrator.config.cards import ModelCard, Task
from orchestrator.domain.sighting import Kind
from orchestrator.errors import MediaError
from orchestrator.ports import Found

MOST_ON_SHEET = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pictures of which film are looked at, and which of them are drawn to where."""

    film: Path
    every: int
    from_s: float
    most: int
    png: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What was found in one picture of a film."""

    number: int
    at_s: float
    found: Found
    said: tuple[str, ...] = ()

    def count(self, kind: Kind) -> int:
        """Return how many of a kind there are."""
        return int((self.found.kinds == kind.value).sum())

    def plain(self) -> dict[str, object]:
        """Return it as it is kept: boxes in whole pixels, best first, and what was said of each."""
        said: dict[str, object] = {"said": list(self.said)} if self.said else {}
        return {
            **said,
            "number": self.number,
            "boxes": [
                [Kind(kind).name.lower(), round(float(score), 2), *box]
                for kind, score, box in zip(
                    self.found.kinds.tolist(),
                    self.found.scores,
                    np.rint(self.found.boxes_px).astype(int).tolist(),
                    strict=True,
                )
            ],
        }


async def try_model(
    asked: Asked, name: str, cards: Path, *, finds: str = DEFAULT, as_json: bool
) -> None:
    """Run a model over a film, one that looks closer on what the detector ``finds`` does; print it."""
    card = _known(name, cards)
    closer = None
    if card.task is not Task.FIND:
        closer, card = await closer_of(card), card_named(finds, cards)
    try:
        tried, spent_s = await looked_through(asked, card, closer)
    except MediaError as error:
        raise typer.BadParameter(str(error), param_hint="FILM") from None
    finally:
        if closer is not None:
            await closer.aclose()
    if as_json:
        print(json.dumps(kept(asked, card, tried), separators=(",", ":")))
    else:
        _print(asked, card, tried, spent_s)
        for line in () if closer is None else closer.told():
            print(f"  {line}")


def _known(name: str, cards: Path) -> ModelCard:
    """Return a card whatever its model does."""
    card = cards_in(cards).get(name)
    return card_named(name, cards) if card is None else card


async def looked_through(
    asked: Asked, card: ModelCard, closer: Closer | None = None
) -> tuple[list[Tried], float]:
    """Return what a detector finds in a film, and the processor time that its searching took."""
    detector = await OpenVinoDetector.opened(card)
    easel = None if asked.png is None else _Easel(asked.png)
    tried: list[Tried] = []
    spent_s = 0.0
    try:
        for still in stills(asked.film, card.input_px, every=asked.every, from_s=asked.from_s):
            began_s = time.process_time()
            found = await detector.detect(still.frame)
            spent_s += time.process_time() - began_s
            said = () if closer is None else await closer.said(still, found)
            tried.append(Tried(still.number, still.at_s, found, said))
            if easel is not None:
                easel.draw(still, tried[-1])
            if len(tried) == asked.most:
                break
    finally:
        await detector.aclose()
    if easel is not None:
        easel.finish()
    return tried, spent_s


def kept(asked: Asked, card: ModelCard, tried: Sequence[Tried]) -> dict[str, object]:
    """Return what was found as a file of expectations has it: numbers, and not one pixel."""
    return {
        "film": asked.film.name,
        "model": card.name,
        "sha384": card.sha384,
        "every": asked.every,
        "from_s": asked.from_s,
        "pictures": [each.plain() for each in tried],
    }


def _print(asked: Asked, card: ModelCard, tried: Sequence[Tried], spent_s: float) -> None:
    if not tried:
        print(f"{asked.film.name}: no picture from {asked.from_s:g} s on")
        return
    span = f"from {tried[0].at_s:.1f} s to {tried[-1].at_s:.1f} s"
    print(f"{asked.film.name}: {counted(len(tried), 'picture')} {span}, by {card.name}")
    for kind in sorted(set(card.labels.values()), key=lambda kind: kind.value):
        print(f"  {kind.name.lower():<8} {_told(kind, tried)}")
    print(f"  {1000 * spent_s / len(tried):.1f} ms of processor time a picture, to search it alone")
    if asked.png is not None:
        print(f"  drawn in {asked.png}, {SHEET} shows up to {MOST_ON_SHEET} with something in them")


def _told(kind: Kind, tried: Sequence[Tried]) -> str:
    """Say how often a kind was found, and how surely."""
    shown = sum(each.count(kind) > 0 for each in tried)
    if not shown:
        return "in none"
    scores = np.concatenate([each.found.scores[each.found.kinds == kind.value] for each in tried])
    low, middle, high = np.quantile(scores, [0.0, 0.5, 1.0])
    boxes = counted(len(scores), "box", "boxes")
    return f"in {shown}, {boxes}, {low:.2f} to {high:.2f} sure, half above {middle:.2f}"


SHEET = "sheet.png"


class _Easel:
    """Draws pictures into a folder, and those with something in them on a sheet."""

    def __init__(self, folder: Path) -> None:
        """Draw nothing yet."""
        self._folder = folder
        self._shown: list[tuple[str, NDArray[np.uint8]]] = []

    def draw(self, still: Still, tried: Tried) -> None:
        """Write one picture with its boxes."""
        from orchestrator.adapters.drawing.found import with_boxes, write_png

        found, said = tried.found, tried.said or ("",) * len(tried.found.kinds)
        kinds = [Kind(kind) for kind in found.kinds.tolist()]
        words = [
            told or f"{kind.name.lower()} {score:.2f}"
            for kind, score, told in zip(kinds, found.scores.tolist(), said, strict=True)
        ]
        picture = with_boxes(still.whole(), found.boxes_px, kinds, words)
        with writing(self._folder, "--png"):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_png(picture, self._folder / f"{still.number:06d}.png")
        if kinds:
            self._shown.append((f"{still.number}, {still.at_s:.1f} s", picture))

    def finish(self) -> None:
        """Write the sheet: of too many pictures, some from the whole length of the film."""
        from orchestrator.adapters.drawing.found import sheet, write_png

        if not self._shown:
            return
        count = min(MOST_ON_SHEET, len(self._shown))
        rows = np.linspace(0, len(self._shown) - 1, count).round().astype(int).tolist()
        titles, pictures = zip(*(self._shown[row] for row in rows), strict=True)
        with writing(self._folder, "--png"):
            write_png(sheet(pictures, titles), self._folder / SHEET)
