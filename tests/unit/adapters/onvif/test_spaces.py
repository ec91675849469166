"""What a head lists of its spaces is used where it makes sense, and else read as the standard has it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from orchestrator.adapters.onvif.names import PAN_TILT_GENERIC, ZOOM_GENERIC
from orchestrator.adapters.onvif.spaces import FULL, UNIT, Range, Spaces, of_node, with_options

NAN, INF = float("nan"), float("inf")


def span(low: object, high: object) -> SimpleNamespace:
    return SimpleNamespace(Min=low, Max=high)


def spaces(pan: SimpleNamespace, zoom: SimpleNamespace) -> SimpleNamespace:
    none: dict[str, Any] = dict.fromkeys(
        (
            "RelativePanTiltTranslationSpace",
            "ContinuousPanTiltVelocitySpace",
            "PanTiltSpeedSpace",
            "RelativeZoomTranslationSpace",
            "ContinuousZoomVelocitySpace",
            "ZoomSpeedSpace",
        )
    )
    head = SimpleNamespace(URI=PAN_TILT_GENERIC, XRange=pan, YRange=span(-1.0, 1.0))
    lens = SimpleNamespace(URI=ZOOM_GENERIC, XRange=zoom)
    return SimpleNamespace(
        AbsolutePanTiltPositionSpace=[head], AbsoluteZoomPositionSpace=[lens], **none
    )


def node(pan: SimpleNamespace, zoom: SimpleNamespace, presets: object = 8) -> Spaces:
    return of_node(
        [
            SimpleNamespace(
                SupportedPTZSpaces=spaces(pan, zoom),
                MaximumNumberOfPresets=presets,
                HomeSupported=True,
            )
        ]
    )


def test_ranges_that_make_sense_are_taken_as_they_are() -> None:
    pan, _, zoom = node(span(0.0, 360.0), span(0.0, 0.499)).position

    assert (pan, zoom) == (Range(0.0, 360.0), Range(0.0, 0.499))


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (1.0, -1.0),
        (0.5, 0.5),
        (NAN, 1.0),
        (-1.0, NAN),
        (-INF, INF),
        (-1e9, 1e9),
        (None, 1.0),
        ("-1", "1"),
    ],
)
def test_a_range_that_makes_no_sense_is_the_usual_one(low: object, high: object) -> None:
    pan, tilt, zoom = node(span(low, high), span(low, high)).position

    assert (pan, tilt, zoom) == (FULL, FULL, UNIT)


@pytest.mark.parametrize("presets", [-1, 10**9, None, "8"])
def test_a_number_of_presets_that_makes_no_sense_is_not_known(presets: object) -> None:
    assert node(span(-1.0, 1.0), span(0.0, 1.0), presets).presets == 0


@pytest.mark.parametrize(
    ("least", "most", "timeout_s"),
    [
        (timedelta(seconds=1), timedelta(seconds=10), (1.0, 10.0)),
        (timedelta(seconds=10), timedelta(seconds=1), None),
        (timedelta(seconds=-5), timedelta(seconds=1), None),
        (None, timedelta(seconds=1), None),
    ],
)
def test_swapped_timeouts_are_none(
    least: object, most: object, timeout_s: tuple[float, float] | None
) -> None:
    options = SimpleNamespace(
        Spaces=spaces(span(-1.0, 1.0), span(0.0, 1.0)), PTZTimeout=span(least, most)
    )

    assert with_options(node(span(-1.0, 1.0), span(0.0, 1.0)), options).timeout_s == timeout_s
