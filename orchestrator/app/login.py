"""The login of one camera as its secret says, and when it says something else."""

from orchestrator.errors import AuthorError
from orchestrator.ports import Clock, Credentials, Secrets

LOOK_S = 10.0
"""How often the secret of a refused login is looked at: did somebody correct it?"""


class Login:
    """Reads one secret, and knows which version of it was used."""

    def __init__(self, secrets: Secrets, name: str, clock: Clock) -> None:
        """Keep the doors; nothing is read yet."""
        self._secrets = secrets
        self._name = name
        self._clock = clock
        self._used: Credentials | None = None

    def use(self) -> Credentials:
        """Return what the secret says now; ``AuthorError`` when it cannot be used."""
        self._used = None
        self._used = self._secrets.credentials(self._name)
        return self._used

    async def renewed(self) -> None:
        """Return once the secret can be used and is another than the one that was.

        Two looks in a row must agree: what an editor has half written is not to be sent, since a
        camera locks a user who is refused too often.
        """
        before: Credentials | None = None
        while True:
            now = self._now()
            if now is not None and now == before and now != self._used:
                return
            before = now
            await self._clock.sleep(LOOK_S)

    def _now(self) -> Credentials | None:
        try:
            return self._secrets.credentials(self._name)
        except AuthorError:
            return None
