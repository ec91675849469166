"""A payload in, a SOAP 1.2 envelope out; header blocks where any are wanted."""

from typing import Final

_HEAD: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
)


def envelope(payload: bytes, blocks: bytes = b"") -> bytes:
    """Return ``payload`` in an envelope; ``blocks`` are its header, such as a login.

    >>> envelope(b"<a/>").endswith(b"<s:Body><a/></s:Body></s:Envelope>")
    True
    """
    header = b"<s:Header>" + blocks + b"</s:Header>" if blocks else b""
    return _HEAD + header + b"<s:Body>" + payload + b"</s:Body></s:Envelope>"
