"""Break-glass: a privacy rule's `look` lifted by a person, with a reason, for a while."""

from dataclasses import dataclass

from orchestrator.domain.ids import CommandId, PersonName, PolicyName


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Which roles of a site may lift a privacy rule, and for how long at most."""

    roles: tuple[str, ...]
    for_s: float


@dataclass(frozen=True, slots=True)
class Lift:
    """One rule is lifted until ``until_s`` (site clock): every camera may look there, no more.

    Nothing of it survives a restart: the rule then holds again.
    """

    rule: PolicyName
    actor: PersonName
    reason: str
    command: CommandId
    since_s: float
    until_s: float

    def stands(self, now_s: float) -> bool:
        """Say whether it has not run out."""
        return now_s < self.until_s
