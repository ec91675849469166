"""A crashed task starts again, later each time, and is reported; a finished one is left alone."""

import pytest

from orchestrator.runtime.supervise import Crash, Restarts, supervised


class Task:
    """Crashes a given number of times, each run lasting ``lasts_s``, then ends well."""

    def __init__(self, crashes: int, *, lasts_s: float = 0.0) -> None:
        self.now_s = 0.0
        self.slept_s: list[float] = []
        self._left = crashes
        self._lasts_s = lasts_s

    async def start(self) -> None:
        self.now_s += self._lasts_s
        if self._left:
            self._left -= 1
            raise ValueError("broken")

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


async def run(task: Task, restarts: Restarts) -> list[Crash]:
    crashes: list[Crash] = []
    await supervised(
        "watch gate",
        task.start,
        now_s=lambda: task.now_s,
        sleep=task.sleep,
        report=crashes.append,
        restarts=restarts,
    )
    return crashes


async def test_each_crash_in_a_row_doubles_the_pause_up_to_the_cap() -> None:
    task = Task(crashes=4)

    crashes = await run(task, Restarts(first_s=1.0, cap_s=3.0))

    assert task.slept_s == [1.0, 2.0, 3.0, 3.0]
    assert [crash.task for crash in crashes] == ["watch gate"] * 4


async def test_a_run_that_lasted_starts_the_pauses_anew() -> None:
    task = Task(crashes=3, lasts_s=100.0)

    await run(task, Restarts(first_s=1.0, settled_s=60.0))

    assert task.slept_s == [1.0, 1.0, 1.0]


async def test_a_task_that_ends_by_itself_is_not_started_again() -> None:
    assert await run(Task(crashes=0), Restarts()) == []


async def test_cancellation_is_not_a_crash() -> None:
    async def cancelled() -> None:
        raise KeyboardInterrupt

    async def sleep(_: float) -> None:
        return

    with pytest.raises(KeyboardInterrupt):
        await supervised("x", cancelled, now_s=lambda: 0.0, sleep=sleep, report=print)
