"""P002: a condition, or a clause of one, that is always true or never."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from orchestrator.domain.condition import All, Condition, Conjunct, Not, fields_of
from orchestrator.domain.policy import Policy
from orchestrator.lint.remark import Remark, Rule, Subject
from orchestrator.lint.worlds import Known, verdict


def constant(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each clause whose answer is known beforehand, or that excludes another."""
    for policy in subject.site.policies.policies:
        known = Known(policy.on, subject.site)
        answers = [verdict(clause.condition, known) for clause in policy.when]
        for clause, answer in zip(policy.when, answers, strict=True):
            if answer is not None:
                yield _remark(policy, clause, answer, known)
        if False not in answers and verdict(together(policy.when), known) is False:
            yield _excluding(policy, known)
        if policy.clear_when and _clears_at_once(policy, known):
            yield _no_hysteresis(policy)


def _clears_at_once(policy: Policy, known: Known) -> bool:
    """Say whether ``clear_when`` holds whenever ``when`` does not."""
    neither = All((Not(together(policy.when)), Not(together(policy.clear_when))))
    return verdict(neither, known) is False


def _no_hysteresis(policy: Policy) -> Remark:
    says = f"`clear_when` holds whenever `when` does not, so `{policy.name}` ends as if there were none"
    hint = "leave room between the two, such as `when: zone.count >= 25`, `clear_when: zone.count < 18`"
    return Remark("P002", policy.source, says, hint)


def together(clauses: Sequence[Conjunct]) -> Condition:
    """Return the condition that every clause holds."""
    return All(tuple(clause.condition for clause in clauses))


def _remark(policy: Policy, clause: Conjunct, answer: bool, known: Known) -> Remark:
    if answer:
        says = f"`{clause.text}` is always true, so `{policy.name}` asks nothing by it"
    else:
        says = f"`{clause.text}` is never true, so `{policy.name}` never starts"
    why = (known.words(field) for field in fields_of(clause.condition))
    hint = ", ".join(word for word in why if word)
    return Remark("P002", policy.source, says, hint or "compare with a value that it can have")


def _excluding(policy: Policy, known: Known) -> Remark:
    """Return a remark on clauses that are possible one by one and never at once."""
    pairs = (pair for pair in combinations(policy.when, 2))
    culprits: Sequence[Conjunct] = next(
        (pair for pair in pairs if verdict(together(pair), known) is False), policy.when
    )
    written = " and ".join(f"`{clause.text}`" for clause in culprits)
    says = f"{written} are never true together, so `{policy.name}` never starts"
    return Remark("P002", policy.source, says, "`||` lets one of them do")


RULE = Rule(
    code="P002",
    title="a condition that is always or never true",
    finds=(
        "Every clause of `when` is tried with every value that matters to it: `target.confidence`"
        " and `arrival.probability` are 0 to 1, speeds and times are not negative,"
        " `arrival.leaves_in_s` is at most the trigger's `within`, `target.kind` and `zone.name`"
        " and whatever else a trigger tells are what `on` names, zones and cameras are those of the"
        " site. A clause that always holds"
        " asks nothing; clauses that never hold, alone or together, keep the policy from ever"
        " starting; a `clear_when` that holds whenever `when` does not changes nothing. Flags of the site are taken as either. A clause that compares two names is not"
        " judged."
    ),
    avoid="policy: fast\nwhen: target.speed_mps > 5 && target.speed_mps < 3",
    prefer="policy: fast\nwhen: target.speed_mps > 3 && target.speed_mps < 5",
    mend="Compare with a value the name can have, or join the clauses by `||`.",
    find=constant,
)
