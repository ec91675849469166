"""`policy diff`: which rules were changed, key by key, and what that changes in behaviour."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from orchestrator.cli.comparing import (
    Differences,
    adapter,
    changed,
    files_of,
    tried,
)
from orchestrator.cli.replaying import cleaned, note
from orchestrator.config import read_cases, read_site
from orchestrator.config.differences import RuleChange
from orchestrator.config.reading import SITE_FILE
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.rehearse import Rehearsal, rehearsed_beside, verdicts
from orchestrator.rehearse.play import Moment
from orchestrator.replay.compare import Comparison, Difference
from orchestrator.replay.outcomes import Outcome, Watcher
from orchestrator.replay.trial import Trial
from orchestrator.topology import inventoried


def diff_policies(
    old: Path, new: Path, *, site: Path | None, events: Path | None, cases: bool, as_json: bool
) -> bool:
    """Print what differs; say whether nothing does."""
    rules = changed(files_of(old), files_of(new))
    for rule in rules:
        _show(rule, as_json=as_json)
    if not rules and not as_json:
        print("no rule differs")
    same = not rules
    if cases:
        base = site or next((one for one in (new, old) if (one / SITE_FILE).exists()), None)
        if base is None:
            raise typer.BadParameter("cases need a site: name its folder with --site")
        same &= _play(_Sides(base, old, new), rules, as_json=as_json)
    if events is not None:
        trial = Trial(adapter(old), adapter(new))
        same &= tried(events, trial, site=site, rules=lambda _: rules, as_json=as_json)
    return same


def _show(rule: RuleChange, *, as_json: bool) -> None:
    """Print what was changed in a rule."""
    if as_json:
        print(json.dumps(_plain(rule)))
        return
    print(cleaned(f"{rule.name} ({rule.kind}) {rule.what}, {rule.source}"))
    if not rule.keys and rule.because:
        print(cleaned(f"  because: {rule.because}"))
    for key in rule.keys:
        assert key.source is not None
        print(cleaned(f"  {key.source.line}: {key}"))


def _plain(rule: RuleChange) -> dict[str, object]:
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "change": rule.what,
        "source": str(rule.source),
        "keys": [
            {
                "key": key.key,
                "before": key.before,
                "after": key.after,
                "old": None if key.old is None else str(key.old),
                "new": None if key.new is None else str(key.new),
            }
            for key in rule.keys
        ],
    }


class _Sides:
    """One site with the old and with the new rules, and the cases of both."""

    def __init__(self, base: Path, old: Path, new: Path) -> None:
        site = read_site(base)
        site = replace(site, topology=inventoried(site))
        self.old, self.new = adapter(old)(site), adapter(new)(site)
        self.cases = {
            Path(case.source.path).parts[-3:]: case
            for folder, known in ((old, self.old), (new, self.new))
            for case in _cases(base, folder, known)
        }


def _cases(base: Path, folder: Path, site: Site) -> Sequence[PolicyCase]:
    """Return the cases that lie beside the rules of a folder."""
    if (folder / SITE_FILE).exists():
        return read_cases(folder, site)
    return read_cases(base, replace(site, policies_folder=str(folder.resolve())))


def _play(sides: _Sides, rules: Sequence[RuleChange], *, as_json: bool) -> bool:
    """Play every case under both sets of rules; print what differs, and say whether nothing does."""
    differences = Differences(rules, as_json=as_json)
    turned = 0
    for case in sides.cases.values():
        before, after = rehearsed_beside((sides.old, sides.new), case)
        found = list(_compared(case, before, after))
        passed = [
            all(verdict.met for verdict in verdicts(site, case, rehearsal))
            for site, rehearsal in ((sides.old, before), (sides.new, after))
        ]
        if not found and passed[0] == passed[1]:
            continue
        if not as_json:
            print(cleaned(f"case {case.source}: {case.name}"))
        if passed[0] != passed[1]:
            turned += 1
            _say_turned(case, passes=passed[1], as_json=as_json)
        for one in found:
            differences.show(one)
    note(
        f"{len(sides.cases)} cases under both: {differences.summary()}; "
        f"{turned} pass under one side only"
    )
    return not differences.counts and not turned


def _say_turned(case: PolicyCase, *, passes: bool, as_json: bool) -> None:
    word = "passes" if passes else "fails"
    if as_json:
        print(json.dumps({"case": str(case.source), "now": word}))
    else:
        print(f"  {word} under the new rules, and did not under the old ones")


def _compared(case: PolicyCase, before: Rehearsal, after: Rehearsal) -> Iterator[Difference]:
    """Yield what came about in one rehearsal and not in the other, by the clock of the case."""
    comparison, old, new, start = Comparison(), Watcher(), Watcher(), Instant(0.0, case.at)
    for was, now in zip(before.moments, after.moments, strict=True):
        at = start.later(was.at_s)
        yield from comparison.take(
            list(old.outcomes(was.decision, at)),
            list(new.outcomes(now.decision, at)),
            was.at_s,
            not_before=partial(_false, was),
            not_after=partial(_false, now),
        )
    yield from comparison.end()


def _false(moment: Moment, outcome: Outcome) -> str:
    """Say which clause kept a rule from an outcome."""
    for name, clause in moment.clauses:
        if name == outcome.holder and not clause.held:
            return f"`{clause.text}` is false ({clause.found})"
    return ""
