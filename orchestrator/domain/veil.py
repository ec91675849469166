"""What may not be seen of a camera's pictures now: it is blanked before anything looks at them."""

from dataclasses import dataclass

from orchestrator.domain.region import Region


@dataclass(frozen=True, slots=True)
class Veil:
    """Closed zones, as they are projected into each picture for where the camera looked.

    ``margin_deg`` is blanked around them, as it is kept between heads and closed zones. ``whole``
    says that nothing may be seen at all: nobody can tell what the pictures show.
    """

    regions: tuple[Region, ...] = ()
    margin_deg: float = 0.0
    whole: bool = False

    @property
    def hides(self) -> bool:
        """Say whether there is anything to blank."""
        return self.whole or bool(self.regions)


CLEAR = Veil()
DARK = Veil(whole=True)
