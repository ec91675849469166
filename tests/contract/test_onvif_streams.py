"""What becomes of the media profiles and stream addresses that a camera claims."""

import re
from collections.abc import AsyncIterator

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Credentials, Secret
from tests.fakes.hostile_camera import HostileCamera, fault, honest, soap

PASSWORD = "a-canary-password-of-24-c"


@pytest.fixture
async def cameras() -> AsyncIterator[OnvifCameras]:
    async with OnvifCameras(SystemClock()) as opened:
        yield opened


def profile(token: str, size: str = "640 360", encoding: str = "H264") -> str:
    width, height = size.split()
    return (
        f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>'
        f'<tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>{encoding}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width>"
        f"<tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>1</tt:Quality>"
        "<tt:RateControl><tt:FrameRateLimit>10</tt:FrameRateLimit><tt:EncodingInterval>1"
        "</tt:EncodingInterval><tt:BitrateLimit>1</tt:BitrateLimit></tt:RateControl>"
        "</tt:VideoEncoderConfiguration></trt:Profiles>"
    )


class Claims:
    """A camera that claims these profiles and stream addresses."""

    def __init__(self, profiles: str, uris: dict[str, str]) -> None:
        self.profiles = profiles
        self.uris = uris
        self.asked = 0
        self.host = ""

    def __call__(self, operation: str, request: bytes) -> bytes:
        if operation == "GetServices":
            return soap(
                "<tds:GetServicesResponse><tds:Service><tds:Namespace>"
                "http://www.onvif.org/ver10/media/wsdl</tds:Namespace><tds:XAddr>"
                f"http://{self.host}/onvif/media</tds:XAddr><tds:Version><tt:Major>2</tt:Major>"
                "<tt:Minor>4</tt:Minor></tds:Version></tds:Service></tds:GetServicesResponse>"
            )
        if operation == "GetProfiles":
            return soap(f"<trt:GetProfilesResponse>{self.profiles}</trt:GetProfilesResponse>")
        if operation == "GetStreamUri":
            return self._stream(request)
        return honest(operation, request)

    def _stream(self, request: bytes) -> bytes:
        self.asked += 1
        token = re.search(rb"ProfileToken>([^<]*)<", request)
        assert token is not None
        uri = self.uris.get(token.group(1).decode(), "")
        if not uri:
            return fault("s:Sender", "ter:InvalidArgVal", "ter:NoProfile")
        return soap(
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri>"
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false"
            "</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>"
            "</trt:GetStreamUriResponse>"
        )


async def streams(cameras: OnvifCameras, claims: Claims) -> tuple[Stream, ...]:
    async with HostileCamera(claims) as camera:
        claims.host = camera.host
        approval = Approval(
            CameraId("dock"), camera.host, camera.port, "/onvif/device_service", "d", None, "anna"
        )
        link = cameras.link(approval, Credentials("orchestrator", Secret(PASSWORD)))
        return (await link.interview()).streams


async def test_every_profile_with_video_has_its_stream_on_the_cameras_host(
    cameras: OnvifCameras,
) -> None:
    claims = Claims(
        profile("main", "1920 1080", "H265") + profile("sub"),
        {"main": "rtsp://192.168.1.64/main", "sub": "rtsp://u:p@10.0.0.1:8554/sub?channel=1"},
    )

    main, sub = await streams(cameras, claims)

    assert main == Stream("main", f"rtsp://{claims.host}:554/main", 1920, 1080, 10.0, "H265")
    assert sub.uri == f"rtsp://{claims.host}:8554/sub?channel=1"


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "exec:reboot",
        "concat:a|b",
        "http://127.0.0.1/x",
        "rtsp://camera/a b",
        f"rtsp://camera/user=admin&amp;password={PASSWORD}",
        "",
    ],
)
async def test_a_stream_that_is_unsafe_is_left_out_and_the_others_stay(
    cameras: OnvifCameras, uri: str
) -> None:
    claims = Claims(profile("bad") + profile("good"), {"bad": uri, "good": "rtsp://camera/good"})

    [stream] = await streams(cameras, claims)

    assert stream.profile == "good"


@pytest.mark.parametrize("size", ["0 0", "-640 360", "640 99999", "x 360"])
async def test_a_profile_without_a_sensible_size_has_no_stream(
    cameras: OnvifCameras, size: str
) -> None:
    claims = Claims(profile("odd", size), {"odd": "rtsp://camera/odd"})

    assert await streams(cameras, claims) == ()
    assert claims.asked == 0


async def test_a_profile_that_is_listed_twice_is_asked_once(cameras: OnvifCameras) -> None:
    claims = Claims(profile("main") * 2, {"main": "rtsp://camera/main"})

    assert len(await streams(cameras, claims)) == 1
    assert claims.asked == 1


@pytest.mark.slow
async def test_of_far_too_many_profiles_only_the_first_are_asked(cameras: OnvifCameras) -> None:
    claims = Claims("".join(profile(f"p{n}") for n in range(300)), {})

    assert await streams(cameras, claims) == ()
    assert claims.asked == 64
