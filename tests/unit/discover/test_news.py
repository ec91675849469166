"""What is heard is a reason to look, and never a proof."""

from dataclasses import replace

from orchestrator.discover.news import News, news_of, standing
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Candidate, Leaving

GATE, YARD = CameraId("gate"), CameraId("yard")


def approval(camera: CameraId, host: str, reference: str = "") -> Approval:
    path = "/onvif/device_service"
    return Approval(camera, host, 80, path, "all", "S", "anna", endpoint_reference=reference)


OURS = (approval(GATE, "10.0.0.1", "urn:gate"), approval(YARD, "10.0.0.2"))


def hello(reference: str, host: str, *also_at: str) -> Candidate:
    return Candidate(reference, host, 8080, "/onvif/device_service", also_at=also_at)


def test_whoever_comes_or_goes_at_an_approved_address_has_that_camera_looked_at() -> None:
    for heard in (hello("urn:gate", "10.0.0.1"), hello("urn:new", "10.0.0.1")):
        assert news_of(OURS, heard) == (News(GATE),)
    assert news_of(OURS, Leaving("urn:whatever", "10.0.0.2")) == (News(YARD),)
    assert news_of(OURS, hello("urn:x", "fe80::1", "10.0.0.2")) == (News(YARD),)


def test_who_calls_itself_as_a_camera_did_elsewhere_is_told_with_the_address() -> None:
    assert news_of(OURS, hello("urn:gate", "10.0.0.9")) == (News(GATE, "10.0.0.9:8080"),)
    assert news_of(OURS, hello("urn:gate", "fe80::9")) == (News(GATE, "[fe80::9]:8080"),)


def test_a_bye_from_elsewhere_says_nothing_of_a_camera() -> None:
    assert news_of(OURS, Leaving("urn:gate", "10.0.0.9")) == ()


def test_who_is_none_of_ours_and_who_has_no_name_is_no_news() -> None:
    assert news_of(OURS, hello("urn:else", "10.0.0.9")) == ()
    assert news_of(OURS, hello("", "10.0.0.9")) == ()


def test_a_site_knows_its_devices_by_address_and_asks_about_those_that_may_have_moved() -> None:
    gate = Camera(
        *(GATE, "10.0.0.1", 80, "all"), Mount(0.0, 0.0, 4.0, 0.0, 0.0), Lens(60.0, 60.0, 640, 360)
    )
    yard = replace(gate, id=YARD, host="10.0.0.2", port=8000)

    assert standing([gate, yard], OURS, hello("urn:gate", "10.0.0.1")) == ("gate: approved",)
    assert standing([gate, yard], OURS, hello("urn:x", "10.0.0.2")) == (
        "yard: listed, not approved as written",
    )
    assert standing([gate, yard], OURS, hello("urn:gate", "10.0.0.9")) == (
        "gate moved? it is approved at 10.0.0.1:80",
    )
    assert standing([gate, yard], OURS, hello("urn:x", "10.0.0.9")) == ()


def test_a_name_that_two_approved_cameras_share_is_no_move() -> None:
    clones = (approval(GATE, "10.0.0.1", "urn:same"), approval(YARD, "10.0.0.2", "urn:same"))

    assert news_of(clones, hello("urn:same", "10.0.0.2")) == (News(YARD),)
