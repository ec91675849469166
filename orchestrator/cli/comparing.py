"""What `policy replay --with`, `policy diff` and `policy shadow` share: other rules, and differences."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from orchestrator.cli.replaying import (
    cleaned,
    line_of,
    moments_of,
    note,
    note_torn,
    opened_log,
    plain,
)
from orchestrator.config import read_site, rule_files, with_rules
from orchestrator.config.differences import RuleChange, changes
from orchestrator.config.reading import SITE_FILE
from orchestrator.domain.site import Site, WrittenFile
from orchestrator.domain.topology import Topology
from orchestrator.replay.compare import Difference
from orchestrator.replay.otherwise import Adapt
from orchestrator.replay.record import presets_of
from orchestrator.replay.trial import Trial
from orchestrator.topology import surveyed

CANNOT_KNOW = (
    "heads are modelled on both sides; what cameras saw stays as it was, though they would have "
    "looked elsewhere: whom nobody looked at then is in no log"
)


def replay_with(path: Path, other: Path, *, site: Path | None, as_json: bool) -> bool:
    """Print what would have gone otherwise under other files; say whether nothing would have."""
    new = files_of(other)
    return tried(
        path,
        Trial(lambda known: known, adapter(other)),
        site=site,
        rules=lambda known: changed(written_files(known), new),
        as_json=as_json,
    )


def tried(
    path: Path,
    trial: Trial,
    *,
    site: Path | None,
    rules: Callable[[Site], Sequence[RuleChange]],
    as_json: bool,
) -> bool:
    """Print what differs over a log; ``rules`` says what was changed, by the site of the log."""
    log = opened_log(path, site)
    differences = Differences((), as_json=as_json)
    for moment in moments_of(path, log):
        if moment.begins:
            differences.rules = {rule.name: rule for rule in rules(moment.site)}
        for one in trial.take(moment):
            differences.show(one)
    for one in trial.end():
        differences.show(one)
    note_torn(log)
    note(f"{trial.moments} ticks: {differences.summary()}; {CANNOT_KNOW}")
    return not differences.counts


def adapter(folder: Path) -> Adapt:
    """Return how a site is changed into one with the files of a folder; they are read now.

    A site's folder replaces the site; a folder of policies replaces its rules.
    """
    if not (folder / SITE_FILE).exists():
        files, unread = rule_files(folder)
        return lambda site: with_rules(site, files, unread, strict=True)
    other = read_site(folder)
    return lambda site: replace(other, topology=_redrawn(other, site))


def _redrawn(other: Site, site: Site) -> Topology:
    """Return the map that the presets of one site give another."""
    presets = presets_of(site.topology)
    return Topology() if presets is None else surveyed(other, presets)


def files_of(folder: Path) -> tuple[WrittenFile, ...]:
    """Return everything in a folder that an author compares."""
    if not (folder / SITE_FILE).exists():
        return rule_files(folder)[0]
    return written_files(read_site(folder))


def written_files(site: Site) -> tuple[WrittenFile, ...]:
    """Return the files a site was read from."""
    return () if site.written is None else (site.written.site, *site.written.rules)


def changed(old: Sequence[WrittenFile], new: Sequence[WrittenFile]) -> tuple[RuleChange, ...]:
    """Return what differs between files; a folder of policies has no site file to compare."""
    sites = [any(path.endswith(SITE_FILE) for path, _ in files) for files in (old, new)]
    if not all(sites):
        old, new = (
            [file for file in files if not file[0].endswith(SITE_FILE)] for files in (old, new)
        )
    return changes(old, new)


class Differences:
    """Prints what differs, with the changed keys of the rule that it comes from."""

    def __init__(self, rules: Sequence[RuleChange], *, as_json: bool) -> None:
        """Start having printed nothing; ``rules`` are those that were changed."""
        self.rules = {rule.name: rule for rule in rules}
        self._as_json = as_json
        self.counts: Counter[str] = Counter()

    def show(self, one: Difference) -> None:
        """Print one difference."""
        self.counts[one.change] += 1
        if self._as_json:
            print(json.dumps(self._plain(one)), flush=True)
            return
        if one.before is not None:
            print(cleaned(line_of("-", one.before)), flush=True)
        if one.after is not None:
            print(cleaned(line_of("+", one.after)), flush=True)
        if one.why:
            print(cleaned(f"      {one.why}"), flush=True)
        for told in self._because(one):
            print(cleaned(f"      {told}"), flush=True)

    def _because(self, one: Difference) -> list[str]:
        """Return the changes of the rules that a difference comes from, with their places."""
        sides = [side for side in (one.before, one.after) if side is not None]
        names = dict.fromkeys(side.holder for side in sides)
        told = []
        for rule in (self.rules[name] for name in names if name in self.rules):
            told += [f"{key.source}: {key}" for key in rule.keys]
            if not rule.keys:
                told.append(f"{rule.source}: `{rule.name}` was {rule.what}")
        return told

    def _plain(self, one: Difference) -> dict[str, object]:
        return {
            "change": one.change,
            "before": None if one.before is None else plain(one.before),
            "after": None if one.after is None else plain(one.after),
            "why": one.why,
            "rules": self._because(one),
        }

    def summary(self) -> str:
        """Return how much differs, in words."""
        if not self.counts:
            return "nothing differs"
        return ", ".join(
            f"{self.counts[change]} {change}" for change in ("added", "removed", "otherwise")
        )
