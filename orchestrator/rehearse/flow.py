"""Times that remember what they were compared with: how long will all that was found out stay so.

A night is mostly finding out five times a second that nothing has changed. What a tick finds out
follows from what it is given and from comparisons of times: has this held for ten seconds, is that
over. A ``Flow`` is a float that grows as time goes on, and tells its ``Ledger`` of each comparison
how long it will come out the same. If a tick has changed nothing, all the ticks until the soonest
of those go as it did, and need not be played. So no rule has to say when it is due: it is asked.

What a tick leaves behind is either kept by the next one or written anew from its own now. Until
that is known a time of the tick before may stand still or go on: the sooner of the two counts.
"""

from math import floor, inf
from typing import Self

_DIGITS = 9
"""What is added to a now is written in fewer; the rest of a difference is rounding."""


class Ledger:
    """What the times of one tick were compared with."""

    __slots__ = ("now_s", "texts", "tick", "wait_s")

    def __init__(self) -> None:
        """Begin before the first tick."""
        self.tick = 0
        self.now_s = 0.0
        self.wait_s = inf
        """How long every comparison of this tick comes out the same, if nothing else happens."""
        self.texts = True
        """Whether it counts that a time is written in words."""

    def begin(self, now_s: float) -> "Flow":
        """Return the now of the next tick, of which nothing has been asked."""
        self.tick += 1
        self.now_s, self.wait_s = now_s, inf
        return Flow(now_s, self, 1.0, 1.0)

    def either(self) -> "Flow":
        """Return a now of which it is not known whether what it is kept as stands still or goes on."""
        return Flow(self.now_s, self, 0.0, 1.0)

    def note(self, wait_s: float) -> None:
        """Note that something comes out otherwise after so long."""
        self.wait_s = min(self.wait_s, wait_s)

    def written(self) -> None:
        """Note that a time went where nobody can follow it: the next tick may be another."""
        if self.texts:
            self.wait_s = 0.0


