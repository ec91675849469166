"""WS-Discovery as cameras answer it: one ear on the multicast group, for any number of cameras.

The ear binds the group's address with ``SO_REUSEADDR`` and joins on the cameras' own interface, so
that every site on a machine hears every probe; each answer leaves from its camera's own address,
which the kernel is told datagram by datagram. A camera waits a little, differently each time,
before it answers (WS-Discovery 1.1, 3.1.3): so a thousand of them do not answer at once.
"""

import asyncio
import random
import socket
import struct
import uuid
from collections.abc import Sequence
from xml.sax.saxutils import escape

from lxml import etree

from simulators.device.unit import Unit

GROUP = "239.255.255.250"
GROUP_V6 = "ff02::c"
PORT = 3702
MAX_JITTER_S = 0.15
Address = tuple[str, int] | tuple[str, int, int, int]
"""Host and port, and for IPv6 flow and interface."""
_MAX_PROBE_BYTES = 16 * 1024
_MAX_WAITING = 64
_IP_PKTINFO = 8
"""Of ``linux/in.h``; Python names it from 3.14 on."""

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSA_NEWER = "http://www.w3.org/2005/08/addressing"
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_NETWORK = "http://www.onvif.org/ver10/network/wsdl"
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_TYPES = frozenset({f"{{{_NETWORK}}}NetworkVideoTransmitter", f"{{{_DEVICE}}}Device"})
_ANYBODY = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
_EVERYBODY = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<s:Envelope xmlns:s="{_SOAP}" xmlns:a="{_WSA}" xmlns:d="{_WSD}" '
    f'xmlns:dn="{_NETWORK}" xmlns:tds="{_DEVICE}">'
)


class Responder(asyncio.DatagramProtocol):
    """Hears probes for the cameras of one interface, and has each answer those that mean it."""

    def __init__(
        self, units: Sequence[Unit], rng: random.Random, *, max_jitter_s: float = MAX_JITTER_S
    ) -> None:
        """Keep who answers, and where the jitter of up to ``max_jitter_s`` is drawn from."""
        self._units = units
        self._random = rng
        self._max_jitter_s = max_jitter_s
        self._ear: asyncio.DatagramTransport | None = None
        self._mouth: socket.socket | None = None
        self._instance = 0
        self._number = 0
        self._answering: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Join the group and have every camera say Hello."""
        loop = asyncio.get_running_loop()
        host = self._units[0].host
        self._ear, _ = await loop.create_datagram_endpoint(lambda: self, sock=_ear(host))
        self._mouth = _mouth(host)
        self._instance = int(uuid.uuid1().time_low)
        self._announce("Hello")

    def close(self, *, bye: bool = True) -> None:
        """Say Bye, unless the power was cut, and leave the group."""
        for answers in self._answering:
            answers.cancel()
        self._answering.clear()
        if self._ear is not None:
            if bye:
                self._announce("Bye")
            self._ear.close()
            self._ear = None
        if self._mouth is not None:
            self._mouth.close()
            self._mouth = None

    def datagram_received(self, data: bytes, address: Address) -> None:
        """Have a probe answered after a while."""
        probe = _probe_id(data)
        if probe is None or len(self._answering) >= _MAX_WAITING:
            return
        answers = asyncio.ensure_future(self._answer(probe, address))
        self._answering.add(answers)
        answers.add_done_callback(self._answering.discard)

    async def _answer(self, probe: str, address: Address) -> None:
        """Let each camera answer at a moment of its own."""
        loop = asyncio.get_running_loop()
        asked_s = loop.time()
        drawn = [self._random.uniform(0.0, self._max_jitter_s) for _ in self._units]
        for late_s, place in sorted(zip(drawn, range(len(drawn)), strict=True)):
            await asyncio.sleep(max(0.0, asked_s + late_s - loop.time()))
            self._send(self._units[place], self._matches(self._units[place], probe), address)

    def _matches(self, unit: Unit, probe: str) -> bytes:
        header = self._header("ProbeMatches", to=_ANYBODY, relates_to=probe)
        body = f"<d:ProbeMatches><d:ProbeMatch>{_claims(unit)}</d:ProbeMatch></d:ProbeMatches>"
        return _envelope(header, body)

    def _announce(self, verb: str) -> None:
        group = _group(self._units[0].host)
        for unit in self._units:
            claims = _claims(unit) if verb == "Hello" else _reference(unit)
            header = self._header(verb, to=_EVERYBODY)
            self._send(unit, _envelope(header, f"<d:{verb}>{claims}</d:{verb}>"), group)

    def _header(self, verb: str, *, to: str, relates_to: str | None = None) -> str:
        self._number += 1
        related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
        return (
            f"<a:Action>{_WSD}/{verb}</a:Action><a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>"
            f"{related}<a:To>{to}</a:To>"
            f'<d:AppSequence InstanceId="{self._instance}" MessageNumber="{self._number}"/>'
        )

    def _send(self, unit: Unit, message: bytes, address: Address) -> None:
        if self._mouth is None:
            return
        try:
            self._mouth.sendmsg([message], [_from(unit.host)], 0, address)
        except OSError:
            return  # the prober has gone, or the buffer is full: discovery may lose answers


def _reference(unit: Unit) -> str:
    return (
        f"<a:EndpointReference><a:Address>{unit.endpoint_reference}</a:Address>"
        "</a:EndpointReference>"
    )


def _claims(unit: Unit) -> str:
    return (
        f"{_reference(unit)}<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
        f"<d:Scopes>{escape(' '.join(unit.scopes))}</d:Scopes>"
        f"<d:XAddrs>{unit.origin}/onvif/device_service</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion>"
    )


def _from(host: str) -> tuple[int, int, bytes]:
    """Return the ancillary message that has one datagram leave from a camera's own address."""
    if ":" in host:
        source = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
        return socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, source + struct.pack("@I", _zone(host))
    return (
        socket.IPPROTO_IP,
        _IP_PKTINFO,
        struct.pack("=I4s4s", 0, socket.inet_aton(host), bytes(4)),
    )


