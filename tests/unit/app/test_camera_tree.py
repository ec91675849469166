"""Which stream is watched, and how two channels make one link."""

from orchestrator.app.camera_tree import chosen_stream
from orchestrator.app.links import combined
from orchestrator.domain.camera import LinkState, Passport, Stream
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import LinkSeen

GATE = CameraId("gate")


def stream(width_px: int, encoding: str = "H264") -> Stream:
    return Stream(f"p{width_px}", "rtsp://192.0.2.1/", width_px, width_px * 9 // 16, 10.0, encoding)


def passport(*streams: Stream) -> Passport:
    return Passport(
        camera=GATE,
        manufacturer="",
        model="",
        serial="1",
        firmware="",
        services=frozenset(),
        streams=streams,
        presets=(),
        has_ptz=False,
        reports_move_status=False,
        authentication="digest",
        clock_offset_s=0.0,
    )


def test_the_smallest_stream_that_shows_people_large_enough_is_watched() -> None:
    chosen = chosen_stream(passport(stream(1920), stream(320), stream(640)))

    assert chosen is not None
    assert chosen.width_px == 640


def test_a_camera_with_small_streams_only_is_watched_at_its_widest() -> None:
    chosen = chosen_stream(passport(stream(160), stream(320)))

    assert chosen is not None
    assert chosen.width_px == 320


def test_video_comes_before_stills_and_what_cannot_be_decoded_is_not_taken() -> None:
    stills, video = stream(640, "JPEG"), stream(1920, "H265")

    assert chosen_stream(passport(stills, video)) == video
    assert chosen_stream(passport(stills, stream(640, "MPEG4"))) == stills
    assert chosen_stream(passport(stream(640, "MPEG4"))) is None


def seen(state: LinkState, reason: str = "") -> LinkSeen:
    return LinkSeen(GATE, 1.0, state, reason)


def test_a_camera_without_video_is_degraded_and_says_why() -> None:
    link = combined(seen(LinkState.ONLINE), seen(LinkState.DEGRADED, "no frame for 5 s"))

    assert (link.state, link.reason) == (LinkState.DEGRADED, "no frame for 5 s")


def test_a_camera_that_does_not_answer_is_offline_whatever_its_video_says() -> None:
    link = combined(seen(LinkState.OFFLINE, "no answer"), seen(LinkState.ONLINE))

    assert (link.state, link.reason) == (LinkState.OFFLINE, "no answer")


def test_a_camera_with_both_channels_is_online() -> None:
    assert combined(seen(LinkState.ONLINE), seen(LinkState.ONLINE)).state is LinkState.ONLINE
