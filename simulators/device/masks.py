"""Privacy masks of the Media2 service: polygons in normalised coordinates, x right and y up, -1..1.

``keeps`` decides what becomes of a mask that was accepted: cameras differ there.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.device.soap import NAMESPACES, Call, Fault, attribute, flag, invalid, number, text
from simulators.device.table import Handler
from simulators.device.unit import SOURCE

MAX_MASKS = 8
MAX_POINTS = 16
RGB = "http://www.onvif.org/ver10/colorspace/RGB"
_KINDS = ("Color", "Pixelated", "Blurred")
_COLOURS = ((0.0, 0.0, 0.0), (128.0, 128.0, 128.0), (255.0, 255.0, 255.0))

Point = tuple[float, float]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Mask:
    """One mask as it is kept."""

    polygon: tuple[Point, ...]
    kind: str
    colour: Colour | None
    enabled: bool


Keep = Callable[[Mask], Mask | None]


def as_it_is(mask: Mask) -> Mask | None:
    """Keep a mask as it was written."""
    return mask


class MaskService:
    """Answers the ``tr2`` operations about masks."""

    def __init__(self) -> None:
        """Start without any."""
        self.keeps: Keep = as_it_is
        self.rectangles_only = False
        self.masks: dict[str, Mask] = {}
        self._numbers = itertools.count(1)

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tr2:GetMaskOptions": self._options,
            "tr2:GetMasks": self._all,
            "tr2:CreateMask": self._create,
            "tr2:SetMask": self._set,
            "tr2:DeleteMask": self._delete,
        }

    async def _options(self, call: Call) -> str:
        _demand_source(call.text("tr2:ConfigurationToken"))
        colours = "".join(_colour("tt:ColorList", each) for each in _COLOURS)
        kinds = "".join(f"<tr2:Types>{kind}</tr2:Types>" for kind in _KINDS)
        return (
            "<tr2:GetMaskOptionsResponse>"
            f'<tr2:Options RectangleOnly="{flag(self.rectangles_only)}" SingleColorOnly="false">'
            f"<tr2:MaxMasks>{MAX_MASKS}</tr2:MaxMasks><tr2:MaxPoints>{MAX_POINTS}</tr2:MaxPoints>"
            f"{kinds}<tr2:Color>{colours}</tr2:Color></tr2:Options></tr2:GetMaskOptionsResponse>"
        )

    async def _all(self, call: Call) -> str:
        token, source = call.text("tr2:Token"), call.text("tr2:ConfigurationToken")
        if source is not None:
            _demand_source(source)
        if token is not None and token not in self.masks:
            raise invalid("ter:NoConfig", f"no mask {token}")
        written = "".join(
            _written(own, mask) for own, mask in self.masks.items() if token in (None, own)
        )
        return f"<tr2:GetMasksResponse>{written}</tr2:GetMasksResponse>"

    async def _create(self, call: Call) -> str:
        mask = self._read(call)
        if len(self.masks) >= MAX_MASKS:
            raise Fault(
                "ter:Action", "ter:MaxMasks", reason="no more masks", receiver=True, status=500
            )
        token = f"mask_{next(self._numbers)}"
        kept = self.keeps(mask)
        if kept is not None:
            self.masks[token] = kept
        return f"<tr2:CreateMaskResponse><tr2:Token>{token}</tr2:Token></tr2:CreateMaskResponse>"

    async def _set(self, call: Call) -> str:
        written = call.find("tr2:Mask")
        token = "" if written is None else written.get("token", "")
        if token not in self.masks:
            raise invalid("ter:NoConfig", f"no mask {token}")
        kept = self.keeps(self._read(call))
        if kept is not None:
            self.masks[token] = kept
        return "<tr2:SetMaskResponse/>"

    async def _delete(self, call: Call) -> str:
        token = call.text("tr2:Token") or ""
        if token not in self.masks:
            raise invalid("ter:NoConfig", f"no mask {token}")
        del self.masks[token]
        return "<tr2:DeleteMaskResponse/>"

    def _read(self, call: Call) -> Mask:
        _demand_source(call.text("tr2:Mask", "tr2:ConfigurationToken"))
        kind = call.text("tr2:Mask", "tr2:Type") or ""
        if kind not in _KINDS:
            raise invalid("ter:InvalidArgVal", f"no mask of kind {kind}")
        polygon = call.find("tr2:Mask", "tr2:Polygon")
        points = () if polygon is None else tuple(polygon.iterfind("tt:Point", NAMESPACES))
        corners = tuple((number(each, "x"), number(each, "y")) for each in points)
        if not 3 <= len(corners) <= MAX_POINTS or any(
            abs(value) > 1.0 for corner in corners for value in corner
        ):
            raise invalid("ter:InvalidPolygon", "no polygon that fits")
        if self.rectangles_only and not _is_rectangle(corners):
            raise invalid("ter:InvalidPolygon", "only rectangles")
        colour = call.find("tr2:Mask", "tr2:Color")
        shade = None
        if colour is not None:
            shade = (number(colour, "X"), number(colour, "Y"), number(colour, "Z"))
        enabled = call.text("tr2:Mask", "tr2:Enabled") in {"true", "1"}
        return Mask(corners, kind, shade, enabled)


def _is_rectangle(corners: tuple[Point, ...]) -> bool:
    across = {round(x, 6) for x, _ in corners}
    up = {round(y, 6) for _, y in corners}
    return len(corners) == 4 and len(across) == len(up) == 2


def _demand_source(token: str | None) -> None:
    if token != SOURCE:
        raise invalid("ter:NoConfig", f"no video source configuration {token}")


def _colour(element: str, colour: Colour) -> str:
    x, y, z = colour
    return f'<{element} X="{x:g}" Y="{y:g}" Z="{z:g}" Colorspace="{RGB}"/>'


def _written(token: str, mask: Mask) -> str:
    points = "".join(f'<tt:Point x="{x!r}" y="{y!r}"/>' for x, y in mask.polygon)
    colour = "" if mask.colour is None else _colour("tr2:Color", mask.colour)
    return (
        f"<tr2:Masks token={attribute(token)}>"
        f"<tr2:ConfigurationToken>{SOURCE}</tr2:ConfigurationToken>"
        f"<tr2:Polygon>{points}</tr2:Polygon><tr2:Type>{text(mask.kind)}</tr2:Type>"
        f"{colour}<tr2:Enabled>{flag(mask.enabled)}</tr2:Enabled></tr2:Masks>"
    )
