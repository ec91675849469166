"""Secrets in memory."""

from collections.abc import Mapping

from orchestrator.errors import AuthorError, Finding
from orchestrator.ports import Credentials, Secret


class MemorySecrets:
    """The ``Secrets`` port over a mapping: name to (user name, password)."""

    def __init__(self, logins: Mapping[str, tuple[str, str]]) -> None:
        self._logins = logins

    def credentials(self, name: str) -> Credentials:
        if name not in self._logins:
            raise AuthorError([Finding(name, 1, 1, "this secret does not exist")])
        username, password = self._logins[name]
        return Credentials(username, Secret(password))
