"""The cameras' logins: one file per secret, two lines, readable by its owner alone."""

import os
import secrets
import string
from collections.abc import Iterable, Mapping
from pathlib import Path

from simulators.device.login import Login

_ALPHABET = string.ascii_letters + string.digits
PASSWORD_LENGTH = 24


def logins(names: Iterable[str], source: Path | Mapping[str, tuple[str, str]]) -> dict[str, Login]:
    """Return the login of every secret; ``KeyError`` or ``OSError`` where one is missing."""
    if isinstance(source, Mapping):
        return {name: Login(*source[name]) for name in names}
    return {name: _read(source / name) for name in names}


def make_missing(names: Iterable[str], folder: Path) -> list[str]:
    """Create a random login for every secret without a file; return the names of the new ones."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = [name for name in sorted(set(names)) if not (folder / name).exists()]
    for name in made:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"orchestrator\n{password}\n")
    return made


def _read(path: Path) -> Login:
    username, password, *_ = path.read_text(encoding="utf-8").splitlines()
    return Login(username.strip(), password.strip())
