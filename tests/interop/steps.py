"""What the scripts share: the camera they are given, and a line of JSON for each step they took."""

import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True)
class Steps:
    """One camera, and the steps that a client takes at it."""

    host: str
    port: int
    username: str
    password: str

    def take(self, step: str, do: Callable[[], Made]) -> Made | None:
        """Do a step and say how it went; nothing at all counts as failed."""
        try:
            made = do()
        except Exception as error:  # noqa: BLE001 whatever a foreign client raises is its failure
            _failed(step, error)
            return None
        return _told(step, made)

    async def taken(self, step: str, do: Callable[[], Awaitable[Made]]) -> Made | None:
        """Do a step that is awaited."""
        try:
            made = await do()
        except Exception as error:  # noqa: BLE001 the same
            _failed(step, error)
            return None
        return _told(step, made)

    def fetched(self, uri: str) -> str:
        """Fetch a still picture with HTTP Digest; the clients that have no way of their own need it."""
        import requests  # noqa: PLC0415 not every environment has it
        from requests.auth import HTTPDigestAuth  # noqa: PLC0415 the same

        answer = requests.get(uri, auth=HTTPDigestAuth(self.username, self.password), timeout=10)
        answer.raise_for_status()
        data: bytes = answer.content
        assert data.startswith(b"\xff\xd8\xff"), data[:20]
        return f"{len(data)} bytes of JPEG"


def given() -> Steps:
    """Return the camera named by the command line."""
    host, port, username, password = sys.argv[1:]
    return Steps(host, int(port), username, password)


def _told(step: str, made: Made) -> Made | None:
    good = bool(made)
    print(json.dumps({"step": step, "ok": good, "said": str(made)[:500]}), flush=True)
    return made


def _failed(step: str, error: Exception) -> None:
    said = f"{type(error).__name__}: {error}"[:500]
    print(json.dumps({"step": step, "ok": False, "said": said}), flush=True)
    traceback.print_exc()
