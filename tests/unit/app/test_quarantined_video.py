"""A camera's video in quarantine, and who lets it out; in virtual time, over the broker."""

import json

from orchestrator.ports import Message
from tests.fakes.depot import YARD, Depot, serving

PREFIX = "orchestrator/depot"


async def ask(depot: Depot, user: str) -> list[tuple[str, str]]:
    """Have a user ask for the video to be tried; return the steps and codes of the answers."""
    body = {"id": "v1", "issued_at": depot.clock.now().wall.isoformat()}
    topic = f"{PREFIX}/cmd/{user}/camera/{YARD}/retry_video"
    depot.broker.take(Message(topic, json.dumps(body).encode()))
    await depot.clock.advance(1.0)
    answers = depot.broker.on(f"{PREFIX}/reply/{user}/default")
    bodies = [json.loads(message.payload) for message in answers]
    return [(body["step"], body["code"]) for body in bodies]


async def test_only_an_engineer_lets_a_camera_s_video_out_of_its_quarantine() -> None:
    depot = Depot(watches=True, yard=("orchestrator", "right"))
    depot.frames.refuse(YARD, "the camera's answer is not RTSP", hostile=True)
    async with serving(depot):
        await depot.clock.advance(60.0)
        assert "its video is quarantined" in depot.reason()
        tries = len(depot.frames.opened)

        assert await ask(depot, "anna") == [("rejected", "unauthorised")]
        assert len(depot.frames.opened) == tries
        assert await ask(depot, "bert") == [("accepted", ""), ("done", "")]
        assert len(depot.frames.opened) > tries
