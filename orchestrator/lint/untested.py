"""P010: a rule that no test case speaks of."""

from collections.abc import Iterator

from orchestrator.lint.remark import Remark, Rule, Subject


def untested(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each policy, patrol or privacy rule without a case."""
    for rule in subject.rules:
        if not subject.cases.get(rule.name, 0):
            folder = rule.source.path.rpartition("/")[0]
            says = f"`{rule.name}` has no test case, so nobody knows what it does before it does it"
            hint = f"write one: `{folder}/cases/NAME.yaml`"
            yield Remark("P010", rule.source, says, hint)


RULE = Rule(
    code="P010",
    title="a rule without a test case",
    finds="There is no `cases/*.yaml` beside a `policy.yaml`. Patrols and privacy rules count too.",
    avoid="# policies/intruder/: policy.yaml README.md\npolicy: intruder",
    prefer="# policies/intruder/: policy.yaml README.md cases/at-night.yaml\npolicy: intruder",
    mend="Write down what it promises: given, expect.",
    find=untested,
)
