"""Every error of the product: the class says who can mend it, and what is done about it.

::

    OrchestratorError
    |-- AuthorError             a file's writer: file:line:column, caret, hint
    |-- CameraError             carries camera, operation, elapsed
    |   |-- Unreachable         tried again
    |   |   `-- TlsFailed       tried again: no secure connection comes about
    |   |-- CameraTimeout       tried again
    |   |-- CameraBusy          tried again
    |   |-- NotSupported        tried again: other firmware may have it
    |   |-- CameraFault         tried again
    |   |-- BadAnswer           tried again: a camera that starts answers oddly
    |   |-- NotAuthorised       not before the secret changes
    |   |-- ClockSkewed         looked at again, without a login, until the clock is right
    |   `-- Stranger            looked at again, without a login, until the approved one is back
    |       `-- CertificateChanged  the same; nothing at all is said to it
    |-- MediaError              opened again
    |-- ModelError              terminal for the model; the camera is degraded
    |-- BusError                tried again; the outbox keeps
    |-- StoreError              tried again; kept in memory meanwhile
    `-- Broken                  our bug: crash the task, loudly

"Tried again" is ``keep_onboard``'s interview after a pause that doubles up to half a minute; an
order that failed is reported to who gave it, and not repeated by itself.

Normal refusals (lease denied, no arrival found) are values, not errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class OrchestratorError(Exception):
    """The root of every error this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file: where, what, and what to do about it.

    ``line`` and ``column`` count from 1; ``width`` is how many characters the caret underlines.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    source: str = ""
    width: int = 1

    def __str__(self) -> str:
        """Return ``path:line:column: message`` with the source line and a caret under it."""
        head = f"{self.path}:{self.line}:{self.column}: {self.message}"
        if not self.source:
            return f"{head} ({self.hint})" if self.hint else head
        gutter = f"{self.line:>5} | "
        caret = " " * (self.column - 1) + "^" * max(1, self.width)
        hint = f"  {self.hint}" if self.hint else ""
        return f"{head}\n{gutter}{self.source}\n{'':>5} | {caret}{hint}"


class AuthorError(OrchestratorError):
    """A file cannot be used as written; its writer can mend every finding at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings, in file order."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class CameraError(OrchestratorError):
    """A camera could not do what was asked."""

    def __init__(
        self,
        message: str,
        *,
        camera: str,
        operation: str,
        elapsed_s: float = 0.0,
    ) -> None:
        """Keep who was asked, for what, and how long it took."""
        super().__init__(f"{camera}: {operation}: {message}")
        self.message = message
        self.camera = camera
        self.operation = operation
        self.elapsed_s = elapsed_s


class Unreachable(CameraError):
    """No connection: the camera is off, moved, or the network is cut."""


class TlsFailed(Unreachable):
    """Something answers, but no TLS connection comes about."""


class CameraTimeout(CameraError):
    """The camera accepted the connection and did not answer within the deadline."""


class CameraBusy(CameraError):
    """The camera answered that it has no room for another request now."""


class NotAuthorised(CameraError):
    """The camera refused the credentials; they are not tried again until they change."""


class ClockSkewed(CameraError):
    """The camera's clock is too far from ours for a login to be signed safely."""


class NotSupported(CameraError):
    """The camera does not have this operation."""


class CameraFault(CameraError):
    """The camera answered with a SOAP fault; ``code`` is its most specific subcode."""

    def __init__(
        self,
        message: str,
        *,
        camera: str,
        operation: str,
        code: str,
        elapsed_s: float = 0.0,
    ) -> None:
        """Keep the fault's subcode beside what every camera error carries."""
        super().__init__(message, camera=camera, operation=operation, elapsed_s=elapsed_s)
        self.code = code


class BadAnswer(CameraError):
    """The camera's answer is not what the specification says, or is unsafe to parse."""


class Stranger(CameraError):
    """Something else answers at an approved address; no credential was sent."""


class CertificateChanged(Stranger):
    """Another certificate is shown than the approved one: nothing was sent at all."""


class MediaError(OrchestratorError):
    """A stream could not be opened, stalled, or could not be decoded; it is reopened.

    ``refused`` says that the camera refused the login: trying again soon could lock it. ``hostile``
    says that it sends what no camera sends, or that its decoder died of it.
    """

    def __init__(self, message: str, *, refused: bool = False, hostile: bool = False) -> None:
        """Keep the sentence, and what kind of failure it is."""
        super().__init__(message)
        self.refused = refused
        self.hostile = hostile


class ModelError(OrchestratorError):
    """A detection model is missing, altered or answers nonsense."""


class BusError(OrchestratorError):
    """The broker cannot be reached or refused us; the outbox keeps what was not sent."""


class StoreError(OrchestratorError):
    """The store could not be read or written; facts are kept in memory meanwhile."""


class Broken(OrchestratorError):
    """Our own bug: an invariant does not hold. The task crashes loudly."""
