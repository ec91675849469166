"""Secrets from files: ``NAME`` in a folder holds two lines, a user name and a password.

A file that its group or others can read is refused, not warned about: a warning about a leaked
password is read after the leak. Nothing is cached, so a changed file counts from the next login.
"""

import stat
from pathlib import Path

from orchestrator.errors import AuthorError, Finding
from orchestrator.ports import Credentials, Secret

CAP_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FileSecrets:
    """The ``Secrets`` port over a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is read before a secret is asked for."""
        self._folder = folder

    def credentials(self, name: str) -> Credentials:
        """Return the login called ``name``; ``AuthorError`` when there is none that is usable."""
        path = self._path(name)
        lines = _text(path).splitlines()
        if len(lines) != 2 or not all(lines):
            raise _unusable(
                path,
                f"this secret has {len(lines)} lines" if all(lines) else "a line is empty",
                "write two lines: the user name, then the password",
            )
        return Credentials(lines[0], Secret(lines[1]))

    def _path(self, name: str) -> Path:
        if not name or name.startswith(".") or "/" in name or "\0" in name:
            raise _unusable(
                self._folder,
                f"`{name}` cannot be the name of a secret",
                "use a plain file name, without `/` and not beginning with a dot",
            )
        return self._folder / name


def password_in(path: Path) -> Secret:
    """Return the password in a file that holds nothing else; ``AuthorError`` when it is unusable."""
    lines = _text(path).splitlines()
    if len(lines) != 1 or not lines[0]:
        raise _unusable(path, f"this file has {len(lines)} lines", "write the password alone")
    return Secret(lines[0])


def _text(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if mode & _OTHERS:
            raise _unusable(path, "others can read this secret", f"run `chmod 600 {path}`")
        with path.open("rb") as file:
            return file.read(CAP_BYTES).decode()
    except FileNotFoundError:
        raise _unusable(
            path,
            "this secret does not exist",
            "create the file with two lines, user name and password, and `chmod 600` it",
        ) from None
    except OSError as error:
        reason = error.strerror or "error"
        raise _unusable(path, f"cannot read this secret: {reason}", "check the file") from None
    except UnicodeDecodeError:
        raise _unusable(path, "this secret is not UTF-8 text", "write it as plain text") from None


def _unusable(path: Path, message: str, hint: str) -> AuthorError:
    return AuthorError([Finding(str(path), 1, 1, message, hint)])
