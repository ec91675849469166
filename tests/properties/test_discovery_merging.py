"""Candidates become one list: sorted, each once, whatever the order they were heard in."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.discover import discovered, merged
from orchestrator.ports import Candidate

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
def test_a_device_is_listed_once_and_none_is_lost(each: list[Candidate]) -> None:
    found = [(candidate.endpoint_reference, candidate.host) for candidate in merged(each)]

    assert len(found) == len(set(found))
    assert set(found) == {(candidate.endpoint_reference, candidate.host) for candidate in each}


@settings(max_examples=40)
@given(heard)
def test_every_scope_that_was_heard_is_kept(each: list[Candidate]) -> None:
    assert {scope for candidate in merged(each) for scope in candidate.scopes} == {
        scope for candidate in each for scope in candidate.scopes
    }


class TwoAnswers:
    """The ``Discovery`` port with answers from one camera, twice."""

    async def candidates(self, *, interface: str, duration_s: float) -> Sequence[Candidate]:
        return [Candidate("urn:a", interface, 80, "/"), Candidate("urn:a", interface, 80, "/")]


async def test_a_camera_that_answers_twice_is_discovered_once() -> None:
    assert await discovered(TwoAnswers(), interface="10.0.0.1", duration_s=1.0) == (
        Candidate("urn:a", "10.0.0.1", 80, "/"),
    )
