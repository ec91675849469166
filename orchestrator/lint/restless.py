"""P005: nothing keeps a policy from starting and ending again and again."""

from collections.abc import Iterator

from orchestrator.domain.policy import Look, Policy, Raise
from orchestrator.lint.remark import Remark, Rule, Subject


def restless(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each policy that a trembling condition starts anew each time."""
    least_s = subject.site.arbitration.min_dwell_s
    for policy in subject.site.policies.policies:
        if policy.hold_s == policy.clear_s == 0.0:
            yield from _flickering(policy, least_s)
        if 0.0 < policy.cooldown_s < least_s:
            says = (
                f"the cooldown of {policy.cooldown_s:g} s is shorter than the {least_s:g} s for"
                " which a camera stays where it is, so it keeps nothing quiet"
            )
            yield Remark("P005", policy.source, says, "such as `cooldown: 60s`, or none")


def _flickering(policy: Policy, least_s: float) -> Iterator[Remark]:
    """Yield what a policy without ``hold`` and ``clear`` does too often, if nothing else helps.

    A look is renewed when half of its time is left, so that half is what it surely lasts; a policy
    that looks does not end before.
    """
    looks = [action for action in policy.do if isinstance(action, Look)]
    alarms = [action for action in policy.do if isinstance(action, Raise)]
    lasts_s = max((look.for_s / 2 for look in looks), default=0.0)
    hint = "a condition trembles: write `hold` or `clear`"
    if looks and lasts_s < least_s:
        says = (
            f"`{policy.name}` has neither `hold` nor `clear`, and looks for less than twice the"
            f" {least_s:g} s a camera stays: it can send a head to and fro"
        )
        yield Remark("P005", looks[0].source, says, hint)
    if alarms and lasts_s == policy.cooldown_s == 0.0:
        says = (
            f"`{policy.name}` has neither `hold` nor `clear` nor `cooldown`: each time its"
            " condition fails for a moment, the alarm is raised again"
        )
        yield Remark("P005", alarms[0].source, says, hint)


RULE = Rule(
    code="P005",
    title="a policy that can start and end again and again",
    finds=(
        "`hold` and `clear` are both absent, and nothing else steadies the policy: its looks last"
        " less than twice the site's `min_dwell`, or it only raises an alarm and has no `cooldown`."
        " Half of a look's `for` counts, since that is what is surely left when a condition stops"
        " to hold. Also a `cooldown` that is written and shorter than `min_dwell`."
    ),
    avoid="policy: glance\ndo:\n  - look: {at: target, for: 2s}",
    prefer="policy: glance\nclear: 5s\ndo:\n  - look: {at: target, for: 2s}",
    mend="Write `hold` (true this long before it starts) or `clear` (false this long before again).",
    find=restless,
)
