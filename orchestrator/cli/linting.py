"""`policy lint`: what is written without mistake and still will not do what its author thinks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestrator.cli.words import counted
from orchestrator.config import read_site
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.site import Site
from orchestrator.lint import Remark, remarks
from orchestrator.topology import inventoried


def lint_site(folder: Path, *, as_json: bool) -> bool:
    """Print every remark on a site's policies, and say whether there is none.

    A policy in shadow is judged as if it were in force: that is what it is there to become.
    """
    site = read_site(folder)
    site = replace(site, policies=site.policies.enforced)
    today = datetime.now(ZoneInfo(site.timezone)).date()
    found = remarks(replace(site, topology=inventoried(site)), dict(_cases(site)), today)
    if as_json:
        print(json.dumps({"remarks": [_plain(remark) for remark in found]}, indent=2))
        return not found
    for remark in found:
        print(remark)
    total = counted(len(found), "remark") if found else "no remark"
    print(f"{folder}: {counted(len(site.policies.rules), 'rule')}, {total}")
    return not found


def _cases(site: Site) -> Iterator[tuple[PolicyName, int]]:
    """Yield how many cases lie beside each policy, patrol and privacy rule."""
    for rule in site.policies.rules:
        folder = Path(rule.source.path).parent / "cases"
        yield rule.name, len(list(folder.glob("*.yaml")))


def _plain(remark: Remark) -> dict[str, object]:
    source = remark.source
    return {
        "code": remark.code,
        "path": None if source is None else source.path,
        "line": None if source is None else source.line,
        "says": remark.says,
        "hint": remark.hint,
    }
