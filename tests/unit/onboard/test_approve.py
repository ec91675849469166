"""Approval binds a listed camera to its address, its login and its serial, and nobody else."""

from pathlib import Path

import pytest

from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Plan, Site
from orchestrator.errors import AuthorError, Finding
from orchestrator.onboard import ApprovalReport, approved
from orchestrator.ports import Candidate, Credentials, Secret
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock
from tests.fakes.store import MemoryStore

PATH = "/onvif/device_service"


class OneSecret:
    """The ``Secrets`` port with one login, called `dock`."""

    def credentials(self, name: str) -> Credentials:
        if name != "dock":
            raise AuthorError([Finding(str(Path("secrets") / name), 1, 1, "there is no secret")])
        return Credentials("orchestrator", Secret("right"))


def camera(name: str, host: str, *, serial: str | None = None, secret: str = "dock") -> Camera:
    mount, lens = Mount(0.0, 0.0, 4.0, 0.0, -20.0), Lens(60.0, 60.0, 640, 360)
    return Camera(CameraId(name), host, 80, secret, mount, lens, serial=serial)


def heard(*hosts: str) -> list[Candidate]:
    return [Candidate(f"urn:{host}", host, 80, PATH) for host in hosts]


class Scene:
    """Devices by address, a store, and one call to ``approved``."""

    def __init__(self) -> None:
        self.devices: dict[tuple[str, int], FakeCamera] = {}
        self.store = MemoryStore()
        self.cameras = FakeCameras(self.devices, VirtualClock())

    def device(self, host: str, serial: str) -> FakeCamera:
        device = FakeCamera(serial=serial)
        self.devices[host, 80] = device
        return device

    async def approve(
        self,
        listed: list[Camera],
        found: list[Candidate],
        wanted: frozenset[str] | None = None,
        *,
        retry_logins: bool = False,
    ) -> ApprovalReport:
        return await approved(
            Site("test", "UTC", Plan(10.0, 10.0), tuple(listed)),
            found,
            self.cameras,
            OneSecret(),
            self.store,
            approved_by="anna",
            wanted=wanted,
            retry_logins=retry_logins,
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_listed_camera_that_answers_is_bound_to_the_serial_it_reports(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-1")

    report = await scene.approve([camera("dock", "10.0.0.1")], heard("10.0.0.1"))

    [approval] = await scene.store.approvals()
    assert report.approved == (approval,)
    assert (approval.host, approval.port, approval.path) == ("10.0.0.1", 80, PATH)
    assert (approval.serial, approval.credentials, approval.approved_by) == ("A-1", "dock", "anna")
    assert report.lines == ("dock: approved at 10.0.0.1:80, serial A-1",)
    assert report.failed == ()


async def test_a_serial_that_the_site_file_does_not_name_is_declined(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-2")

    report = await scene.approve([camera("dock", "10.0.0.1", serial="A-1")], heard("10.0.0.1"))

    assert report.failed == ("dock",)
    assert await scene.store.approvals() == []


async def test_a_serial_that_changed_since_the_last_approval_is_declined(scene: Scene) -> None:
    device = scene.device("10.0.0.1", "A-1")
    await scene.approve([camera("dock", "10.0.0.1")], heard("10.0.0.1"))
    device.serial = "A-2"

    report = await scene.approve([camera("dock", "10.0.0.1")], heard("10.0.0.1"))

    assert report.failed == ("dock",)
    assert report.lines[0].endswith("write the new serial in the site file")
    assert [each.serial for each in await scene.store.approvals()] == ["A-1"]


async def test_a_new_serial_in_the_site_file_accepts_the_new_camera(scene: Scene) -> None:
    device = scene.device("10.0.0.1", "A-1")
    await scene.approve([camera("dock", "10.0.0.1")], heard("10.0.0.1"))
    device.serial = "A-2"

    await scene.approve([camera("dock", "10.0.0.1", serial="A-2")], heard("10.0.0.1"))

    assert [each.serial for each in await scene.store.approvals()] == ["A-2"]


async def test_nothing_is_asked_of_a_device_that_the_site_does_not_list(scene: Scene) -> None:
    stranger = scene.device("10.0.0.9", "X-9")

    report = await scene.approve([], heard("10.0.0.9"))

    assert stranger.calls == []
    assert report.lines == ("10.0.0.9:80: not in the site file, left alone",)


async def test_a_wrong_password_declines_one_camera_and_stops_no_other(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-1").password = "changed"
    scene.device("10.0.0.2", "B-1")

    report = await scene.approve(
        [camera("dock", "10.0.0.1"), camera("gate", "10.0.0.2")], heard("10.0.0.1", "10.0.0.2")
    )

    assert [each.camera for each in report.approved] == ["gate"]
    assert report.failed == ("dock",)


async def test_a_missing_secret_declines_one_camera_and_names_the_file(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-1")

    report = await scene.approve([camera("dock", "10.0.0.1", secret="other")], heard("10.0.0.1"))

    assert "other:1:1: there is no secret" in report.lines[0]


async def test_a_listed_camera_that_did_not_answer_is_named(scene: Scene) -> None:
    report = await scene.approve([camera("dock", "10.0.0.1")], [])

    assert report.failed == ("dock",)
    assert report.lines[0].startswith("dock: nothing answers at 10.0.0.1:80")


async def test_a_camera_that_discovery_did_not_hear_is_asked_at_its_address_in_the_site_file(
    scene: Scene,
) -> None:
    device = scene.device("10.0.0.1", "A-1")

    report = await scene.approve([camera("dock", "10.0.0.1")], [])

    assert report.lines == ("dock: approved at 10.0.0.1:80, serial A-1",)
    assert [each.path for each in await scene.store.approvals()] == [PATH]
    assert device.calls[0] == "GetSystemDateAndTime", "the first question carries no login"


async def test_an_unheard_camera_that_cannot_be_trusted_is_sent_no_password(scene: Scene) -> None:
    device = scene.device("10.0.0.1", "A-1")
    device.clock_ahead_s = 3600.0

    report = await scene.approve([camera("dock", "10.0.0.1")], [])

    assert report.lines[0].startswith("dock: not approved: GetSystemDateAndTime:")
    assert device.calls == ["GetSystemDateAndTime"]


async def test_an_unheard_camera_with_another_serial_is_declined(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-2")

    report = await scene.approve([camera("dock", "10.0.0.1", serial="A-1")], [])

    assert report.failed == ("dock",)
    assert await scene.store.approvals() == []


async def test_an_unheard_camera_that_nobody_wants_approved_is_not_asked(scene: Scene) -> None:
    dock = scene.device("10.0.0.1", "A-1")

    report = await scene.approve([camera("dock", "10.0.0.1")], [], frozenset({"gate"}))

    assert (dock.calls, report.failed) == ([], ())


async def test_a_secret_is_not_even_read_for_an_address_where_nothing_answers(scene: Scene) -> None:
    report = await scene.approve([camera("dock", "10.0.0.1", secret="other")], [])

    assert report.lines[0].startswith("dock: nothing answers at 10.0.0.1:80")


async def test_only_wanted_cameras_are_looked_at(scene: Scene) -> None:
    dock, gate = scene.device("10.0.0.1", "A-1"), scene.device("10.0.0.2", "B-1")

    report = await scene.approve(
        [camera("dock", "10.0.0.1"), camera("gate", "10.0.0.2")],
        heard("10.0.0.1", "10.0.0.2"),
        frozenset({"gate"}),
    )

    assert [each.camera for each in report.approved] == ["gate"]
    assert (dock.calls, gate.calls != []) == ([], True)


async def test_every_link_is_closed_afterwards(scene: Scene) -> None:
    scene.device("10.0.0.1", "A-1").silent = True
    scene.device("10.0.0.2", "B-1")

    await scene.approve([camera("dock", "10.0.0.1"), camera("gate", "10.0.0.2")], heard("10.0.0.1"))

    assert [link.closed for link in scene.cameras.links] == [True, True, True]


async def test_a_refused_login_is_forgiven_only_to_wanted_cameras_and_when_somebody_says_so(
    scene: Scene,
) -> None:
    login = OneSecret().credentials("dock")
    listed = [camera("gate", "192.0.2.1"), camera("yard", "192.0.2.2")]
    for each in listed:
        scene.device(each.host, "SIM-1")
        await scene.store.note_refusal(each.id, login, "refused")

    await scene.approve(listed, [])
    assert await scene.store.refusal(CameraId("gate"), login) == "refused"

    await scene.approve(listed, [], frozenset({"gate"}), retry_logins=True)
    assert await scene.store.refusal(CameraId("gate"), login) == ""
    assert await scene.store.refusal(CameraId("yard"), login) == "refused"
