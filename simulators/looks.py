"""How people look: clothes, hair, skin and size, drawn from a seeded stream."""

from random import Random

from simulators.depot import Colour
from simulators.scene import Headwear, Look, Outfit

_UPPER: tuple[Colour, ...] = (
    (44, 40, 168),
    (150, 82, 32),
    (58, 132, 46),
    (40, 176, 222),
    (196, 198, 200),
    (44, 42, 40),
    (128, 52, 104),
    (36, 110, 226),
    (168, 160, 60),
    (96, 60, 40),
    (150, 132, 196),
    (60, 230, 205),
    (60, 84, 112),
)
_LOWER: tuple[Colour, ...] = (
    (108, 74, 48),
    (40, 38, 38),
    (96, 120, 140),
    (84, 88, 90),
    (62, 44, 34),
    (58, 78, 62),
    (160, 160, 156),
)
_SKIN: tuple[Colour, ...] = (
    (170, 196, 228),
    (140, 172, 212),
    (104, 140, 186),
    (70, 100, 146),
    (46, 66, 100),
)
_HAIR: tuple[Colour, ...] = (
    (24, 24, 28),
    (36, 52, 78),
    (70, 110, 150),
    (110, 150, 180),
    (150, 152, 152),
    (40, 60, 120),
)
_SHOES: tuple[Colour, ...] = ((34, 32, 32), (60, 66, 84), (190, 190, 190), (70, 60, 50))
_HI_VIS: tuple[Colour, ...] = ((60, 230, 205), (30, 120, 240))


def look_of(random: Random) -> Look:
    """Return a random look; nothing keeps two people from wearing the same."""
    outfits: tuple[Outfit, ...] = ("shirt", "jacket", "jacket", "coat", "vest")
    hats: tuple[Headwear, ...] = ("none", "none", "none", "cap", "helmet")
    outfit = random.choice(outfits)
    worn = random.choice(_HI_VIS if outfit == "vest" else _UPPER)
    return Look(
        height_m=round(random.uniform(1.55, 1.9), 3),
        build=round(random.uniform(0.88, 1.2), 3),
        skin=random.choice(_SKIN),
        hair=random.choice(_HAIR),
        upper=_varied(random, worn),
        lower=_varied(random, random.choice(_LOWER)),
        shoes=random.choice(_SHOES),
        outfit=outfit,
        headwear=random.choice(hats),
        long_hair=random.random() < 0.3,
        short_sleeves=outfit in ("shirt", "vest") and random.random() < 0.5,
        backpack=random.choice(_UPPER) if random.random() < 0.22 else None,
    )


def _varied(random: Random, colour: Colour) -> Colour:
    b, g, r = (min(250, max(20, c + random.randint(-12, 12))) for c in colour)
    return b, g, r
