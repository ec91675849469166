"""onvif-zeep-async: the client of Home Assistant and Frigate."""

import asyncio
import datetime as dt

from onvif import ONVIFCamera

from tests.interop.steps import Steps, given


async def main(steps: Steps) -> None:
    """Take every step."""
    camera = ONVIFCamera(steps.host, steps.port, steps.username, steps.password)
    try:
        await camera.update_xaddrs()
        device = await camera.create_devicemgmt_service()
        media, ptz = await camera.create_media_service(), await camera.create_ptz_service()
        await steps.taken("device", device.GetDeviceInformation)
        profiles = await steps.taken("profiles", media.GetProfiles) or []
        token = {"ProfileToken": profiles[0].token}
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        await steps.taken("stream", lambda: media.GetStreamUri({"StreamSetup": setup, **token}))
        presets = await steps.taken("presets", lambda: ptz.GetPresets(token)) or []
        gate = next(each.token for each in presets if each.Name == "gate")
        manager = await camera.create_pullpoint_manager(dt.timedelta(seconds=60), lambda: None)

        async def sent() -> str:
            await ptz.GotoPreset({**token, "PresetToken": gate})
            return "accepted"

        async def heard() -> object:
            wait = {"Timeout": dt.timedelta(seconds=5), "MessageLimit": 10}
            return (await manager.get_service().PullMessages(wait)).NotificationMessage

        await steps.taken("goto", sent)
        await steps.taken("status", lambda: ptz.GetStatus(token))
        await steps.taken("events", heard)
        await manager.shutdown()

        async def still() -> str:
            data = await camera.get_snapshot(profiles[0].token)
            assert data is not None, "no picture"
            assert data.startswith(b"\xff\xd8\xff"), data[:20]
            return f"{len(data)} bytes of JPEG"

        await steps.taken("snapshot", still)
        await steps.taken("relays", device.GetRelayOutputs)
        await steps.taken("tours", lambda: ptz.CreatePresetTour(token))
    finally:
        await camera.close()


asyncio.run(main(given()))
