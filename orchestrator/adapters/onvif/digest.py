"""HTTP Digest (RFC 7616) as a pure function: a challenge and a request in, a header out.

aiohttp's own middleware follows the challenge's ``domain`` to other origins and signs with the
first challenge even when a stronger one is offered; here the origin is not a digest's business,
and SHA-256 goes before MD5. Only ``qop=auth`` and the old form without ``qop`` are spoken.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(
    r'[\s,]*([A-Za-z0-9_-]{1,32})(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|(?=\s|$))'
)
"""A parameter with its quoted or bare value, or a scheme's name standing alone."""
_MAX_CHALLENGE: Final = 4096
_MOST_PATHS: Final = 32


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_HASHES: Final[dict[str, tuple[int, Callable[[bytes], str]]]] = {
    "SHA-256": (0, _sha256),
    "SHA-256-SESS": (1, _sha256),
    "MD5": (2, _md5),
    "MD5-SESS": (3, _md5),
}
"""Algorithms by name: how much each is preferred (0 most), and its hash."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One Digest challenge that can be answered; ``qop`` says whether it asks for ``auth``."""

    realm: str
    nonce: str
    algorithm: str
    qop: bool
    opaque: str | None = None
    stale: bool = False


def best_challenge(headers: Iterable[str]) -> Challenge | None:
    """Return the strongest Digest challenge among ``WWW-Authenticate`` headers, or None."""
    challenges = [found for header in headers for found in _challenges(header[:_MAX_CHALLENGE])]
    return min(challenges, key=lambda each: _HASHES[each.algorithm.upper()][0], default=None)


def schemes(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the schemes that ``WWW-Authenticate`` headers offer, as the passport writes them.

    >>> schemes(['Digest realm="r", nonce="n", algorithm=SHA-256', 'Basic realm="r"'])
    ('http-digest (SHA-256)', 'http-basic')
    """
    found = [each for header in headers for each in _schemes(header[:_MAX_CHALLENGE])]
    return tuple(dict.fromkeys(_written(name.lower(), values) for name, values in found))


def _written(name: str, values: Mapping[str, str]) -> str:
    algorithm = values.get("algorithm", "MD5").upper()
    known = algorithm if algorithm in _HASHES else "an unknown algorithm"
    return f"http-digest ({known})" if name == "digest" else f"http-{name[:32]}"


def _challenges(header: str) -> list[Challenge]:
    found = [
        _challenge(parameters)
        for scheme, parameters in _schemes(header)
        if scheme.lower() == "digest"
    ]
    return [challenge for challenge in found if challenge is not None]


def _schemes(header: str) -> list[tuple[str, dict[str, str]]]:
    """Return the schemes of a header with their parameters, up to the first oddity."""
    schemes: list[tuple[str, dict[str, str]]] = []
    end = 0
    while match := _WORD.match(header, end):
        end = match.end()
        word, quoted, bare = match.groups()
        if quoted is None and bare is None:
            schemes.append((word, {}))
        elif schemes:
            value = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            schemes[-1][1][word.lower()] = value
    return schemes


def _challenge(values: Mapping[str, str]) -> Challenge | None:
    algorithm = values.get("algorithm", "MD5")
    qops = {qop.strip().lower() for qop in values.get("qop", "").split(",") if qop.strip()}
    printable = all(value.isascii() and value.isprintable() for value in values.values())
    if not values.get("nonce") or "realm" not in values or not printable:
        return None
    if algorithm.upper() not in _HASHES or (qops and "auth" not in qops):
        return None
    return Challenge(
        realm=values["realm"],
        nonce=values["nonce"],
        algorithm=algorithm,
        qop=bool(qops),
        opaque=values.get("opaque"),
        stale=values.get("stale", "").lower() == "true",
    )


class Signer:
    """Signs requests with one challenge; what does not change from one to the next is hashed once.

    The client's nonce is drawn once for a challenge: it is the count that makes each proof another.
    """

    def __init__(self, challenge: Challenge, *, username: str, password: str, cnonce: str) -> None:
        """Make what every header says; ``cnonce`` is the client's own nonce."""
        self._digest = digest = _HASHES[challenge.algorithm.upper()][1]
        self._qop, self._nonce, self._cnonce = challenge.qop, challenge.nonce, cnonce
        self._secret = digest(f"{username}:{challenge.realm}:{password}".encode())
        if challenge.algorithm.upper().endswith("-SESS"):
            self._secret = digest(f"{self._secret}:{challenge.nonce}:{cnonce}".encode())
        self._head = (
            f'Digest username="{_quoted(username)}", realm="{_quoted(challenge.realm)}", '
            f'nonce="{_quoted(challenge.nonce)}", algorithm={challenge.algorithm}, '
        )
        if challenge.opaque is not None:
            self._head += f'opaque="{_quoted(challenge.opaque)}", '
        self._requests: dict[tuple[str, str], str] = {}

    def authorization(self, method: str, target: str, count: int) -> str:
        """Return the ``Authorization`` header for request number ``count`` with this challenge."""
        request = self._request(method, target)
        if not self._qop:
            response = self._digest(f"{self._secret}:{self._nonce}:{request}".encode())
            return f'{self._head}uri="{target}", response="{response}"'
        counted = f"{self._nonce}:{count:08x}:{self._cnonce}:auth"
        response = self._digest(f"{self._secret}:{counted}:{request}".encode())
        return (
            f'{self._head}uri="{target}", response="{response}", '
            f'qop=auth, nc={count:08x}, cnonce="{self._cnonce}"'
        )

    def _request(self, method: str, target: str) -> str:
        """Return the hash of what is asked; a camera has few paths, but names them itself."""
        known = self._requests.get((method, target))
        if known is None:
            known = self._digest(f"{method}:{target}".encode())
            if len(self._requests) < _MOST_PATHS:
                self._requests[method, target] = known
        return known


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
