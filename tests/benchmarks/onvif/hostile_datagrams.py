"""A corpus of hostile words of WS-Discovery: answers to a probe, and what is told to everybody."""

import asyncio
import re
import socket
import struct
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.benchmarks.onvif.victim import DISCOVERY, GROUP
from tests.fakes.onvif_site import own_address

_PORT = 3702
_GROUP = "239.255.255.250"
_STRANGER = "127.9.9.9"
_ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>{header}</s:Header>'
    "<s:Body>{body}</s:Body></s:Envelope>"
)
_KNOWN = "urn:uuid:00000000-0000-4000-8000-000000000001"

Told = Callable[[str, str], list[bytes]]
"""From our own address and the probe's MessageID to the datagrams that are sent."""


@dataclass(frozen=True, slots=True)
class Datagrams:
    """One way to answer, or to tell everybody something."""

    name: str
    told: Told
    operation: str = DISCOVERY
    stranger: str = _STRANGER


def _match(
    xaddrs: str,
    *,
    types: str = "dn:NetworkVideoTransmitter",
    scopes: str = "",
    reference: str = _KNOWN,
    verb: str = "ProbeMatches",
) -> str:
    said = (
        f"<a:EndpointReference><a:Address>{reference}</a:Address></a:EndpointReference>"
        f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs>"
    )
    inner = f"<d:ProbeMatch>{said}</d:ProbeMatch>" if verb == "ProbeMatches" else said
    return f"<d:{verb}>{inner}</d:{verb}>"


def _answer(body: str, probe: str) -> bytes:
    header = f"<a:RelatesTo>{probe}</a:RelatesTo>"
    return _ENVELOPE.format(header=header, body=body).encode()


_XADDRS = {
    "foreign": f"http://{_STRANGER}/onvif/device_service",
    "internet": "http://192.0.2.66/onvif/device_service",
    "metadata": "http://169.254.169.254/latest",
    "loopback": "http://127.0.0.1/onvif/device_service",
    "file": "file:///etc/passwd",
    "with a login": f"http://HERE@{_STRANGER}/",
    "its own with a login": "http://admin:admin@HERE/",
    "mapped": f"http://[::ffff:{_STRANGER}]/",
    "decimal": "http://2131298569/",
    "no address": "http://[:::]/%00",
    "countless": " ".join(f"http://{_STRANGER}:{n}/" for n in range(1, 1000)),
    "foreign among its own": f"http://{_STRANGER}/ http://HERE/onvif/device_service",
}


def datagrams(*, greeting: bool = False) -> Iterator[Datagrams]:
    """Yield every case; ``greeting`` are those that are told to everybody."""
    if greeting:
        for verb in ("Hello", "Bye"):
            for name in ("foreign", "its own with a login"):
                yield Datagrams(f"{verb}, {name}", _greets(verb, _XADDRS[name]), GROUP)
        return
    for name, xaddrs in _XADDRS.items():
        yield Datagrams(f"XAddr {name}", _says(_match(xaddrs)))
    own = "http://HERE/onvif/device_service"
    yield Datagrams("another probe's answer", lambda here, _: _placed(here, _match(own), _KNOWN))
    yield Datagrams("a printer", _says(_match(own, types="Printer")))
    yield Datagrams("hostile scopes", _says(_match(own, scopes="&#27;[2J \u202e ../../x " * 200)))
    yield Datagrams("long reference", _says(_match(own, reference="u" * 20_000)))
    yield Datagrams("a known one's name", _says(_match(own)))
    yield Datagrams("many matches", _says(_match(own) * 40))
    yield Datagrams("truncated", lambda here, probe: [_answer(_match(own), probe)[:300]])
    yield Datagrams("empty", lambda here, probe: [b""])
    yield Datagrams("garbage", lambda here, probe: [bytes(range(256)) * 8])
    yield Datagrams("largest", lambda here, probe: [b"<a>" + b"x" * 65_000])
    yield Datagrams("deep", lambda here, probe: [b"<a>" * 20_000])
    yield Datagrams("a bomb", lambda here, probe: [_BOMB])
    yield Datagrams("a flood", _floods)


_BOMB = b"<!DOCTYPE b [<!ENTITY a0 'lol'>%s]><b>&a8;</b>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9)
)


def _says(body: str) -> Told:
    return lambda here, probe: _placed(here, body, probe)


def _placed(here: str, body: str, probe: str) -> list[bytes]:
    return [_answer(body.replace("HERE", here), probe)]


def _greets(verb: str, xaddrs: str) -> Told:
    return lambda here, probe: _placed(here, _match(xaddrs, verb=verb), probe)


def _floods(here: str, probe: str) -> list[bytes]:
    own = f"http://{here}/onvif/device_service"
    return [_answer(_match(own, reference=uuid.uuid4().urn), probe) for _ in range(6000)]


class _Teller(asyncio.DatagramProtocol):
    """Answers each probe as its case has it."""

    def __init__(self, case: Datagrams, host: str) -> None:
        self._case = case
        self._host = host
        self.mouth: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        found = re.search(rb"MessageID>([^<]*)<", data)
        if found is None or b"Probe>" not in data or self.mouth is None:
            return
        to = address if self._case.operation == DISCOVERY else (_GROUP, _PORT)
        for datagram in self._case.told(self._host, found[1].decode()):
            self.mouth.sendto(datagram, to)


@asynccontextmanager
async def teller(case: Datagrams) -> AsyncIterator[str]:
    """Wait at an address of our own for probes; what is told to everybody leaves from there too."""
    host, loop = own_address(), asyncio.get_running_loop()
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    mouth = ear
    if case.operation == DISCOVERY:
        ear.bind((host, _PORT))
    else:
        ear.bind((_GROUP, _PORT))
        member = struct.pack("4s4s", socket.inet_aton(_GROUP), socket.inet_aton("127.0.0.1"))
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        mouth.setblocking(False)
        mouth.bind((host, 0))
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    answering = _Teller(case, host)
    heard, _ = await loop.create_datagram_endpoint(lambda: answering, sock=ear)
    told = heard
    if mouth is not ear:
        told, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, sock=mouth)
    answering.mouth = told
    try:
        yield host
    finally:
        heard.close()
        told.close()
