"""The names a site has, which every name in a policy is checked against."""

from collections.abc import Iterable, Iterator

from orchestrator.config.fields import Fields, Notes, named
from orchestrator.config.tree import Scalar
from orchestrator.domain.camera import Camera
from orchestrator.domain.condition import Sort
from orchestrator.domain.ids import CameraId
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.site import Site


class Names:
    """Every name of a site, by what it names."""

    def __init__(self, site: Site, *, patrols: Iterable[str] = ()) -> None:
        """Collect the names once for all files; ``patrols`` are those that the files hold."""
        self.patrols = frozenset(patrols)
        self.cameras: dict[str, Camera] = {camera.id: camera for camera in site.cameras}
        self.timezone = site.timezone
        self.zones = frozenset(str(zone.id) for zone in site.zones)
        self.places = frozenset(str(place) for place in site.places)
        self.lines = frozenset(str(line.id) for line in site.lines)
        self.calendars = frozenset(str(calendar.name) for calendar in site.calendars)
        self.people = frozenset(str(person.name) for person in site.people)
        self.switches = tuple(name for name, _ in site.flags)
        self.flags = {f"site.{name}": Sort.TRUTH for name, _ in site.flags}
        self._presets: dict[CameraId, set[str]] = {
            known.camera: {preset.name for preset in known.presets} for known in site.inventory
        }
        asked: dict[CameraId, set[str]] = {}
        for view in site.topology.views:
            if view.preset is not None:
                asked.setdefault(view.camera, set()).add(view.preset)
        self._presets |= asked
        self.lease_max_s = site.arbitration.lease_max_s
        self._inventory = {known.camera: known for known in site.inventory}

    def presets(self, camera: Camera) -> frozenset[str] | None:
        """Return a camera's presets: as listed, as asked now or once; or None if never asked."""
        if camera.presets is not None:
            return frozenset(camera.presets)
        found = self._presets.get(camera.id)
        return None if found is None else frozenset(found)

    def lacks(
        self, cameras: Iterable[CameraId], imaging: Imaging
    ) -> Iterator[tuple[str, CameraId]]:
        """Yield the settings that a camera of the inventory does not have, with that camera."""
        for camera in cameras:
            known = self._inventory.get(camera)
            for name, _ in imaging.settings() if known is not None and known.imaging else ():
                if known is not None and name not in known.imaging:
                    yield name, camera

    def check_command(
        self, written: Scalar | None, cameras: Iterable[CameraId], notes: Notes
    ) -> None:
        """Record an auxiliary command that a camera of the inventory does not list."""
        for camera in cameras if written is not None else ():
            known = self._inventory.get(camera)
            if known is not None and known.auxiliary:
                assert written is not None
                what, of = "auxiliary command", f" of camera `{camera}`"
                named((written,), notes, what, known.auxiliary, of=of)

    def view(self, fields: Fields) -> tuple[str, str]:
        """Return `camera` and `preset` of a map, checked against each other."""
        camera = self.head(fields.scalar("camera"), fields.notes)
        preset = fields.scalar("preset")
        if preset is None:
            return "", ""
        if camera is None:
            return "", preset.text
        known = self.presets(camera)
        if known is not None:
            named((preset,), fields.notes, "preset", known, of=f" of camera `{camera.id}`")
        return camera.id, preset.text

    def head(self, written: Scalar | None, notes: Notes) -> Camera | None:
        """Return the PTZ camera of that name."""
        if written is None:
            return None
        camera = self.cameras.get(written.text)
        if camera is not None and camera.ptz is not None:
            return camera
        heads = [name for name, other in self.cameras.items() if other.ptz is not None]
        if camera is not None:
            hint = f"cameras that turn: {', '.join(sorted(heads))}"
            notes.wrong(written, f"camera `{written.text}` cannot turn", hint)
        else:
            named((written,), notes, "camera", heads)
        return None
