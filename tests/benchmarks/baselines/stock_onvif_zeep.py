"""What it costs to have cameras on board with ``onvif-zeep`` as it comes, in a process of its own.

``python -m tests.benchmarks.baselines.stock_onvif_zeep HOST PORT USERNAME PASSWORD_FILE COUNT``
makes an ``ONVIFCamera`` for each of COUNT addresses from HOST on, with the services that onboarding
needs, and asks the nine questions of onboarding. It is told where its WSDL files are, since its own
search often fails; nothing else of it is set. The last
line is JSON: processor time and memory a camera, without what importing it takes.
"""

import ipaddress
import json
import resource
import sys
import time
from pathlib import Path

import onvif

_CAMERAS: list[onvif.ONVIFCamera] = []


def onboarded(host: str, port: int, login: tuple[str, str], wsdl: str) -> onvif.ONVIFCamera:
    """Return a camera that was asked the nine questions."""
    camera = onvif.ONVIFCamera(host, port, *login, wsdl)
    device, media = camera.devicemgmt, camera.create_media_service()
    ptz, imaging = camera.create_ptz_service(), camera.create_imaging_service()
    camera.create_events_service()
    device.GetServices({"IncludeCapability": False})
    device.GetSystemDateAndTime()
    device.GetDeviceInformation()
    profile = media.GetProfiles()[0]
    ptz.GetNodes()
    ptz.GetPresets({"ProfileToken": profile.token})
    ptz.GetStatus({"ProfileToken": profile.token})
    imaging.GetImagingSettings({"VideoSourceToken": profile.VideoSourceConfiguration.SourceToken})
    media.GetStreamUri(
        {
            "StreamSetup": {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}},
            "ProfileToken": profile.token,
        }
    )
    return camera


def main(host: str, port: str, username: str, password_file: str, count: str) -> None:
    password = Path(password_file).read_text(encoding="utf-8").splitlines()[1]
    wsdl = str(Path(onvif.__file__).parents[1] / "wsdl")
    first = ipaddress.ip_address(host)
    before_kb, began_s, cpu_s = _memory_kb(), time.perf_counter(), time.process_time()
    hosts = [str(first + number) for number in range(int(count))]
    _CAMERAS.extend(onboarded(host, int(port), (username, password), wsdl) for host in hosts)
    cameras = len(_CAMERAS)
    report = {
        "cpu_ms": (time.process_time() - cpu_s) * 1000.0 / cameras,
        "rss_kb": (_memory_kb() - before_kb) / cameras,
        "wall_s": (time.perf_counter() - began_s) / cameras,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
    }
    sys.stdout.write(json.dumps(report) + "\n")


def _memory_kb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024.0


if __name__ == "__main__":
    main(*sys.argv[1:])
