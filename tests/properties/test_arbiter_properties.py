"""Whatever happens: one holder per camera, the higher band first, privacy always, replay equal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.decide.chart import charted
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.ids import CameraId, PolicyName, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Answer, Band, Decision, Step
from orchestrator.domain.sighting import (
    GotoPreset,
    Order,
    PausePolicy,
    Release,
    ResumePolicy,
    TakeControl,
)
from orchestrator.domain.target import Target
from orchestrator.geometry.fov import sees
from orchestrator.geometry.ptz import swept
from orchestrator.replay.record import digest
from tests.fakes.arbitration_site import (
    AHEAD,
    AIMS,
    BENCH,
    BREAK,
    EAST,
    EVENING,
    INTRUSION,
    TOUR,
    WEST,
    Night,
    arrival,
    person,
    yard,
)

SITE = yard(INTRUSION, AHEAD, TOUR, BENCH)
BENCH_RING = next(zone.ring_m for zone in SITE.zones if zone.id == "bench")
CAMERAS = st.sampled_from([WEST, EAST])
PRESETS = st.sampled_from(["home", "south", "north", "bench", "behind"]).map(PresetName)
ORDERS: st.SearchStrategy[Order] = st.one_of(
    st.builds(GotoPreset, CAMERAS, PRESETS),
    st.builds(TakeControl, CAMERAS, st.sampled_from([2.0, 30.0])),
    st.builds(Release, CAMERAS),
    st.builds(PausePolicy, st.just(PolicyName("intrusion")), st.sampled_from([None, 3.0])),
    st.builds(ResumePolicy, st.just(PolicyName("intrusion"))),
)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["T1", "T2", "T3"]),
        st.floats(1, 39),
        st.floats(1, 29),
        st.floats(-1.5, 1.5),
        st.floats(-1.5, 1.5),
    ),
    max_size=3,
    unique_by=lambda one: one[0],
)
LINKS = st.sampled_from([LinkState.ONLINE, LinkState.ONLINE, LinkState.DEGRADED, LinkState.OFFLINE])
EVENT = st.tuples(
    PEOPLE,
    st.one_of(st.none(), ORDERS),
    st.sampled_from(["anna", "bert"]),
    st.one_of(st.none(), st.tuples(CAMERAS, LINKS)),
    st.booleans(),
)
STORIES = st.lists(EVENT, min_size=2, max_size=10)
CAREFUL = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
Story = Sequence[
    tuple[list[tuple[str, float, float, float, float]], Order | None, str, object, bool]
]


def bits(night: Night) -> list[str]:
    """Return what was decided, to the last bit; which objects are shared does not matter."""
    return [digest(decision) for decision in night.decisions]


def lived(story: Story, night: Night, ticks: int = 4) -> Night:
    """Live through a story: each event's people stand there for some ticks."""
    for number, (people, order, actor, link, leaving) in enumerate(story):
        targets: list[Target] = [person(name, x, y, (vx, vy)) for name, x, y, vx, vy in people]
        if isinstance(link, tuple):
            night.links[link[0]] = link[1]
        arrivals = [
            arrival(target.id, night.now.mono_s + 2.0, "west-ptz/south", (10.0, 5.0))
            for target in targets
            if leaving
        ]
        orders = [] if order is None else [night.order(order, actor, f"c{number}")]
        night.tick(*targets, arrivals=arrivals, orders=orders)
        for _ in range(ticks - 1):
            night.tick(*targets, arrivals=arrivals)
    return night


@pytest.mark.slow
@CAREFUL
@given(STORIES)
def test_a_camera_has_one_holder_and_an_offline_one_has_none(story: Story) -> None:
    night = Night(SITE)
    for event in story:
        before = len(night.decisions)
        lived([event], night)
        for decision in night.decisions[before:]:
            cameras = [intent.camera for intent in decision.intents]
            assert len(cameras) == len(set(cameras))
            assert all(
                night.links.get(camera, LinkState.ONLINE) is not LinkState.OFFLINE
                for camera in cameras
            )


@pytest.mark.slow
@CAREFUL
@given(STORIES)
def test_privacy_is_kept_by_every_head_on_every_way_whoever_asks(story: Story) -> None:
    night = Night(SITE, BREAK)
    night.aims[WEST] = AIMS[WEST]["south"]
    given_s: dict[str, Aim | None] = {}
    for event in story:
        before = len(night.decisions)
        starts = dict(night.aims)
        lived([event], night, ticks=1)
        for decision in night.decisions[before:]:
            _no_way_sees_the_bench(night, decision, starts, given_s)
        lived([(event[0], None, "anna", None, event[4])], night, ticks=7)


