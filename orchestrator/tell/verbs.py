"""Every verb a command may have: the document it takes, and the order it is; pure.

A document is exactly what its verb declares. Who may ask, and of what, is told in ``orders``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec

from orchestrator.domain.ids import CameraId, NoticeId, PolicyName, PresetName
from orchestrator.domain.sighting import (
    Acknowledge,
    CloseGlass,
    GotoPreset,
    LiftRule,
    Nudge,
    Order,
    PauseAutomation,
    PausePolicy,
    Release,
    Reload,
    ResumeAutomation,
    ResumePolicy,
    RetryVideo,
    SetFlag,
    TakeControl,
)
from orchestrator.domain.site import Site

_Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_HoldS = Annotated[float, msgspec.Meta(gt=0, le=3600)]
_PauseS = Annotated[float, msgspec.Meta(gt=0, le=7 * 86_400)]
_TurnDeg = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Closer = Annotated[float, msgspec.Meta(ge=0.25, le=4)]
_ExpiresS = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that may hold nothing but what it declares."""


class _Nothing(_Strict, frozen=True, kw_only=True):
    """No arguments."""


class _GotoArgs(_Strict, frozen=True, kw_only=True):
    preset: _Name


class _TakeArgs(_Strict, frozen=True, kw_only=True):
    hold_s: _HoldS | None = None


class _PauseArgs(_Strict, frozen=True, kw_only=True):
    for_s: _PauseS | None = None


class Body(_Strict, frozen=True, kw_only=True):
    """What every command carries beside its arguments."""

    id: _Word
    issued_at: _Moment
    expires_in: _ExpiresS = 10.0
    reply_to: str | None = None


class _BareBody(Body, frozen=True, kw_only=True):
    """A command whose topic says all of it."""

    args: _Nothing = _Nothing()


class _GotoBody(Body, frozen=True, kw_only=True):
    args: _GotoArgs


class _TakeBody(Body, frozen=True, kw_only=True):
    args: _TakeArgs = _TakeArgs()


class _PauseBody(Body, frozen=True, kw_only=True):
    args: _PauseArgs = _PauseArgs()


class _NudgeArgs(_Strict, frozen=True, kw_only=True):
    right_deg: _TurnDeg = 0.0
    up_deg: _TurnDeg = 0.0
    closer: _Closer = 1.0


class _NudgeBody(Body, frozen=True, kw_only=True):
    args: _NudgeArgs


class _GlassArgs(_Strict, frozen=True, kw_only=True):
    reason: _Reason
    for_s: _HoldS | None = None


class _BreakBody(Body, frozen=True, kw_only=True):
    args: _GlassArgs


_Document = TypeVar("_Document", bound=Body)


@dataclass(frozen=True, slots=True)
class Verb(Generic[_Document]):
    """The document a verb takes, and what it orders of the object of that name."""

    document: type[_Document]
    order: Callable[[_Document, str, Site], Order]
    for_engineers: bool = False
    """Whether only the role engineer may ask for it."""


def _take_control(body: _TakeBody, camera: str, site: Site) -> Order:
    hold_s = body.args.hold_s
    if hold_s is None:
        hold_s = site.arbitration.operator_hold_s
    return TakeControl(CameraId(camera), hold_s)


def _nudge(body: _NudgeBody, camera: str, _: Site) -> Order:
    turn = body.args
    return Nudge(CameraId(camera), turn.right_deg, turn.up_deg, turn.closer)


def _lift(body: _BreakBody, rule: str, _: Site) -> Order:
    return LiftRule(PolicyName(rule), body.args.reason, body.args.for_s)


VERBS: Final[Mapping[str, Mapping[str, Verb[Any]]]] = {
    "camera": {
        "goto_preset": Verb(
            _GotoBody,
            lambda body, name, _: GotoPreset(CameraId(name), PresetName(body.args.preset)),
        ),
        "take_control": Verb(_TakeBody, _take_control),
        "nudge": Verb(_NudgeBody, _nudge),
        "release": Verb(_BareBody, lambda _body, name, _: Release(CameraId(name))),
        "pause_automation": Verb(
            _PauseBody, lambda body, name, _: PauseAutomation(CameraId(name), body.args.for_s)
        ),
        "resume_automation": Verb(
            _BareBody, lambda _body, name, _: ResumeAutomation(CameraId(name))
        ),
        "retry_video": Verb(
            _BareBody, lambda _body, name, _: RetryVideo(CameraId(name)), for_engineers=True
        ),
    },
    "policy": {
        "pause_policy": Verb(
            _PauseBody, lambda body, name, _: PausePolicy(PolicyName(name), body.args.for_s)
        ),
        "resume_policy": Verb(_BareBody, lambda _body, name, _: ResumePolicy(PolicyName(name))),
    },
    "flag": {
        "set_flag": Verb(_BareBody, lambda _body, name, _: SetFlag(name, up=True)),
        "clear_flag": Verb(_BareBody, lambda _body, name, _: SetFlag(name, up=False)),
    },
    "privacy": {
        "break_glass": Verb(_BreakBody, _lift),
        "close_glass": Verb(_BareBody, lambda _body, name, _: CloseGlass(PolicyName(name))),
    },
    "alarm": {
        "acknowledge": Verb(_BareBody, lambda _body, name, _: Acknowledge(NoticeId(name))),
    },
    "site": {
        "reload": Verb(_BareBody, lambda _body, _name, _: Reload(), for_engineers=True),
        "pause_automation": Verb(
            _PauseBody, lambda body, _name, _: PauseAutomation(None, body.args.for_s)
        ),
        "resume_automation": Verb(_BareBody, lambda _body, _name, _: ResumeAutomation(None)),
    },
}
"""Every verb, by the kind of object it is asked of."""
