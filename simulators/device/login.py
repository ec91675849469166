"""A camera's login and what a proof of it came to; the password is never shown."""

from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password, as a secret file holds them."""

    username: str
    password: str = field(repr=False)


class Verdict(Enum):
    """What a request's proof of the login came to."""

    GRANTED = "granted"
    MISSING = "missing"
    WRONG = "wrong"
    STALE = "stale"
    REPLAYED = "replayed"
    SKEWED = "skewed"


class Authentication(Enum):
    """Which proofs a camera accepts on SOAP calls; RTSP is always HTTP Digest (MD5)."""

    NONE = "none"
    DIGEST = "digest"
    DIGEST_SHA256 = "digest-sha256"
    WSSE = "wsse"
    BOTH = "both"
    TEXT = "wsse-text"
    """A token with the password as it is, which some old cameras want; no other one."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Return the digest algorithms it offers, the strongest first."""
        return _DIGESTS[self]

    @property
    def accepts_token(self) -> bool:
        """Return whether a WS-UsernameToken is accepted."""
        return self in {Authentication.WSSE, Authentication.BOTH, Authentication.TEXT}


_DIGESTS = {
    Authentication.NONE: (),
    Authentication.DIGEST: ("MD5",),
    Authentication.DIGEST_SHA256: ("SHA-256",),
    Authentication.WSSE: (),
    Authentication.BOTH: ("SHA-256", "MD5"),
    Authentication.TEXT: (),
}
