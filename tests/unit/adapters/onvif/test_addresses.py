"""Addresses from devices lead to the approved host or nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.onvif.addresses import (
    Origin,
    UnsafeAddress,
    is_at,
    safe_target,
    service_target,
    stream_uri,
)

HOST = "10.0.0.9"


@pytest.mark.parametrize(
    ("xaddr", "target"),
    [
        ("http://10.0.0.9/onvif/ptz", "/onvif/ptz"),
        ("http://10.0.0.9:9999/onvif/ptz?x=1", "/onvif/ptz?x=1"),
        ("https://10.0.0.9/onvif/ptz", "/onvif/ptz"),
        ("http://user:pw@10.0.0.9/onvif/ptz", "/onvif/ptz"),
        ("http://10.0.0.9", "/"),
    ],
)
def test_a_service_keeps_its_path_and_nothing_else(xaddr: str, target: str) -> None:
    assert service_target(xaddr) == target


@pytest.mark.parametrize(
    "xaddr",
    [
        "http://10.0.0.10/onvif/ptz",
        "http://10.0.0.9.evil.example/onvif/ptz",
        "http://10.0.0.9@evil.example/onvif/ptz",
        "http://167772169/onvif/ptz",
        "http://[::ffff:10.0.0.9]/onvif/ptz",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/onvif/ptz",
    ],
)
def test_a_service_at_another_host_is_noticed_and_only_its_path_is_kept(xaddr: str) -> None:
    assert not is_at(xaddr, HOST)
    assert service_target(xaddr).startswith("/")


@pytest.mark.parametrize(
    "xaddr",
    [
        "",
        "file:///etc/passwd",
        "gopher://10.0.0.9/",
        "/onvif/ptz",
        "http:///onvif/ptz",
        "http://10.0.0.9/a b",
        "http://10.0.0.9/a\r\nHost: evil",
        "http://[10.0.0.9/onvif",
        "http://10.0.0.9/" + "a" * 3000,
        "http://10.0.0.9/\u00fc",
    ],
)
def test_a_service_address_that_makes_no_sense_is_refused(xaddr: str) -> None:
    with pytest.raises(UnsafeAddress):
        service_target(xaddr)


@pytest.mark.parametrize(
    ("claimed", "uri"),
    [
        ("rtsp://10.0.0.9/live", "rtsp://10.0.0.9:554/live"),
        ("rtsp://user:pw@10.0.0.9:8554/live?a=b", "rtsp://10.0.0.9:8554/live?a=b"),
        ("rtsp://192.168.1.64:554/behind/nat", "rtsp://10.0.0.9:554/behind/nat"),
        ("rtsp://evil.example/x", "rtsp://10.0.0.9:554/x"),
    ],
)
def test_a_stream_is_rebuilt_on_the_approved_host_without_user_info(claimed: str, uri: str) -> None:
    assert stream_uri(claimed, HOST) == uri


@pytest.mark.parametrize(
    "claimed",
    [
        "file:///etc/passwd",
        "exec:rm -rf /",
        "concat:a|b",
        "http://10.0.0.9/live",
        "rtsp://10.0.0.9:99999/live",
        "rtsp://10.0.0.9:x/live",
        "rtsp:/live",
        "rtsp://10.0.0.9/li ve",
        "rtsp://10.0.0.9/$(reboot)\n",
        'rtsp://10.0.0.9/"quote',
        "rtsp://10.0.0.9/`id`",
    ],
)
def test_a_stream_of_another_kind_is_refused(claimed: str) -> None:
    with pytest.raises(UnsafeAddress):
        stream_uri(claimed, HOST)


@given(st.text(max_size=60))
def test_whatever_a_device_claims_a_stream_stays_on_its_host(claimed: str) -> None:
    try:
        uri = stream_uri(f"rtsp://{claimed}", HOST)
    except UnsafeAddress:
        return
    assert uri.startswith(f"rtsp://{HOST}:")
    assert uri.isascii()
    assert uri.isprintable()
    assert " " not in uri


@given(st.text(max_size=60))
def test_whatever_a_device_claims_a_service_target_is_a_path(claimed: str) -> None:
    try:
        target = service_target(f"http://{claimed}")
    except UnsafeAddress:
        return
    assert safe_target(target) == target
    assert target.startswith("/")


def test_an_ipv6_origin_is_written_with_brackets() -> None:
    assert Origin("fe80::1", 80).url("/onvif") == "http://[fe80::1]:80/onvif"
