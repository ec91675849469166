"""The yard of the arbitration tests with the rules that a fragment writes, and its remarks.

A fragment is what matters of a rule, as the page of remarks shows it; what it leaves out is filled
in so that nothing else is remarked on.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.site import Site
from orchestrator.lint import Remark, remarks
from orchestrator.topology import built
from tests.fakes.arbitration_site import BENCH, SITE, passport

TODAY = date(2026, 11, 24)
_REST: Mapping[str, Mapping[str, str]] = {
    "policy": {
        "version": "version: 1",
        "because": "because: Somebody wants it.",
        "band": "band: alarm",
        "on": "on: {enters: [south, north], who: person}",
        "do": "do:\n  - look: {at: target, for: 20s}",
    },
    "patrol": {
        "version": "version: 1",
        "because": "because: Somebody wants it.",
        "every": "every: 10m",
        "stops": "stops:\n  - {camera: west-ptz, preset: south, dwell: 4s}",
    },
    "privacy": {
        "version": "version: 1",
        "because": "because: Works agreement.",
        "zones": "zones: [bench]",
        "never": "never: [look]",
    },
}
_CALENDARS = """calendars:
  day: {daily: 06:00 to 18:00}
  feast: {dates: [2026-12-25]}
  never: {also: day, except: day}
"""
_KEY = re.compile(r"^(\w+):", re.MULTILINE)


def filled(fragment: str) -> str:
    """Return a fragment as a whole rule."""
    keys = _KEY.findall(fragment)
    rest = _REST[next(key for key in keys if key in _REST)]
    if "cron" in keys:
        keys.append("every")
    return "\n".join([fragment, *(line for key, line in rest.items() if key not in keys), ""])


def written(*fragments: str) -> Site:
    """Return the yard with these rules; several may stand in one text, `---` between them."""
    rules = [part for text in fragments for part in text.split("---\n")]
    site = parsed_site(SITE.replace("calendars:\n", _CALENDARS), "site.yaml")
    files = [(f"policies/{number}/policy.yaml", filled(rule)) for number, rule in enumerate(rules)]
    site = replace(site, policies=parsed_policies(files, site))
    passports = {camera.id: passport(site, camera.id) for camera in site.cameras}
    return replace(site, topology=built(site, passports))


def tested(site: Site) -> Mapping[PolicyName, int]:
    """Return one case for everything."""
    privacy = (rule.name for rule in site.policies.privacy)
    return dict.fromkeys((*site.policies.names, *privacy), 1)


def said(site: Site) -> list[Remark]:
    """Return the remarks on a site in which everything has a case."""
    return list(remarks(site, tested(site), TODAY))


def codes(*fragments: str) -> list[str]:
    """Return the codes of the remarks on some rules."""
    return [remark.code for remark in said(written(*fragments))]


def east_apart(site: Site) -> Site:
    """Return the site as if nobody could walk from any view into one of `east-ptz`, or back."""
    known = site.topology
    topology = replace(
        known,
        overlaps=tuple(each for each in known.overlaps if not _east(each.a, each.b)),
        passages=tuple(each for each in known.passages if not _east(each.a, each.b)),
    )
    return replace(site, topology=topology)


def _east(one: str, other: str) -> bool:
    return any(view.startswith("east-ptz/") for view in (one, other))


__all__ = ["BENCH", "TODAY", "codes", "east_apart", "filled", "said", "tested", "written"]
