"""The stock synchronous client drives a simulated camera: it, not we, says what ONVIF is.

It runs in a process of its own, because importing it changes logging and warnings.
"""

import asyncio
import json
import sys
from typing import Any

import pytest
from msgspec.structs import replace

from simulators.heads import PtzSpec
from simulators.serve import running
from tests.fakes.simulated_site import DOME, FIXED, PASSWORD, SECRETS, USERNAME, facility

LAZY = replace(DOME, ptz=PtzSpec(pan_dps=20.0))
"""Its head turns so slowly that a client on a busy machine cannot miss it."""

CLIENT = r"""
import json, sys, time, warnings
from importlib.metadata import distribution
from pathlib import Path

warnings.simplefilter("ignore")
from onvif import ONVIFCamera
from onvif.exceptions import ONVIFError

dome, fixed, port, username, password = sys.argv[1:]
wsdl = next(str(f.locate().parent) for f in distribution("onvif-zeep").files if f.name == "ptz.wsdl")
said = {}


def refused(call, *arguments):
    try:
        call(*arguments)
    except ONVIFError as error:
        return str(error)
    return None


camera = ONVIFCamera(dome, int(port), username, password, wsdl_dir=wsdl)
device = camera.devicemgmt
information = device.GetDeviceInformation()
said["serial"], said["model"] = information.SerialNumber, information.Model
said["services"] = [s.Namespace for s in device.GetServices({"IncludeCapability": False})]
said["year"] = device.GetSystemDateAndTime().UTCDateTime.Date.Year
said["scopes"] = [s.ScopeItem for s in device.GetScopes()]
said["hostname"] = device.GetHostname().Name
said["address"] = device.GetNetworkInterfaces()[0].IPv4.Config.Manual[0].Address
said["users"] = [u.Username for u in device.GetUsers()]
said["capabilities"] = device.GetCapabilities({"Category": "All"}).PTZ.XAddr
said["unknown"] = refused(device.GetDNS)

media = camera.create_media_service()
[profile] = media.GetProfiles()
token = {"ProfileToken": profile.token}
setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
said["size"] = [
    profile.VideoEncoderConfiguration.Resolution.Width,
    profile.VideoEncoderConfiguration.Resolution.Height,
]
said["stream"] = media.GetStreamUri({"StreamSetup": setup, **token}).Uri
said["snapshot"] = media.GetSnapshotUri(token).Uri
said["no profile"] = refused(media.GetProfile, {"ProfileToken": "none"})
said["sources"] = [s.token for s in media.GetVideoSources()]
said["encoders"] = [c.Encoding for c in media.GetVideoEncoderConfigurations()]

imaging = camera.create_imaging_service()
source = {"VideoSourceToken": said["sources"][0]}
imaging.SetImagingSettings({**source, "ImagingSettings": {"Brightness": 61}})
said["brightness"] = imaging.GetImagingSettings(source).Brightness
said["most"] = imaging.GetOptions(source).Brightness.Max

ptz = camera.create_ptz_service()
said["most presets"] = ptz.GetNodes()[0].MaximumNumberOfPresets
configuration = {"ConfigurationToken": profile.PTZConfiguration.token}
spaces = ptz.GetConfigurationOptions(configuration).Spaces
said["pan"] = [spaces.AbsolutePanTiltPositionSpace[0].XRange.Max]
presets = {p.Name: p for p in ptz.GetPresets(token)}
said["presets"] = list(presets)
pull = camera.create_pullpoint_service()
ptz.GotoPreset({**token, "PresetToken": presets["dock"].token})
said["moves"], end = [], time.monotonic() + 20
while time.monotonic() < end:
    status = ptz.GetStatus(token)
    said["moves"].append(status.MoveStatus.PanTilt)
    if said["moves"][-1] == "IDLE" and "MOVING" in said["moves"]:
        break
    time.sleep(0.03)
goal = presets["dock"].PTZPosition.PanTilt.x
said["pan error"] = abs(status.Position.PanTilt.x - goal)
messages = pull.PullMessages({"Timeout": "PT2S", "MessageLimit": 50}).NotificationMessage
items = [i for m in messages for i in m.Message._value_1.iter("{*}SimpleItem")]
said["event items"] = {i.get("Name"): i.get("Value") for i in items}
said["no token"] = refused(ptz.GotoPreset, {**token, "PresetToken": "none"})
new = ptz.SetPreset({**token, "PresetName": "mine"})
said["stored"] = [p.Name for p in ptz.GetPresets(token)]
ptz.RemovePreset({**token, "PresetToken": new})
said["left"] = [p.Name for p in ptz.GetPresets(token)]
ptz.ContinuousMove({**token, "Velocity": {"PanTilt": {"x": 0.5, "y": 0}}, "Timeout": "PT2S"})
ptz.Stop({**token, "PanTilt": True, "Zoom": True})
ptz.AbsoluteMove({**token, "Position": {"PanTilt": {"x": 0.1, "y": 0.3}, "Zoom": {"x": 0.2}}})
ptz.RelativeMove({**token, "Translation": {"PanTilt": {"x": 0.1, "y": 0}}})
ptz.GotoHomePosition(token)

still = ONVIFCamera(fixed, int(port), username, password, wsdl_dir=wsdl)
said["fixed services"] = [s.Namespace for s in still.devicemgmt.GetServices({"IncludeCapability": False})]
stranger = ONVIFCamera(dome, int(port), username, "wrong", wsdl_dir=wsdl)
said["wrong password"] = refused(stranger.devicemgmt.GetDeviceInformation)
print(json.dumps(said))
"""


