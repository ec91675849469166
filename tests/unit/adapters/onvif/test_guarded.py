"""Hostile bodies are refused before they cost anything; honest ones pass."""

import time

import pytest
from lxml import etree

from orchestrator.adapters.onvif.guarded import (
    MAX_ATTRIBUTES,
    MAX_BODY,
    MAX_DEPTH,
    Fault,
    Unusable,
    payload_of,
    root_of,
)

SOAP = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'


def soap(inside: str) -> bytes:
    return f"<s:Envelope {SOAP}><s:Body>{inside}</s:Body></s:Envelope>".encode()


BOMB = (
    b"""<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><b>&b;</b>"""
)

HOSTILE = {
    "empty": b"",
    "garbage": b"\x00\x01\x02",
    "html": b"<html><body>login</body>",
    "truncated": soap("<a>")[:-20],
    "entity bomb": BOMB,
    "document type alone": b"<!DOCTYPE a><a/>",
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "undeclared entity": b"<a>&nosuch;</a>",
    "latin-1": '<?xml version="1.0" encoding="latin-1"?><a>\u00fc</a>'.encode("latin-1"),
    "declared latin-1": b'<?xml version="1.0" encoding="latin-1"?><a/>',
    "utf-16": "<a/>".encode("utf-16"),
    "nul reference": b"<a>&#0;</a>",
    "undeclared prefix": b"<x:a/>",
    "too large": b"<a>" + b" " * MAX_BODY + b"</a>",
    "too many elements": b"<a>" + b"<b/>" * 40_001 + b"</a>",
    "too deep": b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
    "very deep": b"<a>" * 10_000 + b"</a>" * 10_000,
    "too many attributes": (
        b"<a " + b" ".join(b'a%d="1"' % n for n in range(MAX_ATTRIBUTES + 1)) + b"/>"
    ),
    "too many namespaces": b"<a "
    + b" ".join(b'xmlns:a%d="urn:%d"' % (n, n) for n in range(1000))
    + b"/>",
    "long text": b"<a>" + b"x" * 70_000 + b"</a>",
    "long cdata": b"<a><![CDATA[" + b"x" * 70_000 + b"]]></a>",
    "long attribute": b'<a b="' + b"x" * 70_000 + b'"/>',
    "two roots": b"<a/><b/>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_quickly(body: bytes) -> None:
    # The work, not the time: a busy machine may look away in the middle of it.
    started_s = time.process_time()

    with pytest.raises(Unusable):
        root_of(body)

    assert time.process_time() - started_s < 0.2


@pytest.mark.parametrize(
    "body",
    [
        b"<a/>",
        b"\xef\xbb\xbf<a/>",
        b"<?xml version='1.0' encoding='utf-8'?><!-- note --><a><![CDATA[x]]></a>",
        b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH,
    ],
)
def test_an_honest_body_passes(body: bytes) -> None:
    assert root_of(body).tag == "a"


@pytest.mark.parametrize(
    "inside",
    [
        "<ter:Odd/>",
        '<tds:GetSystemDateAndTimeResponse wsa:x="1"/>',
        '<tptz:A xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"><tt:B/></tptz:A>',
    ],
)
def test_prefixes_of_onvif_need_not_be_declared(inside: str) -> None:
    body = (
        '<?xml version="1.0"?><!-- a camera --><s:Envelope'
        f' xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{inside}</s:Body></s:Envelope>'
    ).encode()

    found = payload_of(root_of(body))

    assert isinstance(found, etree._Element)
    assert "onvif.org/ver" in str(found.tag)


def test_a_prefix_that_is_declared_somewhere_else_is_not_guessed() -> None:
    with pytest.raises(Unusable):
        root_of(b'<a><tt:b/><c xmlns:tt="urn:other"/></a>')


def test_comments_do_not_cut_a_text_in_two() -> None:
    assert root_of(b"<a>on<!-- x -->line</a>").text == "online"


def test_the_payload_is_the_first_element_of_the_body() -> None:
    found = payload_of(root_of(soap("<hello/>")))

    assert not isinstance(found, Fault)
    assert found.tag == "hello"


@pytest.mark.parametrize("body", [b"<a/>", b"<Envelope><Body><a/></Body></Envelope>", soap("")])
def test_what_is_no_envelope_with_a_body_is_refused(body: bytes) -> None:
    with pytest.raises(Unusable):
        payload_of(root_of(body))


def test_a_fault_says_its_codes_from_general_to_specific() -> None:
    fault = payload_of(
        root_of(
            soap(
                "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:InvalidArgVal"
                "</s:Value><s:Subcode><s:Value>ter:NoToken</s:Value></s:Subcode></s:Subcode></s:Code>"
                '<s:Reason><s:Text xml:lang="en">no\nsuch\x7f token</s:Text></s:Reason></s:Fault>'
            )
        )
    )

    assert fault == Fault(("Sender", "InvalidArgVal", "NoToken"), "no such  token")
    assert fault.code == "NoToken"


def test_a_fault_of_soap_1_1_is_understood() -> None:
    body = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        b"<faultcode>wsse:FailedAuthentication</faultcode><faultstring>no</faultstring>"
        b"</s:Fault></s:Body></s:Envelope>"
    )

    assert payload_of(root_of(body)) == Fault(("FailedAuthentication",), "no")
