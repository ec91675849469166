"""A small site with a broker and people who may, and may not, command."""

from orchestrator.domain.camera import Camera, Lens, Mount, PtzRange
from orchestrator.domain.ids import CameraId, PersonName, PolicyName, PresetName
from orchestrator.domain.policy import Every, Patrol, PolicySet, Source, Stop
from orchestrator.domain.site import Broker, Operator, Plan, Site
from tests.fakes.secrets import MemorySecrets

LOGINS = {
    "broker": ("service", "service secret"),
    "anna": ("anna", "anna's secret"),
    "bert": ("bert", "bert's secret"),
    "vera": ("vera", "vera's secret"),
}
YARD = CameraId("yard-ptz")
GATE = CameraId("gate-fixed")
NIGHT_TOUR = PolicyName("night-tour")


def desk_site(host: str = "127.0.0.1", port: int = 1883) -> Site:
    """Return a site with one PTZ and one fixed camera; anna and bert operate, vera only looks."""
    return Site(
        flags=(("maintenance", False),),
        name="depot",
        timezone="Europe/Berlin",
        plan=Plan(40.0, 25.0),
        cameras=(_camera(YARD, ptz=PtzRange(-170, 170, -90, 20)), _camera(GATE, ptz=None)),
        operators=(
            Operator(PersonName("anna"), "operator", "anna"),
            Operator(PersonName("bert"), "engineer", "bert"),
            Operator(PersonName("vera"), "viewer", "vera"),
        ),
        broker=Broker(host, port, "broker"),
        policies=PolicySet(patrols=(_tour(),)),
    )


def desk_secrets() -> MemorySecrets:
    """Return the logins of that site."""
    return MemorySecrets(LOGINS)


def _camera(camera: CameraId, ptz: PtzRange | None) -> Camera:
    mount = Mount(10, 10, 6, 45, -20)
    return Camera(camera, "127.0.0.2", 8080, camera, mount, Lens(60, 60, 1280, 720), ptz)


def _tour() -> Patrol:
    source = Source("policies/night-tour/policy.yaml", 1)
    return Patrol(
        name=NIGHT_TOUR,
        version=1,
        because="Insurance asks for it.",
        basis="",
        during=None,
        schedule=Every(1200.0),
        stops=(Stop(YARD, PresetName("gate"), 12.0, source),),
        resumes=True,
        source=source,
    )
