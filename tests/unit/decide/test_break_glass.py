"""Break-glass: who may lift a privacy rule, for how long, and that it holds again by itself."""

from dataclasses import replace

import pytest

from orchestrator.decide.explain import explained
from orchestrator.domain.glass import BreakGlass
from orchestrator.domain.ids import PersonName, PolicyName, PresetName
from orchestrator.domain.intent import GlassMoved
from orchestrator.domain.policy import Act
from orchestrator.domain.sighting import CloseGlass, GotoPreset, LiftRule, PausePolicy
from orchestrator.domain.site import Operator, Site
from orchestrator.privacy import forbidden
from orchestrator.tell.records import document_of
from tests.fakes.arbitration_site import BENCH, BREAK, EAST, INTRUSION, Night, person, yard

pytestmark = pytest.mark.slow

RULE = PolicyName("bench")
ALLOWED = BreakGlass(("engineer",), 60.0)
LIFT = LiftRule(RULE, "somebody has collapsed")
CLOSED = GotoPreset(EAST, PresetName("bench"))


def guarded(*policies: str, glass: BreakGlass | None = ALLOWED) -> Site:
    operators = (
        Operator(PersonName("lead"), "engineer", "lead"),
        Operator(PersonName("anna"), "operator", "anna"),
    )
    return replace(yard(*policies, BENCH), operators=operators, break_glass=glass)


def broken(order: LiftRule = LIFT, actor: str = "lead", site: Site | None = None) -> Night:
    night = Night(guarded() if site is None else site, BREAK)
    night.tick(orders=[night.order(order, actor, "b1")])
    return night


def told(night: Night) -> list[str]:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [fact.what for fact in facts if isinstance(fact, GlassMoved)]


def shows_bench(night: Night) -> bool:
    grant = night.granted(EAST)
    return grant is not None and grant.preset == "bench"


def test_a_lifted_rule_lets_an_operator_look_and_says_who_lifted_it_and_why() -> None:
    night = broken()
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])

    assert shows_bench(night)
    assert night.answers("b1") == [("accepted", ""), ("done", "")]
    assert told(night) == ["lifted"]
    [lift] = night.world.desk.lifts.values()
    assert (lift.actor, lift.reason) == ("lead", "somebody has collapsed")
    [judgement] = [one for one in night.decisions[-1].judgements if one.camera == EAST]
    text = explained(document_of(judgement, night.now.wall))
    assert "glass bench" in text
    assert "lifted by lead until 23:06:00: somebody has collapsed" in text


def test_the_rule_holds_again_when_the_time_is_over_and_the_head_is_sent_away() -> None:
    night = broken(replace(LIFT, for_s=3.0))
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])
    night.run(2.0)
    assert shows_bench(night)

    night.run(1.5)

    assert not shows_bench(night)
    assert told(night) == ["lifted", "expired"]
    assert night.world.desk.lifts == {}


def test_whoever_may_command_closes_the_glass() -> None:
    night = broken()
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])
    night.run(1.0)

    night.tick(orders=[night.order(CloseGlass(RULE), "anna", "c2")])

    assert not shows_bench(night)
    assert told(night) == ["lifted", "closed"]
    assert night.answers("c2") == [("accepted", ""), ("done", "")]


def test_closing_what_nobody_lifted_is_done_and_tells_nobody() -> None:
    night = Night(guarded(), BREAK)
    night.tick(orders=[night.order(CloseGlass(RULE), "anna", "c2")])

    assert night.answers("c2")[-1] == ("done", "")
    assert told(night) == []


@pytest.mark.parametrize(
    ("order", "actor", "glass", "code"),
    [
        (LIFT, "anna", ALLOWED, "unauthorised"),
        (LIFT, "nobody", ALLOWED, "unauthorised"),
        (LIFT, "lead", None, "unauthorised"),
        (replace(LIFT, reason="  "), "lead", ALLOWED, "invalid"),
        (replace(LIFT, reason="x" * 500), "lead", ALLOWED, "invalid"),
        (replace(LIFT, for_s=61.0), "lead", ALLOWED, "invalid"),
        (replace(LIFT, for_s=0.0), "lead", ALLOWED, "invalid"),
        (
            replace(LIFT, rule=PolicyName("sofa")),
            "lead",
            BreakGlass(("engineer",), 60.0),
            "invalid",
        ),
    ],
)
def test_a_refused_order_lifts_nothing_and_says_why(
    order: LiftRule, actor: str, glass: BreakGlass | None, code: str
) -> None:
    night = broken(order, actor, guarded(glass=glass))
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])

    assert night.answers("b1") == [("rejected", code)]
    assert night.answers("c1") == [("rejected", "privacy")]
    assert night.world.desk.lifts == {}
    assert told(night) == []


def test_only_looking_is_lifted() -> None:
    night = broken()
    lifts = night.world.desk.lifts

    assert forbidden(night.site, night.now, Act.LOOK, lifts) == ()
    for act in (Act.DETECT, Act.IDENTIFY, Act.RECORD):
        assert forbidden(night.site, night.now, act, lifts) != ()


def test_another_rule_for_the_same_zone_holds_on() -> None:
    other = BENCH.replace("privacy: bench", "privacy: works-council")
    night = broken(site=guarded(other))
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])

    assert night.answers("c1") == [("rejected", "privacy")]


def test_no_policy_looks_where_nobody_has_lifted_the_rule() -> None:
    night = Night(guarded(INTRUSION), BREAK)
    night.tick(orders=[night.order(PausePolicy(RULE, None), "lead", "c1")])
    night.run(4.0, person("T1", 36.0, 27.0))

    assert not any(
        intent.preset == "bench" for decision in night.decisions for intent in decision.intents
    )


@pytest.mark.parametrize(
    "after",
    [ALLOWED, BreakGlass(("engineer",), 30.0), BreakGlass(("operator", "engineer"), 60.0), None],
)
def test_a_lift_survives_other_rules_only_where_it_means_the_same(
    after: BreakGlass | None,
) -> None:
    night = broken()

    night.swap(guarded(INTRUSION, glass=after))

    kept = after == ALLOWED
    assert bool(night.world.desk.lifts) is kept
    assert told(night) == (["lifted"] if kept else ["lifted", "ended"])


def test_a_rule_that_is_written_otherwise_holds_from_that_very_tick() -> None:
    night = broken()
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])
    night.run(1.0)
    site = guarded()
    stricter = replace(site.policies.privacy[0], during=None)

    night.swap(replace(site, policies=replace(site.policies, privacy=(stricter,))))
    night.tick()

    assert told(night) == ["lifted", "ended"]
    assert not shows_bench(night)


def test_a_restart_forgets_every_lift() -> None:
    night = Night(broken().site, BREAK)
    night.tick(orders=[night.order(CLOSED, "anna", "c1")])

    assert night.answers("c1") == [("rejected", "privacy")]
