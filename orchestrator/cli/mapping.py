"""`topology show`: the graph of views as a list, as JSON or as a picture; `topology export`.

Both ask the approved cameras for their presets; `export` keeps the answers beside the site file.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import networkx as nx
from rich.console import Console
from rich.table import Table

from orchestrator.adapters.onvif import OnvifCameras, authorities_in
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.cli.learning import entries, kept_map, recorded, said, today
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import replace_text, secrets_folder, store_file, writing
from orchestrator.cli.words import counted
from orchestrator.config import (
    parsed_inventory,
    read_site,
    read_site_for_export,
    written_inventory,
)
from orchestrator.config.reading import INVENTORY_FILE, TOPOLOGY_FILE
from orchestrator.domain.camera import Camera, Passport
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, CameraError
from orchestrator.ports import Approval, Cameras, Secrets
from orchestrator.topology import built, edges, graph_of, inventoried, renewed

MOST_OVERLAPS = 12
"""A person reads the largest overlaps; a program reads them all."""


async def show_topology(
    folder: Path,
    *,
    png: Path | None,
    state: Path | None,
    secrets: Path | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Build the graph from the calibrations and the presets the approved cameras report."""
    configure_logs()
    site = read_site(folder)
    known = kept_map(folder / TOPOLOGY_FILE, site)
    if offline:
        topology = await asyncio.to_thread(inventoried, site)
    else:
        passports = await _passports(folder, site, state, secrets)
        topology = await asyncio.to_thread(built, site, passports)
    if png is not None:
        await _draw(replace(site, topology=topology), png, known)
    if as_json:
        learned = [recorded(one) for one in entries(known)]
        print(json.dumps({**_plain(graph_of(topology)), "learned": learned}, indent=2))
    elif png is None:
        _print(site, graph_of(topology))
        for one in entries(known):
            print(f"{said(one)}, believed {one.confidence(today()):.0%}")


async def _draw(site: Site, png: Path, known: LearnedMap) -> None:
    from orchestrator.adapters.drawing import draw_topology

    with writing(png, "--png"):
        await asyncio.to_thread(draw_topology, site, png, known)
    _note(f"drawn to {png}")


async def export_inventory(
    folder: Path, *, out: Path | None, state: Path | None, secrets: Path | None
) -> int:
    """Write what the cameras say of themselves; return how many could not be asked."""
    configure_logs()
    site = read_site_for_export(folder)
    for finding in site.findings:
        _note(f"{finding}\nthis mistake of the old file is gone from the new one")
    answers = await _answers(folder, site, state, secrets)
    for camera, why in answers.missing.items():
        kept = "left out" if site.known(camera) is None else "kept as the old file has it"
        _note(f"{camera}: not asked, so it is {kept}: {why}")
    known = renewed(site, answers.passports)
    if not known:
        _note("nothing is known of any camera, so nothing was written")
        return len(answers.missing)
    path = folder / INVENTORY_FILE if out is None else out
    _write(written_inventory(site.name, known), path, site)
    presets = sum(len(each.presets) for each in known)
    print(f"{path}: {counted(len(known), 'camera')}, {counted(presets, 'preset')}")
    return len(answers.missing)


def _write(text: str, path: Path, site: Site) -> None:
    """Write an inventory that can be read again, whole or not at all."""
    parsed_inventory(text, str(path), site)
    replace_text(path, text, "--out")


@dataclass(frozen=True, slots=True)
class _Answers:
    """What cameras said of themselves, why others said nothing, and which a person approved."""

    passports: Mapping[CameraId, Passport]
    missing: Mapping[CameraId, str]
    approved: frozenset[CameraId]


async def _passports(
    folder: Path, site: Site, state: Path | None, secrets: Path | None
) -> Mapping[CameraId, Passport]:
    """Ask every approved camera for its presets; say aloud of which head they stay unknown."""
    answers = await _answers(folder, site, state, secrets)
    for name, why in answers.missing.items():
        if site.camera(name).ptz is not None:
            _note(f"{name}: presets unknown, so its views are not shown: {why}")
        elif name in answers.approved:
            _note(f"{name}: shown as the site file has it, without having been asked: {why}")
    return answers.passports


