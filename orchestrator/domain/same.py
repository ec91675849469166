"""A value as a key that is equal only to itself: what is made from it once is found without reading it.

Zones, calendars, a topology are large, and stay the same object for as long as nobody writes them
anew; to hash and compare all that is in them would cost more than a tick may.
"""

from typing import Generic, TypeVar

_T = TypeVar("_T")


class Same(Generic[_T]):
    """A key that is equal only to one that holds the very same object.

    >>> one, other = (1, 2), tuple([1, 2])
    >>> Same(one) == Same(one), Same(one) == Same(other)
    (True, False)
    """

    __slots__ = ("value",)

    def __init__(self, value: _T) -> None:
        """Hold a value, which may not change."""
        self.value = value

    def __hash__(self) -> int:
        """Return what the same object has, and hardly another."""
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        """Say whether it is the same object."""
        return isinstance(other, Same) and other.value is self.value