def _no_way_sees_the_bench(
    night: Night,
    decision: Decision,
    starts: Mapping[CameraId, Aim | None],
    known: dict[str, Aim | None],
) -> None:
    for intent in decision.intents:
        camera = night.site.camera(intent.camera)
        end = AIMS[intent.camera][intent.preset]
        assert not sees(camera, end, BENCH_RING, margin_deg=0.5)
        start = starts.get(intent.camera)
        if intent.id in known or start is None or sees(camera, start, BENCH_RING, margin_deg=0.5):
            continue
        known[intent.id] = start
        for aim in swept(camera, start, end, 2.0):
            assert not sees(camera, aim, BENCH_RING, margin_deg=0.0), (intent.camera, start, end)


@pytest.mark.slow
@CAREFUL
@given(STORIES)
def test_what_an_operator_holds_nobody_else_has(story: Story) -> None:
    night = Night(SITE)
    for event in story:
        for one in ([event], [(event[0], None, "anna", None, event[4])]):
            lived(one, night, ticks=1)
            holds = night.world.desk.holds
            for intent in night.decisions[-1].intents:
                hold = holds.get(intent.camera)
                assert hold is None or intent.reason.actor == hold.actor
                assert (intent.band is Band.OPERATOR) == (hold is not None)


@pytest.mark.slow
@CAREFUL
@given(STORIES)
def test_a_patrol_never_changes_where_operators_send_a_camera(story: Story) -> None:
    whole, alone = Night(SITE), Night(replace(SITE, policies=replace(SITE.policies, patrols=())))
    lived(story, whole)
    lived(story, alone)

    for one, other in zip(whole.decisions, alone.decisions, strict=True):
        assert _sent(one) == _sent(other)


def _sent(decision: Decision) -> list[tuple[str, str]]:
    return [
        (intent.camera, intent.preset)
        for intent in decision.intents
        if "asked for" in intent.reason.because
    ]


@pytest.mark.slow
@settings(CAREFUL, max_examples=6)
@given(STORIES)
def test_every_command_is_answered_and_ends_once(story: Story) -> None:
    night = lived(story, Night(SITE))
    night.run(31.0)

    ends = {Step.DONE, Step.FAILED, Step.REJECTED}
    facts = [n.fact for d in night.decisions for n in d.notices if isinstance(n.fact, Answer)]
    for number, event in enumerate(story):
        if event[1] is None:
            continue
        steps = [fact.step for fact in facts if fact.command == f"c{number}"]
        assert steps
        assert steps[0] in {Step.ACCEPTED, Step.REJECTED}
        assert [step for step in steps if step in ends] == steps[-1:]
        assert steps[-1] in ends


@pytest.mark.slow
@CAREFUL
@given(STORIES)
def test_the_same_story_is_decided_the_same_and_changes_nothing_it_was_given(story: Story) -> None:
    first, second = lived(story, Night(SITE)), lived(story, Night(SITE))

    assert bits(first) == bits(second)
    assert first.world.desk == second.world.desk


@pytest.mark.slow
@CAREFUL
@given(PEOPLE)
def test_ids_are_stable_while_nothing_changes(
    people: list[tuple[str, float, float, float, float]],
) -> None:
    night = Night(replace(SITE, policies=replace(SITE.policies, patrols=())), EVENING)
    standing = [person(name, x, y) for name, x, y, _, _ in people]
    night.run(4.0, *standing)

    settled = {intent.camera: intent.id for intent in night.decisions[-1].intents}
    night.run(4.0, *standing)

    later = {intent.camera: intent.id for intent in night.decisions[-1].intents}
    assert {camera: later.get(camera) for camera in settled} == settled


def test_the_chart_is_drawn_once_for_the_same_site() -> None:
    assert charted(SITE) is charted(SITE)


SHADOW = """\
policy: shadow
version: 1
because: It is only tried.
mode: shadow
band: {band}
on: {{enters: [south, north], who: person}}
hold: {hold}
do:
  - look: {{at: {at}, with: [{camera}], for: 20s}}
  - alarm: {{severity: low, say: "Person in {{zone}}", to: desk}}
"""
SHADOWS = st.builds(
    SHADOW.format,
    band=st.sampled_from(["alarm", "handoff", "analytics"]),
    hold=st.sampled_from(["0s", "300ms"]),
    at=st.sampled_from(["target", "south", "north"]),
    camera=st.sampled_from(["west-ptz", "east-ptz", "west-ptz, east-ptz"]),
)


@pytest.mark.slow
@CAREFUL
@given(STORIES, SHADOWS, st.sampled_from([EVENING, BREAK]))
def test_a_policy_in_shadow_changes_nothing_to_the_last_bit(
    story: Story, shadow: str, start: Instant
) -> None:
    without = lived(story, Night(SITE, start))
    beside = lived(story, Night(yard(INTRUSION, AHEAD, TOUR, BENCH, shadow), start))

    assert [replace(one, shadows=()) for one in beside.decisions] == without.decisions
    again = lived(story, Night(yard(INTRUSION, AHEAD, TOUR, BENCH, shadow), start))
    assert bits(beside) == bits(again)
