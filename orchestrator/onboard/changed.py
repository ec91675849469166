"""What a camera says otherwise than when it was last interviewed: two passports compared, pure."""

from collections.abc import Collection, Iterator

from orchestrator.domain.camera import Passport


def changed(before: Passport, now: Passport) -> tuple[str, ...]:
    """Return what is otherwise, in the words of operators; nothing where it is the same.

    How far its clock is off does not count.
    """
    return tuple(_changed(before, now))


def _changed(before: Passport, now: Passport) -> Iterator[str]:
    for what in ("model", "serial", "firmware"):
        was, has = getattr(before, what), getattr(now, what)
        if was != has:
            yield f"{what} `{has}` instead of `{was}`"
    yield from _lost_and_new("service", before.services, now.services)
    presets = [[preset.name for preset in each.presets] for each in (before, now)]
    yield from _lost_and_new("preset", *presets)
    streams = [[stream.profile for stream in each.streams] for each in (before, now)]
    yield from _lost_and_new("stream", *streams)
    if before.has_ptz != now.has_ptz:
        yield "a head to steer" if now.has_ptz else "no head to steer any more"
    elif before.moves != now.moves:
        yield "other ways to move"
    if before.authentication != now.authentication:
        yield f"logged in by {now.authentication} instead of {before.authentication}"


def _lost_and_new(what: str, before: Collection[str], now: Collection[str]) -> Iterator[str]:
    lost, new = sorted(set(before).difference(now)), sorted(set(now).difference(before))
    if lost:
        yield f"{what} {', '.join(f'`{each}`' for each in lost)} gone"
    if new:
        yield f"{what} {', '.join(f'`{each}`' for each in new)} new"
