"""What a camera says of itself now, by the events it sent: begun, and not ended."""

from collections.abc import Iterator, Sequence

from orchestrator.domain.sighting import CameraReported
from orchestrator.domain.world import Reported

PULSE_S = 1.0
"""An event that ends at once is told of for so long all the same."""
MOST = 32
"""A camera is listened to on this many things at once; of more, the oldest are forgotten."""


def with_report(known: Sequence[Reported], event: CameraReported) -> tuple[Reported, ...]:
    """Return what a camera says, once an event is taken in; one that is repeated says nothing new.

    >>> from orchestrator.domain.ids import CameraId
    >>> from orchestrator.domain.sighting import Report
    >>> began = with_report((), CameraReported(CameraId("gate"), Report.TAMPER, True, 3.0))
    >>> with_report(began, CameraReported(CameraId("gate"), Report.TAMPER, False, 9.0))[0].until_s
    9.0
    """
    same = next((one for one in known if _about(one) == (event.report, event.part)), None)
    stands = same is not None and same.until_s is None
    if event.active == stands:
        # Said before: it keeps its place too, as what is said longest comes first.
        return tuple(known)
    others = tuple(one for one in known if one is not same)
    if event.active or same is None:
        new = Reported(event.report, event.part, event.at_s)
    else:
        new = Reported(event.report, event.part, same.since_s, event.at_s)
    return (*others, new)[-MOST:]


def standing(known: Sequence[Reported], now_s: float) -> Iterator[Reported]:
    """Yield what a camera says at a moment."""
    for one in known:
        if one.until_s is None or now_s < one.since_s + PULSE_S:
            yield one


def _about(one: Reported) -> tuple[object, str]:
    return one.report, one.part
