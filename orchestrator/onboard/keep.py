"""Keeps one camera on board: interviewed, then asked every few seconds whether it is there.

::

    CONNECTING --interview--> ONLINE --no answer--> OFFLINE --answers, interviewed anew--> ONLINE
         |------- login refused, clock wrong ----------------> REFUSED (a person has to act)
         `------- stranger, other certificate ---------------> QUARANTINED (the same)

What a camera says of itself is kept in the store, with the hour, and asked anew after each lost
connection and every hour: firmware changes, presets go. What is otherwise than before stands in the
reason of its being online.

A camera that cannot be reached, or answers what cannot be used, is tried again after a random pause
below a bound that doubles from half a second to half a minute, so that a hundred cameras behind one
switch do not come back at once. A refused login is never sent again, since cameras lock a user who
is refused too often: nothing is sent until its secret says something else, and then the caller
starts anew with a new link. The link itself remembers that over restarts. A stranger or a wrong clock may mend itself, so those are looked at
again every five minutes; no login is sent meanwhile.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import structlog

from orchestrator.domain.camera import Camera, LinkState, Passport
from orchestrator.domain.sighting import Interviewed, LinkSeen, Observation
from orchestrator.errors import (
    CameraBusy,
    CameraError,
    CameraTimeout,
    CertificateChanged,
    ClockSkewed,
    NotAuthorised,
    StoreError,
    Stranger,
    TlsFailed,
    Unreachable,
)
from orchestrator.onboard.changed import changed
from orchestrator.onboard.hearsay import Hearsay
from orchestrator.ports import CameraLink, Clock, Remembered, Store

log = structlog.get_logger(__name__)

HEARTBEAT_S: Final = 5.0
RECHECK_S: Final = 300.0
VERIFY_S: Final = 3600.0
_FIRST_BACK_OFF_S: Final = 0.5
_LAST_BACK_OFF_S: Final = 30.0
_DICE: Final = secrets.SystemRandom()


async def keep_onboard(
    camera: Camera,
    link: CameraLink,
    *,
    clock: Clock,
    store: Store,
    report: Callable[[Observation], None],
    renewed: Callable[[], Awaitable[object]],
    hearsay: Hearsay | None = None,
    draw: Callable[[float, float], float] = _DICE.uniform,
) -> None:
    """Keep ``camera`` on board until cancelled; reports each change of its link once.

    Returns when its login was refused and its secret is another by now, which ``renewed`` waits
    for: the caller opens a link with it. ``hearsay`` has the camera looked at at
    once. ``draw`` returns a random number between two bounds.
    """
    heard = hearsay or Hearsay()
    keeper = _Keeper(camera, link, clock=clock, store=store, report=report, hearsay=heard)
    failures = 0
    while True:
        try:
            await keeper.interview()
            failures = 0
            await keeper.heartbeats(VERIFY_S)
        except NotAuthorised as error:
            keeper.refused(error)
            await renewed()
            return
        except (Stranger, ClockSkewed) as error:
            await keeper.wait_for_a_person(error)
        except CameraError as error:
            keeper.lost(error)
            bound_s = min(_LAST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2.0 ** min(failures, 16))
            failures += 1
            await keeper.pause(draw(0.0, bound_s))


class _Keeper:
    """One camera's link as it was last reported, and the steps that change it."""

    def __init__(
        self,
        camera: Camera,
        link: CameraLink,
        *,
        clock: Clock,
        store: Store,
        report: Callable[[Observation], None],
        hearsay: Hearsay,
    ) -> None:
        self._camera = camera
        self._hearsay = hearsay
        self._link = link
        self._clock = clock
        self._store = store
        self._report = report
        self._before: Passport | None = None
        self._asked_store = False
        self._changes = ""
        self._last: tuple[LinkState, str] | None = None

    async def interview(self) -> None:
        """Learn who is there; online when it is done."""
        passport = await self._link.interview()
        await self._remember(passport)
        self._report(Interviewed(self._camera.id, self._now_s(), passport))
        self._seen(LinkState.ONLINE, self._changes)

    async def heartbeats(self, for_s: float) -> None:
        """Ask again and again whether it answers; returns after ``for_s``, or when there are news."""
        until_s = self._now_s() + for_s
        while self._now_s() < until_s:
            if await self.pause(HEARTBEAT_S):
                return
            await self._link.alive()
            self._seen(LinkState.ONLINE, self._changes)

    async def pause(self, seconds: float) -> bool:
        """Return so much later, or at once when there are news of the camera; then True."""
        return await self._hearsay.nudge.take_within(self._clock.sleep(seconds)) is not None

    async def _remember(self, passport: Passport) -> None:
        """Keep a passport, and what is otherwise in it; a store that fails costs no camera."""
        try:
            if not self._asked_store:
                found = await self._store.remembered(self._camera.id)
                self._before = None if found is None else found.passport
                self._asked_store = True
            if self._before is not None:
                changes = changed(self._before, passport)
                self._changes = _CHANGED.format("; ".join(changes)) if changes else self._changes
            if self._before is None or self._differs(passport):
                at = self._clock.now().wall.isoformat()
                await self._store.remember(Remembered(passport, at))
                self._before = passport
        except StoreError as error:
            log.warning("passport not kept", camera=self._camera.id, why=str(error))

    def _differs(self, passport: Passport) -> bool:
        before = self._before
        return before is None or passport != replace(before, clock_offset_s=passport.clock_offset_s)

    def refused(self, error: CameraError) -> None:
        """Report that a person has to act."""
        stranger = isinstance(error, Stranger)
        state = LinkState.QUARANTINED if stranger else LinkState.REFUSED
        self._seen(state, _sentence(self._camera, error))

    async def wait_for_a_person(self, error: CameraError) -> None:
        """Return when the cause may have gone."""
        self.refused(error)
        while True:
            await self.pause(RECHECK_S)
            try:
                await self._link.alive()
            except CameraError:
                continue
            return

    def lost(self, error: CameraError) -> None:
        """Report that it does not answer, or not sensibly."""
        state = LinkState.DEGRADED if isinstance(error, CameraBusy) else LinkState.OFFLINE
        elsewhere = self._hearsay.elsewhere
        moved = _MOVED.format(elsewhere) if elsewhere else ""
        self._seen(state, _sentence(self._camera, error) + moved)

    def _seen(self, state: LinkState, reason: str) -> None:
        if self._last != (state, reason):
            self._last = (state, reason)
            self._report(LinkSeen(self._camera.id, self._now_s(), state, reason))

    def _now_s(self) -> float:
        return self._clock.now().mono_s


