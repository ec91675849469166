"""An event log, thought again: the same site, the same moments, the same things seen.

The world begins empty at each ``begin``, as it does in a service that starts, so one file may hold
many runs. Decisions are compared with the digests of those that were taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from orchestrator.config import site_of
from orchestrator.domain.desk import Desk
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import Command, Observation
from orchestrator.domain.site import Site, Written
from orchestrator.domain.topology import Topology
from orchestrator.domain.world import World
from orchestrator.errors import AuthorError, Finding
from orchestrator.replay.lines import Begin, Entry, InForce, Misread, Tick, observation, parsed
from orchestrator.replay.record import digest
from orchestrator.think import think
from orchestrator.topology import surveyed


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a file; ``whole`` is False for a last line that was not written to its end."""

    number: int
    raw: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """One tick of a log: the run, the site in force, the moment, and what was seen.

    ``decided`` is the digest of what was decided then; ``begins`` marks the first of a run.
    """

    run: str
    site: Site
    now: Instant
    seen: tuple[Observation, ...]
    decided: str
    begins: bool


class Log:
    """The lines of one file, made into moments; ``torn`` counts lines that a crash cut off."""

    def __init__(self, path: str, *, site: Site | None = None) -> None:
        """Start before the first line; ``path`` is for findings.

        ``site`` stands in for the one that the log holds, whose map it keeps.
        """
        self.path = path
        self.torn = 0
        self._instead = site
        self._run: str | None = None
        self._begins = False
        self._written: Written | None = None
        self._site: Site | None = None

    def moments(self, lines: Iterable[LogLine]) -> Iterator[Moment]:
        """Yield every tick; ``AuthorError`` with file and line where a line is wrong.

        A line that a crash cut off is passed over: the last one of the file, or of a run that
        another one followed.
        """
        torn: AuthorError | None = None
        for line in lines:
            try:
                entry = parsed(line.raw)
                if torn is not None and not isinstance(entry, Begin):
                    raise torn
                torn = None
                moment = self._take(entry)
            except Misread as wrong:
                if torn is not None:
                    raise torn from None
                torn = self._wrong(line, str(wrong))
                self.torn += 1
                if not line.whole:
                    return
                continue
            if moment is not None:
                yield moment
        if torn is not None:
            raise torn

    def _take(self, entry: Entry) -> Moment | None:
        match entry:
            case Begin(run=run):
                self._run, self._begins = run, True
                self._written, self._site = None, None
                return None
            case InForce():
                self._site = self._in_force(entry)
                return None
            case Tick():
                return self._moment(entry)

    def _in_force(self, entry: InForce) -> Site:
        if entry.files is not None:
            self._written = entry.files
        if self._instead is not None:
            return drawn(self._instead, entry)
        if self._written is None:
            raise Misread("the site comes without its files; name one with --site")
        if entry.files is None and self._site is not None:
            return drawn(self._site, entry)
        return drawn(site_of(self._written, running=self._site), entry)

    def _moment(self, tick: Tick) -> Moment:
        if self._run is None or self._site is None:
            raise Misread("a tick before the run and its site are known")
        seen = tuple(observation(word, raw) for word, raw in tick.seen)
        self._check_known(seen, self._site)
        begins, self._begins = self._begins, False
        zone = ZoneInfo(self._site.timezone)
        return Moment(
            run=self._run,
            site=self._site,
            now=Instant(tick.mono_s, tick.wall.astimezone(zone)),
            seen=seen,
            decided=tick.decided,
            begins=begins,
        )

    @staticmethod
    def _check_known(seen: Iterable[Observation], site: Site) -> None:
        """Refuse what a camera saw that the site does not have."""
        known = {camera.id for camera in site.cameras}
        for one in seen:
            about = one.order if isinstance(one, Command) else one
            camera = getattr(about, "camera", None)
            if camera is not None and camera not in known:
                raise Misread(f"camera `{camera}` is none of site `{site.name}`")

    def _wrong(self, line: LogLine, message: str) -> AuthorError:
        return AuthorError([Finding(self.path, line.number, 1, message)])


def drawn(site: Site, entry: InForce) -> Site:
    """Return a site with the map that the presets of a log give it."""
    if entry.presets is None:
        return replace(site, topology=Topology())
    return replace(site, topology=surveyed(site, entry.presets))


@dataclass(frozen=True, slots=True)
class Again:
    """A moment thought again: what was decided, and whether that is what was decided then."""

    moment: Moment
    world: World
    decision: Decision
    same: bool


def again(moments: Iterable[Moment]) -> Iterator[Again]:
    """Yield every moment of a log, thought again from what was seen."""
    world, before = World(), None
    for moment in moments:
        if moment.begins:
            world, before = World(desk=Desk(run=moment.run)), None
        world, decision = think(moment.site, world, moment.seen, moment.now, before=before)
        before = moment.site
        yield Again(moment, world, decision, digest(decision) == moment.decided)
