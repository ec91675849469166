"""`policy test`: every case of a site's policies, played in virtual time, and what went wrong."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import typer
from rich.console import Console

from orchestrator.cli.paths import writing
from orchestrator.cli.words import counted
from orchestrator.config import read_cases, read_site
from orchestrator.config.fields import did_you_mean
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.rehearse import Coverage, Rehearsal, Verdict, covered, rehearsed, verdicts
from orchestrator.topology import inventoried


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case as it was played, with a verdict on each expectation, and the time that took."""

    case: PolicyCase
    rehearsal: Rehearsal
    verdicts: tuple[Verdict, ...]
    took_s: float

    @property
    def passed(self) -> bool:
        """Say whether everything went as expected."""
        return all(verdict.met for verdict in self.verdicts)

    @property
    def policy(self) -> str:
        """Return the folder of the policy that the case lies in."""
        return PurePath(self.case.source.path).parts[-3]


def test_policies(folder: Path, *, only: Sequence[str], junit: Path | None) -> bool:
    """Play the cases, print what became of them, and say whether all passed."""
    site = read_site(folder)
    site = replace(site, topology=inventoried(site))
    outcomes = [_played(site, case) for case in _chosen(read_cases(folder, site), only)]
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    for policy in dict.fromkeys(outcome.policy for outcome in outcomes):
        console.print(policy)
        for outcome in outcomes:
            if outcome.policy == policy:
                _print(outcome, console)
    every = replace(site, policies=site.policies.enforced)
    clauses = covered(every, (outcome.rehearsal for outcome in outcomes))
    _print_coverage(clauses, {outcome.policy for outcome in outcomes}, console)
    _print_sum(outcomes, console)
    if junit is not None:
        _write_junit(outcomes, site, junit)
    return all(outcome.passed for outcome in outcomes)


def _chosen(cases: Iterable[PolicyCase], only: Sequence[str]) -> list[PolicyCase]:
    """Return the cases of the policies named, or all of them; a policy without any is a mistake."""
    found = list(cases)
    names = {PurePath(case.source.path).parts[-3] for case in found}
    for name in only:
        if name not in names:
            hint = did_you_mean(name, sorted(names), "policy")
            raise typer.BadParameter(f"no policy `{name}` has a case: {hint}")
    return [case for case in found if not only or PurePath(case.source.path).parts[-3] in only]


def _played(site: Site, case: PolicyCase) -> Outcome:
    began_s = time.perf_counter()
    rehearsal = rehearsed(site, case)
    judged = verdicts(site, case, rehearsal)
    return Outcome(case, rehearsal, judged, time.perf_counter() - began_s)


def _print(outcome: Outcome, console: Console) -> None:
    stem = PurePath(outcome.case.source.path).stem
    console.print(f"  {'ok  ' if outcome.passed else 'FAIL'}  {stem}: {outcome.case.name}")
    for verdict in outcome.verdicts:
        if not verdict.met:
            expected = verdict.expectation
            console.print(f"        {expected.source}: expected {expected.text}")
            for line in verdict.instead:
                console.print(f"          {line}")


def _print_coverage(clauses: Sequence[Coverage], tested: set[str], console: Console) -> None:
    """Say which clauses of the policies with cases were never seen true, or never false."""
    half = [one for one in clauses if one.policy in tested and not one.whole]
    if half:
        console.print("not tried both ways:")
    for one in half:
        never = " and ".join(
            word for word, seen in (("true", one.seen_true), ("false", one.seen_false)) if not seen
        )
        console.print(f"  {one.policy}: `{one.clause}` was never {never}")


def _print_sum(outcomes: Sequence[Outcome], console: Console) -> None:
    failed = sum(not outcome.passed for outcome in outcomes)
    took_s = sum(outcome.took_s for outcome in outcomes)
    console.print(f"{counted(len(outcomes), 'case')}, {failed} failed, {took_s:.1f} s")


def _write_junit(outcomes: Sequence[Outcome], site: Site, path: Path) -> None:
    """Write what CI systems read: one suite per policy, one test per case."""
    root = Element("testsuites", name=site.name)
    for policy in dict.fromkeys(outcome.policy for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.policy == policy]
        failures = sum(not outcome.passed for outcome in mine)
        suite = SubElement(
            root, "testsuite", name=policy, tests=str(len(mine)), failures=str(failures)
        )
        for outcome in mine:
            _add_case(suite, outcome)
    indent(root)
    with writing(path, "--junit"):
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _add_case(suite: Element, outcome: Outcome) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=outcome.case.name,
        classname=outcome.policy,
        file=outcome.case.source.path,
        time=f"{outcome.took_s:.3f}",
    )
    for verdict in outcome.verdicts:
        if not verdict.met:
            text = f"{verdict.expectation.source}: expected {verdict.expectation.text}"
            failure = SubElement(case, "failure", message=text)
            failure.text = "\n".join(verdict.instead)
