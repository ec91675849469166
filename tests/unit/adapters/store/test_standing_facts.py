"""What stands on a broker is remembered for as long as it stands there."""

from pathlib import Path

from orchestrator.adapters.store import opened
from orchestrator.domain.ids import NoticeId
from orchestrator.ports import Outgoing


def alarm(name: str, payload: bytes = b"fire", id_: str = "") -> Outgoing:
    return Outgoing(NoticeId(id_ or name), f"alarm/{name}", payload, retain=True)


async def test_an_alarm_that_stands_outlives_its_retention_and_one_taken_down_does_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    await store.keep([alarm("a"), alarm("b"), alarm("a", b"", "a.down")])
    await store.keep([Outgoing(NoticeId("e"), "event", b"moved")])
    await store.sent([NoticeId(id_) for id_ in ("a", "b", "a.down", "e")])
    await store._connection.execute("UPDATE outbox SET kept_s = kept_s - 300000")
    await store.aclose()

    store = await opened(path)
    await store.keep([alarm("c")])
    assert await store.standing() == ["alarm/b", "alarm/c"]
    kept = await store._connection.execute_fetchall("SELECT id FROM outbox ORDER BY seq")
    assert [id_ for (id_,) in kept] == ["b", "c"]
    await store.aclose()
