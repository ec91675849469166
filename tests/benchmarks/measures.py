"""What a benchmark measured, as one line of JSON that machines read, and a table that people read."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what it is, what the simplest honest other way gives, and what it must be.

    ``must`` is a bound in ``unit``: the value may be at most that, or with ``least`` at least that.
    None is told and not judged. ``baseline`` is None where there is nothing to compare with.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    must: float | None = None
    least: bool = False

    @property
    def ok(self) -> bool:
        """Say whether the value is within its bound."""
        if self.must is None:
            return True
        return self.value >= self.must if self.least else self.value <= self.must

    @property
    def bound(self) -> str | None:
        """Return the bound as it is written: ``<= 5``."""
        if self.must is None:
            return None
        return f"{'>=' if self.least else '<='} {self.must:g}"


def tell(bench: str, measures: Sequence[Measure]) -> None:
    """Print a line for people per figure, and the JSON line last."""
    for one in measures:
        baseline = "" if one.baseline is None else f"baseline {_plain(one.baseline):g}"
        mark = "ok" if one.ok else "NOT MET"
        bound = one.bound or ""
        value = f"{_plain(one.value):g} {one.unit}"
        sys.stdout.write(f"{one.name:<28} {value:<22} {bound:<12} {mark:<8} {baseline}\n")
    body = [
        {
            "name": one.name,
            "value": _plain(one.value),
            "unit": one.unit,
            "baseline": None if one.baseline is None else _plain(one.baseline),
            "must": one.bound,
            "ok": one.ok,
        }
        for one in measures
    ]
    sys.stdout.write(json.dumps({"bench": bench, "measures": body}) + "\n")


def _plain(value: float) -> float:
    """Return a value with as many digits as it is worth."""
    return float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))
