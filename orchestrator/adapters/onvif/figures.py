"""Numbers in answers: digits as XML Schema writes them, finite, and no longer than they need be."""

import re
from typing import Final

from orchestrator.adapters.onvif.guarded import Unusable

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)


def finite(text: str | None, what: str) -> float:
    """Return a number; ``Unusable`` says ``what`` is none.

    >>> finite(" -1.5e1 ", "x")
    -15.0
    """
    digits = (text or "").strip()
    if len(digits) > 32 or not _NUMBER.fullmatch(digits):
        raise Unusable(f"{what} is no number")
    return float(digits)


def within(text: str | None, low: float, high: float, what: str) -> float:
    """Return a number that lies in a range; ``Unusable`` says ``what`` does not."""
    value = finite(text, what)
    if not low <= value <= high:
        raise Unusable(f"{what} is not within {low:g}..{high:g}")
    return value


def whole(text: str | None, most: int, what: str) -> int:
    """Return a whole number from 0 to ``most``."""
    digits = (text or "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or int(digits) > most:
        raise Unusable(f"{what} is no number from 0 to {most}")
    return int(digits)
