"""What somebody's Hello, Bye or answer means for the cameras that are approved: pure.

What calls itself something is a hint and no proof, for anybody can say it and some devices call
themselves otherwise at every start. So it never moves a camera, and never takes one away: it is a
reason to look where the camera is approved, or to tell a person where else to look.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Candidate, Leaving


@dataclass(frozen=True, slots=True)
class News:
    """A reason to look for a camera where it is approved.

    ``elsewhere`` is another address, ``host:port``, at which something calls itself as the camera
    did when it was approved; empty where the news come from the approved address.
    """

    camera: CameraId
    elsewhere: str = ""


def news_of(approvals: Iterable[Approval], heard: Candidate | Leaving) -> tuple[News, ...]:
    """Return what was heard of approved cameras; nothing for a device that is none of ours."""
    return tuple(_news(tuple(approvals), heard))


def standing(
    cameras: Iterable[Camera], approvals: Iterable[Approval], heard: Candidate
) -> tuple[str, ...]:
    """Return in words which of a site's cameras a device is said to be; none of it is proven."""
    granted = {approval.camera: approval for approval in approvals}
    listed = {camera.id: camera for camera in cameras if camera.host == heard.host}
    said = []
    for camera in listed.values():
        approval = granted.get(camera.id)
        agreed = approval is not None and approval.is_for(camera)
        said.append(f"{camera.id}: {'approved' if agreed else 'listed, not approved as written'}")
    for news in news_of(granted.values(), heard):
        if news.elsewhere and news.camera not in listed:
            home = granted[news.camera]
            said.append(f"{news.camera} moved? it is approved at {home.host}:{home.port}")
    return tuple(said)


def _news(approvals: tuple[Approval, ...], heard: Candidate | Leaving) -> Iterator[News]:
    hosts = {heard.host, *(heard.also_at if isinstance(heard, Candidate) else ())}
    at_home = [approval for approval in approvals if approval.host in hosts]
    yield from (News(approval.camera) for approval in at_home)
    if isinstance(heard, Leaving) or at_home or not heard.endpoint_reference:
        return
    host = f"[{heard.host}]" if ":" in heard.host else heard.host
    for approval in approvals:
        if approval.endpoint_reference == heard.endpoint_reference:
            yield News(approval.camera, f"{host}:{heard.port}")
