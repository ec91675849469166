"""How two channels make one link."""

from orchestrator.app.links import combined
from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import LinkSeen

GATE = CameraId("gate")


def seen(state: LinkState, reason: str = "") -> LinkSeen:
    return LinkSeen(GATE, 1.0, state, reason)


def test_a_camera_without_video_is_degraded_and_says_why() -> None:
    link = combined(seen(LinkState.ONLINE), seen(LinkState.DEGRADED, "no frame for 5 s"))

    assert (link.state, link.reason) == (LinkState.DEGRADED, "no frame for 5 s")


def test_a_camera_that_does_not_answer_is_offline_whatever_its_video_says() -> None:
    link = combined(seen(LinkState.OFFLINE, "no answer"), seen(LinkState.ONLINE))

    assert (link.state, link.reason) == (LinkState.OFFLINE, "no answer")


def test_a_camera_with_both_channels_is_online() -> None:
    assert combined(seen(LinkState.ONLINE), seen(LinkState.ONLINE)).state is LinkState.ONLINE
