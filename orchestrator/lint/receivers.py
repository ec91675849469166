"""P009: an alarm that is for nobody, or for somebody who cannot be reached."""

from collections.abc import Iterator, Sequence

from orchestrator.domain.ids import PersonName
from orchestrator.domain.policy import Policy, Raise
from orchestrator.lint.remark import Remark, Rule, Subject


def receivers(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each alarm that reaches nobody in particular."""
    mails = {person.name: person.mail for person in subject.site.people}
    for policy, alarm in _alarms(subject):
        if not alarm.to:
            says = f"the alarm of `{policy.name}` is for nobody"
            yield Remark("P009", alarm.source, says, "write `to:` with a name from `people`")
        for name in _twice((*alarm.to, *alarm.then)):
            says = f"the alarm of `{policy.name}` escalates to `{name}`, who is told already"
            yield Remark("P009", alarm.source, says, "write somebody else in `then:`, or nobody")
        for name in dict.fromkeys((*alarm.to, *alarm.then)):
            if not mails.get(name):
                says = f"the alarm of `{policy.name}` is for `{name}`, who has no address"
                hint = f"in the site file: `{name}: {{mail: NAME@HOST}}`"
                yield Remark("P009", alarm.source, says, hint)


def _twice(names: Sequence[PersonName]) -> Iterator[PersonName]:
    """Yield who stands in a list a second time."""
    for number, name in enumerate(names):
        if name in names[:number]:
            yield name


def _alarms(subject: Subject) -> Iterator[tuple[Policy, Raise]]:
    for policy in subject.site.policies.policies:
        for action in policy.do:
            if isinstance(action, Raise):
                yield policy, action


RULE = Rule(
    code="P009",
    title="an alarm without a receiver",
    finds=(
        "An alarm has no `to`, or is addressed to somebody of `people` without a `mail`. It is"
        " published all the same; what shows or forwards it does not know for whom it is. Also an"
        " escalation that comes back to somebody who was told before."
    ),
    avoid='policy: intruder\nhold: 1s\ndo:\n  - alarm: {severity: high, say: "Person in {zone}"}',
    prefer='policy: intruder\nhold: 1s\ndo:\n  - alarm: {severity: high, say: "Person in {zone}", to: desk}',
    mend="Write `to:` with somebody from the site's `people`, and give that one a `mail`; in `then:` write others.",
    find=receivers,
)
