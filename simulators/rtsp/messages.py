"""RTSP 1.0 messages: a request read from bytes, an answer written to them."""

from collections.abc import Mapping
from dataclasses import dataclass

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    551: "Option not supported",
}


class BadRequest(Exception):
    """What came is not RTSP."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case. Bodies are read and dropped."""

    method: str
    uri: str
    headers: Mapping[str, str]

    @property
    def body_bytes(self) -> int:
        """Return the length of the body that follows."""
        said = self.headers.get("content-length", "0")
        if not said.isdigit() or int(said) > 65536:
            raise BadRequest(f"length {said[:20]}")
        return int(said)

    @property
    def path(self) -> str:
        """Return the path of the URI, without the host."""
        rest = self.uri.partition("://")[2]
        return "/" + rest.partition("/")[2].rstrip("/")


def parsed_request(head: bytes) -> Request:
    """Return the request in ``head`` (up to its empty line)."""
    lines = head.decode("utf-8", "replace").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        raise BadRequest(lines[0][:100])
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Request(words[0], words[1], headers)


def answer(
    status: int, request: Request, headers: Mapping[str, str] | None = None, body: str = ""
) -> bytes:
    """Return the bytes of an answer to ``request``."""
    lines = [f"RTSP/1.0 {status} {REASONS[status]}"]
    lines.append(f"CSeq: {request.headers.get('cseq', '0')}")
    lines.append("Server: simulated camera")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
