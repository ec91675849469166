"""Secrets: values that are never shown, and where they lie."""

import hmac
from dataclasses import dataclass
from typing import Protocol


class Secret:
    """A value that is never shown: not in ``repr``, not in ``str``, not in a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep the value."""
        self._value = value

    def reveal(self) -> str:
        """Return the value; call it only where the wire is written."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Say whether both hold the same value, in a time that tells nothing of it."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        """Return the hash of the value, which differs from process to process."""
        return hash(self._value)

    def __repr__(self) -> str:
        """Return a mask."""
        return "Secret(***)"

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login; the password never leaves ``Secret`` but at the wire."""

    username: str
    password: Secret


class Secrets(Protocol):
    """Credentials by name, from files an author keeps out of the site file."""

    def credentials(self, name: str) -> Credentials:
        """Return the login called ``name``; ``AuthorError`` when there is none."""
        ...
