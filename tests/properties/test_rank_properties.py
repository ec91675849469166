"""Rank holds whatever happens: the weaker changes nothing for the stronger, and who loses is told.

What a policy brings about, its *outcome*, is: when it starts and ends; its alarms and whom they
escalate to; while it claims them, the presets that it names, and what it sets of pictures and
functions. A weaker policy changes none of it. It may change which camera serves a stronger look
that leaves the choice open, since turning takes as long as the head is away; and where a privacy
rule closes ways, a head may stand where no way leads on.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Alarm, Decision, Intent, PolicyMoved
from orchestrator.domain.sighting import GotoPreset, Order, Release, TakeControl
from tests.fakes.arbitration_site import EAST, WEST, Night, person, yard

HIGH = """\
policy: high
version: 1
because: It matters.
band: analytics
priority: 60
on: {enters: [south], who: person}
hold: 300ms
clear: 1s
do:
  - look: {at: {camera: west-ptz, preset: south}, for: 2s}
  - park: {cameras: [east-ptz], for: 3s}
  - imaging: {cameras: [fixed], set: {brightness: 60 %}, for: 2s}
  - auxiliary: {cameras: [west-ptz], run: "tt:Wiper|On", for: 2s}
  - alarm: {severity: high, say: "Somebody", to: desk, acknowledge_within: 1s, then: desk}
"""
STEPS = (
    "look: {at: target, for: 4s}",
    "follow: {for: 4s}",
    "look: {at: {camera: west-ptz, preset: north}, for: 4s}",
    "look: {at: {camera: east-ptz, preset: south}, for: 4s}",
    "imaging: {cameras: [fixed, west-ptz], set: {brightness: 20 %, contrast: 20 %}, for: 4s}",
    'auxiliary: {cameras: [west-ptz], run: "tt:Wiper|Off", for: 4s}',
    'alarm: {severity: low, say: "Hm", to: desk}',
)
LOWER = st.builds(
    lambda priority, steps: (
        "policy: low\nversion: 1\nbecause: It matters less.\nband: analytics\n"
        f"priority: {priority}\non: {{enters: [south, north], who: person}}\ndo:\n"
        + "".join(f"  - {step}\n" for step in steps)
    ),
    st.integers(0, 59),
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=4, unique=True),
)
SPOTS = st.sampled_from([(10.0, 5.0), (30.0, 5.0), (26.0, 23.0), (37.0, 13.0)])
ORDERS: st.SearchStrategy[Order] = st.one_of(
    st.builds(GotoPreset, st.sampled_from([WEST, EAST]), st.just(PresetName("north"))),
    st.builds(TakeControl, st.just(WEST), st.just(1.0)),
    st.builds(Release, st.sampled_from([WEST, EAST])),
)
EVENT = st.tuples(st.lists(SPOTS, max_size=2, unique=True), st.none() | ORDERS)
STORIES = st.lists(EVENT, min_size=2, max_size=6)
CAREFUL = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
Story = Sequence[tuple[list[tuple[float, float]], Order | None]]


def lived(story: Story, *rules: str) -> Night:
    """Live through a story in a yard whose heads may hardly move by themselves."""
    site = yard(*rules)
    night = Night(replace(site, arbitration=replace(site.arbitration, moves_per_minute=2)))
    for number, (spots, order) in enumerate(story):
        people = [person(f"T{index}", x, y) for index, (x, y) in enumerate(spots)]
        orders = [] if order is None else [night.order(order, name=f"c{number}")]
        night.tick(*people, orders=orders)
        for _ in range(11):
            night.tick(*people)
    return night


def outcome(decision: Decision) -> list[object]:
    """Return what the stronger policy brought about in one tick."""
    facts = [notice.fact for notice in decision.notices]
    moved = [one for one in facts if isinstance(one, PolicyMoved) and one.policy == "high"]
    alarms = [
        (one.say, one.to, one.escalates is not None)
        for one in facts
        if isinstance(one, Alarm) and one.policy == "high"
    ]
    trims = [
        (trim.camera, setting.what, setting.words)
        for trim in decision.trims
        for setting in trim.settings
        if setting.reason.policy == "high"
    ]
    return [moved, alarms, trims]


@pytest.mark.slow
@CAREFUL
@given(STORIES, LOWER)
def test_a_weaker_policy_never_changes_the_outcome_of_a_stronger_one(
    story: Story, low: str
) -> None:
    alone, beside = lived(story, HIGH), lived(story, HIGH, low)

    for one, other in zip(alone.decisions, beside.decisions, strict=True):
        assert outcome(one) == outcome(other)
        for intent in one.intents:
            if intent.reason.policy == "high" and _claims(one, intent):
                mine = {each.camera: each for each in other.intents}.get(intent.camera)
                assert mine is not None
                assert (mine.preset, mine.reason.policy) == (intent.preset, "high")


def _claims(decision: Decision, intent: Intent) -> bool:
    """Say whether the claim behind a grant is still alive, not only its camera waiting."""
    return any(
        setting.reason.policy == "high" for trim in decision.trims for setting in trim.settings
    )


@pytest.mark.slow
@CAREFUL
@given(STORIES, LOWER)
def test_who_loses_a_camera_is_told_to_whom_and_never_to_a_weaker_one(
    story: Story, low: str
) -> None:
    night = lived(story, HIGH, low)
    rank = night.site.arbitration.rank
    before: dict[str, Intent] = {}
    for decision in night.decisions:
        now: dict[str, Intent] = {intent.camera: intent for intent in decision.intents}
        for camera in before.keys() & now.keys():
            if _holder(before[camera]) != _holder(now[camera]):
                told = [each.intent for each in decision.judgements if each.camera == camera]
                assert now[camera].id in {each.id for each in told if each is not None}
        for judgement in decision.judgements:
            for lost in judgement.lost if judgement.intent is not None else ():
                if "is below" in lost.reason and ":" not in lost.reason:
                    assert judgement.intent is not None
                    assert rank(lost.band) <= rank(judgement.intent.band)
        before = now


def _holder(intent: Intent) -> tuple[object, object]:
    return intent.reason.policy, intent.reason.actor


@pytest.mark.slow
@CAREFUL
@given(STORIES, LOWER)
def test_a_setting_and_a_function_have_one_holder(story: Story, low: str) -> None:
    for decision in lived(story, HIGH, low).decisions:
        for trim in decision.trims:
            names = [setting.what for setting in trim.settings]
            assert len(names) == len(set(names))
