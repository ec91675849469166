"""What a case expects of pictures and auxiliary functions, judged."""

from collections.abc import Iterator, Sequence

from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Decision, Setting
from orchestrator.domain.policy_case import PutsBack, Trims
from orchestrator.rehearse.play import Moment


def sets(expected: Trims, decision: Decision) -> bool:
    """Say whether some camera that is meant is set as expected."""
    for trim in decision.trims:
        if expected.camera not in (None, trim.camera):
            continue
        mine = [
            setting for setting in trim.settings if expected.holder in (None, setting.reason.policy)
        ]
        wanted = [(name, words) for name, words in _wanted(expected)]
        if all(any(_same(setting, *each) for setting in mine) for each in wanted):
            return True
    return False


def put_back_s(expected: PutsBack, moments: Sequence[Moment]) -> float | None:
    """Return when all that is expected was put back on one camera, having been set; None if never."""
    open_at: dict[CameraId, set[str]] = {}
    closed: dict[CameraId, set[str]] = {}
    for moment in moments:
        now = {trim.camera: {each.what for each in trim.settings} for trim in moment.decision.trims}
        for camera in {*open_at, *now}:
            if expected.camera not in (None, camera):
                continue
            before, after = open_at.get(camera, set()), now.get(camera, set())
            closed[camera] = (closed.get(camera, set()) | (before - after)) - after
            open_at[camera] = after
            if set(expected.what) <= closed[camera]:
                return moment.at_s
    return None


def as_set(moment: Moment) -> Iterator[str]:
    """Yield how every camera is set at a moment, and who did not get what, in words."""
    for trim in moment.decision.trims:
        for each in trim.settings:
            yield f"{trim.camera} has {each.what}: {each.words} because of {each.reason.policy}"
        for lost in trim.lost:
            yield f"  {lost.claim}: {lost.reason}"
    if not moment.decision.trims:
        yield "no camera is set otherwise than usual"


def _wanted(expected: Trims) -> Iterator[tuple[str | None, object]]:
    """Yield the settings that are expected, and the command, whose function is not asked for."""
    yield from expected.imaging.settings()
    if expected.runs:
        yield None, expected.runs


def _same(setting: Setting, what: str | None, value: object) -> bool:
    if what is None:
        return setting.words == value
    return setting.what == what and setting.value == value
