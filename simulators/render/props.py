"""Things that stand about, some of them a little like people: posts, bins, barrels, trees."""

from collections.abc import Callable, Mapping

from simulators.depot import Colour, Prop, PropKind
from simulators.render.shapes import Face, box, turned

Maker = Callable[[Prop], list[Face]]


def prop_faces(prop: Prop) -> list[Face]:
    """Return the faces of a thing, from the floor up."""
    return _MAKERS[prop.kind](prop)


def _bollard(prop: Prop) -> list[Face]:
    yellow, black = (50, 180, 215), (48, 46, 44)
    heights = [0, 0.45 * prop.size, 0.7 * prop.size, 1.0 * prop.size]
    return turned(prop.at, [0.1] * 4, heights, [yellow, black, yellow])


def _pole(prop: Prop) -> list[Face]:
    grey, foot = (120, 122, 122), (90, 92, 92)
    return turned(
        prop.at,
        [0.16, 0.13, 0.05, 0.04],
        [0, 0.6, 0.65, 3.9 * prop.size],
        [foot, grey, grey],
    )


def _lamp(prop: Prop) -> list[Face]:
    high = 4.6 * prop.size
    post = turned(prop.at, [0.09, 0.07, 0.05], [0, 0.9, high], [(70, 74, 72), (84, 88, 86)])
    return post + box(prop.at, prop.heading_deg, (0.35, 0.7, 0.14), high - 0.05, (196, 206, 210))


def _bin(prop: Prop) -> list[Face]:
    body = box(prop.at, prop.heading_deg, (0.58, 0.72, 0.95 * prop.size), 0.05, (64, 84, 58))
    lid = box(prop.at, prop.heading_deg, (0.62, 0.78, 0.09), 1.0 * prop.size, (44, 56, 42))
    return body + lid


def _pallets(prop: Prop) -> list[Face]:
    return [
        face
        for i in range(max(1, round(7 * prop.size)))
        for face in box(
            prop.at,
            prop.heading_deg + 3 * (i % 3),
            (1.2, 0.8, 0.11),
            0.15 * i,
            (96, 138, 168),
        )
    ]


def _crate(prop: Prop) -> list[Face]:
    size = 1.1 * prop.size, 1.1 * prop.size, 1.0 * prop.size
    return box(prop.at, prop.heading_deg, size, 0.0, (110, 128, 150))


def _barrel(prop: Prop) -> list[Face]:
    blue, band = (140, 84, 44), (150, 94, 50)
    return turned(
        prop.at,
        [0.29, 0.31, 0.29, 0.28],
        [0, 0.3, 0.6, 0.9 * prop.size],
        [blue, band, blue],
    )


def _cone(prop: Prop) -> list[Face]:
    orange, white = (40, 96, 225), (215, 218, 220)
    heights = [0, 0.04, 0.3, 0.45, 0.72 * prop.size]
    return turned(prop.at, [0.22, 0.2, 0.12, 0.08, 0.03], heights, [orange, orange, white, orange])


def _hedge(prop: Prop) -> list[Face]:
    return box(prop.at, prop.heading_deg, (0.8, 2.2 * prop.size, 1.2), 0.0, (44, 78, 58))


def _tree(prop: Prop) -> list[Face]:
    s = prop.size
    bark, leaf, dark = (52, 66, 78), (52, 92, 70), (42, 76, 58)
    trunk = turned(prop.at, [0.2, 0.14], [0, 2.2 * s], [bark])
    crown = [0.15, 1.3 * s, 1.6 * s, 1.2 * s, 0.3]
    heights = [1.9, 2.4 * s, 3.4 * s, 4.5 * s, 5.3 * s]
    return trunk + turned(prop.at, crown, heights, [dark, dark, leaf, leaf])


def _bench(prop: Prop) -> list[Face]:
    wood: Colour = (80, 112, 140)
    legs = box(prop.at, prop.heading_deg, (1.6, 0.3, 0.42), 0.0, (70, 74, 78))
    return legs + box(prop.at, prop.heading_deg, (1.8, 0.45, 0.08), 0.42, wood)


_MAKERS: Mapping[PropKind, Maker] = {
    "bollard": _bollard,
    "pole": _pole,
    "lamp": _lamp,
    "bin": _bin,
    "pallets": _pallets,
    "crate": _crate,
    "barrel": _barrel,
    "cone": _cone,
    "hedge": _hedge,
    "tree": _tree,
    "bench": _bench,
}
