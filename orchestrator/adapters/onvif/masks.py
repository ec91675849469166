"""Privacy masks over Media2, by hand: written, read back, and compared with what was wanted.

ONVIF's corners go from -1 to 1, x to the right and y up; ours are shares of the picture from its
upper left corner. What comes back is what the camera keeps, which is not always what it was told.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, TypeVar
from xml.sax.saxutils import quoteattr

from lxml import etree

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.answers import words
from orchestrator.adapters.onvif.calls import Question
from orchestrator.adapters.onvif.fast import escaped
from orchestrator.adapters.onvif.figures import whole, within
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.media2 import TR2, TT, media2_call, response
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.domain.ids import MaskId
from orchestrator.domain.masks import Corner, Cover, KeptMask, Mask, MaskRoom, WrittenMask
from orchestrator.errors import BadAnswer, NotSupported
from orchestrator.privacy import fitting, left_clear

_COVERS: Final = {Cover.COLOUR: "Color", Cover.PIXELS: "Pixelated", Cover.BLUR: "Blurred"}
_KINDS: Final = {word: cover for cover, word in _COVERS.items()}
_MOST_MASKS: Final = 256
_MOST_CORNERS: Final = 256
_SLACK: Final = 1e-3

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as the camera lists it: three numbers, and the space they are in."""

    x: float
    y: float
    z: float
    space: str

    def written(self) -> str:
        """Return it as XML."""
        space = f" Colorspace={quoteattr(self.space)}" if self.space else ""
        return f'<tr2:Color X="{self.x:g}" Y="{self.y:g}" Z="{self.z:g}"{space}/>'


@dataclass(frozen=True, slots=True)
class Palette:
    """What GetMaskOptions says: the room there is for masks, and a colour to use, if one is listed."""

    room: MaskRoom
    colour: Colour | None


def get_mask_options(view: str) -> bytes:
    """Return the payload of GetMaskOptions for a video source configuration."""
    return media2_call("GetMaskOptions", _configuration(view))


def get_masks(view: str) -> bytes:
    """Return the payload of GetMasks for a video source configuration."""
    return media2_call("GetMasks", _configuration(view))


def create_mask(view: str, mask: Mask, colour: Colour | None) -> bytes:
    """Return the payload of CreateMask."""
    return media2_call("CreateMask", _mask("", view, mask, colour))


def set_mask(token: str, view: str, mask: Mask, colour: Colour | None) -> bytes:
    """Return the payload of SetMask."""
    return media2_call("SetMask", _mask(f" token={quoteattr(token)}", view, mask, colour))


def delete_mask(token: str) -> bytes:
    """Return the payload of DeleteMask."""
    return media2_call("DeleteMask", f"<tr2:Token>{escaped(token)}</tr2:Token>")


def palette(answer: etree._Element) -> Palette:
    """Return what GetMaskOptionsResponse says."""
    options = answer.find(f"{TR2}Options")
    if options is None:
        raise Unusable("the answer holds no mask options")
    kinds = (words(each.text) for each in options.findall(f"{TR2}Types")[:32])
    listed = options.find(f"{TR2}Color/{TT}ColorList")
    room = MaskRoom(
        most=whole(options.findtext(f"{TR2}MaxMasks"), 10_000, "the number of masks"),
        most_corners=whole(options.findtext(f"{TR2}MaxPoints"), 10_000, "the number of corners"),
        covers=frozenset(_KINDS.get(kind, Cover.OTHER) for kind in kinds if kind),
        rectangles_only=(options.get("RectangleOnly") or "").strip().lower() in {"true", "1"},
    )
    return Palette(room, None if listed is None else _colour(listed))


def kept_masks(answer: etree._Element) -> tuple[KeptMask, ...]:
    """Return what GetMasksResponse lists; a mask without a token cannot be spoken of."""
    found = answer.findall(f"{TR2}Masks")
    if len(found) > _MOST_MASKS:
        raise Unusable(f"the camera reports more than {_MOST_MASKS} masks")
    return tuple(
        KeptMask(MaskId(token), _read(each))
        for each in found
        if (token := words(each.get("token")))
    )


def created(answer: etree._Element) -> MaskId:
    """Return the token in CreateMaskResponse."""
    token = words(answer.findtext(f"{TR2}Token"))
    if not token:
        raise Unusable("the camera gives a new mask no token")
    return MaskId(token)


