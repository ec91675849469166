"""Break-glass orders -> which privacy rules are lifted, by whom, why and until when.

Only an operator with a role that the site names, and never without a reason; a policy cannot. What
is lifted is `look`, of one rule: other rules for the same zone, and `detect`, `identify` and
`record` of this one, hold on. It ends when its time is over, when anybody who may command closes
it, and when the rule, its zones or who may lift it are written otherwise.
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Desk
from orchestrator.domain.fingerprint import canonical
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.intent import GlassMoved, Step
from orchestrator.domain.policy import Act, PrivacyRule
from orchestrator.domain.sighting import CloseGlass, Command, LiftRule
from orchestrator.domain.site import Site

REASON_MAX = 400


def with_glass(tick: Tick, commands: Sequence[Command]) -> Desk:
    """Return the desk with every lift brought to this moment; answers who broke or closed one."""
    if not (commands or tick.desk.lifts):
        return tick.desk
    lifts = dict(tick.desk.lifts)
    for lift in tick.desk.lifts.values():
        if not lift.stands(tick.now_s):
            tick.tell(_moved(lifts.pop(lift.rule), "expired"))
    for command in commands:
        match command.order:
            case LiftRule():
                _lift(command, command.order, lifts, tick)
            case CloseGlass(rule=rule):
                _close(command, rule, lifts, tick)
            case _:
                continue
    return replace(tick.desk, lifts=lifts)


def still_lifted(before: Site, after: Site, tick: Tick) -> dict[PolicyName, Lift]:
    """Return the lifts that stand under other rules: of rules that are the same in every word."""
    kept = {}
    for name, lift in tick.desk.lifts.items():
        if before.break_glass == after.break_glass and _meant(before, name) == _meant(after, name):
            kept[name] = lift
        else:
            tick.tell(_moved(lift, "ended"))
    return kept


def _meant(site: Site, name: PolicyName) -> str:
    """Return all that a rule says, and where: equal only where a lift would mean the same."""
    rule = _rule(site, name)
    places = () if rule is None else tuple(zone for zone in site.zones if zone.id in rule.zones)
    return canonical((rule, places))


def _rule(site: Site, name: PolicyName) -> PrivacyRule | None:
    return next((rule for rule in site.policies.privacy if rule.name == name), None)


def _lift(command: Command, order: LiftRule, lifts: dict[PolicyName, Lift], tick: Tick) -> None:
    code, say = _refused(command, order, tick.site)
    if code:
        tick.answer(command.id, Step.REJECTED, code, say)
        return
    assert tick.site.break_glass is not None
    for_s = tick.site.break_glass.for_s if order.for_s is None else order.for_s
    until_s, reason = tick.now_s + for_s, order.reason.strip()
    lift = Lift(order.rule, command.actor, reason, command.id, tick.now_s, until_s)
    lifts[order.rule] = lift
    tick.tell(_moved(lift, "lifted"))
    tick.answer(command.id, Step.ACCEPTED)
    tick.answer(command.id, Step.DONE, say=f"`{order.rule}` is lifted until {_until(lift, tick)}")


def _refused(command: Command, order: LiftRule, site: Site) -> tuple[str, str]:
    """Return the code and the sentence of a refusal; empty where it is allowed."""
    allowed = site.break_glass
    if allowed is None:
        return "unauthorised", "nobody may lift a privacy rule of this site"
    roles = {one.name: one.role for one in site.operators}
    if roles.get(command.actor) not in allowed.roles:
        may = " or ".join(allowed.roles)
        return "unauthorised", f"only {may} may lift a privacy rule, `{command.actor}` may not"
    say = _mistaken(order, site, allowed.for_s)
    return ("invalid", say) if say else ("", "")


def _mistaken(order: LiftRule, site: Site, most_s: float) -> str:
    """Say what is wrong with an order that its actor may give; empty when nothing is."""
    rule = _rule(site, order.rule)
    if rule is None:
        known = ", ".join(one.name for one in site.policies.privacy) or "there is none"
        return f"unknown privacy rule `{order.rule}` ({known})"
    if Act.LOOK not in rule.never:
        return f"`{order.rule}` forbids nobody to look: there is nothing to lift"
    if not 0 < len(order.reason.strip()) <= REASON_MAX:
        return f"say the reason, in at most {REASON_MAX} characters"
    if order.for_s is not None and not 0.0 < order.for_s <= most_s:
        return f"lift it for more than 0 and at most {most_s:g} s"
    return ""


def _close(command: Command, rule: PolicyName, lifts: dict[PolicyName, Lift], tick: Tick) -> None:
    lift = lifts.pop(rule, None)
    if _rule(tick.site, rule) is None:
        known = ", ".join(one.name for one in tick.site.policies.privacy) or "there is none"
        say = f"unknown privacy rule `{rule}` ({known})"
        tick.answer(command.id, Step.REJECTED, "invalid", say)
        return
    if lift is not None:
        tick.tell(replace(_moved(lift, "closed"), actor=command.actor))
    tick.answer(command.id, Step.ACCEPTED)
    say = f"`{rule}` holds" if lift is not None else f"`{rule}` was not lifted"
    tick.answer(command.id, Step.DONE, say=say)


def _moved(lift: Lift, what: str) -> GlassMoved:
    return GlassMoved(lift.rule, what, lift.actor, lift.reason, lift.until_s)


def _until(lift: Lift, tick: Tick) -> str:
    return tick.clock(lift.until_s)[:8]
