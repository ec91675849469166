"""Stream addresses are hostile: what passes is rebuilt, and the rest is refused."""

import pytest

from orchestrator.adapters.video.address import Address, approved_address
from orchestrator.errors import MediaError

HOST = "127.0.4.1"


def test_a_plain_address_keeps_its_port_path_and_query() -> None:
    address = approved_address("rtsp://127.0.4.1:8554/live/main?profile=1", HOST)

    assert address == Address(HOST, 8554, "/live/main?profile=1")
    assert address.uri == "rtsp://127.0.4.1:8554/live/main?profile=1"


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "exec:/bin/sh",
        "concat:a|b",
        "http://127.0.4.1/live",
        "rtsps://127.0.4.1/live",
        "rtsp://10.0.0.9/live",
        "rtsp://127.0.4.1@10.0.0.9/live",
        "rtsp://root:root@127.0.4.1/live",
        "rtsp://2130707457/live",
        "rtsp://[::ffff:127.0.4.1]/live",
        "rtsp://127.0.4.1:99999/live",
        "rtsp://127.0.4.1:x/live",
        "rtsp://127.0.4.1/live\r\nPLAY rtsp://10.0.0.9/",
        "rtsp://127.0.4.1/live path",
        "rtsp://127.0.4.1/live#fragment",
        "rtsp://127.0.4.1/\x00",
        "rtsp://[127.0.4.1/live",
        "",
        "-i rtsp://127.0.4.1/live",
        "rtsp://127.0.4.1/" + "a" * 2000,
    ],
)
def test_an_address_that_is_not_plain_rtsp_to_the_approved_host_is_refused(uri: str) -> None:
    with pytest.raises(MediaError):
        approved_address(uri, HOST)


def test_a_refusal_never_repeats_the_login_that_an_address_carries() -> None:
    with pytest.raises(MediaError) as caught:
        approved_address("rtsp://root:hunter2@127.0.4.1/live", HOST)

    assert "hunter2" not in str(caught.value)
