"""Whatever the walk, a perfect journal scores one, and a swap at a crossing is a wrong hand-off."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.score.evidence import Evidence
from simulators.score.handoffs import Handoff, handoffs
from simulators.score.identity import idf1, owners, together
from simulators.score.matching import Looked, matched
from tests.fakes.runs import Story, layout

Scene = tuple[str, str, float, float, str | None]


@st.composite
def walks(draw: st.DrawFn) -> list[Scene]:
    """Return up to three people who wander between two cameras, each with one identity."""
    scenes: list[Scene] = []
    for person in "abc"[: draw(st.integers(1, 3))]:
        at_s = draw(st.integers(0, 20)) / 10
        for camera in draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=3)):
            stay_s = draw(st.integers(5, 30)) / 10
            scenes.append((person, camera, at_s, at_s + stay_s, f"T-{person}"))
            at_s += stay_s + draw(st.integers(0, 30)) / 10
    return scenes


def looked_at(evidence: Evidence) -> tuple[Looked, ...]:
    return matched(evidence.journal.boxes, evidence.truth.frames).looked


def judged(evidence: Evidence) -> tuple[Handoff, ...]:
    looked = looked_at(evidence)
    return handoffs(evidence.truth, looked, owners(together(looked)), layout())


@given(walks())
@settings(max_examples=30, deadline=None)
def test_a_perfect_journal_keeps_every_identity(scenes: list[Scene]) -> None:
    evidence = Story(12, "ab", scenes).evidence()

    assert idf1(looked_at(evidence)) in (1.0, None)
    assert {found.outcome for found in judged(evidence)} <= {"kept"}


@given(walks(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_no_journal_scores_above_one_or_below_zero(scenes: list[Scene], random: object) -> None:
    assert hasattr(random, "choice")
    messy = [
        (person, camera, start_s, end_s, random.choice([None, "-", "T-a", "T-b", "T-x"]))
        for person, camera, start_s, end_s, _ in scenes
    ]

    value = idf1(looked_at(Story(12, "ab", messy).evidence()))

    assert value is None or 0.0 <= value <= 1.0


@given(st.integers(30, 60), st.integers(1, 20))
@settings(max_examples=20, deadline=None)
def test_two_identities_swapped_at_a_crossing_are_two_wrong_hand_offs(
    crossing: int, after: int
) -> None:
    cross_s, again_s = crossing / 10, (crossing + after) / 10
    story = Story(
        12,
        "ab",
        [
            ("a", "a", 0, cross_s, "T1"),
            ("b", "a", 0, cross_s, "T2"),
            ("a", "b", again_s, again_s + 2.5, "T2"),
            ("b", "b", again_s, again_s + 2.5, "T1"),
        ],
    )

    assert [found.outcome for found in judged(story.evidence())] == ["wrong", "wrong"]
