"""One camera is watched: open, detect, report; when the video fails, say so and open again.

Frames come from a door that only ever holds the newest, one is in flight at a time, and what is shown
to the detector is the newest that there is when the camera's turn comes: so a busy detector costs
frames and never delay. Every failure is told once, in a sentence, and the stream is opened again after
a pause (``patience``), or at once when somebody asks for that.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial

from orchestrator.domain.camera import Camera, LinkState, Stream
from orchestrator.domain.intent import Attention
from orchestrator.domain.sighting import Detections, LinkSeen, Observation
from orchestrator.errors import MediaError, ModelError
from orchestrator.ports import Clock, Credentials, Detector, Found, Frame, Frames, Pictures, Rate
from orchestrator.runtime.channels import Latest
from orchestrator.watch.appearance import described
from orchestrator.watch.describing import Describing
from orchestrator.watch.patience import Failure, Patience, Pause
from orchestrator.watch.stillness import Stands, Witness
from orchestrator.watch.streams import chosen_stream
from orchestrator.watch.tally import Tally
from orchestrator.watch.veiling import Door, Poses, through

NO_STREAM = Failure(
    "it offers no H.264, H.265 or JPEG stream that can be decoded; enable one on the camera"
)
MOST_FAILURES = 3
"""So many pictures in a row that a model fails on are its fault, and not theirs."""


@dataclass(frozen=True, slots=True)
class _Senses:
    """What one camera's watching works with."""

    camera: Camera
    detector: Detector
    door: Door
    attention: Callable[[], Attention]
    tally: Tally
    report: Callable[[Observation], None]
    clock: Clock
    stands: Stands | None
    describing: Describing | None


async def watched(
    camera: Camera,
    *,
    frames: Frames,
    detector: Detector,
    streams: Sequence[Stream],
    credentials: Credentials,
    attention: Callable[[], Attention],
    poses: Poses,
    tally: Tally,
    report: Callable[[Observation], None],
    clock: Clock,
    stands: Stands | None = None,
    describing: Describing | None = None,
    retry: Latest[bool] | None = None,
) -> None:
    """Report what the detector finds in a camera's video, until cancelled.

    Of its ``streams`` the one that suits the detector is watched (``chosen_stream``).
    ``attention`` says how closely to look, and what is hidden of the pictures; it is asked again and
    again. ``poses`` tells where the camera looked; ``tally`` counts what becomes of the pictures.
    ``stands`` is told of every frame, and whether its picture stands still; None where nobody asks.
    ``describing`` has people described by a model; None where no model tells people apart.
    ``retry`` gets something new whenever a failed stream is to be tried at once, whatever it did.
    """
    retry = Latest() if retry is None else retry
    door = Door(camera, veil=lambda: attention().veil, poses=poses, clock=clock)
    senses = _Senses(camera, detector, door, attention, tally, report, clock, stands, describing)
    rate = partial(_rate, attention)

    def opened(size_px: tuple[int, int]) -> AbstractAsyncContextManager[Pictures] | None:
        stream = chosen_stream(streams, size_px)
        if stream is None:
            return None
        return frames.open(camera.id, stream, credentials, size_px=size_px, rate=rate)

    patience = Patience(clock.now().mono_s)
    while True:
        began_s = clock.now().mono_s
        failure = await _until_it_fails(opened, senses)
        pause = patience.after(failure, began_s=began_s, now_s=clock.now().mono_s)
        what = f"camera `{camera.id}`: {failure.reason}"
        _tell(senses, LinkState.DEGRADED, f"{what}; {pause}")
        if await _was_cut_short(retry, pause, senses):
            patience.forgive(clock.now().mono_s)


async def _was_cut_short(retry: Latest[bool], pause: Pause, senses: _Senses) -> bool:
    """Wait until a pause is over; return whether somebody did not want to wait for that."""
    retry.newer()  # what was asked for while the stream was open is of no use now
    senses.tally.quarantined = pause.quarantined
    try:
        return await retry.take_within(senses.clock.sleep(pause.seconds)) is not None
    finally:
        senses.tally.quarantined = False


def _rate(attention: Callable[[], Attention]) -> Rate:
    """Return how many pictures are wanted.

    Whether something moves in them is told where nothing is blanked yet: while anything is hidden, it is
    not asked.
    """
    now = attention()
    return Rate(now.fps, now.fps if now.veil.hides else now.still_fps)


async def _until_it_fails(
    opened: Callable[[tuple[int, int]], AbstractAsyncContextManager[Pictures] | None],
    senses: _Senses,
) -> Failure:
    """Watch one opening; return why it ended, and what to do."""
    try:
        video = opened(senses.detector.input_px)
        if video is None:
            return NO_STREAM
        async with video as pictures:
            await _look(pictures, senses)
    except MediaError as error:
        look_at = "its login" if error.refused else "its stream and its network"
        return Failure(f"{error}; check {look_at}", error.refused, error.hostile)
    except ModelError as error:
        return Failure(f"{error}; check the model")
    return Failure("the camera ended the stream; check its stream and its network")


async def _look(pictures: Pictures, senses: _Senses) -> None:
    """Report detections from one open stream until it ends."""
    flows, failures = False, 0
    witness = Witness(senses.stands)
    async for waiting in through(senses.door, pictures):
        if not flows:
            flows = True
            _tell(senses, LinkState.ONLINE)
        if waiting.dark:
            continue
        try:
            frame, found = await _found(waiting, pictures, witness, senses)
        except ModelError:
            failures += 1
            if failures == MOST_FAILURES:
                raise
            continue
        failures = 0
        senses.report(await _detections(frame, found, senses))


async def _found(
    waiting: Frame, pictures: Pictures, witness: Witness, senses: _Senses
) -> tuple[Frame, Found]:
    """Return what is in a frame, or in the one that came while it waited for its turn."""
    tally = senses.tally
    tally.asked += 1
    try:
        async with senses.detector.turn(senses.attention().regard) as look:
            frame = _newest(waiting, pictures, senses)
            witness.see(frame)
            found = await look(frame)
    except ModelError:
        tally.failed += 1
        raise
    tally.answer(senses.clock.now().mono_s - frame.exposed_s)
    return frame, found


def _newest(waiting: Frame, pictures: Pictures, senses: _Senses) -> Frame:
    """Return the newest frame that may be looked at; those before it are not."""
    newer = pictures.newer()
    if newer is None:
        return waiting
    frame, tally = waiting, senses.tally
    for shown in senses.door.through(newer):
        if not shown.dark:
            tally.asked, tally.replaced = tally.asked + 1, tally.replaced + 1
            frame = shown
    return frame


async def _detections(frame: Frame, found: Found, senses: _Senses) -> Detections:
    """Return what was found in a frame, with the aim of the camera when it was taken."""
    describing = senses.describing
    vectors = None if describing is None else await describing.vectors(frame, found)
    return Detections(
        camera=frame.camera,
        exposed_s=frame.exposed_s,
        aim=frame.aim,
        width_px=frame.source_px[0],
        height_px=frame.source_px[1],
        boxes_px=found.boxes_px,
        scores=found.scores,
        kinds=found.kinds,
        appearances=described(frame, found),
        vectors=vectors,
        aim_sigma_deg=frame.aim_sigma_deg,
    )


def _tell(senses: _Senses, state: LinkState, reason: str = "") -> None:
    """Report how the camera's video stands."""
    at_s = senses.clock.now().mono_s
    senses.report(LinkSeen(senses.camera.id, at_s, state, reason))
