"""WS-Discovery's words as pure functions: a probe to send, and hostile answers to read.

An answer is believed only as far as it can be checked: it must relate to a probe of ours (or be a
Hello), say it is a camera or a device, and point at the address it came from. Scopes are inert
text. Devices write WS-Addressing of 2004 or of 2005; both are asked for and both are read.
"""

import ipaddress
from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from orchestrator.adapters.onvif.addresses import UnsafeAddress, service_target
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.adapters.onvif.names import SOAP, Service
from orchestrator.ports import Candidate, Leaving

MAX_DATAGRAM: Final = 32 << 10
_MAX_MATCHES: Final = 4
_MAX_XADDRS: Final = 4
_MAX_SCOPES: Final = 64
_WSD: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
ADDRESSINGS: Final = (
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "http://www.w3.org/2005/08/addressing",
)
"""WS-Discovery of 2005 is written with the first; some devices know only the second."""
_NETWORK: Final = "http://www.onvif.org/ver10/network/wsdl"
TYPES: Final = (
    f'<d:Types xmlns:dn="{_NETWORK}">dn:NetworkVideoTransmitter</d:Types>',
    f'<d:Types xmlns:tds="{Service.DEVICE.value}">tds:Device</d:Types>',
    "",
)
"""What is asked for: old devices know the first, new ones the second, odd ones answer only all."""
_WANTED: Final = frozenset({"NetworkVideoTransmitter", "Device"})
_SCOPES: Final = frozenset(
    f"onvif://www.onvif.org/type/{kind}"
    for kind in ("Network_Video_Transmitter", "NetworkVideoTransmitter", "video_encoder", "ptz")
)
"""By these a device that writes no types says that it is a camera."""


def probe(message_id: str, types: str, addressing: str = ADDRESSINGS[0]) -> bytes:
    """Return a Probe datagram; ``message_id`` is an unused ``urn:uuid:``."""
    anybody = (
        f"{addressing}/role/anonymous"
        if addressing == ADDRESSINGS[0]
        else f"{addressing}/anonymous"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{addressing}" xmlns:d="{_WSD}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{_WSD}/Probe</a:Action>'
        f"<a:MessageID>{message_id}</a:MessageID>"
        f"<a:ReplyTo><a:Address>{anybody}</a:Address></a:ReplyTo>"
        '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
        f"</s:Header><s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
    ).encode()


def candidates_in(datagram: bytes, *, sender: str, asked: Collection[str]) -> tuple[Candidate, ...]:
    """Return the candidates in a ProbeMatches datagram; ``Unusable`` when it is none of ours."""
    root = _envelope(datagram)
    related = (root.findtext(f"{{{SOAP}}}Header/{{{a}}}RelatesTo") for a in ADDRESSINGS)
    if next((each.strip() for each in related if each), "") not in asked:
        raise Unusable("the reply is to no probe of ours")
    matches = root.findall(f"{{{SOAP}}}Body/{{{_WSD}}}ProbeMatches/{{{_WSD}}}ProbeMatch")
    return tuple(_candidates(matches[:_MAX_MATCHES], sender))


def candidates_greeting(datagram: bytes, *, sender: str) -> tuple[Candidate, ...]:
    """Return the candidate that says Hello of its own accord; ``Unusable`` when none does."""
    found = _envelope(datagram).find(f"{{{SOAP}}}Body/{{{_WSD}}}Hello")
    if found is None:
        raise Unusable("the message is no Hello")
    return tuple(_candidates([found], sender))


def leaving(datagram: bytes, *, sender: str) -> Leaving:
    """Return who says Bye; ``Unusable`` when nobody does."""
    found = _envelope(datagram).find(f"{{{SOAP}}}Body/{{{_WSD}}}Bye")
    reference = "" if found is None else _reference(found)
    if not reference:
        raise Unusable("the message is no Bye")
    return Leaving(reference, sender)


def _envelope(datagram: bytes) -> etree._Element:
    if len(datagram) > MAX_DATAGRAM:
        raise Unusable("the reply is too large")
    root = root_of(datagram)
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Unusable("the reply is no SOAP envelope")
    return root


def _candidates(matches: list[etree._Element], sender: str) -> Iterator[Candidate]:
    """Yield what is a camera and points at the address it answered from."""
    for match in matches:
        reference = _reference(match)
        types = [name.rpartition(":")[2] for name in _list(match.findtext(f"{{{_WSD}}}Types"), 16)]
        scopes = _list(match.findtext(f"{{{_WSD}}}Scopes"), _MAX_SCOPES)
        address = _address(_list(match.findtext(f"{{{_WSD}}}XAddrs"), _MAX_XADDRS), sender)
        says = _WANTED.intersection(types) if types else _SCOPES.intersection(scopes)
        if reference and address is not None and says:
            tls, port, path = address
            yield Candidate(reference, sender, port, path, tuple(scopes), tuple(types), tls=tls)


def _reference(match: etree._Element) -> str:
    found = (match.findtext(f"{{{a}}}EndpointReference/{{{a}}}Address") for a in ADDRESSINGS)
    return next((text for each in found if (text := _printable(each, 256))), "")


def _address(xaddrs: list[str], sender: str) -> tuple[bool, int, str] | None:
    """Return TLS or not, port and path of the first XAddr that is at the sender's own address.

    One over plain HTTP goes before one over TLS: the site file says which of them is spoken.
    """
    for scheme, usual in (("http", 80), ("https", 443)):
        for xaddr in xaddrs:
            try:
                parts = urlsplit(xaddr)
                same = _number(parts.hostname or "") == _number(sender)
                if same and parts.scheme == scheme and parts.username is None:
                    return scheme == "https", parts.port or usual, service_target(xaddr)
            except (UnsafeAddress, ValueError):
                continue
    return None


def _number(host: str) -> tuple[int, int]:
    """Return an address as a number, without its zone: a device does not know our zones."""
    address = ipaddress.ip_address(host.partition("%")[0])
    return address.version, int(address)


def _list(text: str | None, limit: int) -> list[str]:
    words = (text or "").split()[:limit]
    return [word for word in (_printable(word, 512) for word in words) if word]


def _printable(text: str | None, limit: int) -> str:
    stripped = (text or "").strip()
    return stripped if stripped.isprintable() and len(stripped) <= limit else ""
