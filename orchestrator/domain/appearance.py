"""How somebody looks, in a few numbers: a colour layout, which needs no model.

A row is the mean colour of the upper and of the lower half of the clothes, each as brightness and
two colour differences (ITU-R BT.601, 0..255 and -128..127): six numbers that say "dark jacket, pale
trousers" and nothing about a face. A row of NaN means that nobody could tell. The idea is the
Color Layout Descriptor of MPEG-7 (ISO/IEC 15938-3), on a grid that fits a body.
"""

import numpy as np
from numpy.typing import NDArray

PARTS = 2
CHANNELS = 3
SIZE = PARTS * CHANNELS
WITHIN = np.array([14.0, 7.0, 7.0] * PARTS)
"""How far sightings of one person usually stray, over cameras and light: a standard deviation."""
_LUMA = np.array([0.114, 0.587, 0.299])
_BLUENESS, _REDNESS = 0.564, 0.713


def unknown(count: int) -> NDArray[np.float32]:
    """Return (count, ``SIZE``) appearances nobody could tell."""
    return np.full((count, SIZE), np.nan, dtype=np.float32)


def colour_layout(bgr: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return (``SIZE``,) the appearance of whose parts have these mean colours, (``PARTS``, 3).

    >>> colour_layout(np.array([[0.0, 0.0, 0.0], [200.0, 200.0, 200.0]])).round(1).tolist()
    [0.0, 0.0, 0.0, 200.0, 0.0, 0.0]
    """
    luma = bgr @ _LUMA
    blueness, redness = _BLUENESS * (bgr[:, 0] - luma), _REDNESS * (bgr[:, 2] - luma)
    return np.stack([luma, blueness, redness], axis=1).reshape(SIZE).astype(np.float32)
