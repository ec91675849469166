"""onvif-zeep: the synchronous client that most scripts in the field are written with."""

import warnings
from importlib.metadata import distribution

warnings.simplefilter("ignore")

from onvif import ONVIFCamera  # noqa: E402 it warns when it is imported

from tests.interop.steps import given  # noqa: E402

steps = given()
files = distribution("onvif-zeep").files or []
wsdl = next(str(file.locate().parent) for file in files if file.name == "ptz.wsdl")  # type: ignore[attr-defined]
camera = ONVIFCamera(steps.host, steps.port, steps.username, steps.password, wsdl_dir=wsdl)
media, ptz = camera.create_media_service(), camera.create_ptz_service()

steps.take("device", lambda: camera.devicemgmt.GetDeviceInformation().SerialNumber)
profiles = steps.take("profiles", media.GetProfiles) or []
token = {"ProfileToken": profiles[0].token}
setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
steps.take("stream", lambda: media.GetStreamUri({"StreamSetup": setup, **token}).Uri)
presets = steps.take("presets", lambda: {each.Name: each.token for each in ptz.GetPresets(token)})
pull = camera.create_pullpoint_service()
goal = {**token, "PresetToken": (presets or {}).get("gate", "")}
steps.take("goto", lambda: ptz.GotoPreset(goal) or "accepted")
steps.take("status", lambda: ptz.GetStatus(token).MoveStatus.PanTilt)
wanted = {"Timeout": "PT5S", "MessageLimit": 10}
steps.take("events", lambda: pull.PullMessages(wanted).NotificationMessage)
steps.take("snapshot", lambda: steps.fetched(media.GetSnapshotUri(token).Uri))
steps.take(
    "imaging",
    lambda: (
        camera.create_imaging_service()
        .GetOptions({"VideoSourceToken": media.GetVideoSources()[0].token})
        .Brightness.Max
    ),
)
steps.take("tours", lambda: ptz.CreatePresetTour(token))
steps.take("relays", lambda: [each.token for each in camera.devicemgmt.GetRelayOutputs()])
