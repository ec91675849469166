"""HTTP Digest for RTSP (RFC 7616, and RFC 2617 for older cameras): proof of a password, not the password.

A camera that only offers Basic is refused: its answer would carry the password in clear to
whoever listens, or to whoever pretends to be the camera.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "SHA-256": hashlib.sha256,
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
}
"""The algorithms of cameras, the best first."""
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a camera wants proven."""

    realm: str
    nonce: str
    algorithm: str
    opaque: str | None
    with_qop: bool


def best_challenge(headers: Iterable[str]) -> Challenge | None:
    """Return the strongest Digest challenge of the ``WWW-Authenticate`` headers, if there is one."""
    offered = [challenge for header in headers if (challenge := _challenge(header)) is not None]
    order = list(_HASHES)
    return min(offered, key=lambda challenge: order.index(challenge.algorithm), default=None)


def _challenge(header: str) -> Challenge | None:
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    said = {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(rest)}
    algorithm = said.get("algorithm", "MD5").upper()
    qops = [qop.strip() for qop in said.get("qop", "").split(",") if qop.strip()]
    if algorithm not in _HASHES or not said.get("nonce") or (qops and "auth" not in qops):
        return None
    return Challenge(
        said.get("realm", ""), said["nonce"], algorithm, said.get("opaque"), bool(qops)
    )


@dataclass(slots=True)
class Prover:
    """Answers challenges for one login; counts how often a nonce was used."""

    username: str
    password: str = field(repr=False)
    challenge: Challenge | None = None
    _count: int = 0

    def take(self, challenge: Challenge) -> None:
        """Answer this challenge from now on."""
        self.challenge = challenge
        self._count = 0

    def header(self, method: str, uri: str) -> str | None:
        """Return the ``Authorization`` of a request; None before a challenge."""
        if self.challenge is None:
            return None
        self._count += 1
        return _answer(self, self.challenge, method, uri, self._count)


def _answer(prover: Prover, challenge: Challenge, method: str, uri: str, count: int) -> str:
    """Return the header that proves the password for one request."""
    digest = _HASHES[challenge.algorithm]

    def hashed(text: str) -> str:
        return digest(text.encode()).hexdigest()

    who = hashed(f"{prover.username}:{challenge.realm}:{prover.password}")
    what = hashed(f"{method}:{uri}")
    parts = {
        "username": prover.username,
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
    }
    plain = {"algorithm": challenge.algorithm}
    if challenge.with_qop:
        nonce, times = secrets.token_hex(8), f"{count:08x}"
        response = hashed(f"{who}:{challenge.nonce}:{times}:{nonce}:auth:{what}")
        parts["cnonce"] = nonce
        plain |= {"qop": "auth", "nc": times}
    else:
        response = hashed(f"{who}:{challenge.nonce}:{what}")
    parts["response"] = response
    if challenge.opaque is not None:
        parts["opaque"] = challenge.opaque
    quoted = [f'{key}="{_escaped(value)}"' for key, value in parts.items()]
    return "Digest " + ", ".join([*quoted, *(f"{key}={value}" for key, value in plain.items())])


def _escaped(value: str) -> str:
    """Return a value that can stand between quotes on one line."""
    kept = "".join(mark for mark in value if mark.isprintable())
    return kept.replace("\\", "\\\\").replace('"', '\\"')
