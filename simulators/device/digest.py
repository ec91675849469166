"""HTTP Digest as a camera checks it (RFC 7616, and RFC 2069 for RTSP clients).

A nonce is ours, young and used once per ``nc``: an old one is answered with ``stale=true``, a
repeated one is refused. Nonces are kept in the order they were issued, so that the oldest fall
out when somebody asks for too many.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.device.login import Login, Verdict

_FIELD = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_HASHES: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}
_MAX_NONCES = 1000


@dataclass(slots=True)
class _Nonce:
    issued_s: float
    used: set[int] = field(default_factory=set)


class DigestGate:
    """Issues challenges and judges the answers for one realm."""

    def __init__(
        self,
        *,
        realm: str,
        algorithms: tuple[str, ...],
        now_s: Callable[[], float],
        life_s: float = 300.0,
        counted: bool = True,
    ) -> None:
        """Keep the terms; ``counted`` demands ``qop=auth`` and a fresh ``nc`` every time."""
        self._realm = realm
        self._algorithms = algorithms
        self._now_s = now_s
        self._life_s = life_s
        self._counted = counted
        self._nonces: dict[str, _Nonce] = {}

    def challenges(self, *, stale: bool = False) -> list[str]:
        """Return one ``WWW-Authenticate`` value per algorithm, all with the same new nonce."""
        if not self._algorithms:
            return []
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = _Nonce(self._now_s())
        while len(self._nonces) > _MAX_NONCES:
            self._nonces.pop(next(iter(self._nonces)))
        tail = ', qop="auth"' if self._counted else ""
        tail += ", stale=true" if stale else ""
        return [
            f'Digest realm="{self._realm}", nonce="{nonce}", algorithm={algorithm}{tail}'
            for algorithm in self._algorithms
        ]

    def verdict(self, header: str | None, *, method: str, uri: str | None, login: Login) -> Verdict:
        """Judge an ``Authorization`` value; ``uri`` is the request's own, or None to trust its."""
        if header is None or not header.lower().startswith("digest "):
            return Verdict.MISSING
        said = {key.lower(): quoted or plain for key, quoted, plain in _FIELD.findall(header[7:])}
        nonce = self._nonces.get(said.get("nonce", ""))
        if nonce is None:
            return Verdict.STALE
        if not self._proves(said, method, uri, login):
            return Verdict.WRONG
        if self._now_s() - nonce.issued_s > self._life_s:
            return Verdict.STALE
        return self._counted_once(nonce, said.get("nc", ""))

    def _counted_once(self, nonce: _Nonce, count: str) -> Verdict:
        if not self._counted:
            return Verdict.GRANTED
        try:
            number = int(count, 16)
        except ValueError:
            return Verdict.WRONG
        if number in nonce.used:
            return Verdict.REPLAYED
        nonce.used.add(number)
        return Verdict.GRANTED

    def _proves(self, said: Mapping[str, str], method: str, uri: str | None, login: Login) -> bool:
        algorithm = said.get("algorithm", "MD5").upper()
        if algorithm not in self._algorithms or said.get("realm") != self._realm:
            return False
        if uri is not None and not said.get("uri", "").endswith(uri):
            return False
        if self._counted and said.get("qop") != "auth":
            return False
        expected = digest_response(said, algorithm=algorithm, method=method, login=login)
        same_user = _same(said.get("username", ""), login.username)
        return same_user and _same(said.get("response", "").lower(), expected)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def digest_response(said: Mapping[str, str], *, algorithm: str, method: str, login: Login) -> str:
    """Return the ``response`` that proves ``login`` for the fields of an Authorization header."""

    def hashed(text: str) -> str:
        return _HASHES[algorithm](text.encode()).hexdigest()

    who = hashed(f"{login.username}:{said.get('realm', '')}:{login.password}")
    what = hashed(f"{method}:{said.get('uri', '')}")
    nonce = said.get("nonce", "")
    if "qop" not in said:
        return hashed(f"{who}:{nonce}:{what}")
    counted = f"{said.get('nc', '')}:{said.get('cnonce', '')}:{said['qop']}"
    return hashed(f"{who}:{nonce}:{counted}:{what}")
