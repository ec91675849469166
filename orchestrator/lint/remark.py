"""What a rule is, what it is given, and what it says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import CameraId, PolicyName, PresetName
from orchestrator.domain.policy import Look, Patrol, Policy, PrivacyRule, Source
from orchestrator.domain.site import Site
from orchestrator.lint.hours import Almanac


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that will not do what its author thinks; ``source`` None is the site as a whole."""

    code: str
    source: Source | None
    says: str
    hint: str

    def __str__(self) -> str:
        """Return ``path:line: code sentence (hint)``.

        >>> str(Remark("P010", Source("policies/tour/policy.yaml", 1), "no case", "write one"))
        'policies/tour/policy.yaml:1: P010 no case (write one)'
        """
        place = "" if self.source is None else f"{self.source}: "
        return f"{place}{self.code} {self.says} ({self.hint})"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: a site, how many cases each of its rules has, and from which day on."""

    site: Site
    cases: Mapping[PolicyName, int]
    today: date

    @property
    def almanac(self) -> Almanac:
        """Return the site's calendars, and the day from which a year is looked at."""
        return Almanac(self.site.calendars, self.today)

    @property
    def rules(self) -> tuple[Policy | Patrol | PrivacyRule, ...]:
        """Return everything that lies in a folder of its own."""
        return self.site.policies.rules

    @property
    def unknown(self) -> tuple[Camera, ...]:
        """Return the cameras that turn and of which no preset is known."""
        shown = {view.camera for view in self.site.topology.views}
        heads = (camera for camera in self.site.cameras if camera.ptz is not None)
        return tuple(camera for camera in heads if camera.id not in shown)

    def looks(self) -> Iterator[tuple[Policy, Look]]:
        """Yield every ``look`` with the policy it belongs to."""
        for policy in self.site.policies.policies:
            for action in policy.do:
                if isinstance(action, Look):
                    yield policy, action

    def aim(self, camera: CameraId, preset: PresetName) -> Aim | None:
        """Return where a preset looks; None when nobody knows."""
        views = self.site.topology.views
        wanted = (view for view in views if (view.camera, view.preset) == (camera, preset))
        return next((view.aim for view in wanted), None)


Finder = Callable[[Subject], Iterator[Remark]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code and title, what it finds, an example and how to mend it, and the finder.

    ``avoid`` is remarked on and ``prefer`` is not; both leave out what does not matter.
    """

    code: str
    title: str
    finds: str
    avoid: str
    prefer: str
    mend: str
    find: Finder
