"""Candidates heard in any order and any number of times become one sorted list, pure."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby

from orchestrator.ports import Candidate


def merged(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return every device once, by address.

    One address with one port is one device, whatever it calls itself: some devices make up a new
    endpoint reference each time. One reference at one address is one device too, taken at its
    lowest port. One reference at addresses of both versions of IP is one device that has both,
    unless several addresses of the same version claim it: clones do that, and a person must look.

    >>> heard = [Candidate("urn:a", "127.0.0.10", 80, "/"), Candidate("urn:b", "127.0.0.9", 80, "/")]
    >>> [each.host for each in merged(heard + heard)]
    ['127.0.0.9', '127.0.0.10']
    """
    heard = sorted(candidates, key=_order)
    at_ports = _joined(heard, lambda each: (each.host, str(each.port)))
    at_hosts = _joined(
        at_ports, lambda each: (each.host, each.endpoint_reference or f"{each.port}")
    )
    return tuple(sorted((_tidy(each) for each in _both_versions(at_hosts)), key=_order))


def _joined(
    candidates: Iterable[Candidate], key: Callable[[Candidate], tuple[str, str]]
) -> list[Candidate]:
    """Return one candidate for each key: the first, with what all of them say."""
    devices: dict[tuple[str, str], Candidate] = {}
    for each in candidates:
        known = devices.get(key(each))
        devices[key(each)] = each if known is None else _with(known, each)
    return list(devices.values())


def _both_versions(candidates: Iterable[Candidate]) -> Iterable[Candidate]:
    """Yield devices that have addresses of both versions of IP once, at the one to prefer."""
    named = sorted(candidates, key=lambda each: each.endpoint_reference)
    for reference, group in groupby(named, key=lambda each: each.endpoint_reference):
        same = sorted(group, key=_preference)
        fours = sum(_number(each.host)[0] == 4 for each in same)
        sixes = sum(_number(each.host)[0] == 6 and not _is_local(each.host) for each in same)
        if not reference or fours > 1 or sixes > 1 or fours == len(same):
            yield from same
            continue
        first, *others = same
        for other in others:
            first = replace(_with(first, other), also_at=(*first.also_at, other.host))
        yield first


def _with(first: Candidate, other: Candidate) -> Candidate:
    """Return a candidate that also says what another does; a name is better than none."""
    return replace(
        first,
        endpoint_reference=first.endpoint_reference or other.endpoint_reference,
        scopes=first.scopes + other.scopes,
        types=first.types + other.types,
    )


def _tidy(candidate: Candidate) -> Candidate:
    return replace(
        candidate,
        scopes=tuple(sorted(set(candidate.scopes))),
        types=tuple(sorted(set(candidate.types))),
    )


def _preference(candidate: Candidate) -> tuple[bool, int, tuple[int, int]]:
    """Prefer IPv4, then global IPv6; a link-local address needs a zone to be written."""
    version, value = _number(candidate.host)
    return _is_local(candidate.host), version, (version, value)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


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