class OnvifMasks:
    """The ``Masks`` port over Media2."""

    def __init__(
        self, known: Acquaintance, watching: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Keep whom to ask; nothing is sent."""
        self._known = known
        self._watching = watching

    async def room(self) -> MaskRoom:
        """Return what masks the camera can take."""
        with self._watching():
            return (await self._palette()).room

    async def kept(self) -> tuple[KeptMask, ...]:
        """Return the masks that the camera has."""
        with self._watching():
            return await self._kept()

    async def write(self, mask: Mask, at: MaskId | None = None) -> WrittenMask:
        """Write a mask, new or in place of another, and return it as the camera keeps it."""
        with self._watching():
            known = await self._palette()
            operation = names.CREATE_MASK if at is None else names.SET_MASK
            if mask.cover not in known.room.covers:
                has = ", ".join(sorted(each.value for each in known.room.covers)) or "nothing"
                message = f"it cannot hide by `{mask.cover.value}` (it can: {has})"
                raise self._known.error(NotSupported, operation, message)
            _, view = await self._where(operation)
            asked, colour = fitting(mask, known.room), known.colour
            if at is None:
                at = await self._send(operation, create_mask(view, asked, colour), created)
            else:
                await self._send(operation, set_mask(at, view, asked, colour), _nothing)
            kept = next((each for each in await self._kept() if each.id == at), None)
            if kept is None:
                message = "it accepted the mask, and has none when it is asked"
                raise self._known.error(BadAnswer, names.GET_MASKS, message)
            return WrittenMask(mask, kept, left_clear(mask, kept.mask))

    async def remove(self, at: MaskId) -> None:
        """Remove a mask."""
        with self._watching():
            await self._send(names.DELETE_MASK, delete_mask(at), _nothing)

    async def _palette(self) -> Palette:
        _, view = await self._where(names.GET_MASK_OPTIONS)
        return await self._send(names.GET_MASK_OPTIONS, get_mask_options(view), palette)

    async def _kept(self) -> tuple[KeptMask, ...]:
        _, view = await self._where(names.GET_MASKS)
        return await self._send(names.GET_MASKS, get_masks(view), kept_masks)

    async def _where(self, operation: Operation) -> tuple[str, str]:
        """Return the path of Media2 and the token of the view that is masked."""
        dossier = await self._known.dossier(operation)
        target = dossier.targets.get(Service.MEDIA2)
        view = next((each.view for each in dossier.sights.profiles if each.view), "")
        if target is None or not view:
            raise self._known.error(NotSupported, operation, "it has no Media2, so no masks")
        return target, view

    async def _send(
        self, operation: Operation, payload: bytes, read: Callable[[etree._Element], Made]
    ) -> Made:
        target, _ = await self._where(operation)
        interview = await self._known.interviewer()
        return await interview.signed(
            Question(operation, payload, target), lambda root: read(response(root, operation))
        )


def _nothing(_answer: etree._Element) -> None:
    """Read nothing: that it is the right response is all there is to know."""


def _configuration(view: str) -> str:
    return f"<tr2:ConfigurationToken>{escaped(view)}</tr2:ConfigurationToken>"


def _mask(token: str, view: str, mask: Mask, colour: Colour | None) -> str:
    corners = "".join(f'<tt:Point x="{x!r}" y="{y!r}"/>' for x, y in map(_outward, mask.corners))
    shade = colour.written() if colour is not None and mask.cover is Cover.COLOUR else ""
    return (
        f"<tr2:Mask{token}>{_configuration(view)}<tr2:Polygon>{corners}</tr2:Polygon>"
        f"<tr2:Type>{_COVERS[mask.cover]}</tr2:Type>{shade}"
        f"<tr2:Enabled>{'true' if mask.on else 'false'}</tr2:Enabled></tr2:Mask>"
    )


def _outward(corner: Corner) -> Corner:
    u, v = corner
    return round(2.0 * u - 1.0, 6), round(1.0 - 2.0 * v, 6)


def _inward(point: etree._Element) -> Corner:
    x = within(point.get("x"), -1.0 - _SLACK, 1.0 + _SLACK, "a mask's corner")
    y = within(point.get("y"), -1.0 - _SLACK, 1.0 + _SLACK, "a mask's corner")
    return (min(max(x, -1.0), 1.0) + 1.0) / 2.0, (1.0 - min(max(y, -1.0), 1.0)) / 2.0


def _read(element: etree._Element) -> Mask:
    points = element.findall(f"{TR2}Polygon/{TT}Point")
    if not 3 <= len(points) <= _MOST_CORNERS:
        raise Unusable("the camera reports a mask that is no polygon")
    return Mask(
        tuple(_inward(each) for each in points),
        _KINDS.get(words(element.findtext(f"{TR2}Type")), Cover.OTHER),
        on=(element.findtext(f"{TR2}Enabled") or "").strip() in {"true", "1"},
    )


def _colour(element: etree._Element) -> Colour:
    x, y, z = (within(element.get(name), -1e6, 1e6, "a colour") for name in "XYZ")
    return Colour(x, y, z, words(element.get("Colorspace")))
