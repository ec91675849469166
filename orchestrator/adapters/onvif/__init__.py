"""ONVIF cameras and WS-Discovery, behind the ports ``Cameras``, ``CameraLink`` and ``Discovery``.

In: an approval and its login, or the address of a network interface; the WSDL files that the
installed ``onvif-zeep`` distribution brings.
Out: links to approved cameras (``OnvifCameras``) and unproven candidates (``WsDiscovery``).
Law: every byte from a device is hostile until parsed; a login meets its approved origin only;
the WSDL is parsed once a process; nothing is fetched to do so.
"""

from orchestrator.adapters.onvif.cameras import OnvifCameras
from orchestrator.adapters.onvif.discovery import WsDiscovery
from orchestrator.adapters.onvif.doorstep import impression
from orchestrator.adapters.onvif.second_opinion import second_opinion
from orchestrator.adapters.onvif.tls import authorities_in

__all__ = ["OnvifCameras", "WsDiscovery", "authorities_in", "impression", "second_opinion"]
