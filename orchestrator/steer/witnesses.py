"""What else tells that a head rests: the camera's own events, and its picture.

Whoever listens to the camera and watches its video notes here; the loop of the head reads it.
"""


class Witnesses:
    """The newest word of each."""

    def __init__(self) -> None:
        """Start having heard nothing."""
        self.reached_s: float | None = None
        """When the camera last told that a preset is reached."""
        self.still_s: float | None = None
        """Since when its picture has been at rest; None while it shifts or is not seen."""

    def preset_reached(self, at_s: float) -> None:
        """Note the camera's own word."""
        self.reached_s = at_s

    def picture(self, at_s: float, still: bool) -> None:
        """Note whether a picture shows what the one before it did, in the same place."""
        if not still:
            self.still_s = None
        elif self.still_s is None:
            self.still_s = at_s
