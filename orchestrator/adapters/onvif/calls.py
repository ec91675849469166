"""One camera's calls: signed when wanted, dated by its clock, and judged before they are read.

Every failure leaves here as a ``CameraError`` that says camera, operation and elapsed time. A
call has one deadline over everything it needs: waiting for its turn, the clock, a challenge.
Until a login is proven only one call at a time may carry it, so that a wrong password is tried
once and not once per concurrent call.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

from lxml import etree

from orchestrator.adapters.onvif import fast
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.authentication import Login, Scheme, Signature, Verdict
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Fault, Unusable, payload_of, root_of
from orchestrator.adapters.onvif.names import GET_SYSTEM_DATE_AND_TIME, Operation
from orchestrator.adapters.onvif.record import LoginRecord
from orchestrator.adapters.onvif.redaction import Redaction
from orchestrator.adapters.onvif.transport import (
    CALL_DEADLINE_S,
    Dropped,
    Reply,
    Request,
    Transport,
)
from orchestrator.adapters.onvif.wire import Lane
from orchestrator.errors import (
    BadAnswer,
    CameraBusy,
    CameraError,
    CameraFault,
    CameraTimeout,
    ClockSkewed,
    NotAuthorised,
    NotSupported,
)
from orchestrator.ports import Clock

MAX_SKEW_S: Final = 300.0
DOUBT_S: Final = 60.0
"""How long after a login that worked was refused it is tried once more."""
_MOVED_S: Final = 5.0
_CLOCK_GOOD_FOR_S: Final = 3600.0
_MOST_ROUNDS: Final = 4
"""Unsigned, challenged, renewed nonce, one dropped connection."""
_LARGE: Final = 256 << 10
_BUSY: Final = frozenset({429, 503})
_NOWHERE: Final = frozenset({404, 405, 410, 501})
_UNSUPPORTED: Final = frozenset(
    {"ActionNotSupported", "OptionalActionNotImplemented", "NotSupported", "UnknownAction"}
)

_DOUBTED: Final = (
    "the camera refuses a login that worked before: it may have no connection left, or the password"
    f" was changed; it is tried once more after {DOUBT_S:g} s"
)
LOCKED_OUT: Final = "the camera says that it has locked this user out"
_LOCKED: Final = re.compile(rb"locked|lockstatus|too many", re.IGNORECASE)
_LOOKED_AT: Final = 8192

Read = TypeVar("Read")


class NoService(BadAnswer):
    """Nothing speaks SOAP at a path that the camera names: the service is absent, not the camera."""


class Memory(Generic[Read]):
    """What was read of an answer, for as long as the camera answers the same, byte for byte."""

    __slots__ = ("_digest", "_read")

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._digest = b""
        self._read: Read | None = None

    def known(self, body: bytes) -> Read | None:
        """Return what was read of this very body; None when it is another than the last one."""
        return self._read if self._digest == _digest(body) else None

    def keep(self, body: bytes, read: Read) -> None:
        """Remember what a body says."""
        self._digest, self._read = _digest(body), read


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Question:
    """One operation to be asked at one path of the camera."""

    operation: Operation
    payload: bytes
    target: str
    deadline_s: float = CALL_DEADLINE_S
    header: bytes = b""
    """Header blocks beside the login: WS-Addressing, where the operation wants it."""
    lane: Lane = Lane.TURNS
    """How it waits for others that ask the same device."""
    memory: Memory[Any] | None = None
    """Where its answer is remembered, if that is long and seldom another."""


class Calls:
    """Asks one approved camera questions."""

    def __init__(
        self,
        camera: str,
        origin: Origin,
        device: str,
        login: Login,
        *,
        transport: Transport,
        clock: Clock,
        utc: Callable[[], datetime],
        record: LoginRecord | None = None,
    ) -> None:
        """Keep whom to ask and with what; ``device`` is the path of its device service.

        ``record`` knows whether the login was refused by an earlier run.
        """
        self._camera = camera
        self._origin = origin
        self._device = device
        self._login = login
        self._transport = transport
        self._clock = clock
        self._utc = utc
        self._record = record
        self._turn = asyncio.Lock()
        self._open: set[str] = set()
        """What this camera lets anybody ask: nothing is learned of the login by that, so it waits for nobody."""
        self._clock_read_s: float | None = None
        self._doubted_s = 0.0
        self.clock_offset_s = 0.0
        """How far the camera's clock is ahead of ours."""
        self.clock_said = False
        """Whether the camera has told what time it is."""

    @property
    def login(self) -> Login:
        """Return what is known of the login."""
        return self._login

    @property
    def crowd(self) -> asyncio.Semaphore:
        """Return what lets only so many cameras be asked everything at the same time."""
        return self._transport.crowd

    def camera_now(self) -> datetime:
        """Return what the camera's clock shows now, as far as it is known."""
        return self._utc() + timedelta(seconds=self.clock_offset_s)

    async def unsigned(self, question: Question, read: Callable[[etree._Element], Read]) -> Read:
        """Return ``read`` of the answer's envelope to a request without any login."""
        asked = Asked.now(self._camera, question.operation)
        try:
            reply = await self._posted(question, asked, Signature())
        except Dropped:
            reply = await self._posted(question, asked, Signature(), again=True)
        return await self._answered(reply, asked, question, read)

    async def signed(self, question: Question, read: Callable[[etree._Element], Read]) -> Read:
        """Return ``read`` of the answer's envelope, logged in as far as the camera asks for it."""
        asked = Asked.now(self._camera, question.operation)
        if self._is_settled() and not self._clock_is_old():
            reply = await self._agreed(question, asked)
        else:
            reply = await self._settled(question, asked)
        return await self._answered(reply, asked, question, read)

    def _is_settled(self) -> bool:
        return self._login.proven and not self._login.doubted and not self._clock_is_wrong()

    async def _settled(self, question: Question, asked: Asked) -> Reply:
        """Look at the clock if that is due, and try an unproven login when no other call does."""
        self._check_refused(asked)
        try:
            async with asyncio.timeout(question.deadline_s):
                if self._record is not None and not self._login.proven:
                    self._login.refused = self._login.refused or await self._record.refused()
                    self._check_refused(asked)
                if self._clock_is_old() or self._clock_is_wrong():
                    await self.read_clock()
                self._check_clock(asked)
                if self._is_settled() or question.operation.name in self._open:
                    return await self._agreed(question, asked)
                async with self._turn:
                    return await self._agreed(question, asked)
        except TimeoutError as error:
            raise _late(question, asked) from error

    async def read_clock(self) -> None:
        """Measure the camera's clock at the middle of a round trip, without a login.

        A camera that tells its time to nobody, only its local time, or a date that does not exist, is
        taken to be right, or to be as it was when that was known.
        """
        before = self._utc()
        try:
            camera_now = await self.unsigned(
                Question(GET_SYSTEM_DATE_AND_TIME, fast.get_system_date_and_time(), self._device),
                lambda root: fast.system_time(answer_in(root)),
            )
        except NotAuthorised:
            camera_now = None
        if camera_now is not None:
            middle = before + (self._utc() - before) / 2
            # The camera says whole seconds, cut off; it is half a second later on average.
            self.clock_offset_s = (camera_now - middle).total_seconds() + 0.5
            self.clock_said = True
        self._clock_read_s = self._clock.now().mono_s

    def check_clock(self, operation: Operation) -> None:
        """Raise ``ClockSkewed`` when the camera's clock was found too far from ours."""
        self._check_clock(Asked.now(self._camera, operation))

    async def _agreed(self, question: Question, asked: Asked) -> Reply:
        """Send, and send again as the camera wants it signed, until it answers or refuses."""
        dropped = False
        for round_ in range(_MOST_ROUNDS):
            self._check_refused(asked)
            self._check_clock(asked)
            signature = self._login.signature("POST", question.target, self.camera_now)
            try:
                reply = await self._posted(question, asked, signature, again=round_ > 0)
            except Dropped:
                if dropped:
                    raise
                dropped = True
                continue
            fault = _fault_in(reply)
            verdict = self._login.verdict(signature, reply.status, reply.challenges, fault)
            if verdict is Verdict.PASSED:
                if signature.scheme is Scheme.NONE:
                    self._open.add(question.operation.name)
                return reply
            if verdict is not Verdict.AGAIN:
                await self._refused(verdict, signature, reply)
        self._check_refused(asked)
        raise asked.error(BadAnswer, "the camera does not settle on a way to log in")

    async def _refused(self, verdict: Verdict, sent: Signature, reply: Reply) -> None:
        """Note what a refusal means: locked out, a clock that has moved, no room, or the end."""
        if _LOCKED.search(reply.body[:_LOOKED_AT]):
            self._login.refused = LOCKED_OUT
        elif sent.security and await self._clock_has_moved() and self._login.reconsider():
            return
        elif verdict is Verdict.DOUBTED:
            self._doubted_s = self._clock.now().mono_s
        if self._login.refused and self._record is not None:
            await self._record.note(self._login.refused)

    async def _clock_has_moved(self) -> bool:
        """Say whether the camera's clock is not where it was thought to be: tokens are dated by it."""
        before_s = self.clock_offset_s
        await self.read_clock()
        return abs(self.clock_offset_s - before_s) > _MOVED_S

    async def _posted(
        self, question: Question, asked: Asked, signature: Signature, *, again: bool = False
    ) -> Reply:
        """Send once, within the question's time, or ``again`` within what is left of it."""
        left_s = question.deadline_s - (asked.elapsed_s() if again else 0.0)
        if left_s <= 0.0:
            raise _late(question, asked)
        request = Request(
            self._origin,
            question.target,
            question.operation.action,
            envelope(question.payload, signature.security + question.header),
            signature.authorization,
            lane=question.lane,
        )
        return await self._transport.reply_to(request, asked, left_s)

    async def _answered(
        self,
        reply: Reply,
        asked: Asked,
        question: Question,
        read: Callable[[etree._Element], Read],
    ) -> Read:
        """Return what the reply says; what it said before is remembered where that is wanted."""
        memory: Memory[Read] | None = question.memory
        known = None if memory is None or reply.status != 200 else memory.known(reply.body)
        if known is not None:
            return known
        said = await _read(reply, asked, read, self._login.redaction)
        if memory is not None:
            memory.keep(reply.body, said)
        return said

    def _clock_is_old(self) -> bool:
        read_s = self._clock_read_s
        return read_s is None or self._clock.now().mono_s - read_s > _CLOCK_GOOD_FOR_S

    def _clock_is_wrong(self) -> bool:
        return abs(self.clock_offset_s) > MAX_SKEW_S

    def _check_clock(self, asked: Asked) -> None:
        if self._clock_is_wrong():
            raise asked.error(
                ClockSkewed, f"the camera's clock is {self.clock_offset_s:+.0f} s off; set it right"
            )

    def _check_refused(self, asked: Asked) -> None:
        if self._login.refused:
            raise asked.error(NotAuthorised, self._login.refused)
        if self._login.doubted and self._clock.now().mono_s - self._doubted_s < DOUBT_S:
            raise asked.error(CameraBusy, _DOUBTED)


