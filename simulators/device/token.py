"""WS-UsernameToken as a camera checks it: five minutes, each nonce once, a digest or the text."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree

from simulators.device.login import Login, Verdict

_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
_DIGEST_TYPE = f"{_PROFILE}#PasswordDigest"
_TEXT_TYPE = f"{_PROFILE}#PasswordText"
_SKEW_S = 300.0
_MAX_NONCES = 10_000


class TokenGate:
    """Judges the Security header of SOAP calls; remembers nonces as long as they could be used."""

    def __init__(self, *, wall_s: Callable[[], float], text: bool = False) -> None:
        """Keep the camera's own wall clock (seconds since 1970), and which kind it wants."""
        self._wall_s = wall_s
        self.notices_replays = True
        """Whether a nonce is good for one call only."""
        self._text = text
        self._seen: dict[bytes, float] = {}

    def verdict(self, header: etree._Element | None, login: Login) -> Verdict:
        """Judge a SOAP ``Header``."""
        if header is None:
            return Verdict.MISSING
        token = header.find(f"{{{_WSSE}}}Security/{{{_WSSE}}}UsernameToken")
        if token is None:
            return Verdict.MISSING
        created = token.findtext(f"{{{_WSU}}}Created", "").strip()
        nonce = _decoded(token.findtext(f"{{{_WSSE}}}Nonce", ""))
        if nonce is None or not self._proves(token, nonce, created, login):
            return Verdict.WRONG
        return self._fresh(nonce, created)

    def _fresh(self, nonce: bytes, created: str) -> Verdict:
        now_s = self._wall_s()
        made_s = _instant_s(created)
        if made_s is None or abs(made_s - now_s) > _SKEW_S:
            return Verdict.SKEWED
        if nonce in self._seen and self.notices_replays:
            return Verdict.REPLAYED
        self._forget(now_s)
        self._seen[nonce] = made_s
        return Verdict.GRANTED

    def _proves(self, token: etree._Element, nonce: bytes, created: str, login: Login) -> bool:
        password = token.find(f"{{{_WSSE}}}Password")
        if password is None or password.get("Type") != (_TEXT_TYPE if self._text else _DIGEST_TYPE):
            return False
        expected = login.password
        if not self._text:
            proof = hashlib.sha1(
                nonce + created.encode() + login.password.encode(), usedforsecurity=False
            ).digest()
            expected = base64.b64encode(proof).decode()
        username = token.findtext(f"{{{_WSSE}}}Username", "")
        return hmac.compare_digest(
            username.encode(), login.username.encode()
        ) and hmac.compare_digest((password.text or "").strip().encode(), expected.encode())

    def _forget(self, now_s: float) -> None:
        if len(self._seen) < _MAX_NONCES:
            return
        self._seen = {
            nonce: made_s for nonce, made_s in self._seen.items() if now_s - made_s <= _SKEW_S
        }


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _instant_s(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
