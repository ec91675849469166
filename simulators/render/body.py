"""A walking body as a skeleton: where its joints are on the plan, from gait and heading.

Legs swing about the hips, knees bend as a leg comes forward, arms swing against the legs; the
lower foot stands on the floor.
"""

import math
from dataclasses import dataclass

from simulators.depot import Colour
from simulators.scene import Look, PersonState

Spot = tuple[float, float, float]
"""Metres ahead, to the right and up from where the person stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Limb:
    """A tapered round bar between two spots, radii in metres."""

    start: Spot
    end: Spot
    radius_start_m: float
    radius_end_m: float
    colour: Colour


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """The hull of two level rings."""

    points: tuple[Spot, ...]
    colour: Colour


Part = Limb | Trunk


@dataclass(frozen=True, slots=True)
class _Leg:
    knee: tuple[float, float]
    ankle: tuple[float, float]
    """Ahead and up from the hip, metres."""


def parts(person: PersonState) -> list[tuple[Part, ...]]:
    """Return the body as groups of parts: each group is drawn in order, groups far to near."""
    look, tall = person.look, person.look.height_m
    legs = [_leg(tall, person.stride_rad + side, person.gait) for side in (0.0, math.pi)]
    hip = -min(leg.ankle[1] for leg in legs) + 0.035 * tall
    groups = [_trunk(look, hip), _head(look, hip)]
    for side, leg in zip((-1.0, 1.0), legs, strict=True):
        groups.append(_leg_parts(look, hip, side, leg))
        swing = -side * math.sin(person.stride_rad) * person.gait
        groups.append(_arm_parts(look, hip, side, -swing))
    if look.backpack is not None:
        groups.append(_pack(look, hip))
    return groups


def _leg(tall: float, phase: float, gait: float) -> _Leg:
    swing = 0.46 * gait * math.sin(phase) + 0.02
    bend = 0.05 + gait * (0.12 + 0.85 * max(0.0, math.cos(phase + 0.35)) ** 1.5)
    thigh, shin = 0.245 * tall, 0.245 * tall
    knee = thigh * math.sin(swing), -thigh * math.cos(swing)
    lower = swing - bend
    return _Leg(knee, (knee[0] + shin * math.sin(lower), knee[1] - shin * math.cos(lower)))


def _leg_parts(look: Look, hip: float, side: float, leg: _Leg) -> tuple[Part, ...]:
    tall, wide = look.height_m, 0.058 * look.height_m * look.build
    top = (0.0, side * wide, hip)
    knee = (leg.knee[0], side * wide, hip + leg.knee[1])
    ankle = (leg.ankle[0], side * wide * 0.9, hip + leg.ankle[1])
    toe = (
        leg.ankle[0] + 0.1 * tall,
        side * wide,
        max(0.02, hip + leg.ankle[1] - 0.018),
    )
    girth = look.build * tall
    return (
        Limb(ankle, toe, 0.026 * tall, 0.02 * tall, look.shoes),
        Limb(knee, ankle, 0.036 * girth, 0.027 * girth, look.lower),
        Limb(top, knee, 0.053 * girth, 0.038 * girth, look.lower),
    )


def _arm_parts(look: Look, hip: float, side: float, swing: float) -> tuple[Part, ...]:
    tall, girth = look.height_m, look.height_m * look.build
    high = hip + 0.295 * tall
    wide = side * (0.118 * girth)
    lean = 0.42 * swing
    elbow_m, hand_m = 0.165 * tall, 0.15 * tall
    shoulder = (0.0, wide, high)
    e = (elbow_m * math.sin(lean), wide * 1.12, high - elbow_m * math.cos(lean))
    bent = lean + 0.22 + 0.25 * max(0.0, swing)
    hand = (e[0] + hand_m * math.sin(bent), wide * 1.1, e[2] - hand_m * math.cos(bent))
    elbow = e
    sleeve = look.skin if look.short_sleeves else look.upper
    return (
        Limb(
            hand,
            (hand[0], hand[1], hand[2] - 0.02 * tall),
            0.021 * tall,
            0.02 * tall,
            look.skin,
        ),
        Limb(elbow, hand, 0.025 * girth, 0.02 * girth, sleeve),
        Limb(shoulder, elbow, 0.034 * girth, 0.027 * girth, look.upper),
    )


_AROUND = tuple((math.sin(i * math.pi / 4.0), math.cos(i * math.pi / 4.0)) for i in range(8))


def _ring(ahead_m: float, up_m: float, wide_m: float, deep_m: float) -> tuple[Spot, ...]:
    return tuple((ahead_m + deep_m * sine, wide_m * cosine, up_m) for sine, cosine in _AROUND)


def _trunk(look: Look, hip: float) -> tuple[Part, ...]:
    tall, girth = look.height_m, look.height_m * look.build
    waist = _ring(0.0, hip + 0.1 * tall, 0.092 * girth, 0.066 * girth)
    seat = _ring(0.0, hip - 0.04 * tall, 0.098 * girth, 0.07 * girth)
    chest = _ring(0.0, hip + 0.23 * tall, 0.122 * girth, 0.078 * girth)
    neck = _ring(0.0, hip + 0.325 * tall, 0.07 * girth, 0.045 * girth)
    shapes: list[Part] = [Trunk(seat + waist, look.lower)]
    if look.outfit == "coat":
        hem = _ring(0.0, hip - 0.16 * tall, 0.108 * girth, 0.085 * girth)
        shapes.append(Trunk(hem + waist, look.upper))
    if look.outfit == "jacket":
        hem = _ring(0.0, hip - 0.02 * tall, 0.104 * girth, 0.078 * girth)
        shapes.append(Trunk(hem + waist, look.upper))
    shapes += [
        Trunk(waist + chest, look.upper),
        Trunk(chest + neck, look.upper),
    ]
    if look.outfit == "vest":
        for low in (0.1, 0.19):
            band = [
                _ring(0.0, hip + up * tall, 0.112 * girth, 0.078 * girth)
                for up in (low, low + 0.03)
            ]
            shapes.append(Trunk(band[0] + band[1], (206, 214, 214)))
    return tuple(shapes)


def _head(look: Look, hip: float) -> tuple[Part, ...]:
    tall = look.height_m
    neck = hip + 0.325 * tall
    middle = (0.012 * tall, 0.0, neck + 0.1 * tall)
    crown = (-0.008 * tall, 0.0, neck + 0.125 * tall)
    chin = (0.032 * tall, 0.0, neck + 0.07 * tall)
    radius = 0.052 * tall
    shapes: list[Part] = [
        Limb((0.0, 0.0, neck - 0.02 * tall), middle, 0.03 * tall, 0.03 * tall, look.skin),
        Limb(crown, middle, radius, radius * 0.94, look.hair),
    ]
    if look.long_hair:
        shapes.append(
            Limb(
                crown,
                (-0.035 * tall, 0.0, neck + 0.005 * tall),
                radius,
                0.04 * tall,
                look.hair,
            )
        )
    face = (0.026 * tall, 0.0, neck + 0.105 * tall)
    shapes.append(Limb(face, chin, 0.042 * tall, 0.034 * tall, look.skin))
    if look.headwear != "none":
        shapes += _hat(look, neck, radius)
    return tuple(shapes)


def _hat(look: Look, neck: float, radius: float) -> list[Part]:
    tall = look.height_m
    colour = (40, 190, 235) if look.headwear == "helmet" else look.lower
    brim = (0.055 * tall, 0.0, neck + 0.135 * tall)
    top = (0.0, 0.0, neck + 0.148 * tall)
    back = (-0.012 * tall, 0.0, neck + 0.138 * tall)
    return [
        Limb(back, brim, radius * 0.5, radius * 0.36, colour),
        Limb(top, back, radius * 1.02, radius, colour),
    ]


def _pack(look: Look, hip: float) -> tuple[Part, ...]:
    tall, girth = look.height_m, look.height_m * look.build
    assert look.backpack is not None
    rings = [
        _ring(-0.1 * girth, hip + up * tall, 0.075 * girth, 0.06 * girth) for up in (0.06, 0.28)
    ]
    return (Trunk(rings[0] + rings[1], look.backpack),)
