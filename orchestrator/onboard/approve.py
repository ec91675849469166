"""Approval: a person's word binds a camera of the site file to an origin, a login and a serial.

For each listed camera whose address answered, the login is tried once, there and nowhere else;
the link lets in only the serial of the site file, or of the approval before. What answers at
other addresses is never sent anything.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, CameraError, Stranger
from orchestrator.onboard.match import Match, matched
from orchestrator.ports import Approval, Cameras, Candidate, Secrets, Store


@dataclass(frozen=True, slots=True)
class Declined:
    """A listed camera that was not approved, and why, in a sentence."""

    camera: CameraId
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalReport:
    """What became of every wanted camera of the site, and who else answered."""

    approved: tuple[Approval, ...]
    declined: tuple[Declined, ...]
    missing: tuple[Camera, ...]
    unlisted: tuple[Candidate, ...]

    @property
    def failed(self) -> tuple[CameraId, ...]:
        """Return the cameras that are not approved now."""
        return (
            *(each.camera for each in self.declined),
            *(camera.id for camera in self.missing),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """Return one plain sentence for each camera and each unlisted device."""
        return (
            *(
                f"{each.camera}: approved at {each.host}:{each.port}, serial {each.serial}"
                for each in self.approved
            ),
            *(f"{each.camera}: not approved: {each.reason}" for each in self.declined),
            *(
                f"{camera.id}: nothing answers at {camera.host}:{camera.port}; check its power,"
                " its network and the address in the site file"
                for camera in self.missing
            ),
            *(
                f"{each.host}:{each.port}: not in the site file, left alone"
                for each in self.unlisted
            ),
        )


async def approved(
    site: Site,
    candidates: Sequence[Candidate],
    cameras: Cameras,
    secrets: Secrets,
    store: Store,
    *,
    approved_by: str,
    wanted: frozenset[str] | None = None,
) -> ApprovalReport:
    """Approve the site's cameras that answered and are who they should be; keep the approvals.

    ``wanted`` names the cameras to look at; None means all of them.
    """
    match = _restricted(matched(site.cameras, candidates), wanted)
    before = {approval.camera: approval for approval in await store.approvals()}
    async with asyncio.TaskGroup() as group:
        checks = [
            group.create_task(
                _checked(
                    camera,
                    _proposed(camera, candidate, before.get(camera.id), approved_by),
                    cameras,
                    secrets,
                )
            )
            for camera, candidate in match.found
        ]
    results = [check.result() for check in checks]
    granted = tuple(each for each in results if isinstance(each, Approval))
    for approval in granted:
        await store.approve(approval)
    return ApprovalReport(
        approved=granted,
        declined=tuple(each for each in results if isinstance(each, Declined)),
        missing=match.missing,
        unlisted=match.unlisted,
    )


def _restricted(match: Match, wanted: frozenset[str] | None) -> Match:
    if wanted is None:
        return match
    return replace(
        match,
        found=tuple(each for each in match.found if each[0].id in wanted),
        missing=tuple(camera for camera in match.missing if camera.id in wanted),
    )


def _proposed(
    camera: Camera, candidate: Candidate, before: Approval | None, approved_by: str
) -> Approval:
    """Return the approval to grant: the site file's serial counts, else the one known before."""
    return Approval(
        camera=camera.id,
        host=camera.host,
        port=camera.port,
        path=candidate.path,
        credentials=camera.credentials,
        serial=camera.serial or (None if before is None else before.serial),
        approved_by=approved_by,
    )


async def _checked(
    camera: Camera, wanted: Approval, cameras: Cameras, secrets: Secrets
) -> Approval | Declined:
    try:
        link = cameras.link(wanted, secrets.credentials(camera.credentials))
    except AuthorError as error:
        return Declined(camera.id, str(error))
    try:
        passport = await link.interview()
    except Stranger as error:
        hint = "if that is right, write the new serial in the site file"
        return Declined(camera.id, f"{error.message}; {hint}")
    except CameraError as error:
        return Declined(camera.id, f"{error.operation}: {error.message}")
    finally:
        await link.aclose()
    return replace(wanted, serial=passport.serial)
