"""The simulated facility: people, vehicles and camera heads that move in steps, by seed.

The same seed and the same script of steps and commands give the same states and pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from simulators.drivers import Fleet
from simulators.facility_plan import CameraSpec, FacilityPlan, PlanError, load, preset_of
from simulators.heads import Head, Motors, Pose, Preset, still
from simulators.scene import Eye, Light, PersonState, Scene, VehicleState
from simulators.walkers import Crowd
from simulators.ways import Free, Ways, free_floor, ways_of

__all__ = ["CameraSpec", "Facility", "FacilityPlan", "PlanError", "load"]

WARM_UP_S = 45.0
STEP_S = 0.05


@dataclass(slots=True)
class _Moving:
    """What a reset makes anew."""

    seed: int
    crowd: Crowd
    fleet: Fleet
    motors: dict[str, Motors]
    presets: dict[str, dict[str, Preset]]
    light: Light
    time_s: float = 0.0
    tokens: int = field(default=100)


class Facility:
    """The world behind the simulated cameras; ``reset`` before anything else."""

    def __init__(self, plan: FacilityPlan) -> None:
        """Keep the plan; nothing is there before ``reset``."""
        self.plan = plan
        self._free: Free | None = None
        self._ways: Ways | None = None
        self._now: _Moving | None = None

    @property
    def cameras(self) -> Mapping[str, CameraSpec]:
        """Return every camera by its id."""
        return self.plan.cameras

    @property
    def time_s(self) -> float:
        """Return the time since the reset."""
        return self._moving.time_s

    @property
    def people(self) -> tuple[PersonState, ...]:
        """Return everybody who is there now."""
        return tuple(walker.state() for walker in self._moving.crowd.walkers)

    @property
    def vehicles(self) -> tuple[VehicleState, ...]:
        """Return every vehicle that came by itself; parked ones are part of the depot."""
        return tuple(driver.state() for driver in self._moving.fleet.drivers)

    def reset(self, seed: int) -> None:
        """Start the world anew: heads at home, people under way as if they had always been."""
        random = Random(seed)
        self._free = self._free or free_floor(self.plan.depot)
        self._ways = self._ways or ways_of(self.plan.walks)
        crowd = Crowd(self.plan.walks, self._ways, self._free, Random(random.random()))
        fleet = Fleet(self.plan.traffic, Random(random.random()))
        self._now = _Moving(seed, crowd, fleet, {}, {}, _light(random))
        for name, spec in self.plan.cameras.items():
            self._mount(name, spec, Random(random.random()))
        for _ in range(round(WARM_UP_S / STEP_S)):
            self._walk(STEP_S)
        crowd.rename()
        fleet.rename()

    def step(self, dt_s: float) -> None:
        """Let ``dt_s`` seconds pass for people, vehicles and motors."""
        self._walk(dt_s)
        now = self._moving
        now.time_s += dt_s
        for motors in now.motors.values():
            motors.step(dt_s)

    def head(self, camera: str) -> Head:
        """Return where a camera looks and whether it moves."""
        motors = self._moving.motors.get(camera)
        return still(self.plan.cameras[camera].rest) if motors is None else motors.head()

    def presets(self, camera: str) -> Mapping[str, Preset]:
        """Return a camera's presets by token; none for a fixed camera."""
        return self._moving.presets.get(camera, {})

    def set_preset(self, camera: str, name: str, token: str | None = None) -> str:
        """Store where the head is now under ``name`` and return the token (a new one if None)."""
        now = self._moving
        if token is None:
            now.tokens += 1
            token = str(now.tokens)
        pose = now.motors[camera].head().pose
        now.presets[camera] = {**now.presets[camera], token: Preset(token, name, pose)}
        return token

    def remove_preset(self, camera: str, token: str) -> None:
        """Forget a preset; ``KeyError`` when there is none of that token."""
        kept = dict(self._moving.presets[camera])
        del kept[token]
        self._moving.presets[camera] = kept

    def goto_preset(self, camera: str, token: str) -> None:
        """Order the head to a preset; ``KeyError`` when there is none of that token."""
        now = self._moving
        now.motors[camera].go(now.presets[camera][token].pose)

    def absolute(self, camera: str, pose: Pose) -> None:
        """Order the head to a pose."""
        self._moving.motors[camera].go(pose)

    def relative(self, camera: str, delta: Pose) -> None:
        """Order the head to move by ``delta`` in the normalised spaces (2.0 of pan is all of it)."""
        self._moving.motors[camera].turn(delta)

    def relative_to_view(self, camera: str, delta: Pose) -> None:
        """Order the head to move by ``delta`` in halves of the picture."""
        self._moving.motors[camera].turn_in_view(delta)

    def continuous(self, camera: str, velocity: Pose, timeout_s: float) -> None:
        """Order the head to move at shares -1..1 of top speed for ``timeout_s``."""
        self._moving.motors[camera].drive(velocity, timeout_s)

    def stop(self, camera: str) -> None:
        """Order the head to stop."""
        self._moving.motors[camera].stop()

    def home(self, camera: str) -> None:
        """Order the head to its preset ``home``, or else to its first one."""
        presets = self._moving.presets[camera]
        named = [p for p in presets.values() if p.name == "home"] or list(presets.values())
        self.absolute(camera, named[0].pose)

    def scene(self, camera: str) -> Scene:
        """Return everything needed to render what ``camera`` sees now."""
        now, spec = self._moving, self.plan.cameras[camera]
        aim = self.head(camera).aim
        eye = Eye(
            *spec.at, aim.azimuth_deg, aim.tilt_deg, aim.hfov_deg, spec.width_px, spec.height_px
        )
        return Scene(
            self.plan.depot,
            camera,
            now.time_s,
            eye,
            self.people,
            self.vehicles,
            now.light,
            now.seed,
        )

    @property
    def _moving(self) -> _Moving:
        if self._now is None:
            raise RuntimeError("reset the facility before use")
        return self._now

    def _mount(self, name: str, spec: CameraSpec, random: Random) -> None:
        if spec.ptz is None:
            return
        motors = Motors(spec.ptz, spec.rest, spec.hfov_deg[0], spec.hfov_deg[1], random)
        self._moving.presets[name] = {p.token: preset_of(spec, p) for p in spec.presets}
        self._moving.motors[name] = motors
        at_home = [p.pose for p in self._moving.presets[name].values() if p.name == "home"]
        if at_home:
            motors.place(at_home[0])

    def _walk(self, dt_s: float) -> None:
        now = self._moving
        now.crowd.step(dt_s, tuple(d.state() for d in now.fleet.drivers))
        now.fleet.step(dt_s, tuple(w.state() for w in now.crowd.walkers))


def _light(random: Random) -> Light:
    return Light(
        gain=random.uniform(0.9, 1.08),
        warmth=random.uniform(-0.02, 0.06),
        contrast=random.uniform(0.95, 1.1),
        noise=random.uniform(1.5, 2.8),
        sun_azimuth_deg=random.uniform(200.0, 290.0),
        shadow=random.uniform(0.35, 0.55),
    )
