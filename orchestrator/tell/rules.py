"""The set of rules in force, as it is told: in the service's status, and when it is swapped; pure."""

from collections.abc import Iterable
from datetime import datetime

from orchestrator.domain.ids import NoticeId
from orchestrator.domain.intent import GlassMoved, SetMoved
from orchestrator.domain.site import Site
from orchestrator.errors import Finding
from orchestrator.tell.payloads import FindingPart, GlassEventPayload, RulesPart, SetEventPayload

FINDINGS_MAX = 20
"""So many findings are told; `orchestrator policy check` lists the rest."""


def rules_part(site: Site, since: datetime, refused: Iterable[Finding] = ()) -> RulesPart:
    """Return the set of a site as the status tells it; ``since`` is when it came into force."""
    rules = site.policies
    return RulesPart(
        fingerprint=site.fingerprint,
        version=site.version,
        policies=len(rules.policies),
        patrols=len(rules.patrols),
        privacy=len(rules.privacy),
        since=since,
        awaiting=site.awaiting,
        refused=_findings(refused),
    )


def set_words(id_: NoticeId, at: datetime, moved: SetMoved) -> bytes:
    """Return the words of a swap, or of a refusal."""
    return SetEventPayload(
        id=id_,
        at=at,
        what=moved.what,
        fingerprint=moved.fingerprint,
        changes=moved.changes,
        awaiting=moved.awaiting,
        findings=_findings(moved.findings),
    ).encoded()


def glass_words(id_: NoticeId, at: datetime, until: datetime, moved: GlassMoved) -> bytes:
    """Return the words of a privacy rule that was lifted, or holds again."""
    return GlassEventPayload(
        id=id_,
        at=at,
        rule=moved.rule,
        what=moved.what,
        by=moved.actor,
        reason=moved.reason,
        until=until,
    ).encoded()


def _findings(findings: Iterable[Finding]) -> tuple[FindingPart, ...]:
    return tuple(
        FindingPart(one.path, one.line, one.column, one.message, one.hint)
        for one in list(findings)[:FINDINGS_MAX]
    )
