"""`explain`: the store's records of decisions, as text a person reads."""

import json
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.adapters.store import opened
from orchestrator.cli.cameras import known_cameras
from orchestrator.cli.moments import last_moment
from orchestrator.cli.paths import store_file
from orchestrator.config import read_site
from orchestrator.decide.explain import explained


async def show_explanations(
    folder: Path, camera: str, *, at: str | None, last: int, state: Path | None, as_json: bool
) -> bool:
    """Print the newest explanations of a camera; False when there is none."""
    site = read_site(folder, strict=False)
    [known] = known_cameras(site, folder, [camera])
    until = (
        None if at is None else last_moment(at, timezone=site.timezone, now=datetime.now(tz=UTC))
    )
    store = await opened(store_file(folder, state))
    try:
        records = await store.explanations(
            known, until=None if until is None else until.isoformat(), limit=last
        )
    finally:
        await store.aclose()
    if not records:
        print(f"{camera}: no decision is on record{_until(until)}")
        return False
    if as_json:
        print(json.dumps([dict(record.document) for record in reversed(records)], indent=2))
    else:
        print(
            "\n\n".join(explained(record.document, site.timezone) for record in reversed(records))
        )
    return True


def _until(moment: datetime | None) -> str:
    """Return which moment was understood: a time of day alone does not say which day."""
    return "" if moment is None else f" until {moment:%Y-%m-%d %H:%M:%S}, {moment.tzinfo} time"
