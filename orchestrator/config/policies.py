"""`policy.yaml` files -> PolicySet: policies, patrols and privacy rules, checked against the site.

Each file is read by itself: one with a mistake is left out and told, the others stand. Names of
cameras, presets, zones, calendars and people are checked against what the site has; presets are
checked as soon as they are known, from the site file or from the cameras themselves.
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.config.fields import Fields, Notes, did_you_mean
from orchestrator.config.known import Names
from orchestrator.config.names import checked_version, name_of
from orchestrator.config.rules import (
    PATROL_KEYS,
    POLICY_KEYS,
    PRIVACY_KEYS,
    patrol_of,
    policy_of,
    privacy_of,
)
from orchestrator.config.tree import Entries, Page, tree_of
from orchestrator.domain.policy import Patrol, Policy, PolicySet, PrivacyRule
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding

_KINDS = {"policy": POLICY_KEYS, "patrol": PATROL_KEYS, "privacy": PRIVACY_KEYS}

Rule = Policy | Patrol | PrivacyRule


def parsed_policies(files: Sequence[tuple[str, str]], site: Site) -> PolicySet:
    """Return the rules of all files, given as (path, text); ``AuthorError`` with every mistake."""
    policies, findings = read_policies(files, site)
    if findings:
        raise AuthorError(findings)
    return policies


def read_policies(
    files: Sequence[tuple[str, str]], site: Site
) -> tuple[PolicySet, tuple[Finding, ...]]:
    """Return the rules of every good file, and what is wrong with the others."""
    names = Names(site)
    good: list[Rule] = []
    findings: list[Finding] = []
    for path, text in files:
        notes = Notes(Page(text, path))
        try:
            rule = _rule(text, path, names, notes)
        except AuthorError as wrong:
            findings += wrong.findings
            continue
        twin = next((other for other in good if rule is not None and other.name == rule.name), None)
        if rule is not None and twin is not None:
            message = f"`{rule.name}` has the name of another rule"
            notes.findings.append(Finding(path, 1, 1, message, f"first in {twin.source}"))
        findings += sorted(notes.findings, key=lambda found: (found.line, found.column))
        if rule is not None and not notes.findings:
            good.append(rule)
    return _set_of(good), tuple(findings)


def _set_of(rules: Sequence[Rule]) -> PolicySet:
    """Return rules sorted by kind, each kind in the order of its files."""
    return PolicySet(
        policies=tuple(rule for rule in rules if isinstance(rule, Policy)),
        patrols=tuple(rule for rule in rules if isinstance(rule, Patrol)),
        privacy=tuple(rule for rule in rules if isinstance(rule, PrivacyRule)),
    )


def _rule(text: str, path: str, names: Names, notes: Notes) -> Rule | None:
    """Return the one rule of a file; its first key says which kind it is."""
    root = tree_of(text, path)
    written = [key.text for key, _ in root.entries] if isinstance(root, Entries) else []
    kinds = [kind for kind in _KINDS if kind in written]
    if len(kinds) != 1:
        first = written[0] if written else ""
        hint = did_you_mean(first, list(_KINDS), "kind")
        notes.wrong(root, "a file holds one `policy`, one `patrol` or one `privacy` rule", hint)
        return None
    kind = kinds[0]
    fields = Fields(root, notes, f"the {kind}", _KINDS[kind])
    name_of(fields, kind)
    checked_version(fields)
    if kind == "policy":
        return policy_of(fields, names)
    return patrol_of(fields, names) if kind == "patrol" else privacy_of(fields, names)


def with_policies(
    site: Site, files: Sequence[tuple[str, str]], unread: Sequence[Finding] = ()
) -> Site:
    """Return the site with the rules of every good file, and what is wrong with the others."""
    policies, findings = read_policies(files, site)
    return replace(site, policies=policies, findings=(*unread, *findings))
