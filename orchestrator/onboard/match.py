"""Which of the site's cameras answered, which are missing, and who else is there: pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.domain.camera import Camera
from orchestrator.ports import Candidate


@dataclass(frozen=True, slots=True)
class Match:
    """The site's cameras against what answered; an address is a host and a port."""

    found: tuple[tuple[Camera, Candidate], ...]
    missing: tuple[Camera, ...]
    unlisted: tuple[Candidate, ...]


def matched(cameras: Iterable[Camera], candidates: Iterable[Candidate]) -> Match:
    """Return the cameras and the candidates, paired by address, in the order they came.

    Where several candidates claim one address the first is taken and the others are unlisted:
    the login shows which of them it is.
    """
    listed, heard = tuple(cameras), tuple(candidates)
    first: dict[tuple[str, int], Candidate] = {}
    for candidate in heard:
        first.setdefault((candidate.host, candidate.port), candidate)
    answers = [(camera, first.get((camera.host, camera.port))) for camera in listed]
    taken = {id(answer) for _camera, answer in answers}
    return Match(
        found=tuple((camera, answer) for camera, answer in answers if answer is not None),
        missing=tuple(camera for camera, answer in answers if answer is None),
        unlisted=tuple(candidate for candidate in heard if id(candidate) not in taken),
    )
