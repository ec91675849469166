"""The one place of this room that touches files: a site's folder -> Site."""

import os
from pathlib import Path

from orchestrator.config.policies import with_policies
from orchestrator.config.site import parsed_site
from orchestrator.config.tree import MAX_CHARACTERS
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding

SITE_FILE = "site.yaml"
POLICY_FILE = "policy.yaml"


def read_site(folder: Path, *, strict: bool = True) -> Site:
    """Return the site of a folder with its policies; ``AuthorError`` with everything wrong.

    With ``strict`` false a mistake in a policy leaves only that policy out, and the site's
    ``findings`` tell; a mistake in the site file itself always raises.
    """
    path = folder / SITE_FILE
    site = parsed_site(_text(path), _shown(path))
    if site.policies_folder is None:
        return site
    policies = Path(os.path.normpath(folder / site.policies_folder))
    if not policies.is_dir():
        message = f"the folder of policies `{_shown(policies)}` does not exist"
        raise AuthorError([Finding(_shown(path), 1, 1, message)])
    files: list[tuple[str, str]] = []
    unread: list[Finding] = []
    for file in sorted(policies.glob(f"*/{POLICY_FILE}")):
        try:
            files.append((_shown(file), _text(file)))
        except AuthorError as wrong:
            unread += wrong.findings
    site = with_policies(site, files, unread)
    if strict and site.findings:
        raise AuthorError(site.findings)
    return site


def _text(path: Path) -> str:
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