def _sentence(camera: Camera, error: CameraError) -> str:
    """Return what an operator reads: which camera, what is wrong, what to do."""
    return f"camera `{camera.id}` at {camera.host}:{camera.port} {_trouble(camera, error)}"


def _trouble(camera: Camera, error: CameraError) -> str:
    for kind, say in _TROUBLES:
        if isinstance(error, kind):
            return say.format(
                id=camera.id, login=camera.credentials, why=error.message, what=error.operation
            )
    return _ODD.format(why=error.message, what=error.operation)


_TROUBLES: Final[tuple[tuple[type[CameraError], str], ...]] = (
    (
        NotAuthorised,
        (
            "refuses the login `{login}` ({why}): correct that secret, it is then tried once by"
            " itself; if it is the user in the camera that is wrong, correct that, run `orchestrator"
            " approve SITE {id} --retry-login` and restart the service"
        ),
    ),
    (
        CertificateChanged,
        (
            "shows {why}: nothing is sent to it. If its certificate was renewed on purpose, run"
            " `orchestrator approve SITE {id} --new-certificate`; else find out what stands there"
        ),
    ),
    (
        Stranger,
        "is not the approved one: {why}; check what was connected there and approve it anew",
    ),
    (ClockSkewed, "cannot be logged in to safely: {why}"),
    (CameraBusy, "is too busy to answer; it is tried again by itself"),
    (
        CameraTimeout,
        (
            "does not answer in time ({what}); it is tried again by itself,"
            " restart the camera if this lasts"
        ),
    ),
    (
        TlsFailed,
        (
            "makes {why}; check that it speaks TLS 1.2 or newer at this port, it is tried again by"
            " itself"
        ),
    ),
    (
        Unreachable,
        "cannot be reached; check its power and network, it is tried again by itself",
    ),
)
_CHANGED: Final = "it has changed: {}"
_MOVED: Final = (
    "; something at {} calls itself as this camera did: if it was moved there, change its address in"
    " the site file and approve it"
)
_ODD: Final = (
    "gives an answer that cannot be used ({what}: {why}); check its firmware, it is tried again by"
    " itself"
)
