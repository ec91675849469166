"""What outlives the process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.domain.camera import Motors, Passport
from orchestrator.domain.ids import CameraId, CommandId, NoticeId
from orchestrator.domain.imaging import Owed
from orchestrator.domain.sighting import Inherited
from orchestrator.ports.network import Approval
from orchestrator.ports.secrets import Credentials


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A fact on its way out: kept until the broker has it. ``id`` names it for ever."""

    id: NoticeId
    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A command the store has seen: the last answer it got, to be repeated to a repeat."""

    command: CommandId
    client: str
    reply_to: str
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A judgement as it was kept: one JSON document, when (wall clock, ISO 8601) and for whom."""

    at: str
    camera: CameraId
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a camera said of itself when it was last interviewed, and when (wall clock, ISO 8601)."""

    passport: Passport
    at: str


class Subscriptions(Protocol):
    """What cameras hold for us, so that it is given back even after a crash."""

    async def note_subscription(self, camera: CameraId, words: str) -> None:
        """Keep what names a camera's subscription, in its adapter's words; nothing for none."""
        ...

    async def subscription(self, camera: CameraId) -> str:
        """Return what was noted last of a camera's subscription; nothing for none."""
        ...


class Refusals(Protocol):
    """Which logins cameras have refused, so that none is tried again, by whatever process."""

    async def note_refusal(self, camera: CameraId, login: Credentials, why: str) -> None:
        """Keep that a camera refused this login, in place of what it refused before."""
        ...

    async def refusal(self, camera: CameraId, login: Credentials) -> str:
        """Return why a camera refused this very login; nothing where it is another, or was not."""
        ...

    async def forgive(self, camera: CameraId) -> None:
        """Forget what a camera refused: somebody wants it tried once more."""
        ...


class Store(Subscriptions, Refusals, Protocol):
    """What must survive a restart. Every method may raise ``StoreError``."""

    async def approve(self, approval: Approval) -> None:
        """Keep or replace a camera's approval."""
        ...

    async def approvals(self) -> Sequence[Approval]:
        """Return every approval."""
        ...

    async def remember(self, remembered: Remembered) -> None:
        """Keep a camera's passport in place of the one before."""
        ...

    async def remembered(self, camera: CameraId) -> Remembered | None:
        """Return a camera's passport as it was kept last."""
        ...

    async def measure(self, camera: CameraId, motors: Motors) -> None:
        """Keep what was measured of a camera's head, in place of what was before."""
        ...

    async def measured(self, camera: CameraId) -> Motors | None:
        """Return what was measured of a camera's head, if anybody did."""
        ...

    async def owe(self, camera: CameraId, owed: Owed) -> None:
        """Keep what a camera has to be given back, in place of what was kept of it before."""
        ...

    async def owed(self, camera: CameraId) -> Owed:
        """Return what a camera has to be given back."""
        ...

    async def leave(self, left: Inherited) -> None:
        """Keep what a run leaves to the next one, by seconds of the epoch, in place of what was kept."""
        ...

    async def inherited(self) -> Inherited:
        """Return what the last run left; nothing at the first."""
        ...

    async def receive(self, command: CommandId, client: str, reply_to: str) -> Receipt | None:
        """Remember a command; return its receipt if it was seen before, None if it is new."""
        ...

    async def receipt(self, command: CommandId, client: str) -> Receipt | None:
        """Return a command's receipt, or None when it was never seen; remembers nothing."""
        ...

    async def answered(
        self, command: CommandId, client: str, answer: bytes, *, final: bool = False
    ) -> None:
        """Keep the last answer to a command; ``final`` when no other will follow."""
        ...

    async def unfinished(self) -> Sequence[Receipt]:
        """Return the commands whose final answer was never given, oldest first."""
        ...

    async def keep(self, facts: Sequence[Outgoing]) -> None:
        """Keep facts, all or none; one that is already kept is kept once."""
        ...

    async def unsent(self, limit: int) -> Sequence[Outgoing]:
        """Return the oldest facts not yet delivered."""
        ...

    async def sent(self, ids: Sequence[NoticeId]) -> None:
        """Mark facts as delivered."""
        ...

    async def standing(self) -> Sequence[str]:
        """Return the topics whose newest retained fact says something, the oldest fact first.

        A retained fact with an empty payload takes down what its topic said before.
        """
        ...

    async def explain(self, explanations: Sequence[Explanation]) -> None:
        """Keep judgements."""
        ...

    async def explanations(
        self, camera: CameraId, *, until: str | None, limit: int
    ) -> Sequence[Explanation]:
        """Return a camera's judgements, newest first."""
        ...

    async def aclose(self) -> None:
        """Flush and close."""
        ...
