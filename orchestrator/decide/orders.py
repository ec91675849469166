"""Operators' commands -> holds and answers.

A command is answered at once: ``accepted``, or ``rejected`` with a code and a sentence that says
what to do. One that moves a head is owed more: ``started`` and ``done`` or ``failed``, from what
steering reports of the very grant that the command brought about. Nothing stays unanswered: an
errand whose hold was lost, or whose time is over, has failed.
"""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from orchestrator.decide.alarms import acknowledged
from orchestrator.decide.chart import Chart
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.hands import AT_THE_CAMERA
from orchestrator.decide.moves import ARRIVALS
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.desk import Desk, Errand, Halted, Hold
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import PolicyMoved, Step
from orchestrator.domain.sighting import (
    Acknowledge,
    Command,
    GotoPreset,
    MoveEnd,
    MoveSeen,
    Nudge,
    PauseAutomation,
    PausePolicy,
    Release,
    ResumeAutomation,
    ResumePolicy,
    RetryVideo,
    SetFlag,
    TakeControl,
)
from orchestrator.geometry.ptz import turned

ERRAND_S = 30.0
"""A move that was not reported to have ended after this long has failed."""
HOLD_MAX_S = 3600.0


class Orders:
    """Takes in one tick's commands and reports; the desk it works on is the tick's."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance) -> None:
        """Keep what commands are checked against."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance

    def taken(self, commands: Sequence[Command], moves: Sequence[MoveSeen]) -> Desk:
        """Return the desk after errands went on, holds ran out and commands came in."""
        desk = self._tick.desk
        if not (commands or desk.errands or desk.holds or desk.paused or desk.halted):
            return desk
        self._holds, self._paused = dict(desk.holds), dict(desk.paused)
        self._halted = dict(desk.halted)
        self._flags = dict(desk.flags)
        self._errands = [left for errand in desk.errands for left in self._gone_on(errand, moves)]
        self._run_out()
        for command in commands:
            self._take(command)
        return replace(
            desk,
            holds=self._holds,
            paused=self._paused,
            halted=self._halted,
            flags=self._flags,
            errands=tuple(self._errands),
        )

    def _gone_on(self, errand: Errand, moves: Sequence[MoveSeen]) -> tuple[Errand, ...]:
        """Return the errand with its answers given; nothing when it has ended."""
        for move in moves:
            if errand.intent is None or move.intent != errand.intent:
                continue
            if move.end in (*ARRIVALS, MoveEnd.STARTED) and not errand.started:
                self._tick.answer(errand.command, Step.STARTED)
                errand = replace(errand, started=True)
            if move.end in ARRIVALS:
                self._tick.answer(errand.command, Step.DONE, say=move.reason)
                return ()
            if move.end in (MoveEnd.FAILED, MoveEnd.PREEMPTED):
                self._tick.answer(errand.command, Step.FAILED, say=move.reason or move.end.value)
                return ()
        reason = self._hopeless(errand)
        if reason:
            self._tick.answer(errand.command, Step.FAILED, say=reason)
            return ()
        return (errand,)

    def _hopeless(self, errand: Errand) -> str:
        """Say why an errand cannot end well any more; empty while it can."""
        hold = self._holds.get(errand.camera)
        if hold is None or hold.command != errand.command:
            by = f"{hold.actor} has" if hold is not None else "nobody holds"
            return f"it did not get there: {by} `{errand.camera}` now"
        if self._offline(errand.camera):
            return f"`{errand.camera}` went offline"
        if self._tick.now_s >= errand.due_s:
            return f"`{errand.camera}` did not report to have arrived within {ERRAND_S:g} s"
        return ""

    def _run_out(self) -> None:
        """Let go of what operators held long enough, and of policies paused long enough."""
        now_s = self._tick.now_s
        waited = {errand.camera for errand in self._errands}
        for camera, hold in list(self._holds.items()):
            if hold.until_s <= now_s and camera not in waited:
                del self._holds[camera]
        for camera, halted in list(self._halted.items()):
            if halted.until_s is not None and halted.until_s <= now_s:
                del self._halted[camera]
        for policy, until_s in list(self._paused.items()):
            if until_s is not None and until_s <= now_s:
                del self._paused[policy]
                self._tick.tell(PolicyMoved(policy, "resumed"))

    def _take(self, command: Command) -> None:
        """Accept or reject one command."""
        match command.order:
            case GotoPreset(camera=camera, preset=preset):
                self._goto(command, camera, preset)
            case TakeControl(camera=camera, hold_s=hold_s):
                self._control(command, camera, hold_s)
            case Nudge():
                self._nudge(command, command.order)
            case PauseAutomation(camera=camera) | ResumeAutomation(camera=camera):
                self._automation(command, camera)
            case Release(camera=camera):
                self._release(command, camera)
            case RetryVideo(camera=camera):
                self._retry(command, camera)
            case PausePolicy() | ResumePolicy():
                self._policy(command, command.order)
            case Acknowledge():
                acknowledged(command, command.order, self._tick)
            case SetFlag(flag=flag, up=up):
                self._flag(command, flag, up)

    def _goto(self, command: Command, camera: CameraId, preset: PresetName) -> None:
        if self._rejected_camera(command, camera):
            return
        known = self._known_presets(camera)
        if preset not in known:
            self._reject(command, "invalid", _unknown("preset", preset, known, f" of `{camera}`"))
            return
        state = self._tick.world.cameras.get(camera)
        turning = state is not None and state.moving
        refused = (
            self._clearance.refused_view(camera, preset)
            if turning
            else self._clearance.refused(camera, preset)
        )
        if refused:
            self._reject(command, "privacy", refused)
            return
        until_s = self._tick.now_s + self._tick.site.arbitration.operator_hold_s
        self._send(command, camera, preset, until_s)

    def _control(self, command: Command, camera: CameraId, hold_s: float) -> None:
        if self._rejected_camera(command, camera):
            return
        if not 0.0 < hold_s <= HOLD_MAX_S:
            self._reject(command, "invalid", f"hold for more than 0 and at most {HOLD_MAX_S:g} s")
            return
        self._replace_errand(camera, command)
        now_s = self._tick.now_s
        self._holds[camera] = Hold(command.actor, command.id, None, now_s, now_s + hold_s)
        self._done(command)

    def _nudge(self, command: Command, nudge: Nudge) -> None:
        """Turn a head a little from where it is, or from where the last nudge has it go."""
        camera = nudge.camera
        if self._rejected_camera(command, camera):
            return
        hold, state = self._holds.get(camera), self._tick.world.cameras.get(camera)
        here = None if state is None else state.aim
        if state is not None and state.moving and hold is not None and hold.aim is not None:
            here = hold.aim
        if here is None:
            say = f"nobody knows where `{camera}` looks: send it to a preset"
            self._reject(command, "conflict", say)
            return
        head = self._chart.cameras[camera]
        aim = turned(head, here, nudge.right_deg, nudge.up_deg, nudge.closer)
        refused = self._clearance.refused_aim(camera, aim)
        if refused:
            self._reject(command, "privacy", refused)
            return
        until_s = self._tick.now_s + self._tick.site.arbitration.operator_hold_s
        if hold is not None:
            until_s = max(until_s, hold.until_s)
        self._send(command, camera, None, until_s, aim)

    def _send(
        self,
        command: Command,
        camera: CameraId,
        preset: PresetName | None,
        until_s: float,
        aim: Aim | None = None,
    ) -> None:
        """Hold a camera for whom a command is from, and have it answered when the head is there."""
        self._replace_errand(camera, command)
        now_s = self._tick.now_s
        self._holds[camera] = Hold(command.actor, command.id, preset, now_s, until_s, aim)
        self._errands.append(Errand(command.id, camera, None, now_s + ERRAND_S))
        self._tick.answer(command.id, Step.ACCEPTED)

    def _automation(self, command: Command, camera: CameraId | None) -> None:
        """Have automation leave a camera, or all, alone; or let it have them again."""
        heads = [one.id for one in self._chart.cameras.values() if one.ptz is not None]
        if camera is not None and camera not in heads:
            self._reject(command, "invalid", self._no_camera(camera))
            return
        cameras = heads if camera is None else [camera]
        if isinstance(command.order, PauseAutomation):
            for_s = command.order.for_s
            until_s = None if for_s is None else self._tick.now_s + for_s
            self._halted.update(dict.fromkeys(cameras, Halted(command.actor, until_s)))
        else:
            for one in cameras:
                self._halted.pop(one, None)
        self._done(command)

    def _release(self, command: Command, camera: CameraId) -> None:
        hold = self._holds.get(camera)
        if camera not in self._chart.cameras:
            self._reject(command, "invalid", self._no_camera(camera))
        elif hold is not None and hold.actor not in (command.actor, AT_THE_CAMERA):
            self._reject(command, "leased", self._leased(camera, hold))
        else:
            self._replace_errand(camera, command)
            self._holds.pop(camera, None)
            self._done(command, "" if hold is not None else f"`{camera}` was not held")

    def _retry(self, command: Command, camera: CameraId) -> None:
        """Answer for what the service does by itself: no decision hangs on it."""
        known = list(self._chart.cameras)
        if camera in known:
            self._done(command, f"the video of `{camera}` is tried at once, unless it flows")
        else:
            self._reject(command, "invalid", _unknown("camera", camera, known))

    def _policy(self, command: Command, order: PausePolicy | ResumePolicy) -> None:
        names = self._tick.site.policies.names
        if order.policy in {rule.name for rule in self._tick.site.policies.privacy}:
            self._reject(command, "privacy", f"privacy rule `{order.policy}` cannot be paused")
        elif order.policy not in names:
            self._reject(command, "invalid", _unknown("policy", order.policy, names))
        elif isinstance(order, ResumePolicy):
            if self._paused.pop(order.policy, 0.0) != 0.0:
                self._tick.tell(PolicyMoved(order.policy, "resumed"))
            self._done(command)
        elif order.for_s is not None and order.for_s <= 0.0:
            self._reject(command, "invalid", "pause for more than 0 s")
        else:
            until_s = None if order.for_s is None else self._tick.now_s + order.for_s
            self._paused[order.policy] = until_s
            self._tick.tell(PolicyMoved(order.policy, "paused"))
            self._done(command)

    def _flag(self, command: Command, flag: str, up: bool) -> None:
        names = [name for name, _ in self._tick.site.flags]
        if flag not in names:
            self._reject(command, "invalid", _unknown("flag", flag, names))
            return
        self._flags[flag] = up
        self._done(command)

    def _rejected_camera(self, command: Command, camera: CameraId) -> bool:
        """Reject a command for a camera that is not there, cannot turn, or is somebody else's."""
        known = self._chart.cameras.get(camera)
        hold = self._holds.get(camera)
        if known is None:
            self._reject(command, "invalid", self._no_camera(camera))
        elif known.ptz is None:
            self._reject(command, "invalid", f"`{camera}` cannot turn")
        elif self._offline(camera):
            state = self._tick.world.cameras.get(camera)
            why = f": {state.reason}" if state is not None and state.reason else ""
            self._reject(command, "offline", f"`{camera}` cannot be reached now{why}")
        elif hold is not None and hold.actor not in (command.actor, AT_THE_CAMERA):
            self._reject(command, "leased", self._leased(camera, hold))
        else:
            return False
        return True

    def _offline(self, camera: CameraId) -> bool:
        state = self._tick.world.cameras.get(camera)
        usable = (LinkState.ONLINE, LinkState.DEGRADED)
        return state is None or state.link not in usable

    def _known_presets(self, camera: CameraId) -> tuple[PresetName, ...]:
        """Return a camera's presets, also those whose pose it does not tell."""
        state = self._tick.world.cameras.get(camera)
        told = () if state is None or state.passport is None else state.passport.presets
        names = dict.fromkeys((*self._chart.presets(camera), *(preset.name for preset in told)))
        return tuple(names)

    def _no_camera(self, camera: CameraId) -> str:
        heads = [known.id for known in self._chart.cameras.values() if known.ptz is not None]
        return _unknown("camera", camera, heads)

    def _leased(self, camera: CameraId, hold: Hold) -> str:
        return f"`{camera}` is held by {hold.actor} until {self._tick.clock(hold.until_s)[:8]}"

    def _replace_errand(self, camera: CameraId, command: Command) -> None:
        """Fail what the same camera was still owed to an earlier command."""
        left = []
        for errand in self._errands:
            if errand.camera == camera:
                say = f"replaced by a later command of {command.actor}"
                self._tick.answer(errand.command, Step.FAILED, say=say)
            else:
                left.append(errand)
        self._errands = left

    def _reject(self, command: Command, code: str, say: str) -> None:
        self._tick.answer(command.id, Step.REJECTED, code, say)

    def _done(self, command: Command, say: str = "") -> None:
        self._tick.answer(command.id, Step.ACCEPTED)
        self._tick.answer(command.id, Step.DONE, say=say)


def _unknown(what: str, written: str, known: Sequence[str], of: str = "") -> str:
    """Return a sentence about a name that does not exist, with the nearest that does.

    >>> _unknown("preset", "gatte", ["home", "gate"])
    'unknown preset `gatte`: did you mean `gate`? (home, gate)'
    """
    near = difflib.get_close_matches(written, known, n=1, cutoff=0.5)
    guess = f"did you mean `{near[0]}`? " if near else ""
    names = f"({', '.join(known)})" if known else "there is none"
    return f"unknown {what} `{written}`{of}: {guess}{names}"
