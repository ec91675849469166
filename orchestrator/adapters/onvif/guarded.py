"""Hostile bytes in, a harmless tree out: caps and refusals before anything is believed.

The bytes are counted before libxml2 sees them (size, tags, attributes, text) and refused when
they declare anything; the parser itself neither recovers, nor loads, nor expands; and what it
built is refused when it is too deep or not UTF-8. Only ONVIF's own prefixes may be left undeclared:
they are declared here, before the parser sees the body again. A body that breaks a rule raises ``Unusable``.
A small body cannot hold too many tags or too long a text, so only its attributes are counted, and
by libxml2, once it is parsed.
"""

import re
import threading
from dataclasses import dataclass
from typing import Final

from lxml import etree

from orchestrator.adapters.onvif.names import (
    ADDRESSING,
    NOTIFICATION,
    SCHEMA,
    SOAP,
    SOAP_11,
    TOPICS,
    Service,
)

MAX_BODY: Final = 1 << 20
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 48
MAX_ATTRIBUTES: Final = 64
MAX_TEXT: Final = 64 << 10

_UTF_8 = frozenset({"UTF-8", "UTF8", "US-ASCII", "ASCII"})
_FIRST_TAG: Final = re.compile(rb"<[A-Za-z_][^\s/>]*")
_CONVENTIONAL: Final = {
    b"s": SOAP,
    b"SOAP-ENV": SOAP,
    b"wsa": ADDRESSING,
    b"wsnt": NOTIFICATION,
    b"tns1": TOPICS,
    b"tt": SCHEMA,
    b"ter": "http://www.onvif.org/ver10/error",
    b"xsi": "http://www.w3.org/2001/XMLSchema-instance",
    **{service.prefix.encode(): service.value for service in Service},
}
"""Prefixes that some cameras use without declaring them, and what they always mean there."""
_SMALL: Final = MAX_TEXT
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_TOO_MANY = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")


class Unusable(ValueError):
    """An answer that is not what the specification says, or not safe to look at."""


class _Parsers(threading.local):
    """A parser for each thread: lxml serialises parsers that threads share."""

    def __init__(self) -> None:
        self.strict = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
        )


_parsers = _Parsers()


def root_of(body: bytes) -> etree._Element:
    """Return the root element of ``body``, without comments and processing instructions."""
    _counted(body)
    root = _strictly(body)
    encoding: str | None = root.getroottree().docinfo.encoding
    if (encoding or "UTF-8").upper() not in _UTF_8:
        raise Unusable("the answer is not UTF-8")
    if body.count(b"<") > MAX_DEPTH and _TOO_DEEP(root):
        raise Unusable(f"the answer is nested deeper than {MAX_DEPTH} elements")
    if body.count(b"=") > MAX_ATTRIBUTES and _TOO_MANY(root):
        raise _crowded()
    return root


def _strictly(body: bytes) -> etree._Element:
    """Parse; where ONVIF's own prefixes are used without being declared, declare them and go on."""
    try:
        return etree.fromstring(body, _parsers.strict)
    except (etree.XMLSyntaxError, ValueError) as error:
        mended = _with_prefixes(body) if "Namespace prefix" in str(error) else body
        if mended != body:
            return _strictly(mended)
        raise Unusable("the answer is not well-formed XML") from error


def _with_prefixes(body: bytes) -> bytes:
    """Return a body that declares the conventional prefixes which it uses and nowhere declares."""
    start = _FIRST_TAG.search(body)
    if start is None:
        return body
    missing = b"".join(
        b' xmlns:%b="%b"' % (prefix, uri.encode())
        for prefix, uri in _CONVENTIONAL.items()
        if prefix + b":" in body and b"xmlns:" + prefix not in body
    )
    return body[: start.end()] + missing + body[start.end() :]


def _counted(body: bytes) -> None:
    """Refuse what would be dear to parse; none of it is interpreted."""
    if len(body) > MAX_BODY:
        raise Unusable(f"the answer is larger than {MAX_BODY} bytes")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unusable("the answer is not UTF-8") from error
    if len(body) > _SMALL or b"<!" in body or body.count(b"xmlns") > MAX_ATTRIBUTES:
        _counted_by_tag(body)


def _counted_by_tag(body: bytes) -> None:
    """Go over the tags once."""
    if body.count(b"<") > 2 * MAX_ELEMENTS:
        raise Unusable(f"the answer has more than {MAX_ELEMENTS} elements")
    for piece in body.split(b"<")[1:]:
        if piece[:1] == b"!" and not piece.startswith((b"!--", b"![CDATA[")):
            raise Unusable("the answer has a document type")
        tag, _, text = piece.partition(b">")
        if len(text) > MAX_TEXT or len(tag) > MAX_TEXT:
            raise Unusable(f"the answer has a text longer than {MAX_TEXT} bytes")
        if tag.count(b"=") > MAX_ATTRIBUTES and _attributes(tag) > MAX_ATTRIBUTES:
            raise _crowded()


def _crowded() -> Unusable:
    return Unusable(f"the answer has an element with over {MAX_ATTRIBUTES} attributes")


def _attributes(tag: bytes) -> int:
    return tag.count(b'="') + tag.count(b"='")


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: its codes as local names, the most general first, and its reason."""

    codes: tuple[str, ...]
    reason: str

    @property
    def code(self) -> str:
        """Return the most specific code."""
        return self.codes[-1] if self.codes else ""


def payload_of(root: etree._Element) -> etree._Element | Fault:
    """Return the one element in the body of a SOAP envelope, or the fault that is there."""
    parts = _ENVELOPES.get(root.tag)
    if parts is None:
        raise Unusable(f"the answer is no SOAP envelope but `{_shown(root.tag)}`")
    body = next(root.iterchildren(parts[0]), None)
    if body is None or len(body) == 0:
        raise Unusable("the envelope has no body")
    first = body[0]
    return _fault(first) if first.tag == parts[1] else first


_ENVELOPES: Final = {
    f"{{{namespace}}}Envelope": (f"{{{namespace}}}Body", f"{{{namespace}}}Fault")
    for namespace in (SOAP, SOAP_11)
}
"""By the tag of an envelope, those of its body and of a fault in it."""


def _fault(element: etree._Element) -> Fault:
    codes = [value.text or "" for value in element.iter(f"{{{SOAP}}}Value")]
    reason = element.findtext(f"{{{SOAP}}}Reason/{{{SOAP}}}Text")
    if not codes:
        codes = [element.findtext("faultcode") or ""]
        reason = element.findtext("faultstring")
    names = tuple(_shown(code.strip().rpartition(":")[2]) for code in codes[:8])
    return Fault(names, _shown(reason or ""))


def _shown(text: object) -> str:
    """Return a device's words as one short printable line."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))[:200].strip()
