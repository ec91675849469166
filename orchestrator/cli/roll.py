"""`cameras`: a site's cameras as the store knows them; nothing is asked of any of them."""

import json
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.store import opened
from orchestrator.cli.paths import store_file
from orchestrator.config import read_site
from orchestrator.domain.camera import Camera
from orchestrator.ports import Approval, Remembered, Tls


@dataclass(frozen=True, slots=True)
class Known:
    """A camera of the site file, its approval and its passport; None where there is none."""

    camera: Camera
    approval: Approval | None
    remembered: Remembered | None


async def show_cameras(site_folder: Path, *, state: Path | None, as_json: bool) -> None:
    """Print a site's cameras."""
    site = read_site(site_folder)
    store = await opened(store_file(site_folder, state))
    try:
        approvals = {approval.camera: approval for approval in await store.approvals()}
        known = [
            Known(camera, approvals.get(camera.id), await store.remembered(camera.id))
            for camera in site.cameras
        ]
    finally:
        await store.aclose()
    if as_json:
        print(json.dumps([_plain(each) for each in known], indent=2))
    else:
        for each in known:
            print(_line(each))


def _line(known: Known) -> str:
    camera, approval, remembered = known.camera, known.approval, known.remembered
    if approval is None:
        said = "not approved"
    else:
        said = f"approved at {approval.host}:{approval.port} by {approval.approved_by}"
        said += f", serial {approval.serial}, {_trusted(approval.tls)}"
    if remembered is not None:
        who = remembered.passport
        said += f"; {who.manufacturer} {who.model}, firmware {who.firmware}, since {remembered.at}"
    return f"{camera.id}: {said}"


def _trusted(tls: Tls | None) -> str:
    if tls is None:
        return "plain HTTP"
    return f"certificate SHA-256 {tls.pin}" if tls.pin else "certificate vouched for"


def _plain(known: Known) -> dict[str, object]:
    approval, remembered = known.approval, known.remembered
    return {
        "camera": known.camera.id,
        "approval": None
        if approval is None
        else {
            "host": approval.host,
            "port": approval.port,
            "serial": approval.serial,
            "approved_by": approval.approved_by,
            "tls": approval.tls is not None,
            "certificate_sha256": None if approval.tls is None else approval.tls.pin,
            "endpoint_reference": approval.endpoint_reference,
        },
        "passport": None
        if remembered is None
        else {
            "at": remembered.at,
            "manufacturer": remembered.passport.manufacturer,
            "model": remembered.passport.model,
            "serial": remembered.passport.serial,
            "firmware": remembered.passport.firmware,
            "authentication": remembered.passport.authentication,
            "services": sorted(remembered.passport.services),
            "rewritten": sorted(remembered.passport.rewritten),
        },
    }