def _late(question: Question, asked: Asked) -> CameraTimeout:
    return asked.error(CameraTimeout, f"no answer within {question.deadline_s:g} s")


def answer_in(root: etree._Element) -> etree._Element:
    """Return the element in the body of an envelope that holds no fault."""
    found = payload_of(root)
    if isinstance(found, Fault):
        raise Unusable("a fault where an answer is due")
    return found


async def _read(
    reply: Reply, asked: Asked, read: Callable[[etree._Element], Read], redaction: Redaction
) -> Read:
    """Return what the reply says, or raise what is wrong with it; neither holds the password.

    No cause is kept: what a parser says of an answer repeats its words.
    """
    if reply.status in _BUSY:
        raise asked.error(CameraBusy, "the camera is too busy to answer")
    if reply.status == 401:
        raise asked.error(NotAuthorised, "the camera wants a login")
    try:
        large = len(reply.body) > _LARGE
        root = await asyncio.to_thread(root_of, reply.body) if large else root_of(reply.body)
        redaction.clean(reply.body, root)
        found = payload_of(root)
        if isinstance(found, Fault):
            raise _fault_error(found, asked, redaction)
        if reply.status != 200:
            raise asked.error(BadAnswer, f"HTTP status {reply.status}")
        return read(root)
    except Unusable as error:
        if reply.status in _NOWHERE:
            said = f"HTTP status {reply.status}: no such service there"
            raise asked.error(NoService, said) from None
        said = str(error) if reply.status == 200 else f"HTTP status {reply.status}"
        raise asked.error(BadAnswer, redaction.text(said)) from None


def _fault_in(reply: Reply) -> Fault | None:
    """Return the fault of an answer that is none of success; nothing else is judged here."""
    if reply.status == 200 and b"Fault>" not in reply.body:
        return None
    try:
        found = payload_of(root_of(reply.body))
    except Unusable:
        return None
    return found if isinstance(found, Fault) else None


def _fault_error(fault: Fault, asked: Asked, redaction: Redaction) -> CameraError:
    reason = redaction.text(fault.reason)
    if "NotAuthorized" in fault.codes:
        return asked.error(NotAuthorised, reason or "the camera refused")
    if not _UNSUPPORTED.isdisjoint(fault.codes):
        return asked.error(NotSupported, reason or "the camera does not have this operation")
    return CameraFault(
        reason or "a fault without a reason",
        camera=asked.camera,
        operation=asked.operation,
        code=redaction.text(fault.code),
        elapsed_s=asked.elapsed_s(),
    )
