"""Which of a camera's streams is watched."""

import pytest

from orchestrator.domain.camera import Stream
from orchestrator.watch.streams import chosen_stream

SMALL = (544, 320)


def stream(width_px: int, encoding: str = "H264", *, fps: float = 10.0) -> Stream:
    return Stream(f"p{width_px}", "rtsp://192.0.2.1/", width_px, width_px * 9 // 16, fps, encoding)


@pytest.mark.parametrize(
    ("input_px", "width_px"), [(SMALL, 640), ((512, 512), 1280), ((1280, 736), 1920)]
)
def test_the_smallest_stream_as_large_as_the_picture_of_the_detector_is_watched(
    input_px: tuple[int, int], width_px: int
) -> None:
    chosen = chosen_stream((stream(1920), stream(320), stream(640), stream(1280)), input_px)

    assert chosen == stream(width_px)


def test_a_detector_of_tiny_pictures_gets_people_of_a_size_all_the_same() -> None:
    assert chosen_stream((stream(320), stream(1920), stream(640)), (256, 256)) == stream(640)


def test_a_camera_with_small_streams_only_is_watched_at_its_largest() -> None:
    assert chosen_stream((stream(160), stream(320)), SMALL) == stream(320)


def test_of_two_of_a_size_the_one_that_shows_enough_with_the_fewest_pictures_is_watched() -> None:
    slow, fit, fast = stream(640, fps=5.0), stream(640, fps=12.0), stream(640, fps=25.0)

    assert chosen_stream((fast, slow, fit), SMALL) == fit
    assert chosen_stream((slow, fast), SMALL) == fast


def test_video_comes_before_stills_and_what_cannot_be_decoded_is_not_taken() -> None:
    stills, video = stream(640, "JPEG"), stream(1920, "h265")

    assert chosen_stream((stills, video), SMALL) == video
    assert chosen_stream((stills, stream(640, "MPEG4")), SMALL) == stills
    assert chosen_stream((stream(640, "MPEG4"),), SMALL) is None


def test_a_picture_that_no_decoder_is_given_is_not_asked_for() -> None:
    assert chosen_stream((stream(9000), stream(320)), SMALL) == stream(320)
