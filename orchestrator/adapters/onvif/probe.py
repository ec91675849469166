"""WS-Discovery's words as pure functions: a probe to send, and a hostile reply to read.

A reply is believed only as far as it can be checked: it must relate to a probe of ours, say it
is a camera or a device, and point at the address it came from. Scopes are inert text.
"""

import ipaddress
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from orchestrator.adapters.onvif.addresses import ForeignHost, UnsafeAddress, service_target
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.adapters.onvif.names import SOAP, Service
from orchestrator.ports import Candidate

MAX_DATAGRAM: Final = 32 << 10
_MAX_MATCHES: Final = 4
_MAX_XADDRS: Final = 4
_MAX_SCOPES: Final = 64
_WSD: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_WSA: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_NETWORK: Final = "http://www.onvif.org/ver10/network/wsdl"
TYPES: Final = (
    f'<d:Types xmlns:dn="{_NETWORK}">dn:NetworkVideoTransmitter</d:Types>',
    f'<d:Types xmlns:tds="{Service.DEVICE.value}">tds:Device</d:Types>',
)
"""What is asked for: old devices know the first, new ones the second."""
_WANTED: Final = frozenset({"NetworkVideoTransmitter", "Device"})


def probe(message_id: str, types: str) -> bytes:
    """Return a Probe datagram; ``message_id`` is an unused ``urn:uuid:``."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{_WSA}" xmlns:d="{_WSD}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{_WSD}/Probe</a:Action>'
        f"<a:MessageID>{message_id}</a:MessageID>"
        "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
        "</a:Address></a:ReplyTo>"
        '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
        f"</s:Header><s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
    ).encode()


def candidates_in(datagram: bytes, *, sender: str, asked: Collection[str]) -> tuple[Candidate, ...]:
    """Return the candidates in a ProbeMatches datagram; ``Unusable`` when it is none of ours."""
    if len(datagram) > MAX_DATAGRAM:
        raise Unusable("the reply is too large")
    root = root_of(datagram)
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Unusable("the reply is no SOAP envelope")
    relates_to = root.findtext(f"{{{SOAP}}}Header/{{{_WSA}}}RelatesTo") or ""
    if relates_to.strip() not in asked:
        raise Unusable("the reply is to no probe of ours")
    matches = root.findall(f"{{{SOAP}}}Body/{{{_WSD}}}ProbeMatches/{{{_WSD}}}ProbeMatch")
    found = (_candidate(match, sender) for match in matches[:_MAX_MATCHES])
    return tuple(candidate for candidate in found if candidate is not None)


def _candidate(match: etree._Element, sender: str) -> Candidate | None:
    reference = _printable(match.findtext(f"{{{_WSA}}}EndpointReference/{{{_WSA}}}Address"), 256)
    types = tuple(name.rpartition(":")[2] for name in _list(match.findtext(f"{{{_WSD}}}Types"), 16))
    address = _address(_list(match.findtext(f"{{{_WSD}}}XAddrs"), _MAX_XADDRS), sender)
    if not reference or address is None or _WANTED.isdisjoint(types):
        return None
    return Candidate(
        endpoint_reference=reference,
        host=sender,
        port=address[0],
        path=address[1],
        scopes=tuple(_list(match.findtext(f"{{{_WSD}}}Scopes"), _MAX_SCOPES)),
        types=types,
    )


def _address(xaddrs: list[str], sender: str) -> tuple[int, str] | None:
    """Return port and path of the first XAddr that is at the sender's own address."""
    for xaddr in xaddrs:
        try:
            parts = urlsplit(xaddr)
            same = ipaddress.ip_address(parts.hostname or "") == ipaddress.ip_address(sender)
            if same and parts.scheme == "http" and parts.username is None:
                return parts.port or 80, service_target(xaddr, parts.hostname or "")
        except (ForeignHost, UnsafeAddress, ValueError):
            continue
    return None


def _list(text: str | None, limit: int) -> list[str]:
    words = (text or "").split()[:limit]
    return [word for word in (_printable(word, 512) for word in words) if word]


def _printable(text: str | None, limit: int) -> str:
    stripped = (text or "").strip()
    return stripped if stripped.isprintable() and len(stripped) <= limit else ""
