"""`policy shadow`: what other policies would do now, from the event log that a service is writing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from orchestrator.adapters.journal import RawLine, followed
from orchestrator.cli.comparing import (
    CANNOT_KNOW,
    Differences,
    adapter,
    changed,
    files_of,
    written_files,
)
from orchestrator.cli.replaying import note
from orchestrator.domain.sighting import HeadSeen, Interviewed, LinkSeen, Observation
from orchestrator.replay.play import Log, LogLine, Moment
from orchestrator.replay.trial import Trial


def shadow(path: Path, other: Path, *, as_json: bool) -> None:
    """Print what differs as it happens, until interrupted."""
    new = files_of(other)
    trial = Trial(lambda known: known, adapter(other))
    differences = Differences((), as_json=as_json)
    for moment in Live(followed(path)).moments(Log(str(path))):
        if moment.begins:
            note(f"following {path} from {moment.now.wall:%Y-%m-%d %H:%M:%S}; {CANNOT_KNOW}")
            rules = changed(written_files(moment.site), new)
            differences.rules = {rule.name: rule for rule in rules}
        for one in trial.take(moment):
            differences.show(one)


class Live:
    """The moments of a log from its end on, as they are written.

    Of what is written already, only the last word about each camera counts: it comes with the first
    moment. People are followed, and rules judged, from there on.
    """

    def __init__(self, lines: Iterable[RawLine | None]) -> None:
        """Keep the lines; a None among them says that nothing more is written yet."""
        self._lines = lines
        self._live = False
        self._last: dict[tuple[type, str], Observation] = {}

    def moments(self, log: Log) -> Iterator[Moment]:
        """Yield what happens once everything that was written before has been passed over."""
        first = True
        for moment in log.moments(self._whole()):
            if self._live:
                known = self._last.values() if first and not moment.begins else ()
                yield replace(moment, begins=first or moment.begins, seen=(*known, *moment.seen))
                first = False
            else:
                self._pass_over(moment)

    def _whole(self) -> Iterator[LogLine]:
        for line in self._lines:
            if line is None:
                self._live = True
            else:
                yield LogLine(*line)

    def _pass_over(self, moment: Moment) -> None:
        if moment.begins:
            self._last.clear()
        for one in moment.seen:
            if isinstance(one, HeadSeen | LinkSeen | Interviewed):
                self._last[type(one), one.camera] = one
