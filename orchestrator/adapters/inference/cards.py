"""Model cards: what a detector is, where its file lies and how its answer is read.

``config/models.yaml`` lists cards beside the model that ships in the package. A card names the
SHA-384 of its files, so that a model which was altered or half copied never runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from orchestrator.adapters.inference.decoders import DECODERS
from orchestrator.config.fields import Fields, Notes
from orchestrator.config.shape import Choice, Key, ListOf, MapOf, Number, Shape, Text
from orchestrator.config.tree import Entries, Page, Scalar, tree_of
from orchestrator.domain.sighting import Kind
from orchestrator.errors import AuthorError, ModelError

DEFAULT = "depot-detector"
KINDS = {"person": Kind.PERSON, "vehicle": Kind.VEHICLE, "bike": Kind.BIKE}
_PRECISIONS = ("f32", "auto")
_CARD = Shape(
    (
        Key("name", Text(), "The name that `orchestrator run --model` takes.", required=True),
        Key("file", Text(), "The model's .xml, beside this file.", required=True),
        Key("sha384", Text(), "The hash of that file.", required=True),
        Key("weights_sha384", Text(), "The hash of the .bin beside it.", required=True),
        Key("input", Text(), "The size of its pictures, such as `640x352`.", required=True),
        Key(
            "decoder",
            Choice("decoder", tuple(sorted(DECODERS))),
            "How its answer is read.",
            required=True,
        ),
        Key("labels", MapOf(Text(), free=True), "The kinds of its class codes.", required=True),
        Key("threshold", Number(0, 1), "How sure it must be, 0 to 1.", required=True),
        Key("precision", Choice("precision", _PRECISIONS), "How it computes [auto]."),
        Key("licence", Text(), "Its licence.", required=True),
        Key("purpose", Text(), "What it is for.", required=True),
    )
)
_CARDS = Shape(
    (Key("models", ListOf(_CARD, least=0), "The models, one card each.", required=True),)
)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A detector as its card describes it.

    ``file`` is the model's .xml, ``sha384`` its hash and ``weights_sha384`` that of the .bin beside
    it. ``input_px`` is (width, height) of the pictures it takes, ``labels`` its class codes.
    ``precision`` is ``f32`` where the answer must not be computed in halves, else ``auto``.
    """

    name: str
    file: Path
    sha384: str
    weights_sha384: str
    input_px: tuple[int, int]
    decoder: str
    labels: Mapping[int, Kind]
    threshold: float
    licence: str
    purpose: str
    precision: str = "auto"


def default_card() -> ModelCard:
    """Return the card of the model that ships in the package."""
    folder = Path(str(resources.files("orchestrator.adapters.inference") / "models" / DEFAULT))
    path = folder / "card.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{path}: the package is incomplete; install it again") from error
    return model_cards(text, path)[DEFAULT]


def card_named(name: str, path: Path) -> ModelCard:
    """Return a card by name: from the file at ``path``, or the one that ships."""
    if name == DEFAULT:
        return default_card()
    try:
        cards = model_cards(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read; list the model `{name}` there") from error
    if name not in cards:
        known = ", ".join(sorted({DEFAULT, *cards}))
        raise ModelError(f"{path}: there is no model `{name}` (models: {known})")
    return cards[name]


def model_cards(text: str, path: Path) -> dict[str, ModelCard]:
    """Return the cards in a file's text by name; ``AuthorError`` with every mistake in it.

    Model files are named relative to the folder of ``path``.
    """
    notes = Notes(Page(text, str(path)))
    top = Fields(tree_of(text, str(path)), notes, "the file", _CARDS)
    cards: dict[str, ModelCard] = {}
    for fields in top.inners("models", "a model"):
        card = _card(fields, path.parent)
        if card.name in cards:
            notes.wrong(fields.place_of("name"), f"model `{card.name}` is listed twice")
        cards[card.name] = card
    if notes.findings:
        raise AuthorError(notes.findings)
    return cards


def _card(fields: Fields, folder: Path) -> ModelCard:
    """Return one card; what is wrong with it is in the notes."""
    hash_of = {
        key: fields.read(key, _sha384, "96 hexadecimal digits (sha384sum)") or ""
        for key in ("sha384", "weights_sha384")
    }
    size = fields.read("input", _size, "a size such as `640x352`")
    threshold = fields.read("threshold", _share, "a number from 0 to 1")
    precision = fields.choice("precision")
    return ModelCard(
        name=fields.text("name"),
        file=folder / fields.text("file"),
        sha384=hash_of["sha384"],
        weights_sha384=hash_of["weights_sha384"],
        input_px=size or (0, 0),
        decoder=fields.choice("decoder"),
        labels=_labels(fields),
        threshold=threshold or 0.0,
        licence=fields.text("licence"),
        purpose=fields.text("purpose"),
        precision=precision or "auto",
    )


def _labels(fields: Fields) -> dict[int, Kind]:
    """Return the kinds that class codes stand for."""
    node = fields.node("labels")
    if node is None:
        return {}
    if not isinstance(node, Entries):
        fields.notes.wrong(node, "`labels` must be a map such as `{1: person}`")
        return {}
    labels: dict[int, Kind] = {}
    for key, value in node.entries:
        if not re.fullmatch(r"\d{1,4}", key.text):
            fields.notes.wrong(key, f"a label must be a class code, found `{key.text}`")
        elif not isinstance(value, Scalar) or value.text not in KINDS:
            fields.notes.wrong(value, f"a label must be one of {', '.join(KINDS)}")
        else:
            labels[int(key.text)] = KINDS[value.text]
    return labels


def _sha384(text: str) -> str | None:
    return text.lower() if re.fullmatch(r"[0-9a-fA-F]{96}", text) else None


def _size(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    sides = (int(match[1]), int(match[2])) if match else (1, 1)
    # the pictures are scaled from planes of half the size
    return sides if sides[0] % 2 == 0 and sides[1] % 2 == 0 else None


def _share(text: str) -> float | None:
    return float(text) if re.fullmatch(r"0(\.\d{1,6})?|1(\.0{1,6})?", text) else None