async def _said_by_the_client() -> dict[str, Any]:
    async with running(facility(LAZY, FIXED), secrets=SECRETS) as site:
        client = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CLIENT,
            DOME.host,
            FIXED.host,
            str(DOME.onvif_port),
            USERNAME,
            PASSWORD,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await client.communicate()
        assert client.returncode == 0, errors.decode()[-2000:]
        said: dict[str, Any] = json.loads(output.splitlines()[-1])
        said["wrong passwords counted"] = site.stations["dome"].access.wrong_passwords
        return said


@pytest.mark.slow
async def test_the_stock_client_finds_everything_it_asks_a_camera_for() -> None:
    said = await _said_by_the_client()

    assert (said["serial"], said["model"]) == (DOME.serial, DOME.model)
    assert said["year"] >= 2026
    assert f"onvif://www.onvif.org/name/{DOME.id}" in said["scopes"]
    assert (said["hostname"], said["address"]) == (DOME.id, DOME.host)
    assert said["users"] == [USERNAME]
    assert said["stream"] == f"rtsp://{DOME.host}:{DOME.rtsp_port}/main"
    assert said["snapshot"].startswith(f"http://{DOME.host}:{DOME.onvif_port}/")
    assert (said["size"], said["encoders"]) == ([640, 360], ["H264"])
    assert (said["brightness"], said["most"]) == (61, 100)
    assert (said["pan"], said["most presets"]) == ([1.0], 32)

    assert said["presets"] == ["home", "gate", "dock"]
    assert said["stored"] == ["home", "gate", "dock", "mine"]
    assert said["left"] == ["home", "gate", "dock"]
    assert "MOVING" in said["moves"]
    assert said["moves"][-1] == "IDLE"
    assert said["pan error"] < 0.002
    assert said["event items"]["PresetName"] == "dock"

    assert "ptz_service" in said["capabilities"]
    assert len(said["services"]) == len(said["fixed services"]) + 1 == 6
    assert "not supported" in said["unknown"]
    assert "no profile" in said["no profile"]
    assert "no preset" in said["no token"]
    assert "not authorized" in said["wrong password"]
    assert said["wrong passwords counted"] >= 1
