"""Names of things: each its own type, so that a camera is never passed for a zone."""

from typing import NewType

CameraId = NewType("CameraId", str)
PresetName = NewType("PresetName", str)
"""A preset as the camera's own menu names it; tokens never leave the ONVIF adapter."""
TourName = NewType("TourName", str)
"""A preset tour as the camera's own menu names it."""
MaskId = NewType("MaskId", str)
"""A privacy mask by the camera's own token: masks have no names."""
RelayId = NewType("RelayId", str)
"""A relay output by the camera's own token, which is printed beside its terminal."""
ViewId = NewType("ViewId", str)
"""``camera`` for a fixed view, ``camera/preset`` for a PTZ preset."""
ZoneId = NewType("ZoneId", str)
LineId = NewType("LineId", str)
TargetId = NewType("TargetId", str)
"""``T`` and a number, never used again for somebody else within a run."""
PolicyName = NewType("PolicyName", str)
IntentId = NewType("IntentId", str)
CommandId = NewType("CommandId", str)
NoticeId = NewType("NoticeId", str)
PersonName = NewType("PersonName", str)
"""A person or desk of the site file, or an operator's user name."""


def view_id(camera: CameraId, preset: PresetName | None) -> ViewId:
    """Return the id of a camera's fixed view, or of one of its presets.

    >>> view_id(CameraId("dock"), PresetName("wide"))
    'dock/wide'
    """
    return ViewId(camera if preset is None else f"{camera}/{preset}")
