"""A store in memory that passes the same contract as the SQLite one, and can be made to fail."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from orchestrator.domain.camera import Motors
from orchestrator.domain.ids import CameraId, CommandId, NoticeId
from orchestrator.domain.imaging import Owed
from orchestrator.domain.sighting import Inherited
from orchestrator.errors import StoreError
from orchestrator.ports import Approval, Credentials, Explanation, Outgoing, Receipt, Remembered


class MemoryStore:
    """Every ``Store`` promise but survival; while ``failing``, every method raises."""

    def __init__(self) -> None:
        self.failing = False
        self.outbox: dict[NoticeId, Outgoing] = {}
        self.delivered: set[NoticeId] = set()
        self._approvals: dict[CameraId, Approval] = {}
        self._passports: dict[CameraId, Remembered] = {}
        self._motors: dict[CameraId, Motors] = {}
        self._owed: dict[CameraId, Owed] = {}
        self._subscriptions: dict[CameraId, str] = {}
        self._refusals: dict[CameraId, tuple[Credentials, str]] = {}
        self._receipts: dict[tuple[str, CommandId], Receipt] = {}
        self._final: set[tuple[str, CommandId]] = set()
        self._explanations: list[Explanation] = []
        self._left = Inherited()

    def _check(self) -> None:
        if self.failing:
            raise StoreError("memory: could not write: the disk is full")

    async def approve(self, approval: Approval) -> None:
        self._check()
        self._approvals[approval.camera] = approval

    async def approvals(self) -> Sequence[Approval]:
        self._check()
        return [self._approvals[camera] for camera in sorted(self._approvals)]

    async def remember(self, remembered: Remembered) -> None:
        self._check()
        self._passports[remembered.passport.camera] = remembered

    async def remembered(self, camera: CameraId) -> Remembered | None:
        self._check()
        return self._passports.get(camera)

    async def measure(self, camera: CameraId, motors: Motors) -> None:
        self._check()
        self._motors[camera] = motors

    async def measured(self, camera: CameraId) -> Motors | None:
        self._check()
        return self._motors.get(camera)

    async def owe(self, camera: CameraId, owed: Owed) -> None:
        self._check()
        self._owed[camera] = owed

    async def owed(self, camera: CameraId) -> Owed:
        self._check()
        return self._owed.get(camera, Owed())

    async def note_subscription(self, camera: CameraId, words: str) -> None:
        self._check()
        self._subscriptions[camera] = words

    async def subscription(self, camera: CameraId) -> str:
        self._check()
        return self._subscriptions.get(camera, "")

    async def note_refusal(self, camera: CameraId, login: Credentials, why: str) -> None:
        self._check()
        self._refusals[camera] = (login, why)

    async def refusal(self, camera: CameraId, login: Credentials) -> str:
        self._check()
        kept, why = self._refusals.get(camera, (None, ""))
        return why if kept == login else ""

    async def forgive(self, camera: CameraId) -> None:
        self._check()
        self._refusals.pop(camera, None)

    async def leave(self, left: Inherited) -> None:
        self._check()
        self._left = left

    async def inherited(self) -> Inherited:
        self._check()
        return self._left

    async def receive(self, command: CommandId, client: str, reply_to: str) -> Receipt | None:
        self._check()
        seen = self._receipts.get((client, command))
        if seen is None:
            self._receipts[client, command] = Receipt(command, client, reply_to, None)
        return seen

    async def receipt(self, command: CommandId, client: str) -> Receipt | None:
        self._check()
        return self._receipts.get((client, command))

    async def answered(
        self, command: CommandId, client: str, answer: bytes, *, final: bool = False
    ) -> None:
        self._check()
        key = (client, command)
        if key in self._receipts:
            self._receipts[key] = replace(self._receipts[key], answer=answer)
            self._final |= {key} if final else set()

    async def unfinished(self) -> Sequence[Receipt]:
        self._check()
        return [receipt for key, receipt in self._receipts.items() if key not in self._final]

    async def keep(self, facts: Sequence[Outgoing]) -> None:
        self._check()
        for fact in facts:
            self.outbox.setdefault(fact.id, fact)

    async def unsent(self, limit: int) -> Sequence[Outgoing]:
        self._check()
        waiting = [fact for fact in self.outbox.values() if fact.id not in self.delivered]
        return waiting[:limit]

    async def sent(self, ids: Sequence[NoticeId]) -> None:
        self._check()
        self.delivered.update(ids)

    async def standing(self) -> Sequence[str]:
        self._check()
        newest = {fact.topic: fact for fact in self.outbox.values() if fact.retain}
        return [
            fact.topic
            for fact in self.outbox.values()
            if fact.payload and newest.get(fact.topic) is fact
        ]

    async def explain(self, explanations: Sequence[Explanation]) -> None:
        self._check()
        self._explanations += [
            replace(one, document=json.loads(json.dumps(one.document, allow_nan=False)))
            for one in explanations
        ]

    async def explanations(
        self, camera: CameraId, *, until: str | None, limit: int
    ) -> Sequence[Explanation]:
        self._check()
        wanted = [
            (datetime.fromisoformat(one.at), number, one)
            for number, one in enumerate(self._explanations)
            if one.camera == camera
            and (until is None or datetime.fromisoformat(one.at) <= datetime.fromisoformat(until))
        ]
        newest_first = sorted(wanted, key=lambda row: row[:2], reverse=True)
        return [one for _, _, one in newest_first[:limit]]

    async def aclose(self) -> None:
        return
