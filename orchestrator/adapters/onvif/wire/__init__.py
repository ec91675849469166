"""HTTP to cameras: the little of it that SOAP and still pictures need, and nothing more.

In: an approved origin, the bytes of a request, how much may come back and until when.
Out: one answer, judged as HTTP and as nothing else.
Law: nothing is followed, decoded, remembered or repeated; every part of an answer is bounded.
"""

from orchestrator.adapters.onvif.wire.answer import Answer, NotHttp
from orchestrator.adapters.onvif.wire.line import HungUp
from orchestrator.adapters.onvif.wire.lines import Lane, Lines, NoConnection, OtherCertificate

__all__ = ["Answer", "HungUp", "Lane", "Lines", "NoConnection", "NotHttp", "OtherCertificate"]
