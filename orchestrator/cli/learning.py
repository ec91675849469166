"""`topology learn` and `topology diff`: the map that event logs teach, kept in a file."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date
from pathlib import Path

from orchestrator.adapters.system import SystemClock
from orchestrator.cli.paths import replace_text
from orchestrator.cli.replaying import cleaned, moments_of, note, note_torn, opened_log
from orchestrator.config import parsed_map, read_site, written_map
from orchestrator.config.reading import TOPOLOGY_FILE, file_text
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.domain.site import Site
from orchestrator.replay.lessons import Lessons
from orchestrator.topology.learned import Change, changes, relearned


def learn_map(folder: Path, events: Sequence[Path], *, out: Path | None) -> None:
    """Learn from event logs, and write what is known now beside the site file."""
    site = read_site(folder, strict=False)
    path = folder / TOPOLOGY_FILE if out is None else out
    old = kept_map(path, site)
    lessons = Lessons()
    for file in events:
        log = opened_log(file, folder)
        lessons.attend(moments_of(file, log))
        note_torn(log)
    new = relearned(old, lessons.map(), day := today())
    text = written_map(site.name, new)
    parsed_map(text, str(path), site)
    replace_text(path, text, "--out")
    for one in entries(new):
        print(f"{said(one)}, believed {one.confidence(day):.0%}")
    print(f"{path}: {len(new.overlaps)} overlaps, {len(new.passages)} passages")


def diff_maps(old: Path, new: Path, *, as_json: bool) -> bool:
    """Print what differs between two maps; say whether nothing does."""
    found = list(changes(_read(old, None), _read(new, None)))
    for one in found:
        print(json.dumps(_plain(one)) if as_json else cleaned(_line(one)))
    if not found and not as_json:
        note("no overlap or passage differs")
    return not found


def kept_map(path: Path, site: Site) -> LearnedMap:
    """Return the map of a file; an empty one where there is none yet."""
    return _read(path, site) if path.exists() else LearnedMap()


def entries(known: LearnedMap) -> tuple[SharedFloor | Walk, ...]:
    """Return all that a map holds."""
    return (*known.overlaps, *known.passages)


def _read(path: Path, site: Site | None) -> LearnedMap:
    return parsed_map(file_text(path), str(path), site)


def today() -> date:
    """Return the day that ages are counted from."""
    return SystemClock().now().wall.astimezone(UTC).date()


def said(one: SharedFloor | Walk) -> str:
    """Return an entry as people read it."""
    if isinstance(one, Walk):
        times = f"{one.median_s:.1f} s ({one.p10_s:.1f} to {one.p90_s:.1f})"
        return f"passage {one.a} > {one.b}: {times}, gone {one.gone} times{_whose(one)}"
    return (
        f"overlap {one.a} - {one.b}: {one.shared_m2:.0f} m2 shared, {one.people} people"
        f"{_whose(one)}"
    )


def _whose(one: SharedFloor | Walk) -> str:
    return ", declared" if one.declared else f", last on {one.last}"


def _line(change: Change) -> str:
    """Return a change as people read it."""
    if change.old is None or change.new is None:
        one = change.new or change.old
        assert one is not None
        return f"{change.what}: {said(one)}"
    return f"changed: {said(change.old)}\n     to: {said(change.new)}"


def _plain(change: Change) -> dict[str, object]:
    """Return a change as programs read it."""
    one = change.new or change.old
    return {
        "kind": "passage" if isinstance(one, Walk) else "overlap",
        "change": change.what,
        "old": None if change.old is None else recorded(change.old),
        "new": None if change.new is None else recorded(change.new),
    }


def recorded(one: SharedFloor | Walk) -> dict[str, object]:
    """Return an entry as programs read it."""
    return {**asdict(one), "last": None if one.last is None else one.last.isoformat()}
