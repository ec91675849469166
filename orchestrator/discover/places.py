"""Which addresses a sweep asks: subnets and ports become hosts and ports, pure."""

import ipaddress
from collections.abc import Sequence
from typing import Final

from orchestrator.errors import AuthorError, Finding

PORTS: Final = (80, 8000, 8080, 8899, 2020, 5000)
"""Where cameras are found to answer when they do not say."""
MAX_PLACES: Final = 1 << 18


def places(subnets: Sequence[str], ports: Sequence[int] = PORTS) -> tuple[tuple[str, int], ...]:
    """Return every host of the subnets with every port, each once; ports change slowest.

    So a host is not asked for all its ports at once. ``AuthorError`` for what is no subnet and for
    more than 262144 questions.

    >>> places(["192.0.2.0/30"], [80])
    (('192.0.2.1', 80), ('192.0.2.2', 80))
    """
    networks = [_network(each) for each in subnets]
    count = sum(network.num_addresses for network in networks) * len(ports)
    if count > MAX_PLACES:
        message = f"{', '.join(subnets)} with {len(ports)} ports are {count} questions"
        hint = f"at most {MAX_PLACES} are asked: name smaller subnets, or fewer with --port"
        raise AuthorError([Finding("--subnet", 1, 1, message, hint)])
    hosts = dict.fromkeys(str(host) for network in networks for host in network.hosts())
    return tuple((host, port) for port in ports for host in hosts)


def _network(written: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(written, strict=False)
    except ValueError:
        message = f"`{written}` is not a subnet"
        hint = "write an address and how many bits are fixed, such as `192.0.2.0/24`"
        raise AuthorError([Finding("--subnet", 1, 1, message, hint)]) from None
