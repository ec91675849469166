"""`policy check`: what is wrong in the files of a site, every finding with its place.

What is no mistake of the files, but keeps a promise from being kept, is told as a warning.
"""

from pathlib import Path

from orchestrator.cli.words import counted
from orchestrator.config import read_site
from orchestrator.topology import exposed


def check_site(folder: Path) -> None:
    """Read everything strictly; an ``AuthorError`` carries every finding to the command line."""
    site = read_site(folder)
    for warning in exposed(site):
        print(f"warning: {warning}")
    policies = site.policies
    print(
        f"{folder}: {counted(len(site.cameras), 'camera')}, {counted(len(site.zones), 'zone')}, "
        f"{counted(len(policies.policies), 'policy', 'policies')}, "
        f"{counted(len(policies.patrols), 'patrol')}, "
        f"{counted(len(policies.privacy), 'privacy rule')}: no finding\n"
        f"fingerprint {site.short_fingerprint} ({site.fingerprint})"
    )
