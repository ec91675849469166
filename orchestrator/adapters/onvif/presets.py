"""A camera's presets: called by name here, by token there.

Tokens never leave this room, since a camera may number its presets anew at any time. They are read
again when they are a minute old, or when the camera does not know a name among those read before.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from unicodedata import normalize

from orchestrator.adapters.onvif import fast, names
from orchestrator.adapters.onvif.fast import PresetEntry
from orchestrator.domain.camera import Preset
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.errors import CameraFault
from orchestrator.ports import Clock

_GOOD_FOR_S: Final = 60.0

Reading = Callable[[], Awaitable[tuple[PresetEntry, ...]]]
"""Asks the camera for its presets."""


class PresetBook:
    """The presets of one camera as they were read last."""

    def __init__(self, camera: CameraId, clock: Clock) -> None:
        """Keep whose they are; nothing is read yet."""
        self._camera = camera
        self._clock = clock
        self._entries: tuple[PresetEntry, ...] = ()
        self._published: tuple[tuple[PresetEntry, ...], tuple[Preset, ...]] = ((), ())
        self._tokens: dict[str, list[str]] = {}
        self._read_s: float | None = None

    async def read(self, reading: Reading) -> tuple[PresetEntry, ...]:
        """Return the presets as they are now, and keep them."""
        entries = await reading()
        if entries is not self._entries:
            self._entries, self._tokens = entries, _by_name(entries)
        self._read_s = self._clock.now().mono_s
        return self._entries

    async def published(self, reading: Reading) -> tuple[Preset, ...]:
        """Return the presets as they are now, as the product knows them."""
        entries = await self.read(reading)
        if entries is not self._published[0]:
            self._published = (entries, published(entries))
        return self._published[1]

    async def token(self, preset: PresetName, reading: Reading) -> str:
        """Return the one token that has this name now; ``CameraFault`` when none has, or several."""
        read_s = self._read_s
        stale = read_s is None or self._clock.now().mono_s - read_s > _GOOD_FOR_S
        entries = await self.read(reading) if stale else self._entries
        wanted = normalize("NFC", fast.legible(preset))
        tokens = self._tokens.get(wanted, [])
        if len(tokens) != 1 and not stale:
            entries = await self.read(reading)
            tokens = self._tokens.get(wanted, [])
        if len(tokens) == 1:
            return tokens[0]
        raise self._error(preset, entries, missing=not tokens)

    def _error(
        self, preset: PresetName, entries: Sequence[PresetEntry], *, missing: bool
    ) -> CameraFault:
        known = ", ".join(sorted({entry.name for entry in entries})[:20]) or "none"
        return CameraFault(
            f"it has no preset `{preset}` (presets: {known})"
            if missing
            else f"it has more than one preset called `{preset}`; rename all but one",
            camera=self._camera,
            operation=names.GOTO_PRESET.name,
            code="PresetMissing" if missing else "PresetAmbiguous",
        )


def published(entries: Sequence[PresetEntry]) -> tuple[Preset, ...]:
    """Return presets as the product knows them: without tokens."""
    return tuple(Preset(PresetName(entry.name), entry.pose) for entry in entries)


def _by_name(entries: Sequence[PresetEntry]) -> dict[str, list[str]]:
    """Return the tokens of each name; one that was typed otherwise is the same name."""
    tokens: dict[str, list[str]] = {}
    for entry in entries:
        tokens.setdefault(normalize("NFC", entry.name), []).append(entry.token)
    return tokens
