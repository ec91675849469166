"""One camera is listened to: what it tells of itself, by its own motion or tamper detection.

When the subscription is lost, another is made; when the camera does not answer, it is tried again
after a pause that doubles up to five minutes. A state that began and is not told again within some
seconds of a new subscription has ended: the camera restarted meanwhile, and forgot it.
"""

from collections.abc import AsyncIterator, Callable, Sequence

import structlog

from orchestrator.domain.camera import Camera
from orchestrator.domain.sighting import CameraReported, Observation, Report
from orchestrator.errors import CameraError, NotAuthorised, NotSupported
from orchestrator.ports import CameraLink, Clock

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
STEADY_S = 60.0
"""A subscription that lasted so long was well: the next pause is short again."""
SETTLED_S = 10.0
"""Within so long of a new subscription, a camera has told every state that stands."""

_Thing = tuple[Report, str]


async def listened(
    camera: Camera, link: CameraLink, *, report: Callable[[Observation], object], clock: Clock
) -> None:
    """Report what a camera tells of itself, until cancelled.

    Returns for a camera that tells nothing, or not to this login: the rest of it goes on.
    """
    ear = _Ear(report, clock)
    pause_s = 0.0
    while True:
        began_s = clock.now().mono_s
        try:
            async with link.events() as batches:
                await ear.hear(batches)
            why = "the camera has lost the subscription"
        except (NotSupported, NotAuthorised) as error:
            log.info("tells no events", camera=camera.id, why=str(error))
            return
        except CameraError as error:
            why = str(error)
        steady = clock.now().mono_s - began_s >= STEADY_S
        first = steady or pause_s == 0.0
        pause_s = FIRST_PAUSE_S if first else min(2 * pause_s, LONGEST_PAUSE_S)
        log.info("events", camera=camera.id, why=why, again_in_s=pause_s)
        await clock.sleep(pause_s)


class _Ear:
    """What one camera says stands, from one subscription to the next."""

    def __init__(self, report: Callable[[Observation], object], clock: Clock) -> None:
        self._report = report
        self._clock = clock
        self._standing: dict[_Thing, CameraReported] = {}

    async def hear(self, batches: AsyncIterator[Sequence[CameraReported]]) -> None:
        """Report what one subscription tells."""
        settles_s = self._clock.now().mono_s + SETTLED_S
        before = dict(self._standing)
        async for batch in batches:
            for each in batch:
                before.pop((each.report, each.part), None)
                self._say(each)
            now_s = self._clock.now().mono_s
            if before and now_s >= settles_s:
                for each in before.values():
                    ended = CameraReported(each.camera, each.report, False, now_s, each.part)
                    self._say(ended)
                before.clear()

    def _say(self, told: CameraReported) -> None:
        if told.active:
            self._standing[told.report, told.part] = told
        else:
            self._standing.pop((told.report, told.part), None)
        self._report(told)
