"""`models.yaml` -> model cards, every mistake at once.

A card names the SHA-384 of its files, so that a model which was altered or half copied never runs.
What depends on more than one key (weights of an IR, labels of a detector) is checked here.
"""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from orchestrator.config import units
from orchestrator.config.cards import (
    DECODERS,
    KINDS,
    MOST_BYTES,
    Fit,
    ModelCard,
    PictureForm,
    Task,
)
from orchestrator.config.fields import Fields, Notes
from orchestrator.config.shape import (
    AnyOf,
    Choice,
    Key,
    ListOf,
    MapOf,
    Number,
    Shape,
    Text,
)
from orchestrator.config.tree import Entries, Items, Node, Page, Scalar, tree_of
from orchestrator.domain.sighting import Kind
from orchestrator.errors import AuthorError

_FILE = r"(?!/)(?:(?!\.\.(?:/|$))[^/\s\\]+/)*(?!\.\.)[^/\s\\]+\.(?:xml|onnx)"
_SHA384 = r"[0-9a-fA-F]{96}"
_SIZE = r"(\d{2,4})x(\d{2,4})"
_SOURCE = r"https?://\S+\.(?:xml|onnx)"
_BYTES = Number(1, MOST_BYTES)
_THREE = ListOf(Number(), 3)
INPUT = Shape(
    (
        Key("size", Text(_SIZE), "Width and height, such as `640x640`.", required=True),
        Key(
            "resize",
            Choice("way to resize", tuple(fit.value for fit in Fit)),
            "How a picture comes to that size: stretched, or in proportion with the rest filled"
            " [stretch].",
        ),
        Key("colour", Choice("order of colours", ("bgr", "rgb")), "The order of colours [bgr]."),
        Key("scale", Number(1e-3, 1e3), "What values from 0 to 255 are divided by [1]."),
        Key("mean", _THREE, "What is taken off after that, for each colour [0, 0, 0]."),
        Key("deviation", _THREE, "What is divided by after that, for each colour [1, 1, 1]."),
        Key("pad", Number(0, 255), "The value that fills what a letterbox leaves [114]."),
    )
)
_CARD = Shape(
    (
        Key("name", Text(), "The name by which site.yaml and commands call it.", required=True),
        Key(
            "file", Text(_FILE), "The model's .xml or .onnx, relative to this file.", required=True
        ),
        Key("sha384", Text(_SHA384), "The SHA-384 of that file (sha384sum).", required=True),
        Key("bytes", _BYTES, "How long that file is; `models fetch` takes no more."),
        Key("weights_sha384", Text(_SHA384), "The SHA-384 of the .bin beside an .xml."),
        Key("weights_bytes", _BYTES, "How long the .bin is."),
        Key(
            "source",
            Text(_SOURCE),
            "Where `models fetch` finds the file; the .bin of an .xml lies beside it.",
            needs=("bytes",),
        ),
        Key(
            "input",
            AnyOf((Text(_SIZE), INPUT)),
            "The size of its pictures, such as `640x352`, or all about them.",
            required=True,
        ),
        Key(
            "decoder",
            Choice("decoder", tuple(sorted(DECODERS))),
            "How its answer is read.",
            required=True,
        ),
        Key(
            "labels",
            MapOf(Choice("kind", tuple(KINDS)), free=True),
            "The kinds of a detector's class codes; other codes are left out.",
        ),
        Key("threshold", Number(0, 1), "How sure a detector must be, 0 to 1."),
        Key(
            "overlap",
            Number(0, 1),
            "Two boxes of a kind that share more than this (intersection over union) are one [0.6].",
        ),
        Key(
            "attributes",
            MapOf(ListOf(Text(), 2), free=True),
            "The outputs of a classifier by name, each with its words in order.",
        ),
        Key("precision", Choice("precision", ("f32", "auto")), "How it computes [auto]."),
        Key("licence", Text(), "Its licence.", required=True),
        Key("purpose", Text(), "What it is for.", required=True),
    )
)
MODELS = Shape(
    (Key("models", ListOf(_CARD, least=0), "The models, one card each.", required=True),)
)


def model_cards(text: str, path: Path) -> dict[str, ModelCard]:
    """Return the cards in a file's text by name; ``AuthorError`` with every mistake in it.

    Model files are named relative to the folder of ``path``.
    """
    notes = Notes(Page(text, str(path)))
    top = Fields(tree_of(text, str(path)), notes, "the file", MODELS)
    cards: dict[str, ModelCard] = {}
    for fields in top.inners("models", "a model"):
        card = _card(fields, path.parent)
        if card.name in cards:
            notes.wrong(fields.place_of("name"), f"model `{card.name}` is listed twice")
        cards[card.name] = card
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    return cards


def _card(fields: Fields, folder: Path) -> ModelCard:
    """Return one card; what is wrong with it is in the notes."""
    usual = ModelCard.__dataclass_fields__["overlap"].default
    assert isinstance(usual, float)
    file = fields.read("file", _file, "the path of an .xml or .onnx below this folder") or ""
    size, form = _input(fields)
    card = ModelCard(
        name=fields.text("name"),
        file=folder / file,
        sha384=_hash(fields, "sha384"),
        weights_sha384=_hash(fields, "weights_sha384"),
        input_px=size,
        decoder=fields.choice("decoder") or "boxes",
        labels=_labels(fields),
        threshold=fields.number("threshold"),
        licence=fields.text("licence"),
        purpose=fields.text("purpose"),
        precision=fields.choice("precision") or "auto",
        overlap=fields.number("overlap", default=usual),
        form=form,
        attributes=_attributes(fields),
        size_bytes=_bytes(fields, "bytes"),
        weights_bytes=_bytes(fields, "weights_bytes"),
        source=fields.read("source", _source, "the https:// address of an .xml or .onnx") or "",
    )
    _check_files(fields, card)
    _check_task(fields, card.task)
    return card


