"""What cameras in the field do otherwise, each as a small class; put any number on one device.

``python -m simulators.device.quirks`` prints the table in ``docs/reference/quirks.md``. A quirk's
docstring is what such a camera does; ``seen`` is where that, or its like, was reported.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from simulators.device.camera import OnvifDevice
from simulators.device.describe import PATHS
from simulators.device.login import Authentication
from simulators.device.masks import Mask

STRANGER = "192.0.2.66"
"""A host that nobody approved; nothing is there."""
_ADDRESSES = "agsh/onvif #41, #170, #222; Frigate #18352; HA core #92603; yi-hack-MStar #537"
_SPACES = "Frigate #10184, #7504, #9056, #8568; thingino #1655; agsh/onvif #103, #267"
_PRESETS = "iSpy #180; easy_onvif #49; node-red-contrib-onvif-nodes #36"
_RENEWALS = "HA core #83524, #72544, PR #92551, PR #92627"


class Quirk:
    """One way in which a camera is otherwise."""

    seen: ClassVar[str] = ""
    authentication: ClassVar[Authentication] = Authentication.DIGEST
    """How a device that is to have it must be built."""

    def put_on(self, device: OnvifDevice) -> None:
        """Make a device so."""


class Rewritten(Quirk):
    """A quirk of what operations answer: a pattern in the answer's text becomes another."""

    operations: ClassVar[tuple[str, ...]]
    pattern: ClassVar[str]
    into: ClassVar[str]

    def put_on(self, device: OnvifDevice) -> None:
        """Have the answers rewritten."""
        into = self.into.replace("{host}", device.unit.host).replace(
            "{port}", str(device.unit.onvif_port)
        )
        rewrite = _replaced(self.pattern, into)
        device.soap.rewrites += [(operation, rewrite) for operation in self.operations]


def _replaced(pattern: str, into: str) -> Callable[[str], str]:
    return lambda answer: re.sub(pattern, into, answer)


# -- logins ------------------------------------------------------------------------------------


class NoLogin(Quirk):
    """Lets anybody do anything."""

    authentication = Authentication.NONE


class DigestSha256(Quirk):
    """Offers HTTP Digest with SHA-256 only."""

    seen = "RFC 7616"
    authentication = Authentication.DIGEST_SHA256


class TokenOnly(Quirk):
    """Knows WS-UsernameToken only, and refuses with a fault instead of a challenge."""

    seen = "open-nvr #470"
    authentication = Authentication.WSSE


class EitherLogin(Quirk):
    """Takes HTTP Digest and WS-UsernameToken."""

    authentication = Authentication.BOTH


class LocksOut(Quirk):
    """Locks its user out after five wrong passwords."""

    seen = "evercam-server #91; Skinah/IpCamera #11; agsh/onvif #112"

    def put_on(self, device: OnvifDevice) -> None:
        """Count them."""
        device.access.locks_after = 5


class TakesReplays(Quirk):
    """Does not notice that a WS-UsernameToken was used before."""

    authentication = Authentication.BOTH

    def put_on(self, device: OnvifDevice) -> None:
        """Forget each nonce at once."""
        device.access.token.notices_replays = False


# -- clocks ------------------------------------------------------------------------------------


class ClockOfElsewhere(Quirk):
    """Reports local time as UTC, ten hours off."""

    seen = "OpenIPC/majestic-webui #292"

    def put_on(self, device: OnvifDevice) -> None:
        """Move its clock."""
        device.clock.ahead_s = 36_000.0


class ClockFromTheFactory(Quirk):
    """Has started in 1970 since its battery died."""

    seen = "HA core #36125"

    def put_on(self, device: OnvifDevice) -> None:
        """Move its clock."""
        device.clock.ahead_s = -50 * 365.25 * 86_400.0


class ClockNotTold(Rewritten):
    """Names no UTC time."""

    seen = "agsh/onvif 0.6.1"
    operations = ("tds:GetSystemDateAndTime",)
    pattern = r"<tt:UTCDateTime>.*?</tt:UTCDateTime>"
    into = ""


# -- addresses ---------------------------------------------------------------------------------


