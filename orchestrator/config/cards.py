"""Model cards: what a model is for, where its files lie, how it is asked and how its answer is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from orchestrator.domain.sighting import Kind

KINDS = {"person": Kind.PERSON, "vehicle": Kind.VEHICLE, "bike": Kind.BIKE}
MOST_BYTES = 512 << 20
"""What is larger is no model for a camera."""


class Task(Enum):
    """What a model does; the value is how people are told."""

    FIND = "finds people and vehicles"
    DESCRIBE = "tells people apart"
    CLASSIFY = "says what a vehicle is like"


DECODERS: Mapping[str, Task] = {
    "boxes": Task.FIND,
    "ssd": Task.FIND,
    "yolox": Task.FIND,
    "yolo-v5": Task.FIND,
    "yolo-v8": Task.FIND,
    "detr": Task.FIND,
    "rt-detr": Task.FIND,
    "vector": Task.DESCRIBE,
    "attributes": Task.CLASSIFY,
}
"""The ways to read an answer, and what each is the answer to."""


class Fit(Enum):
    """How a picture comes to the model's size; the value is the word authors write."""

    STRETCH = "stretch"
    LETTERBOX = "letterbox"
    """Scaled in proportion, in the middle, the rest filled."""
    CORNER = "letterbox to corner"
    """Scaled in proportion, at the upper left, the rest filled."""


@dataclass(frozen=True, slots=True)
class PictureForm:
    """How a model wants its pictures, beside their size.

    Values are divided by ``scale``; then ``mean`` is taken off and ``deviation`` divided by, each
    in the model's order of colours. ``pad`` (0..255) fills what a letterbox leaves.
    """

    fit: Fit = Fit.STRETCH
    rgb: bool = False
    scale: float = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)
    pad: int = 114


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: where it belongs, what it must be, and where its maker keeps it."""

    path: Path
    sha384: str
    size_bytes: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model as its card describes it.

    ``file`` is the model's .xml or .onnx, ``sha384`` its hash and ``weights_sha384`` that of the
    .bin beside an .xml. ``input_px`` is (width, height) of the pictures it takes, ``labels`` the
    class codes of a detector, ``attributes`` what the outputs of a classifier say, in their order.
    Boxes of one kind that share more than ``overlap`` are one. ``precision`` is ``f32`` where the
    answer must not be computed in halves, else ``auto``.
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
    overlap: float = 0.6
    form: PictureForm = field(default_factory=PictureForm)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size_bytes: int | None = None
    weights_bytes: int | None = None
    source: str = ""

    @property
    def task(self) -> Task:
        """Return what the model does."""
        return DECODERS[self.decoder]

    @property
    def weights(self) -> Path | None:
        """Return the file of the weights of an .xml; an .onnx holds its own."""
        return self.file.with_suffix(".bin") if self.file.suffix == ".xml" else None

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """Return every file of the model."""
        first = ModelFile(self.file, self.sha384, self.size_bytes, self.source)
        if self.weights is None:
            return (first,)
        source = f"{self.source.removesuffix('.xml')}.bin" if self.source else ""
        return first, ModelFile(self.weights, self.weights_sha384, self.weights_bytes, source)
