"""WS-Discovery as cameras answer it: one responder per camera on the multicast group.

Every responder binds the group's address with ``SO_REUSEADDR`` and joins on the camera's own
interface, so that each hears every probe; its answers leave from the camera's own address. A
camera waits a little, differently each time, before it answers (WS-Discovery 1.1, 3.1.3).
"""

import asyncio
import random
import socket
import struct
import uuid
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
    """Hears probes for one camera and answers those that mean it."""

    def __init__(self, unit: Unit, rng: random.Random) -> None:
        """Keep who answers and where its jitter is drawn from."""
        self._unit = unit
        self._random = rng
        self._ear: asyncio.DatagramTransport | None = None
        self._mouth: socket.socket | None = None
        self._instance = 0
        self._number = 0
        self._waiting: set[asyncio.TimerHandle] = set()

    async def open(self) -> None:
        """Join the group and say Hello."""
        loop = asyncio.get_running_loop()
        ear = _ear(self._unit.host)
        self._ear, _ = await loop.create_datagram_endpoint(lambda: self, sock=ear)
        self._mouth = _mouth(self._unit.host)
        self._instance = int(uuid.uuid1().time_low)
        self._announce("Hello")

    def close(self, *, bye: bool = True) -> None:
        """Say Bye, unless the power was cut, and leave the group."""
        for answer in self._waiting:
            answer.cancel()
        self._waiting.clear()
        if self._ear is not None:
            if bye:
                self._announce("Bye")
            self._ear.close()
            self._ear = None
        if self._mouth is not None:
            self._mouth.close()
            self._mouth = None

    def datagram_received(self, data: bytes, address: Address) -> None:
        """Answer a probe after a while."""
        probe = _probe_id(data)
        if probe is None or len(self._waiting) >= _MAX_WAITING:
            return
        delay_s = self._random.uniform(0.0, MAX_JITTER_S)
        timer: asyncio.TimerHandle

        def answer() -> None:
            self._waiting.discard(timer)
            self._send(self._matches(probe), address)

        timer = asyncio.get_running_loop().call_later(delay_s, answer)
        self._waiting.add(timer)

    def _matches(self, probe: str) -> bytes:
        header = self._header("ProbeMatches", to=_ANYBODY, relates_to=probe)
        body = f"<d:ProbeMatches><d:ProbeMatch>{self._claims()}</d:ProbeMatch></d:ProbeMatches>"
        return _envelope(header, body)

    def _announce(self, verb: str) -> None:
        claims = self._claims() if verb == "Hello" else self._reference()
        header = self._header(verb, to=_EVERYBODY)
        group = _group(self._unit.host)
        self._send(_envelope(header, f"<d:{verb}>{claims}</d:{verb}>"), group)

    def _header(self, verb: str, *, to: str, relates_to: str | None = None) -> str:
        self._number += 1
        related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
        return (
            f"<a:Action>{_WSD}/{verb}</a:Action><a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>"
            f"{related}<a:To>{to}</a:To>"
            f'<d:AppSequence InstanceId="{self._instance}" MessageNumber="{self._number}"/>'
        )

    def _reference(self) -> str:
        return (
            f"<a:EndpointReference><a:Address>{self._unit.endpoint_reference}</a:Address>"
            "</a:EndpointReference>"
        )

    def _claims(self) -> str:
        return (
            f"{self._reference()}<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
            f"<d:Scopes>{escape(' '.join(self._unit.scopes))}</d:Scopes>"
            f"<d:XAddrs>{self._unit.origin}/onvif/device_service</d:XAddrs>"
            "<d:MetadataVersion>1</d:MetadataVersion>"
        )

    def _send(self, message: bytes, address: Address) -> None:
        if self._mouth is None:
            return
        try:
            self._mouth.sendto(message, address)
        except OSError:
            return  # the prober has gone, or the buffer is full: discovery may lose answers


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
        mouth.bind((host.partition("%")[0], 0, 0, _zone(host)))
        mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, _zone(host))
        return mouth
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.setblocking(False)
    mouth.bind((host, 0))
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(_interface(host)))
    return mouth
