"""The one place of this room that touches files: a site's folder -> Site."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from orchestrator.config.address_list import Listed, listed_addresses
from orchestrator.config.cases import parsed_case
from orchestrator.config.inventory import parsed_inventory, read_inventory
from orchestrator.config.learned import parsed_map
from orchestrator.config.policies import read_policies
from orchestrator.config.reloaded import lasting
from orchestrator.config.site import parsed_site
from orchestrator.config.tree import MAX_CHARACTERS
from orchestrator.domain.fingerprint import fingerprint_of
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site, Written, WrittenFile
from orchestrator.errors import AuthorError, Finding

SITE_FILE = "site.yaml"
INVENTORY_FILE = "inventory.yaml"
TOPOLOGY_FILE = "topology.yaml"
POLICY_FILE = "policy.yaml"


def read_site(folder: Path, *, strict: bool = True, running: Site | None = None) -> Site:
    """Return the site of a folder with its policies; ``AuthorError`` with everything wrong.

    With ``strict`` false a mistake in a policy or patrol leaves only that one out, and the site's
    ``findings`` tell. A mistake in the site file, its inventory or its map always raises, and so does one in
    a file that is a privacy rule or that cannot be told apart from one: cameras would look where
    nobody may. For a service that is ``running``, what it cannot change stays as it is, and the
    policies are checked against that.
    """
    path = folder / SITE_FILE
    written = Written(
        site=(_shown(path), file_text(path)),
        inventory=_if_there(folder / INVENTORY_FILE),
        topology=_if_there(folder / TOPOLOGY_FILE),
    )
    site = _without_policies(written)
    if running is not None:
        site = lasting(running, site)
    return _with_policies(site, folder, strict=strict)


def _if_there(path: Path) -> WrittenFile | None:
    """Return a file, or None where there is none."""
    return (_shown(path), file_text(path)) if path.exists() else None


def read_policies_folder(folder: Path) -> Path | None:
    """Return where the policies of a folder's site lie; ``AuthorError`` as for its site file."""
    path = folder / SITE_FILE
    return _policies_of(folder, parsed_site(file_text(path), _shown(path)))


def _policies_of(folder: Path, site: Site) -> Path | None:
    """Return where the policies of a site lie; None when it has none."""
    if site.policies_folder is None:
        return None
    return Path(os.path.normpath(folder / site.policies_folder))


def _with_policies(site: Site, folder: Path, *, strict: bool) -> Site:
    """Return the site with the rules of its folder."""
    path = folder / SITE_FILE
    policies = _policies_of(folder, site)
    if policies is None:
        return replace(site, fingerprint=fingerprint_of(site))
    if not policies.is_dir():
        message = f"the folder of policies `{_shown(policies)}` does not exist"
        raise AuthorError([Finding(_shown(path), 1, 1, message)])
    files, unread = rule_files(policies)
    return with_rules(site, files, unread, strict=strict)


def site_of(written: Written, *, running: Site | None = None) -> Site:
    """Return the site that these files describe, as a service that met them would have it.

    For one that was ``running`` already, what it could not change stays as it was.
    """
    site = _without_policies(written)
    if running is not None:
        site = lasting(running, site)
    return with_rules(site, written.rules, (), strict=False)


def with_rules(
    site: Site, files: Sequence[WrittenFile], unread: Sequence[Finding], *, strict: bool
) -> Site:
    """Return the site with the rules of these files in place of its own.

    ``unread`` are files that could not be read. ``AuthorError`` as ``read_site`` raises it.
    """
    read = read_policies(files, site)
    findings = (*unread, *read.findings)
    if strict and findings:
        raise AuthorError(findings)
    if grave := (*unread, *read.grave):
        raise AuthorError([*grave, *_why(grave)])
    written = None if site.written is None else replace(site.written, rules=tuple(files))
    site = replace(site, policies=read.rules, findings=findings, written=written)
    return replace(site, fingerprint=fingerprint_of(site))


def rule_files(policies: Path) -> tuple[tuple[WrittenFile, ...], tuple[Finding, ...]]:
    """Return the files of a folder of policies, and what is wrong with those that are not read."""
    files: list[WrittenFile] = []
    unread = _misplaced(policies)
    for file in sorted(policies.glob(f"*/{POLICY_FILE}")):
        try:
            files.append((_shown(file), file_text(file)))
        except AuthorError as wrong:
            unread += wrong.findings
    return tuple(files), tuple(unread)