class Flow(float):
    """A time that goes on by between ``low`` and ``high`` seconds a second, in its own tick."""

    __slots__ = ("_high", "_ledger", "_low", "steady", "tick")
    _high: float
    _ledger: Ledger
    _low: float
    steady: bool
    tick: int

    def __new__(cls, value: float, ledger: Ledger, low: float, high: float) -> Self:
        """Return a time as it stands in the ledger's tick."""
        self = super().__new__(cls, value)
        self._ledger, self.tick, self.steady = ledger, ledger.tick, False
        self._low, self._high = low, high
        return self

    @property
    def rate(self) -> tuple[float, float]:
        """Return how fast it goes on now: between which two rates.

        What was left by the tick before may stand still as well; what is older does.
        """
        age = self._ledger.tick - self.tick
        if age == 0 or (age == 1 and self.steady):
            return self._low, self._high
        return (min(0.0, self._low), max(0.0, self._high)) if age == 1 else (0.0, 0.0)

    @property
    def new(self) -> bool:
        """Say whether it was made in this tick."""
        return self.tick == self._ledger.tick

    @property
    def last(self) -> bool:
        """Say whether it was made in the tick before."""
        return self.tick == self._ledger.tick - 1

    @property
    def goes_on(self) -> bool:
        """Say whether it grows just as time does."""
        return self._low == self._high == 1.0

    def as_of(self, then_s: float) -> "Flow":
        """Return it as a later tick like this one writes it, and the next one will again."""
        ahead_s = round(float(self) - self._ledger.now_s, _DIGITS)
        written = Flow(then_s + ahead_s, self._ledger, self._low, self._high)
        written.steady = True
        return written

    def _made(self, value: float, low: float, high: float) -> float:
        return Flow(value, self._ledger, low, high) if low or high else value

    def __add__(self, other: float) -> float:
        """Return the sum, which goes on as both do."""
        (low, high), (low2, high2) = self.rate, _rate(other)
        return self._made(float(self) + float(other), low + low2, high + high2)

    __radd__ = __add__

    def __sub__(self, other: float) -> float:
        """Return the difference, which goes on by as much as they part."""
        (low, high), (low2, high2) = self.rate, _rate(other)
        return self._made(float(self) - float(other), low - high2, high - low2)

    def __rsub__(self, other: float) -> float:
        """Return the difference, the other way round."""
        return -(self - other)

    def __neg__(self) -> float:
        """Return what falls as this grows."""
        low, high = self.rate
        return self._made(-float(self), -high, -low)

    def __mul__(self, other: float) -> float:
        """Return it stretched by a number; by another time it cannot be."""
        if isinstance(other, Flow):
            self._ledger.written()
            return float(self) * float(other)
        ends = sorted(rate * other for rate in self.rate)
        return self._made(float(self) * other, ends[0], ends[1])

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> float:
        """Return it divided by a number."""
        if isinstance(other, Flow):
            self._ledger.written()
            return float(self) / float(other)
        ends = sorted(rate / other for rate in self.rate)
        return self._made(float(self) / other, ends[0], ends[1])

    def __floordiv__(self, other: float) -> float:
        """Return how many times a number goes into it, and note when that is one more or less."""
        share = self / other
        whole = float(floor(float(share)))
        self._compared(share - whole)
        self._compared(share - whole - 1.0)
        return float(self) // float(other)

    def _compared(self, ahead_s: float) -> None:
        """Note when a difference that was asked for its sign has another."""
        low, high = _rate(ahead_s)
        ahead_s = float(ahead_s)
        if ahead_s < 0.0 < high:
            self._ledger.note(-ahead_s / high)
        elif ahead_s > 0.0 > low:
            self._ledger.note(ahead_s / -low)
        elif ahead_s == 0.0 and (low or high):
            self._ledger.note(0.0)

    def __lt__(self, other: float) -> bool:
        """Compare, and note for how long that is so."""
        self._compared(self - other)
        return float(self) < float(other)

    def __le__(self, other: float) -> bool:
        """Compare, and note for how long that is so."""
        self._compared(self - other)
        return float(self) <= float(other)

    def __gt__(self, other: float) -> bool:
        """Compare, and note for how long that is so."""
        self._compared(self - other)
        return float(self) > float(other)

    def __ge__(self, other: float) -> bool:
        """Compare, and note for how long that is so."""
        self._compared(self - other)
        return float(self) >= float(other)

    def __eq__(self, other: object) -> bool:
        """Compare, and note for how long that is so."""
        if not isinstance(other, float | int):
            return False
        self._compared(self - other)
        return float(self) == float(other)

    def __ne__(self, other: object) -> bool:
        """Compare, and note for how long that is so."""
        return not self == other

    def __bool__(self) -> bool:
        """Say whether it is other than 0."""
        return self != 0.0

    def __hash__(self) -> int:
        """Return what the number has."""
        self._ledger.written()
        return hash(float(self))

    def __round__(self, digits: int | None = None) -> float:  # type: ignore[override]
        """Return the number, rounded."""
        self._ledger.written()
        return round(float(self), digits)

    def __int__(self) -> int:
        """Return the whole of the number."""
        self._ledger.written()
        return int(float(self))

    __trunc__ = __floor__ = __ceil__ = __int__

    def __abs__(self) -> float:
        """Return how far it is from 0."""
        return -self if self < 0.0 else self

    def __mod__(self, other: float) -> float:
        """Return what is left when it is divided."""
        self._ledger.written()
        return float(self) % float(other)

    def __format__(self, spec: str) -> str:
        """Return the number in words."""
        self._ledger.written()
        return format(float(self), spec)

    def __str__(self) -> str:
        """Return the number in words."""
        self._ledger.written()
        return str(float(self))

    def __repr__(self) -> str:
        """Return the number as it is written."""
        return repr(float(self))


def _rate(value: float) -> tuple[float, float]:
    return value.rate if isinstance(value, Flow) else (0.0, 0.0)
