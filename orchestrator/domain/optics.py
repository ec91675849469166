"""How a camera exposes and focuses: by itself, or as somebody who stands before it has set it."""

from dataclasses import dataclass
from enum import Enum


class Control(Enum):
    """Who sets something; the value is the word people write."""

    AUTO = "auto"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Optics:
    """Some settings of exposure and focus; None says nothing of that one.

    ``exposure_s`` and ``gain_db`` hold while the exposure is manual.
    """

    exposure: Control | None = None
    exposure_s: float | None = None
    gain_db: float | None = None
    focus: Control | None = None
