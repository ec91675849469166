"""A refused login, written down: the next run does not try it again either.

Cameras lock a user out after a few wrong tries, and a service that is started again and again would
be one of them each time. A store that fails costs the note, and not the camera.
"""

import structlog

from orchestrator.domain.ids import CameraId
from orchestrator.errors import StoreError
from orchestrator.ports import Credentials, Refusals

log = structlog.get_logger(__name__)

_BEFORE = "{}; that was before, with the same secret, so it is not tried again"


class LoginRecord:
    """What became of one camera's login before; without a store nothing is known."""

    def __init__(self, camera: CameraId, login: Credentials, kept: Refusals | None = None) -> None:
        """Keep whose login it is and where that is noted."""
        self._camera = camera
        self._login = login
        self._kept = kept
        self._known = kept is None

    async def refused(self) -> str:
        """Return why this very login was refused before, or nothing; the store is asked once."""
        if self._known or self._kept is None:
            return ""
        try:
            why = await self._kept.refusal(self._camera, self._login)
        except StoreError as error:
            log.warning("refusal not looked up", camera=self._camera, why=str(error))
            return ""
        self._known = True
        return _BEFORE.format(why) if why else ""

    async def note(self, why: str) -> None:
        """Write down that this login was refused just now."""
        if self._kept is None:
            return
        try:
            await self._kept.note_refusal(self._camera, self._login, why)
        except StoreError as error:
            log.warning("refusal not noted", camera=self._camera, why=str(error))