class AnotherPort(Rewritten):
    """Names its services on a port that a router has moved."""

    seen = _ADDRESSES
    operations = ("tds:GetServices",)
    pattern = r"(<tds:XAddr>http://[^/<]*):\d+"
    into = r"\1:1"


class PortTwice(Rewritten):
    """Names its services as `host:port:port`."""

    seen = _ADDRESSES
    operations = ("tds:GetServices",)
    pattern = r"(<tds:XAddr>http://[^/<]*:\d+)"
    into = r"\1:{port}"


class ServicesElsewhere(Rewritten):
    """Names its services on another host."""

    seen = _ADDRESSES
    operations = ("tds:GetServices", "tds:GetCapabilities")
    pattern = r"<(tds|tt):XAddr>http://[^/<]*"
    into = rf"<\1:XAddr>http://{STRANGER}"


class StreamElsewhere(Rewritten):
    """Names its stream on another host, with a login in the address."""

    seen = _ADDRESSES
    operations = ("trt:GetStreamUri", "tr2:GetStreamUri")
    pattern = r"rtsp://[^:/<]*"
    into = f"rtsp://admin:admin@{STRANGER}"


class NoGetServices(Quirk):
    """Does not know GetServices, only the older GetCapabilities."""

    seen = "agsh/onvif PR #187; node-onvif #78; Onvif.Core #43"

    def put_on(self, device: OnvifDevice) -> None:
        """Take the operation away."""
        device.soap.unknown = device.soap.unknown | {"tds:GetServices"}


class _DeadService(Quirk):
    services: ClassVar[tuple[str, ...]]

    def put_on(self, device: OnvifDevice) -> None:
        """Let addresses lead nowhere."""
        device.soap.dead = device.soap.dead | {PATHS[each] for each in self.services}


class DeadMedia(_DeadService):
    """Lists media services, the older and the newer one, that are not there."""

    services = ("trt", "tr2")


class DeadPtz(_DeadService):
    """Lists a PTZ service that is not there."""

    services = ("tptz",)


class DeadImaging(_DeadService):
    """Lists an imaging service that is not there."""

    services = ("timg",)


class DeadEvents(_DeadService):
    """Lists an event service that is not there."""

    services = ("tev",)


# -- connections -------------------------------------------------------------------------------


class HangsUp(Quirk):
    """Closes the connection after every answer."""

    seen = "HA core #128809, #150735; onvif-zeep-async PR #140"

    def put_on(self, device: OnvifDevice) -> None:
        """Close each time."""
        device.soap.hangs_up = True


class Slow(Quirk):
    """Takes a twentieth of a second for every answer, however short it is."""

    seen = "onvif/testspecs #132"

    def put_on(self, device: OnvifDevice) -> None:
        """Wait each time."""
        device.soap.delay_s = 0.05


# -- profiles, heads, presets ------------------------------------------------------------------


class ProfilesTwice(Rewritten):
    """Lists every profile twice."""

    operations = ("trt:GetProfiles", "tr2:GetProfiles")
    pattern = r"(<(trt|tr2):Profiles .*</\2:Profiles>)"
    into = r"\1\1"


class AbsurdPicture(Rewritten):
    """Has a picture without any width."""

    operations = ("trt:GetProfiles", "tr2:GetProfiles")
    pattern = r"(<tt:Resolution><tt:Width>)\d+"
    into = r"\g<1>0"


class RoundTheClock(Rewritten):
    """Says that pan goes from 0 to 360."""

    seen = _SPACES
    operations = ("tptz:GetConfigurationOptions",)
    pattern = r"(PositionGenericSpace</tt:URI><tt:XRange>)<tt:Min>-1</tt:Min><tt:Max>1</tt:Max>"
    into = r"\1<tt:Min>0</tt:Min><tt:Max>360</tt:Max>"


class RangesOfNothing(Rewritten):
    """Gives ranges that are no numbers."""

    operations = ("tptz:GetConfigurationOptions",)
    pattern = r"<tt:Min>-1</tt:Min>"
    into = "<tt:Min>NaN</tt:Min>"


