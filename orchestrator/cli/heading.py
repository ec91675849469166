"""`ptz`: one camera's head, by hand and without a site, for whoever installs it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import typer

from orchestrator.adapters.system import SystemClock
from orchestrator.cli.at_camera import show, worked_at
from orchestrator.cli.degrees import Three, reach_of
from orchestrator.cli.interviewing import Whom
from orchestrator.config.fields import did_you_mean
from orchestrator.domain.camera import Passport, Preset, PtzPose
from orchestrator.domain.ids import PresetName
from orchestrator.domain.moving import Moves, Turn, Way
from orchestrator.domain.sighting import MoveEnd
from orchestrator.ports import CameraLink, HeadReport
from orchestrator.steer import Errand, Outcome, Stopped, move_ladder, moved, stop_ladder, stopped

Send = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of a head, as written.

    Where ``degrees``, ``to`` and ``by`` are; ``span_deg`` is how far pan and tilt go then, end to
    end, of a head that does not list it.
    """

    verb: str
    preset: str | None = None
    to: Three | None = None
    by: Three | None = None
    speed: float | None = None
    within_s: float = 20.0
    degrees: bool = False
    span_deg: tuple[float, float] | None = None


def ask_head(about: Whom, asked: Asked, *, as_json: bool) -> int:
    """Do as asked, print how it went; 0 when it went well, 1 when it failed or was called off."""
    _check(asked)

    async def work(link: CameraLink, clock: SystemClock) -> int:
        return await _done(asked, link, clock, as_json=as_json)

    return worked_at(about, work)


def _check(asked: Asked) -> None:
    """Raise ``typer.BadParameter`` when what is asked makes no sense."""
    if (asked.verb == "goto") != (asked.preset is not None):
        raise typer.BadParameter("name a preset after `goto`, and only there")
    moves = (asked.to is not None) + (asked.by is not None)
    if moves != (1 if asked.verb == "move" else 0):
        raise typer.BadParameter("say either --to or --by with `move`, and only there")
    if asked.speed is not None and asked.verb not in {"move", "home"}:
        raise typer.BadParameter("--speed is for `move` and `home`")
    if asked.degrees and not moves:
        raise typer.BadParameter("--degrees is for `move`")
    if asked.span_deg is not None and not (asked.degrees and min(asked.span_deg) > 0.0):
        raise typer.BadParameter("--span goes with --degrees, and is more than 0")
    if not asked.degrees:
        _check_numbers(asked)


def _check_numbers(asked: Asked) -> None:
    """Raise ``typer.BadParameter`` when a head has no such place, or no such step."""
    if asked.to is not None and not _is_place(PtzPose(*asked.to)):
        raise typer.BadParameter("pan and tilt go from -1 to 1, zoom from 0 to 1")
    if asked.by is not None and not all(-1.0 <= step <= 1.0 for step in asked.by):
        raise typer.BadParameter("a step goes from -1 to 1 on each axis")


def _in_degrees(asked: Asked, moves: Moves | None) -> Asked:
    """Return what is asked in degrees as it would be asked in shares of the range."""
    reach = reach_of(moves, asked.span_deg)
    if reach is None:
        raise typer.BadParameter(
            "this camera does not list how many degrees its head turns: add what its data sheet says,"
            " such as `--span 340 90`"
        )
    to = None if asked.to is None else reach.place(asked.to)
    by = None if asked.by is None else reach.step(asked.by)
    if to is not None and not _is_place(PtzPose(*to)):
        (left, right), (down, up) = reach.pan_deg, reach.tilt_deg
        raise typer.BadParameter(
            f"this head pans from {left:g} to {right:g} degrees and tilts from {down:g} to {up:g};"
            " zoom goes from 0 to 1"
        )
    if by is not None and not all(-2.0 <= step <= 2.0 for step in by):
        raise typer.BadParameter("this head does not turn as far as that")
    return replace(asked, to=to, by=by)


def _is_place(pose: PtzPose) -> bool:
    return abs(pose.pan) <= 1.0 and abs(pose.tilt) <= 1.0 and 0.0 <= pose.zoom <= 1.0


async def _done(asked: Asked, link: CameraLink, clock: SystemClock, *, as_json: bool) -> int:
    passport = await link.interview()
    match asked.verb:
        case "presets":
            presets = await link.presets()
            show([_preset(each) for each in presets], _listed(presets), as_json=as_json)
        case "status":
            await _status(link, passport, as_json=as_json)
        case "stop":
            stop = await stopped(link, stop_ladder(passport.moves), clock)
            show(_stop(stop), _stop_words(stop), as_json=as_json)
            return 0 if stop.by is not None else 1
        case _:
            errand = await _errand(asked, link, passport)
            outcome = await moved(link, errand, passport.moves, clock, within_s=asked.within_s)
            show(_outcome(outcome), _outcome_words(errand, outcome), as_json=as_json)
            return 1 if outcome.end.end is MoveEnd.FAILED else 0
    return 0


