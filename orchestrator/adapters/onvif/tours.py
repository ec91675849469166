"""Preset tours: told by name, and looked at again after every order."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.answers import words
from orchestrator.adapters.onvif.fast import PresetEntry, legible
from orchestrator.adapters.onvif.interview import Head, Interview
from orchestrator.adapters.onvif.names import Operation
from orchestrator.adapters.onvif.presets import PresetBook
from orchestrator.adapters.onvif.spaces import seconds
from orchestrator.domain.ids import PresetName, TourName
from orchestrator.domain.tours import Tour, TourOrder, TourSpot, TourState
from orchestrator.errors import BadAnswer, CameraError, CameraFault

_MOST_TOURS: Final = 64
_MOST_SPOTS: Final = 256


@dataclass(frozen=True, slots=True)
class TourEntry:
    """A tour with the tokens that only this adapter knows: its own, and those of its presets."""

    token: str
    name: str
    state: TourState
    spots: tuple[tuple[str, bool, float | None], ...]
    """Preset token (or nothing), whether home, seconds."""

    def called(self, presets: Sequence[PresetEntry]) -> Tour:
        """Return the tour as the product knows it: by names."""
        known = {each.token: PresetName(each.name) for each in presets}
        spots = tuple(TourSpot(known.get(token), home, s) for token, home, s in self.spots)
        return Tour(TourName(self.name), spots, self.state)


def tours(answer: Any) -> tuple[TourEntry, ...]:
    """Return GetPresetTours' answer; a tour without a token cannot be spoken of."""
    return tuple(
        TourEntry(
            token,
            legible(words(each.Name)) or token,
            _state(getattr(each.Status, "State", None)),
            tuple(_spot(spot) for spot in islice(each.TourSpot or (), _MOST_SPOTS)),
        )
        for each in islice(answer or (), _MOST_TOURS)
        if (token := words(each.token))
    )


class OnvifTours:
    """The ``Tours`` port over ONVIF."""

    def __init__(
        self,
        known: Acquaintance,
        presets: PresetBook,
        watching: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Keep whom to ask; nothing is sent."""
        self._known = known
        self._presets = presets
        self._watching = watching

    async def listed(self) -> Sequence[Tour]:
        """Return the tours that the camera has."""
        with self._watching():
            head, interview = await self._ready(names.GET_PRESET_TOURS)
            presets = await self._presets.read(lambda: interview.presets(head))
            return tuple(each.called(presets) for each in await _entries(interview, head))

    async def order(self, tour: TourName, order: TourOrder) -> Tour:
        """Tell a tour to start, stop or pause, and return it as the camera then tells it."""
        with self._watching():
            head, interview = await self._ready(names.OPERATE_PRESET_TOUR)
            entry = self._named(tour, await _entries(interview, head))
            await interview.tell(
                names.OPERATE_PRESET_TOUR,
                head.target,
                ProfileToken=head.profile,
                PresetTourToken=entry.token,
                Operation=order.value.title(),
            )
            return await self._told(entry.token, head, interview)

    async def write(self, tour: Tour) -> Tour:
        """Make a tour, or change the one of that name, and return it as the camera then tells it."""
        with self._watching():
            head, interview = await self._ready(names.MODIFY_PRESET_TOUR)
            spots = [await self._written(spot, head, interview) for spot in tour.spots]
            known = await _entries(interview, head)
            old = [each.token for each in known if each.name == tour.name]
            token = old[0] if len(old) == 1 else await self._created(tour, old, head, interview)
            try:
                await self._modify(token, tour.name, spots, head, interview)
            except CameraError:
                if not old:
                    with suppress(CameraError):
                        await self._remove(token, head, interview)
                raise
            return await self._told(token, head, interview)

    async def remove(self, tour: TourName) -> None:
        """Remove a tour."""
        with self._watching():
            head, interview = await self._ready(names.REMOVE_PRESET_TOUR)
            entry = self._named(tour, await _entries(interview, head))
            await self._remove(entry.token, head, interview)

    async def _ready(self, operation: Operation) -> tuple[Head, Interview]:
        return await self._known.head(operation), await self._known.interviewer()

    async def _told(self, token: str, head: Head, interview: Interview) -> Tour:
        presets = await self._presets.read(lambda: interview.presets(head))
        for entry in await _entries(interview, head):
            if entry.token == token:
                return entry.called(presets)
        message = "it accepted the tour, and has none when it is asked"
        raise self._known.error(BadAnswer, names.GET_PRESET_TOURS, message)

    async def _created(
        self, tour: Tour, old: Sequence[str], head: Head, interview: Interview
    ) -> str:
        if old:
            raise self._fault(tour.name, "TourAmbiguous", "it has several tours called")
        return await interview.ask(
            names.CREATE_PRESET_TOUR, head.target, words, ProfileToken=head.profile
        )

    async def _modify(
        self,
        token: str,
        name: str,
        spots: list[dict[str, object]],
        head: Head,
        interview: Interview,
    ) -> None:
        await interview.tell(
            names.MODIFY_PRESET_TOUR,
            head.target,
            ProfileToken=head.profile,
            PresetTour={
                "token": token,
                "Name": name,
                "Status": {"State": "Idle"},
                "AutoStart": False,
                "StartingCondition": {},
                "TourSpot": spots,
            },
        )

    async def _written(self, spot: TourSpot, head: Head, interview: Interview) -> dict[str, object]:
        reading: Callable[[], Awaitable[tuple[PresetEntry, ...]]] = lambda: interview.presets(head)  # noqa: E731 it is passed on
        detail: dict[str, object] = {"Home": True}
        if spot.preset is not None:
            detail = {"PresetToken": await self._presets.token(spot.preset, reading)}
        stay = {} if spot.stay_s is None else {"StayTime": timedelta(seconds=spot.stay_s)}
        return {"PresetDetail": detail, **stay}

    async def _remove(self, token: str, head: Head, interview: Interview) -> None:
        await interview.tell(
            names.REMOVE_PRESET_TOUR,
            head.target,
            ProfileToken=head.profile,
            PresetTourToken=token,
        )

    def _named(self, tour: TourName, entries: Sequence[TourEntry]) -> TourEntry:
        found = [each for each in entries if each.name == tour]
        if len(found) == 1:
            return found[0]
        if found:
            raise self._fault(tour, "TourAmbiguous", "it has several tours called")
        known = ", ".join(sorted({each.name for each in entries})[:20]) or "none"
        raise self._fault(tour, "TourMissing", f"(tours: {known}) it has no tour")

    def _fault(self, tour: str, code: str, message: str) -> CameraFault:
        return CameraFault(
            f"{message} `{tour}`",
            camera=self._known.camera,
            operation=names.OPERATE_PRESET_TOUR.name,
            code=code,
        )


async def _entries(interview: Interview, head: Head) -> tuple[TourEntry, ...]:
    return await interview.ask(
        names.GET_PRESET_TOURS, head.target, tours, ProfileToken=head.profile
    )


def _state(said: object) -> TourState:
    try:
        return TourState(words(said).lower())
    except ValueError:
        return TourState.UNKNOWN


def _spot(said: Any) -> tuple[str, bool, float | None]:
    detail = said.PresetDetail
    token = words(getattr(detail, "PresetToken", None))
    return token, bool(getattr(detail, "Home", None)) and not token, seconds(said.StayTime)
