"""Without an unexpired lift nobody is ever granted a look at a closed zone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestrator.domain.glass import BreakGlass
from orchestrator.domain.ids import PersonName, PolicyName, PresetName
from orchestrator.domain.sighting import CloseGlass, GotoPreset, LiftRule, Order
from orchestrator.domain.site import Operator
from tests.fakes.arbitration_site import BENCH, BREAK, EAST, INTRUSION, Night, person, yard

pytestmark = pytest.mark.slow

RULE = PolicyName("bench")
MOST_S = 1.0
SITE = replace(
    yard(INTRUSION, BENCH),
    operators=(
        Operator(PersonName("lead"), "engineer", "lead"),
        Operator(PersonName("anna"), "operator", "anna"),
    ),
    break_glass=BreakGlass(("engineer",), MOST_S),
)
GOTO = GotoPreset(EAST, PresetName("bench"))
LIFT = LiftRule(RULE, "somebody fell", 0.5)
ORDERS: st.SearchStrategy[Order] = st.one_of(
    st.builds(
        LiftRule,
        st.sampled_from([RULE, PolicyName("sofa")]),
        st.sampled_from(["somebody fell", "", " "]),
        st.sampled_from([None, 0.0, 0.3, MOST_S, 2.0]),
    ),
    st.just(CloseGlass(RULE)),
    st.just(GOTO),
    st.just(GotoPreset(EAST, PresetName("home"))),
)
STORIES = st.lists(
    st.tuples(st.one_of(st.none(), ORDERS), st.sampled_from(["lead", "anna", "bert"])),
    min_size=5,
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@example([(LIFT, "lead"), (GOTO, "anna"), *[(None, "anna")] * 8])
@given(STORIES)
def test_nobody_looks_at_a_closed_zone_without_a_lift(
    story: Sequence[tuple[Order | None, str]],
) -> None:
    night = Night(SITE, BREAK)
    until_s = 0.0
    for number, (order, actor) in enumerate(story):
        now_s = night.now.mono_s
        until_s = _lifted_until_s(order, actor, now_s, until_s)
        orders = [] if order is None else [night.order(order, actor, f"c{number}")]
        decision = night.tick(person("T1", 36.0, 27.0), orders=orders)
        shown = any(intent.preset == "bench" for intent in decision.intents)
        assert now_s < until_s or not shown


def _lifted_until_s(order: Order | None, actor: str, now_s: float, until_s: float) -> float:
    """Return until when the rule is lifted, as the site's text says it."""
    if isinstance(order, CloseGlass):
        return 0.0
    if not isinstance(order, LiftRule) or actor != "lead" or order.rule != RULE:
        return until_s
    for_s = MOST_S if order.for_s is None else order.for_s
    allowed = order.reason.strip() and 0.0 < for_s <= MOST_S
    return now_s + for_s if allowed else until_s
