"""What cameras do to pictures: other crops and scales, light, colour, noise, blur, compression.

Every function takes and returns (h, w, 3) uint8 BGR and draws from the generator it is given.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.renders import Picture

Pixels = NDArray[np.uint8]


def cropped(picture: Picture, size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Return a window of ``size`` (width, height), sometimes zoomed, sometimes mirrored.

    Half of the windows are laid around one of the picture's things, the others anywhere.
    """
    scale = float(np.exp(rng.uniform(-0.45, 0.3))) if rng.random() < 0.6 else 1.0
    scale = max(scale, size[0] / picture.pixels.shape[1], size[1] / picture.pixels.shape[0])
    wide, high = round(size[0] / scale), round(size[1] / scale)
    x, y = _corner(picture, wide, high, rng)
    window = picture.pixels[y : y + high, x : x + wide]
    if (wide, high) != size:
        window = cv2.resize(window, size, interpolation=cv2.INTER_LINEAR)
    zoom = np.array((size[0] / wide, size[1] / high) * 2)
    moved = (picture.boxes - np.array((x, y, x, y))) * zoom
    boxes = np.clip(moved, 0, (*size, *size)).astype(np.float32)
    kept = _kept(moved, boxes)
    share = _areas(boxes[kept]) / np.maximum(_areas(moved[kept]), 1e-3)
    result = Picture(
        np.ascontiguousarray(window),
        boxes[kept],
        picture.kinds[kept],
        picture.visible[kept] * share,
    )
    return mirrored(result) if rng.random() < 0.5 else result


def mirrored(picture: Picture) -> Picture:
    """Return the picture seen in a mirror."""
    boxes = picture.boxes.copy()
    boxes[:, [0, 2]] = picture.pixels.shape[1] - boxes[:, [2, 0]]
    return Picture(
        np.ascontiguousarray(picture.pixels[:, ::-1]), boxes, picture.kinds, picture.visible
    )


def _corner(picture: Picture, wide: int, high: int, rng: np.random.Generator) -> tuple[int, int]:
    """Return the upper left corner of a window."""
    most_x, most_y = picture.pixels.shape[1] - wide, picture.pixels.shape[0] - high
    if len(picture.boxes) == 0 or rng.random() < 0.4:
        return int(rng.integers(most_x + 1)), int(rng.integers(most_y + 1))
    box = picture.boxes[rng.integers(len(picture.boxes))]
    x = (box[0] + box[2]) / 2 - wide * rng.uniform(0.15, 0.85)
    y = (box[1] + box[3]) / 2 - high * rng.uniform(0.15, 0.85)
    return int(np.clip(x, 0, most_x)), int(np.clip(y, 0, most_y))


def _areas(boxes: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)


def _kept(moved: NDArray[np.floating], boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which things still show in the window."""
    return (_areas(boxes) > 4) & (_areas(boxes) > 0.03 * _areas(moved))


def seen_by_a_camera(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return the picture as some camera would deliver it."""
    out = pixels
    if rng.random() < 0.7:
        out = _lit(out, rng)
    if rng.random() < 0.3:
        out = _coloured(out, rng)
    if rng.random() < 0.2:
        out = _blurred(out, rng)
    if rng.random() < 0.3:
        out = _noisy(out, rng)
    if rng.random() < 0.15:
        out = _covered(out, rng)
    if rng.random() < 0.4:
        out = _compressed(out, rng)
    return out


def _lit(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return with another exposure, contrast and gamma."""
    levels = np.arange(256, dtype=np.float32) / 255
    levels = levels ** float(np.exp(rng.uniform(-0.35, 0.35)))
    levels = (levels - 0.5) * rng.uniform(0.65, 1.3) + 0.5 + rng.uniform(-0.15, 0.15)
    return cv2.LUT(pixels, np.clip(levels * 255, 0, 255).astype(np.uint8))


def _coloured(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return with other hues, or in grey as an infra-red picture is."""
    if rng.random() < 0.2:
        return cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + int(rng.integers(-20, 21))) % 180
    hsv[..., 1] = cv2.convertScaleAbs(hsv[..., 1], alpha=float(rng.uniform(0.4, 1.5)))
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)


def _blurred(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return out of focus, or smeared sideways as from a turning head."""
    if rng.random() < 0.6:
        return cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.4, 1.3)))
    return cv2.blur(pixels, (int(rng.integers(2, 7)), 1))


def _noisy(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return with a sensor's noise."""
    noise = np.empty(pixels.shape, np.int16)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    cv2.randn(noise, 0, float(rng.uniform(2, 14)))
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def _covered(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return with one to three patches that hide what is behind them."""
    out = pixels.copy()
    high, wide = out.shape[:2]
    for _ in range(rng.integers(1, 4)):
        w, h = int(rng.integers(4, 40)), int(rng.integers(4, 40))
        x, y = int(rng.integers(wide - w)), int(rng.integers(high - h))
        out[y : y + h, x : x + w] = rng.integers(0, 256, 3, np.uint8)
    return out


def _compressed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return after a lossy block transform."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 90))]
    return cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
