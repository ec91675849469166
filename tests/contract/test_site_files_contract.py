"""The ``SiteFiles`` port: a folder on disk, and what tests use in its place."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.adapters.folder import SiteFolder
from orchestrator.config import parsed_site
from orchestrator.errors import AuthorError
from orchestrator.ports import SiteFiles
from tests.fakes.files import MemoryFiles, fingerprinted
from tests.fakes.written_site import GOOD

RULE = """\
privacy: yard
version: 1
because: Works agreement.
zones: [yard]
never: [look]
"""
LOOK_S = 0.02
LONGER = GOOD.replace("operator_hold: 60s", "operator_hold: 300s")
MOVED = GOOD.replace("192.0.2.11", "192.0.2.12")


class Disk:
    """A site on disk."""

    def __init__(self, folder: Path, look_s: float = LOOK_S) -> None:
        self.site_file = folder / "config" / "depot" / "site.yaml"
        self.site_file.parent.mkdir(parents=True)
        self.policies = folder / "policies"
        self.policies.mkdir()
        self.site_file.write_text(GOOD, "utf-8")
        self.files = SiteFolder(self.site_file.parent, look_s=look_s)
        self.running = self.files.first()

    def write(self, text: str) -> None:
        self.site_file.write_text(text, "utf-8")


class Memory:
    """The same in memory."""

    def __init__(self) -> None:
        self.running = fingerprinted(parsed_site(GOOD, "site.yaml"))
        self.files = MemoryFiles(self.running)

    def write(self, text: str) -> None:
        try:
            self.files.write(parsed_site(text, "site.yaml"))
        except AuthorError as wrong:
            self.files.write(wrong)


@pytest.fixture(params=["disk", "memory"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Disk | Memory:
    return Disk(tmp_path) if request.param == "disk" else Memory()


async def changes(files: SiteFiles, within_s: float = 5.0) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(files.changed(), within_s)
        return True
    return False


async def test_nothing_is_said_of_files_that_nobody_touches(written: Disk | Memory) -> None:
    assert not await changes(written.files, within_s=0.2)


async def test_a_change_is_said_until_it_was_read(written: Disk | Memory) -> None:
    written.write(LONGER)
    assert await changes(written.files)
    assert await changes(written.files)

    site = await written.files.read(written.running)

    assert site.arbitration.operator_hold_s == 300.0
    assert site.fingerprint != written.running.fingerprint
    assert not await changes(written.files, within_s=0.2)


async def test_a_mistake_is_raised_and_the_mended_file_is_another_change(
    written: Disk | Memory,
) -> None:
    written.write(GOOD.replace("zones:", "zonse:"))
    assert await changes(written.files)
    with pytest.raises(AuthorError, match="zonse"):
        await written.files.read(written.running)
    assert not await changes(written.files, within_s=0.2)

    written.write(LONGER)
    assert await changes(written.files)
    assert (await written.files.read(written.running)).arbitration.operator_hold_s == 300.0


async def test_what_a_running_service_cannot_change_is_as_it_was(written: Disk | Memory) -> None:
    written.write(MOVED)
    site = await written.files.read(written.running)

    assert site.cameras == written.running.cameras
    assert site.awaiting == ("camera `gate-fixed` has its new address at a restart",)
    assert site.fingerprint == written.running.fingerprint


def _added(disk: Disk) -> None:
    (disk.policies / "yard").mkdir()
    (disk.policies / "yard" / "policy.yaml").write_text(RULE, "utf-8")


def _edited_to_the_same_size(disk: Disk) -> None:
    file = disk.policies / "old" / "policy.yaml"
    before = file.stat()
    file.write_text(file.read_text("utf-8").replace("Works", "works"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _removed(disk: Disk) -> None:
    (disk.policies / "old" / "policy.yaml").unlink()


def _renamed(disk: Disk) -> None:
    (disk.policies / "old").rename(disk.policies / "new")


def _replaced(disk: Disk) -> None:
    beside = disk.policies / "old" / "policy.new"
    beside.write_text(RULE.replace("yard\n", "other\n", 1), "utf-8")
    beside.replace(disk.policies / "old" / "policy.yaml")


def _misplaced(disk: Disk) -> None:
    (disk.policies / "stray.yaml").write_text(RULE, "utf-8")


@pytest.mark.parametrize(
    "change",
    [_added, _edited_to_the_same_size, _removed, _renamed, _replaced, _misplaced],
)
async def test_whatever_happens_to_a_rule_is_a_change(
    change: Callable[[Disk], None], tmp_path: Path
) -> None:
    disk = Disk(tmp_path)
    (disk.policies / "old").mkdir()
    (disk.policies / "old" / "policy.yaml").write_text(RULE, "utf-8")
    disk.running = disk.files.first()

    change(disk)

    assert await changes(disk.files)


@pytest.mark.slow
async def test_a_file_that_is_still_being_written_is_not_judged(tmp_path: Path) -> None:
    disk = Disk(tmp_path, look_s=0.3)
    (disk.policies / "slow").mkdir()
    waiting = asyncio.ensure_future(disk.files.changed())
    with (disk.policies / "slow" / "policy.yaml").open("w", encoding="utf-8") as file:
        for letter in RULE[:20]:
            file.write(letter)
            file.flush()
            await asyncio.sleep(0.03)
            assert not waiting.done()
        file.write(RULE[20:])
    await asyncio.wait_for(waiting, 5.0)

    site = await disk.files.read(disk.running)
    assert [rule.name for rule in site.policies.privacy] == ["yard"]


async def test_a_folder_of_policies_that_only_a_broken_set_names_is_watched_too(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    (tmp_path / "others" / "yard").mkdir(parents=True)
    rule = tmp_path / "others" / "yard" / "policy.yaml"
    rule.write_text(RULE.replace("zones: [yard]", "zones: [yrad]"), "utf-8")
    disk.write(GOOD.replace("../../policies", "../../others"))
    with pytest.raises(AuthorError, match="yrad"):
        await disk.files.read(disk.running)

    rule.write_text(RULE, "utf-8")
    assert await changes(disk.files)
    assert len((await disk.files.read(disk.running)).policies.privacy) == 1
