"""SOAP 1.2 as a camera speaks it: one call in, one answer or one fault out.

Requests are hostile until parsed: size is capped by the HTTP server, a DOCTYPE is refused, and no
entity or network address is ever followed. Answers are text with fixed, conventional prefixes,
because some clients look for them.
"""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
NAMESPACES = {
    "s": SOAP,
    "wsa": "http://www.w3.org/2005/08/addressing",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "timg": "http://www.onvif.org/ver20/imaging/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "ter": "http://www.onvif.org/ver10/error",
    "tns1": "http://www.onvif.org/ver10/topics",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "wsrf-rw": "http://docs.oasis-open.org/wsrf/rw-2",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
_DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_OPEN = f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope{_DECLARED}>'
_PREFIX = {uri: prefix for prefix, uri in NAMESPACES.items()}


class Fault(Exception):
    """An answer that says why not: SOAP subcodes, the outer first, and a sentence."""

    def __init__(
        self, *subcodes: str, reason: str, status: int = 400, receiver: bool = False
    ) -> None:
        """Keep the subcodes (``ter:InvalidArgVal``, ``ter:NoProfile``) and the HTTP status."""
        super().__init__(reason)
        self.subcodes = subcodes
        self.reason = reason
        self.status = status
        self.receiver = receiver


def not_supported(name: str) -> Fault:
    """Return the fault for an operation this camera does not have."""
    return Fault(
        "ter:ActionNotSupported", reason=f"{name} is not supported", status=500, receiver=True
    )


def not_authorised(status: int, *, locked: bool = False) -> Fault:
    """Return the fault for a call without a good proof of the login."""
    reason = "The user is locked" if locked else "Sender not authorized"
    return Fault("ter:NotAuthorized", reason=reason, status=status)


def invalid(detail: str, reason: str) -> Fault:
    """Return the fault for an argument this camera cannot take."""
    return Fault("ter:InvalidArgVal", detail, reason=reason)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: which operation, with what, and how it was addressed."""

    prefix: str
    name: str
    body: etree._Element
    header: etree._Element | None
    message_id: str | None
    path: str = ""

    @property
    def operation(self) -> str:
        """Return prefix and name, as in ``tptz:GotoPreset``."""
        return f"{self.prefix}:{self.name}"

    def text(self, *path: str) -> str | None:
        """Return the text below the operation, or None; names are prefixed."""
        found = self.body.find("/".join(path), NAMESPACES)
        return None if found is None else (found.text or "").strip()

    def find(self, *path: str) -> etree._Element | None:
        """Return the element below the operation, or None."""
        return self.body.find("/".join(path), NAMESPACES)


def parsed(data: bytes, path: str) -> Call:
    """Return the call in an envelope; ``Fault`` when it is none."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Fault("ter:WellFormed", reason="the request is not well formed XML") from error
    if root.getroottree().docinfo.internalDTD is not None or root.tag != f"{{{SOAP}}}Envelope":
        raise Fault("ter:WellFormed", reason="the request is not a SOAP 1.2 envelope")
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or len(body) != 1:
        raise Fault("ter:WellFormed", reason="the body holds no single operation")
    header = root.find(f"{{{SOAP}}}Header")
    name = etree.QName(body[0])
    message_id = None if header is None else header.findtext("wsa:MessageID", None, NAMESPACES)
    return Call(
        _PREFIX.get(name.namespace or "", "?"), name.localname, body[0], header, message_id, path
    )


def answer(inner: str, *, call: Call | None = None) -> bytes:
    """Return an envelope around ``inner``; a call that carried a MessageID is related to."""
    header = ""
    if call is not None and call.message_id is not None:
        header = f"<s:Header><wsa:RelatesTo>{escape(call.message_id)}</wsa:RelatesTo></s:Header>"
    return f"{_OPEN}{header}<s:Body>{inner}</s:Body></s:Envelope>".encode()


def fault_answer(fault: Fault) -> bytes:
    """Return the envelope of a fault."""
    code = ""
    for subcode in reversed(fault.subcodes):
        code = f"<s:Subcode><s:Value>{subcode}</s:Value>{code}</s:Subcode>"
    value = "s:Receiver" if fault.receiver else "s:Sender"
    return answer(
        f"<s:Fault><s:Code><s:Value>{value}</s:Value>{code}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escape(fault.reason)}</s:Text></s:Reason></s:Fault>'
    )


def number(element: etree._Element, name: str, missing: float = math.nan) -> float:
    """Return an attribute that is a finite number; raises the fault where it is none."""
    try:
        value = float(element.get(name, missing))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise invalid("ter:InvalidArgVal", f"{name} is no number")
    return value


def text(value: object) -> str:
    """Return ``value`` as XML text."""
    return escape(str(value))


def attribute(value: object) -> str:
    """Return ``value`` as a quoted XML attribute."""
    return quoteattr(str(value))


def flag(value: bool) -> str:
    """Return an XML boolean."""
    return "true" if value else "false"
