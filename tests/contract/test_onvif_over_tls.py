"""Cameras over TLS: pinned when they are approved, or vouched for; another certificate gets nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orchestrator.adapters.onvif import OnvifCameras, impression
from orchestrator.adapters.system import SystemClock
from orchestrator.cli.interviewing import examine_camera, whom
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.impression import Answer
from orchestrator.domain.site import Plan, Site
from orchestrator.errors import AuthorError, CertificateChanged, TlsFailed, Unreachable
from orchestrator.onboard import ApprovalReport, approved
from orchestrator.ports import Approval, Candidate, Credentials, Secret, Tls
from simulators.device.login import Authentication
from tests.fakes.certificates import Certificate, self_made, signed
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice, own_address
from tests.fakes.secrets import MemorySecrets
from tests.fakes.store import MemoryStore

LOGIN = Credentials(USERNAME, Secret(PASSWORD))
EVERY = [each for each in Authentication if each is not Authentication.NONE]


@dataclass
class Secure:
    """A simulated camera behind TLS, and who approves it."""

    simulated: SimulatedDevice
    cameras: OnvifCameras
    store: MemoryStore

    @property
    def site(self) -> Site:
        unit = self.simulated.unit
        camera = Camera(
            CameraId("dock"),
            *(unit.host, unit.onvif_port, "dock"),
            mount=Mount(0.0, 0.0, 4.0, 0.0, -20.0),
            lens=Lens(60.0, 60.0, 640, 360),
            tls=unit.tls,
        )
        return Site("depot", "UTC", Plan(40.0, 25.0), (camera,))

    async def approve(self, *, anew: bool = False, site: Site | None = None) -> ApprovalReport:
        unit = self.simulated.unit
        heard = [Candidate("urn:a", unit.host, unit.onvif_port, "/onvif/device_service")]
        return await approved(
            site or self.site,
            heard,
            self.cameras,
            MemorySecrets({"dock": (USERNAME, PASSWORD)}),
            self.store,
            approved_by="anna",
            new_certificates=anew,
        )

    async def approval(self) -> Approval:
        [approval] = await self.store.approvals()
        return approval

    async def shows(self, certificate: Certificate | None) -> None:
        """Restart it with another certificate, or without."""
        await self.simulated.device.close()
        self.simulated.device.tls = None if certificate is None else certificate.context
        self.simulated.device.soap.calls.clear()
        await self.simulated.device.open()


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return self_made(tmp_path, "camera")


@pytest.fixture
async def secure(certificate: Certificate) -> AsyncIterator[Secure]:
    simulated = SimulatedDevice(tls=certificate.context)
    await simulated.device.open()
    async with OnvifCameras(SystemClock()) as cameras:
        yield Secure(simulated, cameras, MemoryStore())
    await simulated.device.close()


async def test_the_certificate_is_shown_and_bound_when_a_camera_is_approved(
    secure: Secure, certificate: Certificate
) -> None:
    report = await secure.approve()

    assert certificate.sha256 in report.lines[0]
    assert (await secure.approval()).tls == Tls(certificate.sha256)
    passport = await secure.cameras.link(await secure.approval(), LOGIN).interview()
    assert passport.serial == "SIM-1"
    assert {"ptz", "events"} <= passport.services


@pytest.mark.parametrize("scheme", EVERY, ids=[each.value for each in EVERY])
async def test_every_way_to_log_in_works_over_tls(
    scheme: Authentication, certificate: Certificate
) -> None:
    simulated = SimulatedDevice(scheme, tls=certificate.context)
    await simulated.device.open()
    async with OnvifCameras(SystemClock()) as cameras:
        unit = simulated.unit
        approval = Approval(
            *(CameraId("dock"), unit.host, unit.onvif_port, "/onvif/device_service"),
            *("dock", None, "anna"),
            tls=Tls(certificate.sha256),
            password_text=scheme is Authentication.TEXT,
        )
        passport = await cameras.link(approval, LOGIN).interview()
    await simulated.device.close()

    assert simulated.access.wrong_passwords == 0
    assert ("text" in passport.authentication) is (scheme is Authentication.TEXT)


async def test_another_certificate_is_told_no_word(secure: Secure, tmp_path: Path) -> None:
    await secure.approve()
    link = secure.cameras.link(await secure.approval(), LOGIN)
    await link.interview()
    other = self_made(tmp_path, "other")
    await secure.shows(other)

    for call in (link.alive, link.interview, link.head):
        with pytest.raises(CertificateChanged, match=other.sha256):
            await call()
    assert secure.simulated.device.soap.calls == {}


async def test_a_changed_certificate_is_taken_only_when_a_person_says_so(
    secure: Secure, tmp_path: Path
) -> None:
    await secure.approve()
    before = await secure.approval()
    other = self_made(tmp_path, "other")
    await secure.shows(other)

    [declined] = (await secure.approve()).declined
    assert other.sha256 in declined.reason
    assert "dock --new-certificate" in declined.reason
    assert await secure.approval() == before
    assert secure.simulated.device.soap.calls == {}

    assert (await secure.approve(anew=True)).approved[0].tls == Tls(other.sha256)


async def test_what_was_approved_over_tls_is_not_approved_without_unasked(secure: Secure) -> None:
    await secure.approve()
    [camera] = secure.site.cameras
    plain = replace(secure.site, cameras=(replace(camera, tls=False),))
    await secure.shows(None)

    [declined] = (await secure.approve(site=plain)).declined
    assert "approved over TLS" in declined.reason
    assert secure.simulated.device.soap.calls == {}
    assert (await secure.approve(site=plain, anew=True)).approved[0].tls is None


async def test_a_camera_that_speaks_no_tls_any_more_gets_no_word_in_the_clear(
    secure: Secure,
) -> None:
    await secure.approve()
    await secure.shows(None)

    with pytest.raises(TlsFailed):
        await secure.cameras.link(await secure.approval(), LOGIN).interview()

    assert secure.simulated.device.soap.calls == {}
    [declined] = (await secure.approve()).declined
    assert "no secure connection" in declined.reason


async def test_an_authority_of_the_site_vouches_for_whatever_certificate_it_signed(
    tmp_path: Path,
) -> None:
    authority = self_made(tmp_path, "authority")
    host = own_address()
    simulated = SimulatedDevice(host=host, tls=signed(tmp_path, "one", authority, host).context)
    await simulated.device.open()
    async with OnvifCameras(SystemClock(), authorities=authority.pem) as cameras:
        secure = Secure(simulated, cameras, MemoryStore())
        [line] = (await secure.approve()).lines
        link = cameras.link(await secure.approval(), LOGIN)
        await link.interview()

        await secure.shows(signed(tmp_path, "renewed", authority, host))
        await link.interview()
        for wrong in (
            self_made(tmp_path, "self-made"),
            signed(tmp_path, "elsewhere", authority, "192.0.2.1"),
        ):
            await secure.shows(wrong)
            with pytest.raises(CertificateChanged, match="no authority of the site vouches"):
                await link.interview()
            assert simulated.device.soap.calls == {}
            [declined] = (await secure.approve()).declined
            assert "one that an authority vouches for" in declined.reason
    await simulated.device.close()

    assert line.endswith("certificate vouched for")


async def test_without_authorities_nothing_is_vouched_for(secure: Secure) -> None:
    await secure.approve()
    vouched = replace(await secure.approval(), tls=Tls(None))

    with pytest.raises(CertificateChanged):
        await secure.cameras.link(vouched, LOGIN).interview()


def test_a_file_of_authorities_that_holds_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n", "ascii")

    for name in ("empty.pem", "absent.pem"):
        with pytest.raises(AuthorError, match=name):
            OnvifCameras(SystemClock(), authorities=tmp_path / name)


async def test_the_certificate_of_nobody_cannot_be_seen(secure: Secure) -> None:
    await secure.simulated.device.close()
    unit = secure.simulated.unit

    with pytest.raises(Unreachable):
        await secure.cameras.certificate(unit.host, unit.onvif_port)
    assert (await secure.approve()).missing == secure.site.cameras


@pytest.mark.parametrize(
    ("tls", "answer"), [(True, Answer.CAMERA), (False, Answer.TLS)], ids=["https", "http"]
)
async def test_what_an_address_says_to_anybody_is_asked_over_tls_where_one_says_so(
    secure: Secure, certificate: Certificate, *, tls: bool, answer: Answer
) -> None:
    unit = secure.simulated.unit

    seen = await impression(unit.host, unit.onvif_port, tls=tls, clock=SystemClock())

    assert seen.answer is answer
    assert seen.certificate == (certificate.sha256 if tls else "")


async def test_doctor_tells_a_port_without_tls_apart(
    secure: Secure, capsys: pytest.CaptureFixture[str]
) -> None:
    await secure.shows(None)
    unit = secure.simulated.unit
    address = f"{unit.host}:{unit.onvif_port}"

    assert await examine_camera(whom(f"https://{address}", None, None)) == 3

    assert capsys.readouterr().out.startswith(f"tls: with {address} no TLS connection comes about")
