"""A camera's link as operators see it: its control channel and its video, in one state."""

from dataclasses import replace

from orchestrator.domain.camera import LinkState
from orchestrator.domain.sighting import LinkSeen


def combined(control: LinkSeen, video: LinkSeen | None) -> LinkSeen:
    """Return one state for both channels; a camera steers or sees, but not both: degraded.

    >>> from orchestrator.domain.ids import CameraId
    >>> up = LinkSeen(CameraId("gate"), 1.0, LinkState.ONLINE)
    >>> silent = LinkSeen(CameraId("gate"), 2.0, LinkState.DEGRADED, "no frame for 5 s")
    >>> combined(up, silent).state.value
    'degraded'
    """
    if control.state is not LinkState.ONLINE or video is None:
        return control
    if video.state is LinkState.ONLINE:
        return replace(control, at_s=max(control.at_s, video.at_s))
    return replace(video, state=LinkState.DEGRADED)
