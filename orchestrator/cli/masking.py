"""`mask`: privacy masks in a camera's own picture, read back after they were written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.domain.ids import MaskId
from orchestrator.domain.masks import Corner, Cover, KeptMask, Mask, WrittenMask
from orchestrator.ports import CameraLink


@dataclass(frozen=True, slots=True)
class MaskAsked:
    """What a person asks of a mask, as written."""

    verb: str
    id: str | None
    corners: str | None
    cover: str
    on: bool


def mask_deed(asked: MaskAsked) -> Deed:
    """Return what is to be done; ``typer.BadParameter`` when it makes no sense."""
    if asked.verb == "remove" and asked.id is None:
        raise typer.BadParameter("say which mask to remove, by its token in `list`")
    if asked.verb in {"list", "room"} and asked.id is not None:
        raise typer.BadParameter("a mask's token goes with `write` and `remove`")
    if (asked.verb == "write") != (asked.corners is not None):
        raise typer.BadParameter("say --corners with `write`, and only there")
    at = None if asked.id is None else MaskId(asked.id)
    match asked.verb:
        case "room":
            return _room
        case "write":
            mask = Mask(_corners(asked.corners or ""), Cover(asked.cover), asked.on)
            return lambda link: _write(link, mask, at)
        case "remove":
            return lambda link: _remove(link, MaskId(asked.id or ""))
        case _:
            return _list


def _corners(written: str) -> tuple[Corner, ...]:
    corners = [_corner(each) for each in written.split()]
    if len(corners) < 3:
        raise typer.BadParameter("a mask has three corners or more", param_hint="--corners")
    return tuple(corners)


def _corner(written: str) -> Corner:
    try:
        across, down = (float(each) for each in written.split(","))
    except ValueError:
        across = down = math.nan
    if not (0.0 <= across <= 1.0 and 0.0 <= down <= 1.0):
        raise typer.BadParameter(
            f"`{written}` is no corner; write shares of the picture from its upper left, such as"
            " `0.1,0.2 0.5,0.2 0.5,0.6`",
            param_hint="--corners",
        )
    return across, down


async def _list(link: CameraLink) -> Told:
    kept = await link.masks.kept()
    words = "\n".join(_words(each) for each in kept) or "this camera has no masks"
    return Told([_plain(each) for each in kept], words)


async def _room(link: CameraLink) -> Told:
    room = await link.masks.room()
    covers = sorted(cover.value for cover in room.covers)
    shapes = "rectangles" if room.rectangles_only else f"up to {room.most_corners} corners"
    plain = {
        "most": room.most,
        "most_corners": room.most_corners,
        "rectangles_only": room.rectangles_only,
        "covers": covers,
    }
    return Told(plain, f"up to {room.most} masks, {shapes}, {', '.join(covers)}")


async def _write(link: CameraLink, mask: Mask, at: MaskId | None) -> Told:
    written = await link.masks.write(mask, at)
    plain = {**_plain(written.kept), "clear": round(written.clear, 4), "whole": written.whole}
    return Told(plain, "\n".join([_words(written.kept), *_lacking(written)]), written.whole)


def _lacking(written: WrittenMask) -> Sequence[str]:
    if written.whole:
        return ()
    if written.kept.mask.cover is not written.wanted.cover:
        return (f"the camera hides it otherwise: {written.kept.mask.cover.value}",)
    return (f"the camera leaves {written.clear:.0%} of it clear",)


async def _remove(link: CameraLink, at: MaskId) -> Told:
    await link.masks.remove(at)
    return Told({"removed": at}, f"removed `{at}`")


def _plain(kept: KeptMask) -> dict[str, object]:
    mask = kept.mask
    corners = [[round(u, 6), round(v, 6)] for u, v in mask.corners]
    return {"id": kept.id, "corners": corners, "cover": mask.cover.value, "on": mask.on}


def _words(kept: KeptMask) -> str:
    corners = " ".join(f"{u:.3g},{v:.3g}" for u, v in kept.mask.corners)
    return f"{kept.id}: {corners}, {kept.mask.cover.value}, {'on' if kept.mask.on else 'off'}"
