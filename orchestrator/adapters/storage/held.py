"""Is a model's file here, and is it the one that its card names?"""

import hashlib
from enum import Enum

from orchestrator.config.cards import MOST_BYTES, ModelFile


class Held(Enum):
    """How a file stands; the value is the word people read."""

    THERE = "there"
    MISSING = "missing"
    ALTERED = "altered"
    """A file of that name is there, and is another."""


def held(file: ModelFile) -> Held:
    """Return how a file stands; it is read as a whole, so this blocks."""
    try:
        with file.path.open("rb") as data:
            if data.seek(0, 2) > MOST_BYTES:
                return Held.ALTERED
            data.seek(0)
            found = hashlib.file_digest(data, "sha384").hexdigest()
    except FileNotFoundError:
        return Held.MISSING
    except OSError:
        return Held.ALTERED  # a folder of that name, or nothing that we may read
    return Held.THERE if found == file.sha384 else Held.ALTERED
