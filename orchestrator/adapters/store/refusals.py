"""By what a login is known again that was refused: nothing by which it could be guessed cheaply.

What is kept is salted and slow to make (scrypt, RFC 7914: 16 MB and about 50 ms), so that whoever
reads the store learns no more than from the camera itself, at many times the cost.
"""

import hashlib
import hmac
import secrets
from typing import Final

from orchestrator.ports import Credentials

_SALT_BYTES: Final = 16
_COST: Final = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 32}


def mark_of(login: Credentials) -> bytes:
    """Return what to keep of a login; each time it is another."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return salt + _stretched(login, salt)


def is_of(mark: bytes, login: Credentials) -> bool:
    """Say whether a mark is one of this login."""
    salt, kept = mark[:_SALT_BYTES], mark[_SALT_BYTES:]
    return hmac.compare_digest(kept, _stretched(login, salt))


def _stretched(login: Credentials, salt: bytes) -> bytes:
    words = f"{login.username}\0{login.password.reveal()}".encode()
    return hashlib.scrypt(words, salt=salt, **_COST)
