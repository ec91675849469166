"""What the demo's operator asks, and when: something of everything an operator may do.

Which camera, presets and policy are taken follows from the site: the first PTZ camera by name
that has no preset onto a private zone is borrowed for a few seconds; the private preset of
another one is asked for, and has to be refused.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from simulators.operator import OperatorClient
from simulators.score.places import Rules
from simulators.score.privacy import points_of
from simulators.score.records import Command, Reply
from simulators.score.sight import Layout, Station, in_frustum, in_sight

BEGIN_S = 15.0
ANSWER_S = 6.0
HOLD_S = 8
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What the script needs to name."""

    camera: str
    presets: tuple[str, str]
    policy: str
    private: tuple[str, str] | None
    """A camera and its preset that sees a private zone."""


def part_of(layout: Layout, rules: Rules) -> Part:
    """Return whom and what the operator asks for on this site."""
    private = [
        (head.id, preset)
        for head in layout.heads
        for preset in head.presets
        if sees_private(layout, head, preset)
    ]
    watching = {camera for camera, _ in private}
    borrowed = min(layout.heads, key=lambda head: (head.id in watching, head.id))
    safe = [preset for preset in borrowed.presets if (borrowed.id, preset) not in private]
    return Part(borrowed.id, (safe[1], safe[0]), rules.to_pause, private[0] if private else None)


def sees_private(layout: Layout, head: Station, preset: str) -> bool:
    """Return whether a preset shows a point of a private zone."""
    for zone in layout.private:
        points = points_of(zone)
        seen = in_frustum(head, head.presets[preset], points)
        if (seen & in_sight(head, points, layout.obstacles)).any():
            return True
    return False


async def played(operator: OperatorClient, part: Part, say: Say) -> None:
    """Play the script once the service is online; every answer is noted by the client."""
    await operator.online.wait()
    await asyncio.sleep(BEGIN_S)
    first = await _ask(operator, say, "goto_preset", part.camera, {"preset": part.presets[0]})
    await _ask(operator, say, "take_control", part.camera, {"hold_s": HOLD_S})
    await _ask(operator, say, "goto_preset", part.camera, {"preset": part.presets[1]})
    await _ask(operator, say, "release", part.camera)
    await _ask(operator, say, "pause_policy", part.policy, {"for_s": 5}, kind="policy")
    await _ask(operator, say, "resume_policy", part.policy, kind="policy")
    if part.private is not None:
        await _ask(operator, say, "goto_preset", part.private[0], {"preset": part.private[1]})
    await _ask(
        operator, say, "goto_preset", part.camera, {"preset": part.presets[0]}, again=first.id
    )


async def _ask(
    operator: OperatorClient,
    say: Say,
    verb: str,
    name: str,
    args: dict[str, object] | None = None,
    *,
    kind: str = "camera",
    again: str | None = None,
) -> Command:
    """Send one command, wait until its answer is final or it takes too long, and tell."""
    command = await operator.send(verb, kind, name, args, again=again)
    reply = await operator.answered(command, within_s=ANSWER_S, final=True)
    if reply is None:
        reply = await operator.answered(command, within_s=0.1)
    wanted = " ".join(str(value) for value in (args or {}).values())
    repeated = " (the same id again)" if again else ""
    say(f"operator: {verb} {name} {wanted}{repeated} -> {_told(reply)}")
    return command


def _told(reply: Reply | None) -> str:
    if reply is None:
        return "no answer"
    return f"{reply.step} {reply.code} {reply.say}".replace("  ", " ").strip()
