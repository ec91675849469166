"""Who may call a camera: one login, the proofs it accepts, and a count of wrong passwords."""

import time
from collections.abc import Callable

from lxml import etree

from simulators.device.digest import DigestGate
from simulators.device.login import Authentication, Login, Verdict
from simulators.device.token import TokenGate


class Access:
    """One camera's door. ``login`` may be changed while it runs, as a person would do it."""

    def __init__(
        self,
        login: Login,
        authentication: Authentication,
        *,
        realm: str,
        wall_s: Callable[[], float] = time.time,
    ) -> None:
        """Keep the login and the accepted proofs."""
        self.login = login
        self.authentication = authentication
        self.realm = realm
        self.wrong_passwords = 0
        self.locks_after: int | None = None
        """After so many wrong passwords nobody is let in any more."""
        self.replays = 0
        self.token = TokenGate(wall_s=wall_s, text=authentication is Authentication.TEXT)
        self._digest = DigestGate(
            realm=realm, algorithms=authentication.digests, now_s=time.monotonic
        )
        self._pictures = self._digest
        if not authentication.digests:
            self._pictures = DigestGate(realm=realm, algorithms=("MD5",), now_s=time.monotonic)

    def soap(
        self, authorization: str | None, header: etree._Element | None, *, path: str
    ) -> Verdict:
        """Judge a SOAP call by its HTTP ``Authorization`` and its SOAP ``Header``."""
        if self.authentication is Authentication.NONE:
            return Verdict.GRANTED
        verdict = Verdict.MISSING
        if self.authentication.accepts_token:
            verdict = self.token.verdict(header, self.login)
        if verdict is Verdict.MISSING and self.authentication.digests:
            verdict = self._digest.verdict(authorization, method="POST", uri=path, login=self.login)
        return self.counted(verdict)

    def http(self, authorization: str | None, *, path: str) -> Verdict:
        """Judge a plain GET (snapshots), which knows no token: it is always HTTP Digest."""
        if self.authentication is Authentication.NONE:
            return Verdict.GRANTED
        return self.counted(
            self._pictures.verdict(authorization, method="GET", uri=path, login=self.login)
        )

    @property
    def locked(self) -> bool:
        """Return whether there were too many wrong passwords."""
        return self.locks_after is not None and self.wrong_passwords >= self.locks_after

    def challenges(self, verdict: Verdict) -> list[str]:
        """Return the ``WWW-Authenticate`` values that answer a refused request."""
        return self._digest.challenges(stale=verdict is Verdict.STALE)

    def picture_challenges(self, verdict: Verdict) -> list[str]:
        """Return the same for a refused GET."""
        return self._pictures.challenges(stale=verdict is Verdict.STALE)

    def counted(self, verdict: Verdict) -> Verdict:
        """Count a wrong password or a replay, and hand the verdict on; who is locked out is wrong."""
        if self.locked and verdict is Verdict.GRANTED:
            return Verdict.WRONG
        self.wrong_passwords += verdict is Verdict.WRONG
        self.replays += verdict is Verdict.REPLAYED
        return verdict