def _without_policies(written: Written) -> Site:
    """Return the site and what is known of its cameras, without rules yet."""
    path, text = written.site
    site = replace(parsed_site(text, path), written=replace(written, rules=()))
    if written.inventory is not None:
        path, text = written.inventory
        site = replace(site, inventory=parsed_inventory(text, path, site))
    if written.topology is not None:
        path, text = written.topology
        site = replace(site, map=parsed_map(text, path, site))
    return site


def read_cases(folder: Path, site: Site) -> tuple[PolicyCase, ...]:
    """Return every case of a site's policies, in the order of their files.

    ``AuthorError`` with everything wrong in any of them. Cases of another site are left out.
    """
    policies = _policies_of(folder, site)
    if policies is None:
        return ()
    cases: list[PolicyCase] = []
    wrong: list[Finding] = []
    for file in sorted(policies.glob("*/cases/*.yaml")):
        try:
            cases.append(parsed_case(file_text(file), _shown(file), site))
        except AuthorError as error:
            wrong += error.findings
    if wrong:
        raise AuthorError(wrong)
    return tuple(case for case in cases if Path(case.site or folder).name == folder.resolve().name)


def read_site_for_export(folder: Path) -> Site:
    """Return the site of a folder without its policies, with what can be read of its inventory.

    An inventory is written anew *because* it, or a policy, no longer fits the cameras: mistakes
    there must not stand in the way. The site's ``findings`` tell those of the inventory.
    """
    path = folder / SITE_FILE
    site = parsed_site(file_text(path), _shown(path))
    inventory = folder / INVENTORY_FILE
    if not inventory.exists():
        return site
    try:
        read = read_inventory(file_text(inventory), _shown(inventory), site)
    except AuthorError as wrong:
        return replace(site, findings=wrong.findings)
    return replace(site, inventory=read.cameras, findings=read.findings)


def listed_addresses_of(path: Path) -> tuple[Listed, ...]:
    """Return the addresses of a CSV or YAML list; ``AuthorError`` with everything wrong in it."""
    return listed_addresses(file_text(path), _shown(path))


def _misplaced(policies: Path) -> list[Finding]:
    """Return a finding for each file that looks like a rule and lies where none is read."""
    nearby = sorted({*policies.glob("*.y*ml"), *policies.glob("*/*.y*ml")})
    return [
        Finding(
            _shown(file),
            1,
            1,
            f"this file is not read: a rule lies in `NAME/{POLICY_FILE}`",
            f"move it to `{_shown(policies / _folder_for(file, policies) / POLICY_FILE)}`",
        )
        for file in nearby
        if file.name != POLICY_FILE or file.parent == policies
    ]


def _folder_for(file: Path, policies: Path) -> str:
    """Return the folder a misplaced rule belongs in: its own, or one of its name."""
    return file.stem if file.parent == policies else file.parent.name


def _why(grave: Sequence[Finding]) -> list[Finding]:
    """Return, for each file, why its mistake stops everything where a policy's would not."""
    message = "a privacy rule is, or may be, in this file, so nothing runs without it"
    hint = "mend it, or take the file away; `orchestrator policy check` lists every mistake"
    return [Finding(path, 1, 1, message, hint) for path in dict.fromkeys(one.path for one in grave)]


def file_text(path: Path) -> str:
    """Return a file's text; ``AuthorError`` when it is missing, giant, or not UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(4 * MAX_CHARACTERS + 1)
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = wrong.object.count(b"\n", 0, wrong.start) + 1
        finding = Finding(_shown(path), line, 1, "not UTF-8 text", "save it as UTF-8")
        raise AuthorError([finding]) from None
    except OSError as wrong:
        message = f"cannot be read: {(wrong.strerror or 'unknown reason').lower()}"
        raise AuthorError([Finding(_shown(path), 1, 1, message)]) from None


def _shown(path: Path) -> str:
    """Return a path as people write it: relative to here when it lies below."""
    plain = os.path.normpath(path)
    relative = os.path.relpath(plain)
    return plain if relative.startswith("..") else relative
