"""`explain`: the store's records of decisions, as text a person reads."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.adapters.store import opened
from orchestrator.cli.cameras import known_cameras
from orchestrator.cli.moments import last_moment
from orchestrator.cli.paths import store_file
from orchestrator.config import read_site
from orchestrator.decide.explain import explained, is_shadow
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Explanation, Store


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
        records = await _records(store, known, until, last)
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


async def _records(
    store: Store, camera: CameraId, until: datetime | None, last: int
) -> Sequence[Explanation]:
    """Return the newest decisions, and what policies in shadow would have done since the oldest."""
    limit = last + 20
    moment = None if until is None else until.isoformat()
    while True:
        records = await store.explanations(camera, until=moment, limit=limit)
        done = [n for n, record in enumerate(records) if not is_shadow(record.document)]
        if len(done) >= last:
            return records[: done[last - 1] + 1]
        if len(records) < limit:
            return records
        limit *= 10


def _until(moment: datetime | None) -> str:
    """Return which moment was understood: a time of day alone does not say which day."""
    return "" if moment is None else f" until {moment:%Y-%m-%d %H:%M:%S}, {moment.tzinfo} time"
