"""`discover` and `approve`: what is out there, and which of it is ours."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery, authorities_in
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.cli.cameras import known_cameras
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder, store_file
from orchestrator.config import Listed, listed_addresses_of, read_site
from orchestrator.discover import PORTS, discovered, places, standing, swept
from orchestrator.onboard import approved
from orchestrator.ports import Approval, Candidate


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look: by multicast from interfaces, or, where any is given, at subnets and a list."""

    interfaces: tuple[str, ...]
    seconds: float
    subnets: tuple[str, ...]
    listed: Path | None
    ports: tuple[int, ...]
    rate_per_s: float


async def show_candidates(
    search: Search, *, site_folder: Path | None, state: Path | None, as_json: bool
) -> None:
    """Print every device that answered, where it was looked for, and which camera it is said to be."""
    configure_logs()
    site = None if site_folder is None else read_site(site_folder)
    approvals = () if site_folder is None else await _approvals(site_folder, state)
    if search.subnets or search.listed is not None:
        found, asked = await _asked(search)
    else:
        found = await discovered(
            WsDiscovery(), interfaces=search.interfaces, duration_s=search.seconds
        )
        asked = f"on {', '.join(search.interfaces) or 'every interface but loopback'}"
    known = [() if site is None else standing(site.cameras, approvals, each) for each in found]
    if as_json:
        both = zip(found, known, strict=True)
        print(json.dumps([{**_plain(one), "known_as": list(said)} for one, said in both], indent=2))
    else:
        _print(found, asked, None if site is None else known)


async def _approvals(site_folder: Path, state: Path | None) -> Sequence[Approval]:
    store = await opened(store_file(site_folder, state))
    try:
        return await store.approvals()
    finally:
        await store.aclose()


async def _asked(search: Search) -> tuple[Sequence[Candidate], str]:
    """Return who answers at the addresses of a search, and which those are, in words."""
    ports = search.ports or PORTS
    wanted = list(places(search.subnets, ports))
    said = list(search.subnets)
    if search.listed is not None:
        lines = listed_addresses_of(search.listed)
        wanted += [(one.host, port) for one in lines for port in _ports(one, ports)]
        said.append(f"{search.listed} ({len(lines)} addresses)")
    found = await swept(WsDiscovery(), tuple(dict.fromkeys(wanted)), rate_per_s=search.rate_per_s)
    return found, f"in {', '.join(said)}, ports {', '.join(map(str, ports))}"


def _ports(one: Listed, ports: Sequence[int]) -> Sequence[int]:
    return ports if one.port is None else (one.port,)


def _print(found: Sequence[Candidate], asked: str, known: Sequence[tuple[str, ...]] | None) -> None:
    table = Table(title=f"{len(found)} ONVIF devices answered {asked}", title_justify="left")
    for heading in ("address", "what it says it is", "endpoint reference"):
        table.add_column(heading)
    if known is not None:
        table.add_column("in the site")
    for number, candidate in enumerate(found):
        row = [_addresses(candidate), _claims(candidate), candidate.endpoint_reference]
        if known is not None:
            row.append("\n".join(known[number]) or "-")
        table.add_row(*row)
    console = Console(markup=False, emoji=False)  # what a device says of itself is text, no more
    console.print(table)
    console.print("These are claims. No password was sent; `orchestrator approve` decides.")


def _addresses(candidate: Candidate) -> str:
    """Return an address as `at:` in the site file takes it, and the others of the same device.

    `https://` says that `tls: true` belongs beside it.
    """
    host = f"[{candidate.host}]" if ":" in candidate.host else candidate.host
    tls = "https://" if candidate.tls else ""
    return "\n".join((f"{tls}{host}:{candidate.port}", *candidate.also_at))


def _plain(candidate: Candidate) -> dict[str, object]:
    return {
        "host": candidate.host,
        "port": candidate.port,
        "path": candidate.path,
        "endpoint_reference": candidate.endpoint_reference,
        "scopes": list(candidate.scopes),
        "types": list(candidate.types),
        "also_at": list(candidate.also_at),
        "tls": candidate.tls,
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
    interfaces: Sequence[str],
    seconds: float,
    state: Path | None,
    secrets: Path | None,
    new_certificates: bool = False,
    retry_logins: bool = False,
) -> int:
    """Approve the wanted cameras (None: all listed); print a line each; return how many failed."""
    configure_logs()
    site = read_site(site_folder)
    if wanted is not None:
        wanted = known_cameras(site, site_folder, wanted)
    found = await discovered(WsDiscovery(), interfaces=interfaces, duration_s=seconds)
    authorities = authorities_in(site_folder, site.authorities)
    store = await opened(store_file(site_folder, state))
    try:
        async with OnvifCameras(SystemClock(), authorities=authorities, refusals=store) as cameras:
            report = await approved(
                site,
                found,
                cameras,
                FileSecrets(secrets_folder(site_folder, secrets)),
                store,
                wanted=wanted,
                approved_by="command line",
                new_certificates=new_certificates,
                retry_logins=retry_logins,
            )
    finally:
        await store.aclose()
    for line in report.lines:
        print(line)
    return len(report.failed)
