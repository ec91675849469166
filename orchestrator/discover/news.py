"""What somebody's Hello, Bye or answer means for the cameras that are approved: pure.

What calls itself something is a hint and no proof, for anybody can say it and some devices call
themselves otherwise at every start. So it never moves a camera, and never takes one away: it is a
reason to look where the camera is approved, or to tell a person where else to look.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
