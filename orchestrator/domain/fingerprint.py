"""A site's rules -> one hash: equal where what authors mean is equal, however it is written.

What goes in is what was read, not its text: comments, order of keys and line numbers do not count;
the order of the rules does. What was computed or asked (topology, inventory) is left out.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from orchestrator.domain.policy import Source
from orchestrator.domain.site import Site
from orchestrator.errors import Broken

NOT_WRITTEN = frozenset(
    {"topology", "inventory", "map", "findings", "written", "fingerprint", "awaiting"}
)
"""Fields of a site that no author wrote into its rules."""


def fingerprint_of(site: Site) -> str:
    """Return the SHA-256 of a site and its rules in 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in fields(site):
        if part.name not in NOT_WRITTEN:
            text = canonical(getattr(site, part.name))
            digest.update(f"{part.name}={text};".encode())
    return digest.hexdigest()


def canonical(value: object) -> str:
    """Return a value as text that no other value has; where it was written is left out.

    >>> canonical((1, "a", frozenset({"c", "b"})))
    "(1,'a',{'b','c',},)"
    """
    return "".join(_canonical(value))


def _canonical(value: object) -> Iterator[str]:
    if isinstance(value, Source):
        return
    if isinstance(value, Enum):
        yield f"{type(value).__name__}.{value.name}"
    elif value is None or isinstance(value, str | int | float | date):
        yield repr(value)
    elif isinstance(value, tuple):
        yield from _listed((canonical(item) for item in value), "()")
    elif isinstance(value, frozenset):
        yield from _listed(sorted(canonical(item) for item in value), "{}")
    elif isinstance(value, Mapping):
        yield from _canonical(frozenset(value.items()))
    elif is_dataclass(value):
        yield type(value).__name__
        for part in fields(value):
            yield f" {part.name}="
            yield from _canonical(getattr(value, part.name))
        yield ";"
    else:
        raise Broken(f"nobody has said how a {type(value).__name__} of a site is written down")


def _listed(items: Iterable[str], brackets: str) -> Iterator[str]:
    yield brackets[0]
    for item in items:
        yield f"{item},"
    yield brackets[1]
