"""`discover` and `approve`: what is out there, and which of it is ours."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.cli.cameras import known_cameras
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder, store_file
from orchestrator.config import read_site
from orchestrator.discover import discovered
from orchestrator.onboard import approved
from orchestrator.ports import Candidate


async def show_candidates(*, interface: str, seconds: float, as_json: bool) -> None:
    """Print every device that answered."""
    configure_logs()
    found = await discovered(WsDiscovery(), interface=interface, duration_s=seconds)
    if as_json:
        print(json.dumps([_plain(candidate) for candidate in found], indent=2))
    else:
        _print(found, interface)


def _print(found: Sequence[Candidate], interface: str) -> None:
    table = Table(title=f"{len(found)} ONVIF devices answered on {interface}", title_justify="left")
    for heading in ("address", "what it says it is", "endpoint reference"):
        table.add_column(heading)
    for candidate in found:
        table.add_row(
            f"{candidate.host}:{candidate.port}", _claims(candidate), candidate.endpoint_reference
        )
    console = Console(markup=False, emoji=False)  # what a device says of itself is text, no more
    console.print(table)
    console.print("These are claims. No password was sent; `orchestrator approve` decides.")


def _plain(candidate: Candidate) -> dict[str, object]:
    return {
        "host": candidate.host,
        "port": candidate.port,
        "path": candidate.path,
        "endpoint_reference": candidate.endpoint_reference,
        "scopes": list(candidate.scopes),
        "types": list(candidate.types),
    }


def _claims(candidate: Candidate) -> str:
    """Return the name and hardware scopes; inert text, whatever it says."""
    wanted = ("onvif://www.onvif.org/name/", "onvif://www.onvif.org/hardware/")
    claims = [s.removeprefix(p) for s in candidate.scopes for p in wanted if s.startswith(p)]
    return ", ".join(claims) or "-"


async def approve_cameras(
    site_folder: Path,
    *,
    wanted: frozenset[str] | None,
    interface: str,
    seconds: float,
    state: Path | None,
    secrets: Path | None,
) -> int:
    """Approve the wanted cameras (None: all listed); print a line each; return how many failed."""
    configure_logs()
    site = read_site(site_folder)
    if wanted is not None:
        wanted = known_cameras(site, site_folder, wanted)
    found = await discovered(WsDiscovery(), interface=interface, duration_s=seconds)
    store = await opened(store_file(site_folder, state))
    try:
        async with OnvifCameras(SystemClock()) as cameras:
            report = await approved(
                site,
                found,
                cameras,
                FileSecrets(secrets_folder(site_folder, secrets)),
                store,
                wanted=wanted,
                approved_by="command line",
            )
    finally:
        await store.aclose()
    for line in report.lines:
        print(line)
    return len(report.failed)
