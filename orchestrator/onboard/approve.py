"""Approval: a person's word binds a camera of the site file to an origin, a login and a serial.

For each listed camera whose address answered, the login is tried once, there and nowhere else;
the link lets in only the serial of the site file, or of the approval before. What answers at
other addresses is never sent anything. Over TLS the certificate that a camera shows is bound to it
before that, and must be the one of the approval before. A listed camera that discovery did not hear, since it is
in another subnet or has discovery switched off, is asked at its own address in the site file,
without a login first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Site
from orchestrator.errors import (
    AuthorError,
    CameraBusy,
    CameraError,
    CameraTimeout,
    ClockSkewed,
    NotAuthorised,
    Stranger,
    TlsFailed,
    Unreachable,
)
from orchestrator.onboard.match import Match, matched
from orchestrator.ports import (
    DEVICE_SERVICE,
    Approval,
    Cameras,
    Candidate,
    Credentials,
    Secret,
    Secrets,
    Store,
    Tls,
)

_NO_LOGIN: Final = Credentials("", Secret(""))
_CHANGED: Final = (
    "its certificate is another (SHA-256 {}) than the approved one ({}), so nothing was sent; if it"
    " was renewed on purpose, run `approve` again with `{} --new-certificate`"
)
_REFUSED: Final = (
    "{}; correct the secret, or if it was the user in the camera that was wrong, run `approve` again"
    " with `{} --retry-login`"
)
_DOWNGRADED: Final = (
    "it was approved over TLS, and the site file has it without; if that is right, run `approve`"
    " again with `{} --new-certificate`"
)


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
                + _bound(each.tls)
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
    new_certificates: bool = False,
    retry_logins: bool = False,
) -> ApprovalReport:
    """Approve the site's cameras that answer and are who they should be; keep the approvals.

    ``wanted`` names the cameras to look at; None means all of them. With ``new_certificates``
    whatever certificate a camera shows now is taken in place of the approved one; with
    ``retry_logins`` a login that was refused before is tried once more, though it is the same.
    """
    match = _restricted(matched(site.cameras, candidates), wanted)
    before = {approval.camera: approval for approval in await store.approvals()}
    wanted_ones = (*match.found, *((camera, None) for camera in match.missing))
    approver = _Approver(
        cameras, secrets, before, approved_by=approved_by, new_certificates=new_certificates
    )
    if retry_logins:
        for camera, _ in wanted_ones:
            await store.forgive(camera.id)
    async with asyncio.TaskGroup() as group:
        checks = [group.create_task(approver.checked(*each)) for each in wanted_ones]
    results = [check.result() for check in checks]
    granted = tuple(each for each in results if isinstance(each, Approval))
    for approval in granted:
        await store.approve(approval)
    return ApprovalReport(
        approved=granted,
        declined=tuple(each for each in results if isinstance(each, Declined)),
        missing=tuple(each for each in results if isinstance(each, Camera)),
        unlisted=match.unlisted,
    )


def _bound(tls: Tls | None) -> str:
    """Return by which certificate a camera will be known, for people to compare."""
    if tls is None:
        return ""
    return f", certificate SHA-256 {tls.pin}" if tls.pin else ", certificate vouched for"


def _restricted(match: Match, wanted: frozenset[str] | None) -> Match:
    if wanted is None:
        return match
    return replace(
        match,
        found=tuple(each for each in match.found if each[0].id in wanted),
        missing=tuple(camera for camera in match.missing if camera.id in wanted),
    )


class _Approver:
    """Checks cameras, each at its own address; ``before`` are the approvals until now."""

    def __init__(
        self,
        cameras: Cameras,
        secrets: Secrets,
        before: Mapping[CameraId, Approval],
        *,
        approved_by: str,
        new_certificates: bool,
    ) -> None:
        self._cameras = cameras
        self._secrets = secrets
        self._before = before
        self._approved_by = approved_by
        self._new_certificates = new_certificates

    async def checked(
        self, camera: Camera, candidate: Candidate | None
    ) -> Approval | Declined | Camera:
        """Return the approval or why there is none; the camera itself when nothing answers."""
        tls = await self._certificate(camera)
        if isinstance(tls, Declined | Camera):
            return tls
        wanted = self._proposed(camera, candidate, tls)
        if candidate is None:
            trouble = await self._asked_without_login(camera, wanted)
            if trouble is not None:
                return trouble
        return await self._logged_in(camera, wanted)

    async def _certificate(self, camera: Camera) -> Tls | Declined | Camera | None:
        """Return the certificate to bind (None: plain HTTP), or why it cannot be."""
        approval = self._before.get(camera.id)
        before = None if approval is None or self._new_certificates else approval.tls
        if not camera.tls:
            return None if before is None else Declined(camera.id, _DOWNGRADED.format(camera.id))
        try:
            shown = await self._cameras.certificate(camera.host, camera.port)
        except (CameraTimeout, TlsFailed) as error:
            return Declined(camera.id, f"{error.operation}: {error.message}")
        except Unreachable:
            return camera
        if before is None or before.pin == shown.sha256 or shown.vouched:
            return shown.tls
        approved_one = (
            f"SHA-256 {before.pin}" if before.pin else "one that an authority vouches for"
        )
        return Declined(camera.id, _CHANGED.format(shown.sha256, approved_one, camera.id))

    def _proposed(self, camera: Camera, candidate: Candidate | None, tls: Tls | None) -> Approval:
        """Return the approval to grant: the site file's serial counts, else the one known before."""
        before = self._before.get(camera.id)
        known_as = "" if before is None else before.endpoint_reference
        return Approval(
            camera=camera.id,
            host=camera.host,
            port=camera.port,
            path=DEVICE_SERVICE if candidate is None else candidate.path,
            credentials=camera.credentials,
            serial=camera.serial or (None if before is None else before.serial),
            approved_by=self._approved_by,
            tls=tls,
            password_text=camera.password_text,
            endpoint_reference=known_as if candidate is None else candidate.endpoint_reference,
        )

    async def _asked_without_login(
        self, camera: Camera, wanted: Approval
    ) -> Declined | Camera | None:
        """Return why no login may follow, or None when a camera answers; its link knows no login."""
        link = self._cameras.link(wanted, _NO_LOGIN)
        try:
            await link.alive()
        except (Unreachable, CameraTimeout):
            return camera
        except (CameraBusy, ClockSkewed) as error:
            return Declined(camera.id, f"{error.operation}: {error.message}")
        except CameraError as error:
            return Declined(
                camera.id,
                f"what answers at {camera.host}:{camera.port} does not answer as a camera does"
                f" ({error.operation}: {error.message}), so no password was sent there; check the"
                " address in the site file",
            )
        finally:
            await link.aclose()
        return None

    async def _logged_in(self, camera: Camera, wanted: Approval) -> Approval | Declined:
        try:
            link = self._cameras.link(wanted, self._secrets.credentials(camera.credentials))
        except AuthorError as error:
            return Declined(camera.id, str(error))
        try:
            passport = await link.interview()
        except Stranger as error:
            hint = "if that is right, write the new serial in the site file"
            return Declined(camera.id, f"{error.message}; {hint}")
        except NotAuthorised as error:
            return Declined(camera.id, _REFUSED.format(error.message, camera.id))
        except CameraError as error:
            return Declined(camera.id, f"{error.operation}: {error.message}")
        finally:
            await link.aclose()
        return replace(wanted, serial=passport.serial)
