"""Which clauses of which policies a set of cases has seen true, and false."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.decide.examined import clears
from orchestrator.decide.triggers import spoken
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.policy import Policy
from orchestrator.domain.site import Site
from orchestrator.rehearse.play import Rehearsal


@dataclass(frozen=True, slots=True)
class Coverage:
    """One clause of a policy: was it ever true in a case, was it ever false?"""

    policy: PolicyName
    clause: str
    seen_true: bool
    seen_false: bool

    @property
    def whole(self) -> bool:
        """Say whether both were seen."""
        return self.seen_true and self.seen_false


def covered(site: Site, rehearsals: Iterable[Rehearsal]) -> tuple[Coverage, ...]:
    """Return every clause of the site's policies, in the order of their files."""
    seen: Mapping[tuple[PolicyName, str], set[bool]] = {
        (policy.name, clause): set()
        for policy in site.policies.policies
        for clause in _clauses(policy)
    }
    for rehearsal in rehearsals:
        for moment in rehearsal.moments:
            for name, clause in moment.clauses:
                seen[name, clause.text].add(clause.held)
    return tuple(
        Coverage(policy, clause, True in held, False in held)
        for (policy, clause), held in seen.items()
    )


def _clauses(policy: Policy) -> tuple[str, ...]:
    """Return the words of a policy's clauses, as ``decide.examined`` names them."""
    during = () if policy.during is None else (f"during {policy.during}",)
    when = (part.text for part in policy.when)
    clear_when = (clears(part.text) for part in policy.clear_when)
    return (*during, spoken(policy.on), *when, *clear_when)
