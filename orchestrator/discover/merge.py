"""Candidates heard in any order and any number of times become one sorted list, pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import replace

from orchestrator.ports import Candidate


def merged(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return every device once, by address.

    A device is an endpoint reference at an address: one that answers for several ports is taken
    at the lowest, with the scopes and types of all its answers; two that claim the same reference
    from different addresses are both kept, for clones do and a person must look.

    >>> heard = [Candidate("urn:a", "127.0.0.10", 80, "/"), Candidate("urn:b", "127.0.0.9", 80, "/")]
    >>> [each.host for each in merged(heard + heard)]
    ['127.0.0.9', '127.0.0.10']
    """
    devices: dict[tuple[str, str], Candidate] = {}
    for each in sorted(candidates, key=_order):
        device = (each.endpoint_reference, each.host)
        known = devices.get(device)
        devices[device] = each if known is None else _joined(known, each)
    return tuple(sorted((_tidy(each) for each in devices.values()), key=_order))


def _joined(first: Candidate, other: Candidate) -> Candidate:
    return replace(first, scopes=first.scopes + other.scopes, types=first.types + other.types)


def _tidy(candidate: Candidate) -> Candidate:
    return replace(
        candidate,
        scopes=tuple(sorted(set(candidate.scopes))),
        types=tuple(sorted(set(candidate.types))),
    )


def _order(candidate: Candidate) -> tuple[int, int, str, int, str, str]:
    """Return a total order: addresses as numbers, names after them."""
    return (
        *_number(candidate.host),
        candidate.host,
        candidate.port,
        candidate.endpoint_reference,
        candidate.path,
    )


def _number(host: str) -> tuple[int, int]:
    """Return IP version and value; names come after every address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return 9, 0
    return address.version, int(address)
