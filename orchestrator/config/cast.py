"""Who and what a case may speak of: the site's names, and the targets that have turned up in it."""

from orchestrator.config.fields import Fields, Notes
from orchestrator.config.known import Names
from orchestrator.domain.ids import CameraId, TargetId, ViewId, ZoneId
from orchestrator.domain.site import Site, Zone


class Cast:
    """Everybody and everything that one case may name."""

    def __init__(self, site: Site, notes: Notes) -> None:
        """Start with what the site has; nobody has turned up."""
        self.site = site
        self.names = Names(site)
        self.notes = notes
        self.zones = {zone.id: zone for zone in site.zones}
        self.targets: set[str] = set()

    def zone(self, fields: Fields, key: str) -> Zone | None:
        """Return the zone of that name."""
        names = fields.named(key, [str(zone) for zone in self.zones])
        return self.zones[ZoneId(names[0])] if names else None

    def camera(self, fields: Fields) -> CameraId | None:
        """Return the camera that is named, if one is."""
        if "camera" not in fields:
            return None
        names = fields.named("camera", self.names.cameras)
        return CameraId(names[0]) if names else None

    def view(self, fields: Fields, key: str) -> ViewId:
        """Return a view: a camera's name, or `CAMERA/PRESET`."""
        value = fields.scalar(key)
        if value is None:
            return ViewId("")
        camera = value.text.partition("/")[0]
        if camera not in self.names.cameras:
            self.notes.unknown(value, "view", self.names.cameras)
        return ViewId(value.text)

    def known_target(self, fields: Fields, key: str) -> TargetId:
        """Return somebody who has turned up."""
        value = fields.scalar(key)
        if value is not None and value.text not in self.targets:
            self.notes.unknown(value, "target", self.targets)
        return TargetId("" if value is None else value.text)