async def _answers(folder: Path, site: Site, state: Path | None, secrets: Path | None) -> _Answers:
    """Ask every approved camera what it is and which presets it has."""
    safe = FileSecrets(secrets_folder(folder, secrets))
    authorities = authorities_in(folder, site.authorities)
    store = await opened(store_file(folder, state))
    try:
        approvals = {approval.camera: approval for approval in await store.approvals()}
        async with OnvifCameras(SystemClock(), authorities=authorities, refusals=store) as cameras:
            asked = (_asked(each, approvals.get(each.id), cameras, safe) for each in site.cameras)
            answers = await asyncio.gather(*asked)
    finally:
        await store.aclose()
    said = {camera.id: answer for camera, answer in zip(site.cameras, answers, strict=True)}
    return _Answers(
        passports={name: each for name, each in said.items() if isinstance(each, Passport)},
        missing={name: each for name, each in said.items() if isinstance(each, str)},
        approved=frozenset(approvals),
    )


def _place(host: str, port: int, *, tls: bool) -> str:
    return f"{host}:{port}{' over TLS' if tls else ''}"


async def _asked(
    camera: Camera, approval: Approval | None, cameras: Cameras, secrets: Secrets
) -> Passport | str:
    """Return what a camera says of itself, or why it was not asked or did not answer.

    A password goes only where the approval and the site file agree, as when the service runs.
    """
    if approval is None:
        return "it is not approved; run `orchestrator approve`"
    if not approval.is_for(camera):
        return (
            f"the approval is for {_place(approval.host, approval.port, tls=approval.tls is not None)},"
            f" but the site file says {_place(camera.host, camera.port, tls=camera.tls)}; check it"
            " and run `orchestrator approve`"
        )
    try:
        link = cameras.link(approval, secrets.credentials(approval.credentials))
    except AuthorError as error:
        return str(error)
    try:
        return await link.interview()
    except CameraError as error:
        return f"{error.operation}: {error.message}"
    finally:
        await link.aclose()


def _note(line: str) -> None:
    """Tell a person, and leave the output of ``--json`` to programs."""
    print(line, file=sys.stderr)


def _plain(graph: "nx.MultiGraph[str]") -> dict[str, object]:
    return {
        "views": [
            {
                "id": view,
                "camera": known["camera"],
                "preset": known["preset"],
                "azimuth_deg": round(known["azimuth_deg"], 2),
                "tilt_deg": round(known["tilt_deg"], 2),
                "hfov_deg": round(known["hfov_deg"], 2),
                "floor_m2": round(known["area_m2"], 1),
            }
            for view, known in graph.nodes(data=True)
        ],
        "overlaps": [
            {"a": one, "b": other, "shared_m2": round(shared_m2, 1)}
            for one, other, shared_m2 in edges(graph, "overlap")
        ],
        "passages": [
            {"a": one, "b": other, "length_m": round(length_m, 1)}
            for one, other, length_m in edges(graph, "passage")
        ],
    }


def _print(site: Site, graph: "nx.MultiGraph[str]") -> None:
    console = Console(markup=False, emoji=False)  # presets are named by people, as they like
    views = Table(title=f"{site.name}: {len(graph)} views", title_justify="left")
    for heading in ("view", "looks at", "wide", "floor seen", "overlaps"):
        views.add_column(heading, no_wrap=True)
    for view, known in graph.nodes(data=True):
        views.add_row(
            view,
            f"{known['azimuth_deg']:.0f} / {known['tilt_deg']:.0f} deg",
            f"{known['hfov_deg']:.0f} deg",
            f"{known['area_m2']:.0f} m2",
            f"{sum(kind == 'overlap' for *_, kind in graph.edges(view, keys=True))} views",
        )
    console.print(views)
    overlaps = sorted(edges(graph, "overlap"), key=lambda edge: -edge[2])
    for one, other, shared_m2 in overlaps[:MOST_OVERLAPS]:
        console.print(f"overlap {one} - {other}: {shared_m2:.0f} m2 shared")
    if len(overlaps) > MOST_OVERLAPS:
        console.print(f"... and {len(overlaps) - MOST_OVERLAPS} smaller ones (--json has all)")
    for one, other, length_m in edges(graph, "passage"):
        console.print(f"passage {one} - {other}: {length_m:.1f} m on foot")
