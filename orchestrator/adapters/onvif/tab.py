"""What a camera holds for us, written down: a subscription is given back even by the run after a crash.

Cameras have room for a few subscriptions and keep each until its time is over, which may be longer
than a restart takes. What is written is the camera's own address of it and its path here; a store
that fails costs the note and not the subscription.
"""

import json
from typing import Final

import structlog

from orchestrator.adapters.onvif.addresses import UnsafeAddress, safe_target
from orchestrator.adapters.onvif.subscription import Reference
from orchestrator.domain.ids import CameraId
from orchestrator.errors import StoreError
from orchestrator.ports import Subscriptions

log = structlog.get_logger(__name__)

_NOTHING_LEFT_S: Final = 0.0


class Tab:
    """One camera's note of its subscription; without a store nothing is noted."""

    def __init__(self, camera: CameraId, kept: Subscriptions | None = None) -> None:
        """Keep whose it is and where it is kept."""
        self._camera = camera
        self._kept = kept

    async def note(self, reference: Reference, target: str) -> None:
        """Write down what was just made; ``target`` is its path on the approved origin."""
        parameters = [each.decode() for each in reference.parameters]
        await self._write(json.dumps([reference.address, target, parameters]))

    async def clear(self) -> None:
        """Forget it: it was given back, or the camera does not know it."""
        await self._write("")

    async def left(self) -> tuple[Reference, str] | None:
        """Return what a run before this one did not give back, with its path; None for nothing."""
        if self._kept is None:
            return None
        try:
            words = await self._kept.subscription(self._camera)
        except StoreError as error:
            log.warning("subscription not looked up", camera=self._camera, why=str(error))
            return None
        return _read(words)

    async def _write(self, words: str) -> None:
        if self._kept is None:
            return
        try:
            await self._kept.note_subscription(self._camera, words)
        except StoreError as error:
            log.warning("subscription not noted", camera=self._camera, why=str(error))


def _read(words: str) -> tuple[Reference, str] | None:
    """Return a note as it was written; a note that is none says nothing."""
    try:
        address, target, parameters = json.loads(words)
        blocks = tuple(str(each).encode() for each in parameters)
        return Reference(str(address), blocks, _NOTHING_LEFT_S), safe_target(str(target))
    except (ValueError, TypeError, UnsafeAddress):
        return None
