"""The loop of one camera's trim: its picture settings and auxiliary functions, made as granted.

Level-triggered like the head's. Before a setting is changed for the first time, what the camera
has is read and kept in the store; so whatever happens to the service, the camera gets back what it
had. What could not be kept is not changed. An auxiliary function is ended by its own last command,
which is kept likewise.
"""

from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.ids import CameraId
from orchestrator.domain.imaging import Auxiliary, Imaging, Owed, function_of
from orchestrator.domain.intent import Trim
from orchestrator.domain.sighting import Observation, TrimEnd, TrimSeen
from orchestrator.errors import (
    BadAnswer,
    CameraError,
    CameraFault,
    NotSupported,
    OrchestratorError,
    StoreError,
)
from orchestrator.ports import CameraLink, Clock, Store
from orchestrator.runtime.channels import Latest

CHECK_S = 30.0
"""How often a picture that is set is looked at again: a camera that restarted has forgotten it."""
AGAIN_S = 5.0
"""A camera or a store that did not answer is tried again this much later."""
REFUSED_S = 60.0
"""What a camera refused is tried again this much later, or when something else is granted."""
SAME = 0.02
"""Levels nearer than this are the same: cameras round them."""


async def trimmed(
    camera: CameraId,
    link: CameraLink,
    *,
    trims: Latest[Trim],
    store: Store,
    report: Callable[[Observation], object],
    clock: Clock,
) -> None:
    """Keep a camera set as granted until cancelled; what it is owed stays in the store."""
    trimmer = _Trimmer(camera, link, store, report, clock)
    while True:
        granted = trims.peek()
        pause_s = await trimmer.step(Trim(camera) if granted is None else granted)
        await trims.take_within(clock.sleep(pause_s))


class _Trimmer:
    """What one camera was told so far, what it is owed, and the doors to both."""

    def __init__(
        self,
        camera: CameraId,
        link: CameraLink,
        store: Store,
        report: Callable[[Observation], object],
        clock: Clock,
    ) -> None:
        self._camera = camera
        self._link = link
        self._store = store
        self._report = report
        self._clock = clock
        self._owed: Owed | None = None
        self._running: dict[str, str] = {}
        self._told: set[tuple[tuple[str, ...], str]] = set()

    async def step(self, trim: Trim) -> float:
        """Make it so, as far as the camera goes along; return how long to wait before the next."""
        functions = tuple(auxiliary.function for auxiliary in trim.auxiliaries)
        picture = tuple(name for name, _ in trim.imaging.settings())
        pauses = []
        for make, wanted in ((self._functions, functions), (self._picture, picture)):
            try:
                await make(trim)
            except (CameraError, StoreError) as error:
                self._failed(wanted or self._names(), error)
                refused = isinstance(error, NotSupported | CameraFault | BadAnswer)
                pauses.append(REFUSED_S if refused else AGAIN_S)
        if not pauses:
            self._told.clear()
        return min(pauses, default=CHECK_S)

    # -- the picture ---------------------------------------------------------------------------

    async def _picture(self, trim: Trim) -> None:
        owed = await self._debts()
        wanted = trim.imaging
        if not wanted.names and not owed.imaging.names:
            return
        now = await self._link.imaging()
        owed = await self._kept_before(wanted, now, owed)
        # What the camera did not tell could not be put back, so it is left alone.
        wanted = wanted.only(owed.imaging.names)
        back = owed.imaging.only(owed.imaging.names - wanted.names)
        await self._set(_differing(wanted, now), TrimEnd.SET)
        if back.names:
            await self._set(_differing(back, now), TrimEnd.PUT_BACK)
            await self._owe(replace(owed, imaging=owed.imaging.only(wanted.names)))

    async def _kept_before(self, wanted: Imaging, now: Imaging, owed: Owed) -> Owed:
        """Return what is owed with what the camera has now of what is changed for the first time."""
        first = now.only(wanted.names - owed.imaging.names)
        if first.names:
            owed = replace(owed, imaging=owed.imaging.over(first))
            await self._owe(owed)
        return owed

    async def _set(self, imaging: Imaging, end: TrimEnd) -> None:
        if imaging.names:
            await self._link.set_imaging(imaging)
            self._say(tuple(name for name, _ in imaging.settings()), end)

    # -- auxiliary functions -------------------------------------------------------------------

    async def _functions(self, trim: Trim) -> None:
        wanted = {each.function: each for each in trim.auxiliaries}
        for auxiliary in wanted.values():
            if self._running.get(auxiliary.function) != auxiliary.run:
                await self._start(auxiliary)
        for command in (await self._debts()).afterwards:
            if function_of(command) not in wanted:
                await self._end(command)
        self._running = {what: run for what, run in self._running.items() if what in wanted}

    async def _start(self, auxiliary: Auxiliary) -> None:
        owed = await self._debts()
        others = tuple(
            command for command in owed.afterwards if function_of(command) != auxiliary.function
        )
        mine = (auxiliary.afterwards,) if auxiliary.afterwards else ()
        if owed.afterwards != (*others, *mine):
            await self._owe(replace(owed, afterwards=(*others, *mine)))
        await self._link.send_auxiliary(auxiliary.run)
        self._running[auxiliary.function] = auxiliary.run
        self._say((auxiliary.function,), TrimEnd.SET)

    async def _end(self, command: str) -> None:
        await self._link.send_auxiliary(command)
        owed = await self._debts()
        left = tuple(other for other in owed.afterwards if other != command)
        await self._owe(replace(owed, afterwards=left))
        self._say((function_of(command),), TrimEnd.PUT_BACK)

    # -- what is owed, and what is said ----------------------------------------------------------

    async def _debts(self) -> Owed:
        if self._owed is None:
            self._owed = await self._store.owed(self._camera)
        return self._owed

    async def _owe(self, owed: Owed) -> None:
        await self._store.owe(self._camera, owed)
        self._owed = owed

    def _names(self) -> tuple[str, ...]:
        owed = self._owed or Owed()
        settings = tuple(name for name, _ in owed.imaging.settings())
        return (*settings, *(function_of(command) for command in owed.afterwards))

    def _say(self, what: tuple[str, ...], end: TrimEnd, reason: str = "") -> None:
        self._report(TrimSeen(self._camera, self._clock.now().mono_s, what, end, reason))

    def _failed(self, what: tuple[str, ...], error: OrchestratorError) -> None:
        """Say why it could not be done, once for each reason."""
        if what and (what, str(error)) not in self._told:
            self._told.add((what, str(error)))
            self._say(what, TrimEnd.FAILED, str(error))


def _differing(wanted: Imaging, now: Imaging) -> Imaging:
    """Return the settings that are not as they should be.

    >>> from orchestrator.domain.imaging import Mode
    >>> _differing(Imaging(brightness=0.6, ir_cut=Mode.ON), Imaging(brightness=0.61)).names
    frozenset({'ir_cut'})
    """
    present = dict(now.settings())
    different = []
    for name, value in wanted.settings():
        there = present.get(name)
        if isinstance(value, float) and isinstance(there, float):
            if abs(value - there) >= SAME:
                different.append(name)
        elif value != there:
            different.append(name)
    return wanted.only(different)
