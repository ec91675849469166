"""Where probes can leave from: this machine's own addresses, by name or by number."""

import difflib
import ipaddress
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ifaddr

from orchestrator.errors import AuthorError, Finding

GROUP_V4: Final = "239.255.255.250"
GROUP_V6: Final = "ff02::c"
PORT: Final = 3702
_RECEIVE_BUFFER: Final = 4 << 20
_HOPS: Final = 1


@dataclass(frozen=True, slots=True)
class Foothold:
    """One of our addresses; ``index`` is that of its network interface, which IPv6 needs."""

    address: str
    index: int = 0

    @property
    def version(self) -> int:
        """Return 4 or 6."""
        return ipaddress.ip_address(self.address).version

    @property
    def group(self) -> tuple[str, int] | tuple[str, int, int, int]:
        """Return where WS-Discovery's probes go to from here."""
        return (GROUP_V4, PORT) if self.version == 4 else (GROUP_V6, PORT, 0, self.index)


def footholds(wanted: Sequence[str]) -> tuple[Foothold, ...]:
    """Return the addresses that each of ``wanted`` means, and all but loopback when it is empty.

    An interface's name means its IPv4 address and its link-local IPv6 address; an address means
    itself. ``AuthorError`` for what is neither.
    """
    known = {adapter.nice_name: adapter for adapter in ifaddr.get_adapters()}
    if not wanted:
        return tuple(
            foothold
            for adapter in known.values()
            for foothold in _of(adapter)
            if not ipaddress.ip_address(foothold.address).is_loopback
        )
    return tuple(foothold for one in wanted for foothold in _meant(one, known))


def _meant(wanted: str, known: dict[str, ifaddr.Adapter]) -> tuple[Foothold, ...]:
    if wanted in known:
        return _of(known[wanted])
    address, _, zone = wanted.partition("%")
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        raise _unknown(wanted, known) from None
    if number.version == 4:
        return (Foothold(address),)
    return (Foothold(address, _index(address, zone, wanted, known)),)


def _index(address: str, zone: str, wanted: str, known: dict[str, ifaddr.Adapter]) -> int:
    """Return the interface that has an IPv6 address; its zone tells where it is ambiguous."""
    for name, adapter in known.items():
        has = any(isinstance(ip.ip, tuple) and ip.ip[0] == address for ip in adapter.ips)
        if has and zone in {"", name, str(adapter.index)}:
            return adapter.index or 0
    raise _unknown(wanted, known)


def _of(adapter: ifaddr.Adapter) -> tuple[Foothold, ...]:
    """Return an interface's IPv4 addresses, and its link-local IPv6 address."""
    fours = [Foothold(ip.ip) for ip in adapter.ips if isinstance(ip.ip, str)]
    sixes = [
        Foothold(ip.ip[0], adapter.index or 0)
        for ip in adapter.ips
        if isinstance(ip.ip, tuple) and ipaddress.ip_address(ip.ip[0]).is_link_local
    ]
    return (*fours, *sixes)


def _unknown(wanted: str, known: dict[str, ifaddr.Adapter]) -> AuthorError:
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    hint += f"this machine has: {', '.join(known)}"
    message = f"no probes can be sent from address `{wanted}`: this machine has no such interface"
    return AuthorError([Finding("--interface", 1, 1, message, hint)])


def opened(foothold: Foothold) -> socket.socket:
    """Return a socket that sends probes from here; ``AuthorError`` when this machine cannot."""
    mouth = socket.socket(_family(foothold), socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        mouth.setblocking(False)
        mouth.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        if foothold.version == 4:
            source = socket.inet_aton(foothold.address)
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, source)
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", _HOPS))
            mouth.bind((foothold.address, 0))
        else:
            mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, foothold.index)
            mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, _HOPS)
            mouth.bind((foothold.address, 0, 0, foothold.index))
    except OSError as error:
        mouth.close()
        said = error.strerror or error
        message = f"no probes can be sent from address `{foothold.address}`: {said}"
        hint = "use an address of this machine, as `ip address` shows it"
        raise AuthorError([Finding("--interface", 1, 1, message, hint)]) from error
    return mouth


def joined(foothold: Foothold) -> socket.socket | None:
    """Return a socket that hears what devices tell the group; None where that port is taken."""
    ear = socket.socket(_family(foothold), socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        ear.setblocking(False)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if foothold.version == 4:
            ear.bind((GROUP_V4, PORT))
            both = socket.inet_aton(GROUP_V4) + socket.inet_aton(foothold.address)
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, both)
        else:
            ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            ear.bind((GROUP_V6, PORT, 0, foothold.index))
            group = socket.inet_pton(socket.AF_INET6, GROUP_V6)
            member = group + struct.pack("@I", foothold.index)
            ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
    except OSError:
        ear.close()
        return None
    return ear


def _family(foothold: Foothold) -> socket.AddressFamily:
    return socket.AF_INET if foothold.version == 4 else socket.AF_INET6
