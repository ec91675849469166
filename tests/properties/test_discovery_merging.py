"""Candidates become one list: sorted, each once, whatever the order they were heard in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.discover import discovered, merged, swept
from orchestrator.ports import Candidate
from tests.fakes.discovery import FakeDiscovery

candidates = st.builds(
    Candidate,
    endpoint_reference=st.sampled_from(["urn:a", "urn:b", "urn:c"]),
    host=st.sampled_from(["10.0.0.2", "10.0.0.10", "fe80::1", "camera.local"]),
    port=st.sampled_from([80, 8000]),
    path=st.sampled_from(["/onvif/device_service", "/other"]),
    scopes=st.lists(st.sampled_from(["s1", "s2", "s3"]), max_size=3).map(tuple),
    types=st.lists(st.sampled_from(["Device", "NetworkVideoTransmitter"]), max_size=2).map(tuple),
)
heard = st.lists(candidates, max_size=6)


@settings(max_examples=40)
@given(heard, st.data())
def test_the_order_of_hearing_does_not_matter(each: list[Candidate], data: st.DataObject) -> None:
    assert merged(data.draw(st.permutations(each))) == merged(each)


@settings(max_examples=40)
@given(heard)
def test_hearing_everything_twice_changes_nothing(each: list[Candidate]) -> None:
    assert merged([*each, *each]) == merged(each)
    assert merged(merged(each)) == merged(each)


@settings(max_examples=40)
@given(heard)
def test_an_address_is_listed_once_and_none_is_lost(each: list[Candidate]) -> None:
    found = merged(each)

    places = [(candidate.host, candidate.port) for candidate in found]
    assert len(places) == len(set(places))
    assert {host for one in found for host in (one.host, *one.also_at)} == {
        one.host for one in each
    }


def test_a_device_with_a_new_reference_each_time_is_listed_once() -> None:
    heard = [Candidate(f"urn:{n}", "10.0.0.2", 80, "/") for n in range(3)]

    assert [candidate.host for candidate in merged(heard)] == ["10.0.0.2"]


def test_a_device_with_addresses_of_both_versions_is_listed_once_at_the_older() -> None:
    hosts = ("fe80::1%eth0", "2001:db8::7", "10.0.0.2")

    [found] = merged([Candidate("urn:a", host, 80, "/") for host in hosts])

    assert (found.host, found.also_at) == ("10.0.0.2", ("2001:db8::7", "fe80::1%eth0"))


def test_clones_with_one_reference_are_all_listed_for_a_person_must_look() -> None:
    hosts = ["10.0.0.2", "10.0.0.10", "2001:db8::7"]

    found = merged([Candidate("urn:a", host, 80, "/") for host in hosts])

    assert [candidate.host for candidate in found] == hosts


@settings(max_examples=40)
@given(heard)
def test_every_scope_that_was_heard_is_kept(each: list[Candidate]) -> None:
    assert {scope for candidate in merged(each) for scope in candidate.scopes} == {
        scope for candidate in each for scope in candidate.scopes
    }


async def test_a_camera_that_answers_twice_is_discovered_once() -> None:
    camera = Candidate("urn:a", "10.0.0.1", 80, "/")
    door = FakeDiscovery([camera, camera])

    assert await discovered(door, interfaces=["10.0.0.1"], duration_s=1.0) == (camera,)
    assert await swept(door, [("10.0.0.1", 80)], rate_per_s=9.0) == (camera,)
