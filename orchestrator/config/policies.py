"""`policy.yaml` files -> PolicySet: policies, patrols and privacy rules, checked against the site.

Each file is read by itself: one with a mistake is left out and told, the others stand. A mistake
in what is, or may be, a privacy rule is told apart: left out, that rule would let cameras look
where nobody may, so a service does not start on it. Names of
cameras, presets, zones, calendars and people are checked against what the site has; presets are
checked as soon as they are known, from the site file or from the cameras themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.config.fields import Fields, Notes, did_you_mean
from orchestrator.config.known import Names
from orchestrator.config.names import checked_version, name_of
from orchestrator.config.rules import (
    PATROL,
    POLICY,
    PRIVACY,
    patrol_of,
    policy_of,
    privacy_of,
)
from orchestrator.config.shape import Kinds, Shape
from orchestrator.config.tree import Entries, Node, Page, Scalar, tree_of
from orchestrator.domain.policy import Patrol, Policy, PolicySet, PrivacyRule
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding

_KINDS = {"policy": POLICY, "patrol": PATROL, "privacy": PRIVACY}
RULE = Kinds(
    tuple(_KINDS.items()),
    otherwise=Shape(tuple(shape.key(kind) for kind, shape in _KINDS.items())),
)

Rule = Policy | Patrol | PrivacyRule


def parsed_policies(files: Sequence[tuple[str, str]], site: Site) -> PolicySet:
    """Return the rules of all files, given as (path, text); ``AuthorError`` with every mistake."""
    read = read_policies(files, site)
    if read.findings:
        raise AuthorError(read.findings)
    return read.rules


@dataclass(frozen=True, slots=True)
class PoliciesRead:
    """The rules of every good file, and what is wrong with the others.

    ``grave`` are the findings among ``findings`` of files that hold, or may hold, a privacy rule.
    """

    rules: PolicySet
    findings: tuple[Finding, ...]
    grave: tuple[Finding, ...]


def read_policies(files: Sequence[tuple[str, str]], site: Site) -> PoliciesRead:
    """Return the rules of every good file, and what is wrong with the others."""
    opened = [(Page(text, path), _tree(text, path)) for path, text in files]
    names = Names(site, patrols=[name for _, root in opened for name in _patrol_in(root)])
    good: list[Rule] = []
    findings: list[Finding] = []
    grave: list[Finding] = []
    for page, root in opened:
        path = page.path
        kinds, rule, wrong = _read_file(page, root, names)
        if rule is not None and (twin := _twin(rule, good)) is not None:
            message = f"`{rule.name}` has the name of another rule"
            wrong = [Finding(path, 1, 1, message, f"first in {twin.source}"), *wrong]
        findings += wrong
        if not kinds or "privacy" in kinds:
            grave += wrong
        if rule is not None and not wrong:
            good.append(rule)
    return PoliciesRead(_set_of(good), tuple(findings), tuple(grave))


def _twin(rule: Rule, good: Sequence[Rule]) -> Rule | None:
    return next((other for other in good if other.name == rule.name), None)


def _tree(text: str, path: str) -> Node | AuthorError:
    """Return what a file holds, or why it cannot be read."""
    try:
        return tree_of(text, path)
    except AuthorError as wrong:
        return wrong


def _patrol_in(root: Node | AuthorError) -> Iterator[str]:
    """Yield the name of the patrol in a file: a policy may run it, whichever file comes first."""
    for key, value in root.entries if isinstance(root, Entries) else ():
        if key.text == "patrol" and isinstance(value, Scalar):
            yield value.text


def _read_file(
    page: Page, root: Node | AuthorError, names: Names
) -> tuple[list[str], Rule | None, list[Finding]]:
    """Return the kinds a file names (none where it cannot be read), its rule, and its mistakes."""
    if isinstance(root, AuthorError):
        return [], None, list(root.findings)
    notes = Notes(page)
    written = [key.text for key, _ in root.entries] if isinstance(root, Entries) else []
    kinds = [kind for kind in _KINDS if kind in written]
    if len(kinds) == 1:
        rule = _rule(root, kinds[0], names, notes)
        return kinds, rule, sorted(notes.findings, key=lambda found: (found.line, found.column))
    hint = did_you_mean(written[0] if written else "", list(_KINDS), "kind")
    notes.wrong(root, "a file holds one `policy`, one `patrol` or one `privacy` rule", hint)
    return kinds, None, notes.findings


def _set_of(rules: Sequence[Rule]) -> PolicySet:
    """Return rules sorted by kind, each kind in the order of its files."""
    policies = [rule for rule in rules if isinstance(rule, Policy)]
    return PolicySet(
        policies=tuple(policy for policy in policies if not policy.shadow),
        shadows=tuple(policy for policy in policies if policy.shadow),
        patrols=tuple(rule for rule in rules if isinstance(rule, Patrol)),
        privacy=tuple(rule for rule in rules if isinstance(rule, PrivacyRule)),
    )


def _rule(root: Node, kind: str, names: Names, notes: Notes) -> Rule:
    """Return the one rule of a file."""
    fields = Fields(root, notes, f"the {kind}", _KINDS[kind])
    name_of(fields, kind)
    checked_version(fields)
    if kind == "policy":
        return policy_of(fields, names)
    return patrol_of(fields, names) if kind == "patrol" else privacy_of(fields, names)