def _check_files(fields: Fields, card: ModelCard) -> None:
    """Record weights that an .xml lacks, or an .onnx cannot have, and a source of another kind."""
    is_xml = card.file.suffix == ".xml"
    needed = ["weights_sha384", *(["weights_bytes"] if card.source else [])] if is_xml else []
    for key in ("weights_sha384", "weights_bytes"):
        if key in needed and key not in fields:
            beside = "its .xml has a .bin beside it"
            fields.notes.wrong(fields.place_of("file"), f"a model needs `{key}`: {beside}")
        if not is_xml and key in fields:
            fields.notes.wrong(fields.place_of(key), f"`{key}` belongs to an .xml")
    if card.source and PurePosixPath(card.source).suffix != card.file.suffix:
        message = f"`source` must be the address of an {card.file.suffix}, as `file` is"
        fields.notes.wrong(fields.place_of("source"), message)


def _check_task(fields: Fields, task: Task) -> None:
    """Record what a model that does this lacks, or has no use for."""
    if not fields.text("decoder"):
        return
    wanted = {"labels": Task.FIND, "threshold": Task.FIND, "attributes": Task.CLASSIFY}
    for key, whose in wanted.items():
        if whose is task and key not in fields:
            fields.notes.wrong(fields.place, f"a model that {task.value} needs `{key}`")
        elif whose is not task and key in fields:
            message = f"`{key}` is of no use to a model that {task.value}"
            fields.notes.wrong(fields.place_of(key), message)


def _input(fields: Fields) -> tuple[tuple[int, int], PictureForm]:
    """Return the size of a model's pictures, and how it wants them."""
    expected, usual = "a size such as `640x352`", PictureForm()
    if not isinstance(fields.node("input"), Entries):
        return fields.read("input", _size, expected) or (2, 2), usual
    inner = fields.inner("input")
    assert inner is not None
    form = PictureForm(
        fit=Fit(inner.choice("resize") or usual.fit.value),
        rgb=inner.choice("colour") == "rgb",
        scale=inner.number("scale", default=usual.scale),
        mean=_three(inner, "mean") or usual.mean,
        deviation=_three(inner, "deviation") or usual.deviation,
        pad=round(inner.number("pad", default=usual.pad)),
    )
    if not all(form.deviation):
        inner.notes.wrong(inner.place_of("deviation"), "`deviation` must not be zero")
    return inner.read("size", _size, expected) or (2, 2), form


def _three(fields: Fields, key: str) -> tuple[float, float, float] | None:
    """Return a number for each colour."""
    items = fields.items(key)
    read = [units.number(item.text) if isinstance(item, Scalar) else None for item in items]
    if not items:
        return None
    first, *others = read
    if len(read) != 3 or first is None or others[0] is None or others[1] is None:
        message = f"`{key}` must be three numbers, such as `[0.485, 0.456, 0.406]`"
        fields.notes.wrong(fields.place_of(key), message)
        return None
    return first, others[0], others[1]


def _labels(fields: Fields) -> dict[int, Kind]:
    """Return the kinds that class codes stand for."""
    labels: dict[int, Kind] = {}
    for key, value in fields.entries("labels"):
        if not re.fullmatch(r"\d{1,4}", key.text):
            fields.notes.wrong(key, f"a label must be a class code, found `{key.text}`")
        elif not isinstance(value, Scalar):
            fields.notes.wrong(value, f"a label must be one of {', '.join(KINDS)}")
        elif value.text not in KINDS:
            fields.notes.unknown(value, "label", KINDS)
        else:
            labels[int(key.text)] = KINDS[value.text]
    return labels


def _attributes(fields: Fields) -> dict[str, tuple[str, ...]]:
    """Return what the outputs of a classifier say."""
    return {
        key.text: _words(value, fields.notes, key.text)
        for key, value in fields.entries("attributes")
    }


def _words(node: Node, notes: Notes, output: str) -> tuple[str, ...]:
    """Return the words of one output, in their order."""
    items = node.items if isinstance(node, Items) else ()
    words = tuple(item.text for item in items if isinstance(item, Scalar) and item.text.strip())
    if len(words) != len(items) or len(words) < 2:
        notes.wrong(node, f"`{output}` must be a list of words, such as `[car, bus, truck]`")
    return words


def _hash(fields: Fields, key: str) -> str:
    """Return a hash in small letters."""
    return fields.read(key, _sha384, "96 hexadecimal digits (sha384sum)") or ""


def _bytes(fields: Fields, key: str) -> int | None:
    """Return how long a file is."""
    return int(fields.number(key)) if key in fields else None


def _sha384(text: str) -> str | None:
    return text.lower() if re.fullmatch(_SHA384, text) else None


def _file(text: str) -> str | None:
    """Return a path that stays below the folder of the cards."""
    return text if re.fullmatch(_FILE, text) else None


def _size(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(_SIZE, text)
    sides = (int(match[1]), int(match[2])) if match else (1, 1)
    # the pictures are scaled from planes of half the size
    return sides if sides[0] % 2 == 0 and sides[1] % 2 == 0 else None


def _source(text: str) -> str | None:
    """Return an address over TLS; without, only of this machine, for trials."""
    if not re.fullmatch(_SOURCE, text):
        return None
    try:
        parts = urlsplit(text)
        alone = parts.hostname and not parts.username and not parts.query and not parts.fragment
    except ValueError:
        return None
    near = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return text if alone and near else None
