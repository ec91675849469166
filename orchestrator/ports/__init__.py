"""Every door to the outside, and what passes through it.

In: nothing; these are promises. A module for each direction: the network, a camera, its pictures,
the bus, the store, files, secrets, time.
Out: the protocols that stages are handed by ``app``, and the plain values they take and give.
Law: only ``adapters`` knows who stands behind a door, and thinking rooms never open one. Every door
has a fake in ``tests/fakes`` that passes the same contract suite as the real adapter.
"""

from orchestrator.ports.bus import Bus, Message
from orchestrator.ports.camera import (
    CameraLink,
    Cameras,
    Eye,
    HeadReport,
    Masks,
    Places,
    Relays,
    Tours,
)
from orchestrator.ports.figures import Scrapes
from orchestrator.ports.files import Journal, SiteFiles
from orchestrator.ports.network import (
    DEVICE_SERVICE,
    Approval,
    Candidate,
    Discovery,
    Leaving,
    Shown,
    Tls,
)
from orchestrator.ports.secrets import Credentials, Secret, Secrets
from orchestrator.ports.store import (
    Explanation,
    Outgoing,
    Receipt,
    Refusals,
    Remembered,
    Store,
    Subscriptions,
)
from orchestrator.ports.time import Clock, Wakeups
from orchestrator.ports.video import Describer, Detector, Found, Frame, Frames, Look, Pictures, Rate

__all__ = [
    "DEVICE_SERVICE",
    "Approval",
    "Bus",
    "CameraLink",
    "Cameras",
    "Candidate",
    "Clock",
    "Credentials",
    "Describer",
    "Detector",
    "Discovery",
    "Explanation",
    "Eye",
    "Found",
    "Frame",
    "Frames",
    "HeadReport",
    "Journal",
    "Leaving",
    "Look",
    "Masks",
    "Message",
    "Outgoing",
    "Pictures",
    "Places",
    "Rate",
    "Receipt",
    "Refusals",
    "Relays",
    "Remembered",
    "Scrapes",
    "Secret",
    "Secrets",
    "Shown",
    "SiteFiles",
    "Store",
    "Subscriptions",
    "Tls",
    "Tours",
    "Wakeups",
]
