"""The site's cameras against what answered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.onboard import matched
from orchestrator.ports import Candidate


def camera(name: str, host: str, port: int = 80) -> Camera:
    mount, lens = Mount(0.0, 0.0, 4.0, 0.0, -20.0), Lens(60.0, 60.0, 640, 360)
    return Camera(CameraId(name), host, port, name, mount, lens)


def candidate(host: str, port: int = 80, reference: str = "urn:a") -> Candidate:
    return Candidate(reference, host, port, "/onvif/device_service")


def test_a_listed_address_that_answered_is_found() -> None:
    dock = camera("dock", "10.0.0.1")

    match = matched([dock], [candidate("10.0.0.1")])

    assert match.found == ((dock, candidate("10.0.0.1")),)
    assert match.missing == ()
    assert match.unlisted == ()


def test_another_port_of_a_listed_address_is_not_the_camera() -> None:
    dock = camera("dock", "10.0.0.1")

    match = matched([dock], [candidate("10.0.0.1", 8080)])

    assert match.missing == (dock,)
    assert match.unlisted == (candidate("10.0.0.1", 8080),)


def test_of_two_that_claim_one_address_the_other_is_unlisted() -> None:
    first, second = candidate("10.0.0.1"), candidate("10.0.0.1", reference="urn:b")

    match = matched([camera("dock", "10.0.0.1")], [first, second])

    assert match.unlisted == (second,)


hosts = st.sampled_from([f"10.0.0.{n}" for n in range(6)])


@settings(max_examples=40)
@given(st.lists(hosts, unique=True), st.lists(hosts, unique=True))
def test_every_camera_and_every_candidate_appears_exactly_once(
    listed: list[str], heard: list[str]
) -> None:
    cameras = [camera(host, host) for host in listed]

    match = matched(cameras, [candidate(host) for host in heard])

    assert sorted([*(c.host for c, _ in match.found), *(c.host for c in match.missing)]) == sorted(
        listed
    )
    assert sorted([*(a.host for _, a in match.found), *(a.host for a in match.unlisted)]) == sorted(
        heard
    )
