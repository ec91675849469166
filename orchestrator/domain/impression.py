"""What an address says to anybody who asks without a login: the first half of a diagnosis."""

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """What stands at an address; the value is the word people read."""

    CAMERA = "an ONVIF camera"
    NOTHING = "nothing answers"
    SILENT = "something accepts connections and does not answer"
    BUSY = "a camera that is too busy to answer"
    TLS = "something that speaks TLS only"
    NO_TLS = "something with which no TLS connection comes about"
    OTHER = "something that does not speak ONVIF"


@dataclass(frozen=True, slots=True)
class Named:
    """Who a camera says it is."""

    manufacturer: str
    model: str
    serial: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Impression:
    """What was found at an address without a login.

    ``logins`` are the schemes that it asks for (``none`` where it asks for none), ``named`` is who
    it says it is, where it tells that to anybody; ``certificate`` is the SHA-256 of what it shows over
    TLS. None and empty: it does not say, or was not asked over TLS.
    """

    host: str
    port: int
    answer: Answer
    why: str = ""
    clock_offset_s: float | None = None
    services: frozenset[str] | None = None
    logins: tuple[str, ...] = ()
    named: Named | None = None
    certificate: str = ""
