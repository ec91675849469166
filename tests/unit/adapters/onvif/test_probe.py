"""Replies to discovery probes: believed as far as they can be checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.onvif.discovery.probe import MAX_DATAGRAM, TYPES, candidates_in, probe
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.ports import Candidate

OURS = "urn:uuid:11111111-1111-1111-1111-111111111111"
SENDER = "10.0.0.9"
XADDR = f"http://{SENDER}:8000/onvif/device_service"


def match(
    *,
    xaddrs: str = XADDR,
    types: str = "dn:NetworkVideoTransmitter",
    reference: str = "urn:uuid:a",
    scopes: str = "onvif://www.onvif.org/name/gate",
) -> str:
    return (
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{reference}</a:Address>"
        f"</a:EndpointReference><d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch>"
    )


def reply(*matches: str, relates_to: str = OURS) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
        f"<a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>"
        f"{''.join(matches)}</d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


def heard(datagram: bytes, sender: str = SENDER) -> tuple[Candidate, ...]:
    return candidates_in(datagram, sender=sender, asked={OURS})


def test_a_camera_is_heard_at_the_address_it_answered_from() -> None:
    assert heard(reply(match())) == (
        Candidate(
            "urn:uuid:a",
            SENDER,
            8000,
            "/onvif/device_service",
            ("onvif://www.onvif.org/name/gate",),
            ("NetworkVideoTransmitter",),
        ),
    )


def test_the_first_address_that_is_the_senders_is_taken() -> None:
    xaddrs = f"http://192.168.0.1/x https://{SENDER}/tls {XADDR} http://{SENDER}:1/y"

    [candidate] = heard(reply(match(xaddrs=xaddrs)))

    assert (candidate.port, candidate.path) == (8000, "/onvif/device_service")


def test_an_address_without_a_port_is_at_80() -> None:
    [candidate] = heard(reply(match(xaddrs=f"http://{SENDER}/onvif/device_service")))

    assert candidate.port == 80


def test_a_device_that_names_only_a_tls_address_is_a_candidate_there() -> None:
    [candidate] = heard(reply(match(xaddrs=f"https://{SENDER}/onvif/device_service")))

    assert (candidate.tls, candidate.port, candidate.path) == (True, 443, "/onvif/device_service")


@pytest.mark.parametrize(
    "xaddrs",
    [
        "",
        "http://10.0.0.10/onvif/device_service",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/onvif/device_service",
        "http://camera.example/onvif/device_service",
        f"file://{SENDER}/etc/passwd",
        f"http://user:password@{SENDER}/onvif/device_service",
        f"http://{SENDER}@evil.example/",
        f"http://{SENDER}:8000:8000/onvif",
        f"http://{SENDER}:99999/onvif",
        f"http://{SENDER}/<script>".replace("<", "&lt;"),
        "http://10.0.0.1/ " * 4 + XADDR,
        "http://[::ffff:10.0.0.9]/onvif",
        "http://167772169/onvif",
    ],
)
def test_an_address_that_is_not_the_senders_makes_no_candidate(xaddrs: str) -> None:
    assert heard(reply(match(xaddrs=xaddrs))) == ()


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00" * 100,
        b"<!DOCTYPE a><a/>",
        reply(match())[:-30],
        reply(match(), relates_to="urn:uuid:somebody-else"),
        reply(match(), relates_to=""),
        reply(match(scopes="x " * MAX_DATAGRAM)),
        b"<ProbeMatches/>",
    ],
)
def test_a_reply_to_no_probe_of_ours_is_unusable(datagram: bytes) -> None:
    with pytest.raises(Unusable):
        heard(datagram)


@pytest.mark.parametrize("types", ["", "wsdp:Printer", "dn:NetworkVideoDisplay"])
def test_what_is_no_camera_makes_no_candidate(types: str) -> None:
    assert heard(reply(match(types=types))) == ()


def test_a_device_without_an_endpoint_reference_makes_no_candidate() -> None:
    assert heard(reply(match(reference=" "))) == ()


def test_at_most_four_devices_are_heard_in_one_reply() -> None:
    assert len(heard(reply(*(match(reference=f"urn:{n}") for n in range(50))))) == 4


def test_scopes_are_inert_text_and_not_too_many() -> None:
    hostile = "onvif://&lt;script&gt; onvif://a\u202eb " + "s " * 200

    [candidate] = heard(reply(match(scopes=hostile)))

    assert len(candidate.scopes) <= 64
    assert all(scope.isprintable() for scope in candidate.scopes)


@given(st.binary(max_size=400))
def test_no_datagram_does_anything_but_be_heard_or_be_unusable(noise: bytes) -> None:
    for datagram in (noise, reply(match()).replace(b"urn:uuid:a", noise)):
        try:
            candidates = heard(datagram)
        except Unusable:
            continue
        assert all(candidate.host == SENDER for candidate in candidates)


@pytest.mark.parametrize("types", TYPES)
def test_a_probe_is_well_formed_and_says_its_id_and_type(types: str) -> None:
    root = root_of(probe(OURS, types))

    text = "".join(str(part) for part in root.itertext())
    assert OURS in text
    assert types.partition(">")[2].partition("<")[0] in text
