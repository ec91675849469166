"""`explain`: the store's records of decisions, as text a person reads."""

import json
from pathlib import Path

from orchestrator.adapters.store import opened
from orchestrator.cli.paths import store_file
from orchestrator.config import read_site
from orchestrator.decide.explain import explained
from orchestrator.domain.ids import CameraId


async def show_explanations(
    folder: Path, camera: str, *, at: str | None, last: int, state: Path | None, as_json: bool
) -> bool:
    """Print the newest explanations of a camera; False when there is none."""
    site = read_site(folder, strict=False)
    names = sorted(known.id for known in site.cameras)
    if camera not in names:
        print(f"no camera `{camera}` in {folder} (cameras: {', '.join(names)})")
        return False
    store = await opened(store_file(folder, state))
    try:
        records = await store.explanations(CameraId(camera), until=at, limit=last)
    finally:
        await store.aclose()
    if not records:
        print(f"{camera}: no decision is on record{'' if at is None else f' until {at}'}")
        return False
    if as_json:
        print(json.dumps([dict(record.document) for record in reversed(records)], indent=2))
    else:
        print(
            "\n\n".join(explained(record.document, site.timezone) for record in reversed(records))
        )
    return True