async def _errand(asked: Asked, link: CameraLink, passport: Passport) -> Errand:
    if asked.degrees:
        asked = _in_degrees(asked, passport.moves)
    if asked.verb == "goto":
        return await _to_preset(asked.preset or "", link)
    if asked.verb == "home":
        return Errand("home", None, [(Way.PRESET, lambda: link.go_home(speed=asked.speed))])
    here = (await link.head()).pose
    goal = _goal(asked, here)
    sends: dict[Way, Send] = {}
    if goal is not None:
        sends[Way.ABSOLUTE] = lambda: link.move_to(goal, speed=asked.speed)
    if asked.by is not None:
        step = Turn(*asked.by)
        sends[Way.RELATIVE] = lambda: link.move_by(step, speed=asked.speed)
    ladder = move_ladder(passport.moves, pose_known=goal is not None)
    usable = [(way, sends[way]) for way in ladder if way in sends]
    if not usable:
        has = ", ".join(way.value for way in ladder) or "none but presets"
        raise typer.BadParameter(f"this camera has no way to do that (it has: {has})")
    return Errand(_place(goal) if goal is not None else "where it was to go", goal, usable)


async def _to_preset(name: str, link: CameraLink) -> Errand:
    presets = await link.presets()
    found = [preset for preset in presets if preset.name == name]
    if not found:
        hint = did_you_mean(name, sorted(str(preset.name) for preset in presets), "preset")
        raise typer.BadParameter(f"this camera has no preset `{name}`: {hint}")
    send = lambda: link.goto_preset(PresetName(name))  # noqa: E731 one line says it
    return Errand(f"`{name}`", found[0].pose, [(Way.PRESET, send)])


def _goal(asked: Asked, here: PtzPose | None) -> PtzPose | None:
    """Return where the head is to be; a step ends at the end of the range."""
    if asked.to is not None:
        return PtzPose(*asked.to)
    if here is None or asked.by is None:
        return None
    pan, tilt, zoom = asked.by
    return PtzPose(
        min(max(here.pan + pan, -1.0), 1.0),
        min(max(here.tilt + tilt, -1.0), 1.0),
        min(max(here.zoom + zoom, 0.0), 1.0),
    )


# -- what is printed -----------------------------------------------------------------------------


def _ladder(moves: Moves | None, head: HeadReport) -> tuple[str, ...]:
    """Return the ways to any place that would be used, best first."""
    return tuple(way.value for way in move_ladder(moves, pose_known=head.pose is not None))


async def _status(link: CameraLink, passport: Passport, *, as_json: bool) -> None:
    head, moves = await link.head(), passport.moves
    ways = sorted(way.value for way in moves.pan_tilt) if moves is not None else []
    timeout = None if moves is None else moves.timeout_s
    said = {
        "manufacturer": passport.manufacturer,
        "model": passport.model,
        "firmware": passport.firmware,
        "pose": _plain(head.pose),
        "moving": head.moving,
        "ways": ways,
        "ladder": list(_ladder(moves, head)),
        "timeout_s": None if timeout is None else list(timeout),
        "home": moves is not None and moves.home,
        "presets": len(passport.presets),
    }
    moving = {True: "moving", False: "at rest", None: "does not say whether it moves"}
    lines = [
        f"{passport.manufacturer} {passport.model}, firmware {passport.firmware}",
        f"head     {_place(head.pose)}, {moving[head.moving]}",
        f"moves    {', '.join(ways) or 'no way but presets'}",
        f"ladder   {' > '.join((*_ladder(moves, head), 'preset'))}",
        f"presets  {len(passport.presets)}{', and a home' if said['home'] else ''}",
    ]
    show(said, "\n".join(lines), as_json=as_json)


def _listed(presets: Sequence[Preset]) -> str:
    if not presets:
        return "this camera has no presets with a name"
    width = max(len(preset.name) for preset in presets)
    return "\n".join(f"{preset.name:<{width}}  {_place(preset.pose)}" for preset in presets)


def _preset(preset: Preset) -> dict[str, object]:
    return {"name": preset.name, "pose": _plain(preset.pose)}


def _plain(pose: PtzPose | None) -> dict[str, float] | None:
    return None if pose is None else {"pan": pose.pan, "tilt": pose.tilt, "zoom": pose.zoom}


def _place(pose: PtzPose | None) -> str:
    if pose is None:
        return "nobody knows where"
    return f"pan {pose.pan:.3f}, tilt {pose.tilt:.3f}, zoom {pose.zoom:.3f}"


def _outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "end": outcome.end.end.value,
        "error": outcome.end.error,
        "reason": outcome.end.reason,
        "way": outcome.way.value,
        "pose": _plain(outcome.where),
        "took_s": round(outcome.took_s, 3),
    }


def _outcome_words(errand: Errand, outcome: Outcome) -> str:
    end = outcome.end
    said = f"{end.end.value}: {errand.goal}, {outcome.took_s:.1f} s"
    if end.error is not None:
        said += f", {end.error:.3f} off"
    return f"{said} ({end.reason})" if end.reason else said


def _stop(stop: Stopped) -> dict[str, object]:
    return {
        "end": "stopped" if stop.by is not None else "failed",
        "way": None if stop.by is None else stop.by.value,
        "reason": "" if stop.by is not None else stop.trouble,
    }


def _stop_words(stop: Stopped) -> str:
    if stop.by is None:
        return f"failed: {stop.trouble}"
    return f"stopped, by {stop.by.value}"