class NoOptions(Quirk):
    """Does not tell the options of its head."""

    seen = _SPACES

    def put_on(self, device: OnvifDevice) -> None:
        """Take the operation away."""
        device.soap.unknown = device.soap.unknown | {"tptz:GetConfigurationOptions"}


class NoMoveStatus(Rewritten):
    """Says of itself that it does not tell whether its head moves."""

    seen = "Frigate documentation (Axis Q6155E)"
    operations = ("tds:GetServices", "tptz:GetServiceCapabilities")
    pattern = r'MoveStatus="true"'
    into = 'MoveStatus="false"'


class NamelessPresets(Rewritten):
    """Fills its table with presets that have no name."""

    seen = _PRESETS
    operations = ("tptz:GetPresets",)
    pattern = r"</tptz:GetPresetsResponse>"
    into = '<tptz:Preset token="99"/><tptz:Preset token="100"><tt:Name/></tptz:Preset>\\g<0>'


class PresetsWithoutPlace(Rewritten):
    """Does not say where its presets look."""

    operations = ("tptz:GetPresets",)
    pattern = r"<tt:PTZPosition>.*?</tt:PTZPosition>"
    into = ""


class MangledNames(Rewritten):
    """Gives back names in UTF-8 as if they were Latin-1."""

    seen = "Frigate (its Latin-1 repair)"
    operations = ("tptz:GetPresets",)
    pattern = r"<tt:Name>gate</tt:Name>"
    into = "<tt:Name>K\u00c3\u00bcche</tt:Name>"


# -- subscriptions -----------------------------------------------------------------------------


class ShortGrants(Quirk):
    """Grants a minute, whatever it is asked for."""

    seen = _RENEWALS

    def put_on(self, device: OnvifDevice) -> None:
        """Grant less."""
        device.events.manners.longest_s = 60.0


class MinutesForSeconds(Quirk):
    """Takes the seconds of a duration for a sixtieth of them."""

    seen = _RENEWALS

    def put_on(self, device: OnvifDevice) -> None:
        """Read durations wrong."""
        device.events.manners.minutes_for_seconds = True


class NoRenew(Quirk):
    """Refuses to renew a subscription."""

    seen = _RENEWALS

    def put_on(self, device: OnvifDevice) -> None:
        """Refuse it."""
        device.events.manners.renews = False


class TellsTwice(Quirk):
    """Tells every event twice."""

    def put_on(self, device: OnvifDevice) -> None:
        """Tell it again."""
        device.events.manners.tells_twice = True


class AnswersAtOnce(Quirk):
    """Does not wait for news when it is asked to."""

    def put_on(self, device: OnvifDevice) -> None:
        """Answer early."""
        device.events.manners.waits = False


class ShortPatience(Quirk):
    """Refuses to be asked for a wait of more than ten seconds."""

    seen = "Core specification (PullMessagesFaultResponse)"

    def put_on(self, device: OnvifDevice) -> None:
        """Refuse longer ones."""
        device.events.manners.longest_pull_s = 10.0
        device.events.manners.refuses_longer_pulls = True


class OneSubscription(Quirk):
    """Keeps one subscription and no more."""

    seen = "Core specification (MaxPullPoints)"

    def put_on(self, device: OnvifDevice) -> None:
        """Have room for one."""
        device.events.manners.most = 1


class SubscriptionByParameter(Quirk):
    """Knows its subscriptions by a reference parameter."""

    seen = "HA core #45513, #92308"

    def put_on(self, device: OnvifDevice) -> None:
        """Name them so."""
        device.events.manners.by_parameter = True


class SubscriptionElsewhere(Quirk):
    """Names its subscriptions on another host."""

    seen = _ADDRESSES

    def put_on(self, device: OnvifDevice) -> None:
        """Name them there."""
        device.events.manners.elsewhere = f"http://{STRANGER}"


class NoRightToListen(Quirk):
    """Does not let this user subscribe."""

    seen = "HA core #93079"

    def put_on(self, device: OnvifDevice) -> None:
        """Reserve the operation."""
        device.soap.reserved = device.soap.reserved | {"tev:CreatePullPointSubscription"}


# -- tours, masks, places, pictures --------------------------------------------------------------


