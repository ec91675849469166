"""How one camera wants its login, learned from its answers without ever guessing twice.

The first request goes out unsigned. A 401 with a Digest challenge leads to HTTP Digest; a
NotAuthorized fault without one, or a 401 that offers nothing, leads to a WS-UsernameToken digest,
or, where a person allowed it and the wire is TLS, to one with the password as it is. A level that
was accepted never drops. A login that was refused is refused here from then on, without asking the
camera again: cameras lock a user out after a few wrong tries. One more try is made where something
else than the password explains the refusal: another scheme is asked for, or the camera's clock has
moved (``reconsider``). A login that worked before and does not now may be right all the same, for
some cameras say 401 when they have no connection left: it is doubted, and tried once more later.

::

    NONE --401 + Digest---------------> DIGEST --accepted--> proven --refused--> doubted
      `----NotAuthorized, 401 alone---> TOKEN  --accepted--> proven      |          |
                     DIGEST --a fault asks for a token--> TOKEN          |      accepted: proven
         unproven: refused with a fresh nonce --> refused for good <-----'---- refused again
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
from orchestrator.adapters.onvif.redaction import Redaction
from orchestrator.ports import Credentials

_UNAUTHORISED = 401
_GOOD = 200
_DENIALS = frozenset(
    {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"}
)


class Scheme(Enum):
    """How requests are signed; the value is what the passport says."""

    NONE = "none"
    DIGEST = "http-digest"
    TOKEN = "ws-usernametoken"  # noqa: S105 a scheme's name
    TEXT = "ws-usernametoken (password text)"


_TOKENS = frozenset({Scheme.TOKEN, Scheme.TEXT})


class Verdict(Enum):
    """What an answer means for the login that was sent with the request."""

    PASSED = "passed"
    AGAIN = "again"
    REFUSED = "refused"
    DOUBTED = "doubted"
    """Refused though it worked before: to be tried once more, later."""


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
        self,
        credentials: Credentials,
        *,
        text: bool = False,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Keep the credentials and the source of nonces.

        ``text`` lets the password be sent as it is where a camera wants no Digest; whoever says so
        knows that the wire is TLS.
        """
        self._credentials = credentials
        self._entropy = entropy
        self._token = Scheme.TEXT if text else Scheme.TOKEN
        self._reconsidered = False
        self._challenge: Challenge | None = None
        self._signer: Signer | None = None
        self._count = 0
        self.redaction = Redaction(credentials.password)
        """Takes this password out of the camera's words."""
        self.scheme = Scheme.NONE
        self.refused = ""
        """Why the login was refused for good, or nothing."""
        self.proven = False
        self.doubted = False
        """Whether it worked before and was refused since."""

    def signature(self, method: str, target: str, camera_now: Callable[[], datetime]) -> Signature:
        """Return what the next request to ``target`` carries; ``camera_now`` tells UTC, aware."""
        if self._signer is not None and self._challenge is not None:
            self._count += 1
            return Signature(
                authorization=self._signer.authorization(method, target, self._count),
                scheme=Scheme.DIGEST,
                nonce=self._challenge.nonce,
                reused=self._count > 1,
            )
        if self.scheme in _TOKENS:
            text, nonce = self.scheme is Scheme.TEXT, self._entropy(16)
            security = username_token(self._credentials, nonce, camera_now(), text=text)
            return Signature(security=security, scheme=self.scheme)
        return Signature()

    def verdict(
        self, sent: Signature, status: int, challenges: Sequence[str], fault: Fault | None
    ) -> Verdict:
        """Judge the answer to a request that carried ``sent``, and learn from it."""
        denied = fault is not None and not _DENIALS.isdisjoint(fault.codes)
        if status != _UNAUTHORISED and not denied:
            if sent.scheme is not Scheme.NONE and (status == _GOOD or fault is not None):
                self.proven, self.doubted, self._reconsidered = True, False, False
            return Verdict.PASSED
        if sent.scheme is not self.scheme or sent.nonce != self._nonce:
            return Verdict.AGAIN  # another call has learned better in the meantime
        if self.scheme is Scheme.DIGEST and self.proven and status != _UNAUTHORISED:
            return Verdict.PASSED  # the login is known, but this user may not ask that
        challenge = best_challenge(challenges) if status == _UNAUTHORISED else None
        if self.scheme is Scheme.NONE:
            return self._first(challenge, asks_for_token=denied or not challenges)
        if self.scheme is Scheme.DIGEST and challenge is not None:
            return self._renewed(sent, challenge)
        return self._other_scheme(challenge, denied=denied)

    def reconsider(self) -> bool:
        """Take back a refusal that something else explains; True if there is a try left for that."""
        if self._reconsidered:
            return False
        self._reconsidered, self.refused, self.doubted = True, "", False
        return True

    def _other_scheme(self, challenge: Challenge | None, *, denied: bool) -> Verdict:
        """Take another scheme, once, where the camera asks for that by how it refuses."""
        if not self.proven and not self._reconsidered:
            if self.scheme in _TOKENS and challenge is not None:
                self.scheme, self._reconsidered = Scheme.DIGEST, True
                self._take(challenge)
                return Verdict.AGAIN
            if self.scheme is Scheme.DIGEST and denied:
                self.scheme, self._reconsidered = self._token, True
                self._challenge = self._signer = None
                return Verdict.AGAIN
        return self._refuse("the camera refused the login")

    def _first(self, challenge: Challenge | None, *, asks_for_token: bool) -> Verdict:
        if challenge is not None:
            self.scheme = Scheme.DIGEST
            self._take(challenge)
            return Verdict.AGAIN
        if asks_for_token:
            self.scheme = self._token
            return Verdict.AGAIN
        return self._refuse("the camera offers no login that is safe over plain HTTP")

    def _renewed(self, sent: Signature, challenge: Challenge) -> Verdict:
        """Take a new nonce when the old one had served before; the login itself is not in doubt."""
        if (sent.reused or challenge.stale) and challenge.nonce != sent.nonce:
            self._take(challenge)
            return Verdict.AGAIN
        if self.proven:
            self._take(challenge)  # for the last try, so that no used nonce spoils it
        return self._refuse("the camera refused the login")

    def _refuse(self, why: str) -> Verdict:
        if self.proven and not self.doubted:
            self.doubted = True
            return Verdict.DOUBTED
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


def username_token(
    credentials: Credentials, nonce: bytes, created: datetime, *, text: bool = False
) -> bytes:
    """Return a WS-Security header, dated in whole seconds and ``Z``: with a digest, or as ``text``."""
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    password = credentials.password.reveal()
    kind, proof = "PasswordText", escape(password)
    if not text:
        digest = hashlib.sha1(  # the profile fixes SHA-1
            nonce + stamp.encode() + password.encode(), usedforsecurity=False
        ).digest()
        kind, proof = "PasswordDigest", base64.b64encode(digest).decode()
    return (
        '<wsse:Security s:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
        'oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/'
        '2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><wsse:UsernameToken>'
        f"<wsse:Username>{escape(credentials.username)}</wsse:Username>"
        '<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-'
        f'token-profile-1.0#{kind}">{proof}</wsse:Password>'
        '<wsse:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-'
        f'message-security-1.0#Base64Binary">{base64.b64encode(nonce).decode()}</wsse:Nonce>'
        f"<wsu:Created>{stamp}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    ).encode()