def _envelope(header: str, body: str) -> bytes:
    return f"{_OPEN}<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def _probe_id(data: bytes) -> str | None:
    """Return the MessageID of a probe that asks for cameras, or None."""
    if len(data) > _MAX_PROBE_BYTES or b"<!DOCTYPE" in data or b"Probe" not in data:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    probe = root.find(f"{{{_SOAP}}}Body/{{{_WSD}}}Probe")
    ids = (root.findtext(f"{{{_SOAP}}}Header/{{{a}}}MessageID") for a in (_WSA, _WSA_NEWER))
    message_id = next((each for each in ids if each), None)
    if probe is None or not message_id:
        return None
    types = probe.find(f"{{{_WSD}}}Types")
    return message_id.strip() if types is None or _means_cameras(types) else None


def _means_cameras(types: etree._Element) -> bool:
    """Return whether we are of every type asked for."""
    for name in (types.text or "").split():
        prefix, _, local = name.rpartition(":")
        if f"{{{types.nsmap.get(prefix or None)}}}{local}" not in _TYPES:
            return False
    return True


def _interface(host: str) -> str:
    return "127.0.0.1" if host.startswith("127.") else host


def _group(host: str) -> tuple[str, int] | tuple[str, int, int, int]:
    """Return where a camera at ``host`` tells everybody: the group of its version of IP."""
    return (GROUP_V6, PORT, 0, _zone(host)) if ":" in host else (GROUP, PORT)


def _zone(host: str) -> int:
    """Return the network interface of a link-local address; 0 where none is written."""
    name = host.partition("%")[2]
    return socket.if_nametoindex(name) if name else 0


def _ear(host: str) -> socket.socket:
    if ":" in host:
        return _ear_v6(host)
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.bind((GROUP, PORT))
    membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(_interface(host)))
    ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return ear


def _ear_v6(host: str) -> socket.socket:
    ear = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    ear.bind(_group(host))
    membership = socket.inet_pton(socket.AF_INET6, GROUP_V6) + struct.pack("@I", _zone(host))
    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
    return ear


def _mouth(host: str) -> socket.socket:
    if ":" in host:
        mouth = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        mouth.setblocking(False)
        mouth.bind(("::", 0))
        mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, _zone(host))
        return mouth
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.setblocking(False)
    mouth.bind(("0.0.0.0", 0))  # noqa: S104 - each datagram says which address it leaves from
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(_interface(host)))
    return mouth