class ToursNeverWalked(Quirk):
    """Accepts the order to start a tour, and walks none."""

    def put_on(self, device: OnvifDevice) -> None:
        """Walk none."""
        if device.tours is not None:
            device.tours.walks = False


class MasksForgotten(Quirk):
    """Accepts a privacy mask, gives it a token, and does not keep it."""

    def put_on(self, device: OnvifDevice) -> None:
        """Keep none."""
        device.masks.keeps = lambda _mask: None


class MasksAreRectangles(Quirk):
    """Takes masks that are rectangles, and refuses every other shape."""

    seen = "Media2 specification (RectangleOnly)"

    def put_on(self, device: OnvifDevice) -> None:
        """Take no others."""
        device.masks.rectangles_only = True


class MasksShrink(Quirk):
    """Keeps a privacy mask a tenth smaller than it was written."""

    seen = "Media2 specification (the device may adjust polygons)"

    def put_on(self, device: OnvifDevice) -> None:
        """Keep less."""
        device.masks.keeps = shrunk


class PlaceNotTold(Quirk):
    """Accepts where it is, and tells an empty place when it is asked."""

    def put_on(self, device: OnvifDevice) -> None:
        """Tell nothing."""
        empty = "<tds:GetGeoLocationResponse/>"
        device.soap.rewrites.append(("tds:GetGeoLocation", lambda _told: empty))


class SnapshotElsewhere(Rewritten):
    """Names its still picture on another host, with a login in the address."""

    seen = _ADDRESSES
    operations = ("trt:GetSnapshotUri", "tr2:GetSnapshotUri")
    pattern = r"http://[^:/<]*"
    into = f"http://admin:admin@{STRANGER}"


class NoMedia2(Rewritten):
    """Has no Media2, as every camera that is a few years old."""

    seen = "onvif-zeep-async #97"
    operations = ("tds:GetServices",)
    pattern = r"<tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl.*?</tds:Service>"
    into = ""

    def put_on(self, device: OnvifDevice) -> None:
        """List it nowhere, and do not answer there."""
        super().put_on(device)
        device.soap.dead = device.soap.dead | {PATHS["tr2"]}


class DeadMedia2(_DeadService):
    """Lists a Media2 service that is not there."""

    services = ("tr2",)


class HeadlessMedia2(Rewritten):
    """Forgets in Media2 that its profiles have a head."""

    operations = ("tr2:GetProfiles",)
    pattern = r"<tr2:PTZ .*?</tr2:PTZ>"
    into = ""


def shrunk(mask: Mask) -> Mask:
    """Return a mask a tenth smaller, about its middle."""
    across = sum(x for x, _ in mask.polygon) / len(mask.polygon)
    up = sum(y for _, y in mask.polygon) / len(mask.polygon)
    inner = tuple((across + 0.9 * (x - across), up + 0.9 * (y - up)) for x, y in mask.polygon)
    return replace(mask, polygon=inner)


def quirks() -> tuple[type[Quirk], ...]:
    """Return every quirk that has a name, in the order of this file."""
    return tuple(
        each
        for each in globals().values()
        if isinstance(each, type)
        and issubclass(each, Quirk)
        and each not in {Quirk, Rewritten}
        and not each.__name__.startswith("_")
    )


def page() -> str:
    """Return the table of quirks as Markdown."""
    rows = [f"| `{each.__name__}` | {each.__doc__} | {each.seen or '-'} |" for each in quirks()]
    return "\n".join([_HEAD, *rows, ""])


_HEAD = """# Cameras that are otherwise

Generated by `make docs` from `simulators/device/quirks.py`; a test fails when it is stale. Each of these is put on a
simulated camera, and one suite (`tests/contract/test_quirks.py`) says what becomes of it: it comes aboard with
the right passport and is heard as far as it lets itself, or is refused by its cause; no other camera is lost by it. What
every camera keeps to, one of yours too (`tests/contract/test_any_camera.py --camera ADDRESS`), is asked of each of them.

| quirk | what such a camera does | reported, or its like, in |
|---|---|---|"""


if __name__ == "__main__":
    sys.stdout.write(page())
