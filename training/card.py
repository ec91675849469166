"""Write the card that the service checks a trained model against: sizes, hashes, threshold."""

import argparse
import hashlib
from pathlib import Path

CARD = """\
# What the service checks before it runs this model; how good it is stands in CARD.md.
models:
  - name: depot-detector
    file: model.xml
    sha384: {sha384}
    weights_sha384: {weights_sha384}
    input: 640x352
    decoder: boxes
    labels: {{0: person, 1: vehicle}}
    threshold: {threshold}
    precision: f32
    licence: Apache-2.0
    purpose: people and vehicles of the simulated sites; first light on real cameras
"""


def sha384(path: Path) -> str:
    """Return a file's SHA-384 in hexadecimal digits."""
    return hashlib.sha384(path.read_bytes()).hexdigest()


def main() -> None:
    """Write card.yaml beside a model."""
    parser = argparse.ArgumentParser(description="Write a trained model's card.yaml.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threshold", type=float, required=True)
    given = parser.parse_args()
    card = CARD.format(
        sha384=sha384(given.folder / "model.xml"),
        weights_sha384=sha384(given.folder / "model.bin"),
        threshold=given.threshold,
    )
    (given.folder / "card.yaml").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
