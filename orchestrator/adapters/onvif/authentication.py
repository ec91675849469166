"""How one camera wants its login, learned from its answers without ever guessing twice.

The first request goes out unsigned. A 401 with a Digest challenge leads to HTTP Digest; a
NotAuthorized fault without one leads to a WS-UsernameToken digest. A level once learned never
drops. A login that was refused is refused here from then on, without asking the camera again:
cameras lock a user out after a few wrong tries.

::

    NONE --401 + Digest--> DIGEST --accepted--> proven
      `----NotAuthorized--> TOKEN --accepted--> proven
                  refused with a fresh nonce --> refused for good
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from xml.sax.saxutils import escape

from orchestrator.adapters.onvif.digest import Challenge, Signer, best_challenge
from orchestrator.adapters.onvif.guarded import Fault
from orchestrator.ports import Credentials

_UNAUTHORISED = 401
_DENIALS = frozenset(
    {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"}
)


class Scheme(Enum):
    """How requests are signed; the value is what the passport says."""

    NONE = "none"
    DIGEST = "http-digest"
    TOKEN = "ws-usernametoken"  # noqa: S105 a scheme's name


class Verdict(Enum):
    """What an answer means for the login that was sent with the request."""

    PASSED = "passed"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request carries: an ``Authorization`` header, or a security header, or neither."""

    authorization: str | None = None
    security: bytes = b""
    scheme: Scheme = Scheme.NONE
    nonce: str = ""
    reused: bool = False
    """Whether the camera's nonce had served an earlier request."""

    def __repr__(self) -> str:
        """Return a mask: a signature can be replayed."""
        return "Signature(***)"


class Login:
    """One camera's login and what was learned about it."""

    def __init__(
        self, credentials: Credentials, *, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Keep the credentials and the source of nonces."""
        self._credentials = credentials
        self._entropy = entropy
        self._challenge: Challenge | None = None
        self._signer: Signer | None = None
        self._count = 0
        self.scheme = Scheme.NONE
        self.refused = ""
        """Why the login was refused for good, or nothing."""
        self.proven = False

    def signature(self, method: str, target: str, camera_now: datetime) -> Signature:
        """Return what the next request to ``target`` carries; ``camera_now`` is UTC, aware."""
        if self._signer is not None and self._challenge is not None:
            self._count += 1
            return Signature(
                authorization=self._signer.authorization(method, target, self._count),
                scheme=Scheme.DIGEST,
                nonce=self._challenge.nonce,
                reused=self._count > 1,
            )
        if self.scheme is Scheme.TOKEN:
            security = username_token(self._credentials, self._entropy(16), camera_now)
            return Signature(security=security, scheme=Scheme.TOKEN)
        return Signature()

    def verdict(
        self, sent: Signature, status: int, challenges: Sequence[str], fault: Fault | None
    ) -> Verdict:
        """Judge the answer to a request that carried ``sent``, and learn from it."""
        denied = fault is not None and not _DENIALS.isdisjoint(fault.codes)
        if status != _UNAUTHORISED and not denied:
            self.proven = self.proven or sent.scheme is not Scheme.NONE
            return Verdict.PASSED
        if sent.scheme is not self.scheme or sent.nonce != self._nonce:
            return Verdict.AGAIN  # another call has learned better in the meantime
        if self.scheme is Scheme.DIGEST and self.proven and status != _UNAUTHORISED:
            return Verdict.PASSED  # the login is known, but this user may not ask that
        challenge = best_challenge(challenges) if status == _UNAUTHORISED else None
        if self.scheme is Scheme.NONE:
            return self._first(challenge, denied=denied)
        if self.scheme is Scheme.DIGEST and challenge is not None:
            return self._renewed(sent, challenge)
        return self._refuse("the camera refused the login")

    def _first(self, challenge: Challenge | None, *, denied: bool) -> Verdict:
        if challenge is not None:
            self.scheme = Scheme.DIGEST
            self._take(challenge)
            return Verdict.AGAIN
        if denied:
            self.scheme = Scheme.TOKEN
            return Verdict.AGAIN
        return self._refuse("the camera offers no login that is safe over plain HTTP")

    def _renewed(self, sent: Signature, challenge: Challenge) -> Verdict:
        """Take a new nonce when the old one had served before; the login itself is not in doubt."""
        if (sent.reused or challenge.stale) and challenge.nonce != sent.nonce:
            self._take(challenge)
            return Verdict.AGAIN
        return self._refuse("the camera refused the login")

    def _refuse(self, why: str) -> Verdict:
        self.refused = why
        self.proven = False
        return Verdict.REFUSED

    @property
    def _nonce(self) -> str:
        return "" if self._challenge is None else self._challenge.nonce

    def _take(self, challenge: Challenge) -> None:
        """Sign with this challenge from now on."""
        self._challenge, self._count = challenge, 0
        self._signer = Signer(
            challenge,
            username=self._credentials.username,
            password=self._credentials.password.reveal(),
            cnonce=self._entropy(8).hex(),
        )


def username_token(credentials: Credentials, nonce: bytes, created: datetime) -> bytes:
    """Return a WS-Security header with a digest token, dated in whole seconds and ``Z``."""
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(  # the profile fixes SHA-1
        nonce + stamp.encode() + credentials.password.reveal().encode(), usedforsecurity=False
    ).digest()
    return (
        '<wsse:Security s:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
        'oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/'
        '2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><wsse:UsernameToken>'
        f"<wsse:Username>{escape(credentials.username)}</wsse:Username>"
        '<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-'
        f'token-profile-1.0#PasswordDigest">{base64.b64encode(digest).decode()}</wsse:Password>'
        '<wsse:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-'
        f'message-security-1.0#Base64Binary">{base64.b64encode(nonce).decode()}</wsse:Nonce>'
        f"<wsu:Created>{stamp}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    ).encode()
