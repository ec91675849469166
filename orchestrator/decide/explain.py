"""`explain`: one kept judgement -> the text an operator reads.

The document is what ``tell`` keeps of a ``Judgement``. It may come from an older version of the
service, so whatever it lacks is left out of the text, never guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

Document = Mapping[str, object]

_NAME_WIDTH = 22
_BAND_WIDTH = 10
_CLAUSE_WIDTH = 34


def explained(document: Document, timezone: str | None = None) -> str:
    """Return why a camera does what it does; times are shown in ``timezone`` if it is given.

    >>> print(explained({"camera": "yard-ptz", "at": "2026-03-10T02:13:07.412+01:00", "won": None}))
    yard-ptz  released 02:13:07.412
      won   nobody: it stays as it is
    """
    clock = _Clock(timezone)
    if shadow := _map(document, "shadow"):
        return "\n".join(_shadow(document, shadow, clock))
    won = _map(document, "won")
    lines = [
        _head(document, won, clock),
        *_winner(won),
        *_ladder(document),
        *_settings(document, clock),
        *_unset(document),
        *_losers(document),
        *_glass(document, clock),
        *_rules(document),
    ]
    return "\n".join(line.rstrip() for line in lines)


def is_shadow(document: Document) -> bool:
    """Say whether a document tells what a policy in shadow would have done, not what was done."""
    return bool(_map(document, "shadow"))


def _shadow(document: Document, shadow: Document, clock: "_Clock") -> Iterator[str]:
    """Yield what a policy in shadow would have done with a camera, and why."""
    camera, at = _text(document, "camera"), clock(_text(document, "at"), exact=True)
    yield f"{camera}  in shadow {at}"
    yield f"  {_text(shadow, 'policy')} {_text(shadow, 'say')}".rstrip()
    if source := _text(shadow, "source"):
        yield f"          {source}"
    yield from _clauses(shadow)


class _Clock:
    """Shows moments of a document as times of day."""

    def __init__(self, timezone: str | None) -> None:
        """Keep the zone; None shows each moment as it was written."""
        self._zone = None if timezone is None else ZoneInfo(timezone)

    def __call__(self, moment: str, *, exact: bool = False) -> str:
        """Return hours, minutes and seconds, with milliseconds where they matter."""
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            return moment
        if self._zone is not None and at.tzinfo is not None:
            at = at.astimezone(self._zone)
        return f"{at:%H:%M:%S}" + (f".{at.microsecond // 1000:03}" if exact else "")


def _head(document: Document, won: Document, clock: _Clock) -> str:
    """Return the first line: what the camera was told to show, when, and until when."""
    camera, at = _text(document, "camera"), _text(document, "at")
    if not won:
        released = "" if any(_maps(document, "trim")) else "released "
        return f"{camera}  {released}{clock(at, exact=True)}"
    before = _text(document, "before")
    way = f"{before} -> " if before and before != _text(won, "preset") else ""
    told = _text(won, "granted") or at
    parts = [f"{camera}  {way}{_text(won, 'preset')}{_aim(document)}   {clock(told, exact=True)}"]
    arrived = _text(document, "arrived")
    if arrived:
        error = document.get("error_deg")
        off = f" ({error:.1f} deg off)" if isinstance(error, int | float) else ""
        parts.append(f"arrived {clock(arrived, exact=True)}{off}")
    if _text(won, "until"):
        parts.append(f"held until {clock(_text(won, 'until'))}")
    return ", ".join(parts)


def _aim(document: Document) -> str:
    """Return where the preset looks, if the document says."""
    aim = document.get("aim")
    if not isinstance(aim, Sequence) or isinstance(aim, str) or len(aim) < 2:
        return ""
    azimuth, tilt = aim[0], aim[1]
    if not isinstance(azimuth, int | float) or not isinstance(tilt, int | float):
        return ""
    return f" ({azimuth:.1f} deg / {tilt:.1f} deg)"


def _winner(won: Document) -> Iterator[str]:
    """Yield who has the camera, for whom, and every condition that was met."""
    if not won:
        yield "  won   nobody: it stays as it is"
        return
    name = _text(won, "policy") or _operator(won) or "home"
    yield f"  won   {name:<{_NAME_WIDTH}} {_text(won, 'band'):<{_BAND_WIDTH}} {_text(won, 'source')}"
    yield f"          {_text(won, 'because')}"
    targets = won.get("targets")
    if isinstance(targets, Sequence) and targets and not isinstance(targets, str):
        yield f"          for {', '.join(str(target) for target in targets)}"
    yield from _clauses(won)


def _ladder(document: Document) -> Iterator[str]:
    """Yield by which rungs the head was moved and known to rest, and why not by better ones."""
    ladder = _map(document, "ladder")
    if not ladder:
        return
    idle = f", at rest by {_text(ladder, 'idle')}" if _text(ladder, "idle") else ""
    yield f"  moved by {_text(ladder, 'move')}{idle}"
    if because := _text(ladder, "because"):
        yield f"          not by {because}"


def _clauses(part: Document) -> Iterator[str]:
    """Yield every condition as it was judged."""
    for clause in _maps(part, "clauses"):
        mark = "x" if clause.get("held") else " "
        text = f"{_text(clause, 'text'):<{_CLAUSE_WIDTH}}"
        yield f"          [{mark}] {text} {_text(clause, 'found')}"


def _settings(document: Document, clock: _Clock) -> Iterator[str]:
    """Yield what is set of the picture and which auxiliary functions run, for whom and how long."""
    for setting in _maps(document, "trim"):
        name, band = _text(setting, "policy"), _text(setting, "band")
        until = f"until {clock(_text(setting, 'until'))}" if _text(setting, "until") else ""
        yield f"  set   {name:<{_NAME_WIDTH}} {band:<{_BAND_WIDTH}} {_text(setting, 'source')}"
        yield f"          {_text(setting, 'what')}: {_text(setting, 'value')} {until}"


def _unset(document: Document) -> Iterator[str]:
    """Yield what the camera was to be given and could not be, for whom, and why not."""
    for one in _maps(document, "unset"):
        name, band = _text(one, "policy") or "put back", _text(one, "band")
        value = f": {_text(one, 'value')}" if _text(one, "value") else ""
        yield f"  fail  {name:<{_NAME_WIDTH}} {band:<{_BAND_WIDTH}} {_text(one, 'source')}"
        yield f"          {_text(one, 'what')}{value}: {_text(one, 'reason')}"
        yield from _clauses(one)


def _operator(won: Document) -> str:
    """Return how an operator is named, if one has the camera."""
    actor = _text(won, "actor")
    return f"operator {actor}" if actor else ""


def _losers(document: Document) -> Iterator[str]:
    """Yield who did not get the camera, and who did not even ask for it."""
    losers = list(_maps(document, "lost"))
    for idle in (False, True):
        for loser in losers:
            if bool(loser.get("idle")) is not idle:
                continue
            word = "idle" if idle else "lost"
            name, band = _text(loser, "claim"), _text(loser, "band")
            yield f"  {word}  {name:<{_NAME_WIDTH}} {band:<{_BAND_WIDTH}} {_text(loser, 'reason')}"


def _glass(document: Document, clock: _Clock) -> Iterator[str]:
    """Yield which privacy rules were lifted, by whom, until when and why."""
    for lift in _maps(document, "lifted"):
        said = f"lifted by {_text(lift, 'by')} until {clock(_text(lift, 'until'))}"
        yield f"  glass {_text(lift, 'rule'):<{_NAME_WIDTH}} {said}: {_text(lift, 'reason')}"


def _rules(document: Document) -> Iterator[str]:
    """Yield which set of rules was in force."""
    if rules := _text(document, "rules"):
        yield f"  rules {rules}"


def _text(document: Document, key: str) -> str:
    """Return a text, empty when there is none."""
    value = document.get(key)
    return value if isinstance(value, str) else ""


def _map(document: Document, key: str) -> Document:
    """Return a map, empty when there is none."""
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _maps(document: Document, key: str) -> Iterator[Document]:
    """Yield the maps of a list."""
    value = document.get(key)
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, Mapping))
