"""Ticks -> the lines of an event log: everything ``think`` was given, and a digest of its answer."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import msgspec

from orchestrator import __version__
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import Observation
from orchestrator.domain.site import Site
from orchestrator.domain.topology import Topology
from orchestrator.replay.lines import FORMAT, Line, plain

_ENCODE = msgspec.json.Encoder().encode


class Recorder:
    """Turns ticks into lines; remembers which site it said was in force."""

    def __init__(self, run: str) -> None:
        """Start having said nothing; ``run`` is what this run's ids are made from."""
        self._run = run
        self._site: Site | None = None

    def tick(
        self, site: Site, seen: Sequence[Observation], now: Instant, decision: Decision
    ) -> Iterator[Line]:
        """Yield the lines of one tick; ``site`` is the one that it was thought with."""
        if self._site is None:
            yield {"kind": "begin", "format": FORMAT, "run": self._run, "version": __version__}
        if site is not self._site:
            yield self._in_force(site)
            self._site = site
        yield {
            "kind": "tick",
            "mono_s": now.mono_s,
            "wall": now.wall,
            "seen": [plain(one) for one in seen],
            "decided": digest(decision),
        }

    def _in_force(self, site: Site) -> Line:
        """Return the line of a site; its files too where they were read anew, though they be the same.

        Rules that are read anew are swapped (``decide.swap``), and so they have to be in a replay.
        """
        same = self._site is not None and self._site.policies is site.policies
        return {
            "kind": "site",
            "files": None if same else site.written,
            "presets": presets_of(site.topology),
        }


def digest(decision: Decision) -> str:
    """Return sixteen digits that two decisions share only when they are the same to the last bit."""
    return blake2b(_ENCODE(decision), digest_size=8).hexdigest()


def presets_of(topology: Topology) -> dict[CameraId, list[tuple[PresetName, Aim]]] | None:
    """Return where the presets look that a map was drawn with; None where none was drawn yet."""
    if not topology.views:
        return None
    found: dict[CameraId, list[tuple[PresetName, Aim]]] = {}
    for view in topology.views:
        if view.preset is not None:
            found.setdefault(view.camera, []).append((view.preset, view.aim))
    return found
