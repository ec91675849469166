"""A camera's picture settings and auxiliary commands, as policies ask for them.

Both are granted apart from the head: a camera may be sent to a preset by one policy while another
has its infrared filter open.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from enum import Enum


class Mode(Enum):
    """How a function of the picture works: always, never, or as the camera sees fit."""

    ON = "on"
    OFF = "off"
    AUTO = "auto"


Value = float | Mode


@dataclass(frozen=True, slots=True)
class Imaging:
    """Some settings of a picture; None says nothing of that one.

    Levels are 0..1 of the camera's own range. ``ir_cut`` is the filter that keeps infrared light
    out: ``off`` is night mode. Cameras know no ``auto`` for ``wide_dynamic_range``.
    """

    brightness: float | None = None
    contrast: float | None = None
    saturation: float | None = None
    sharpness: float | None = None
    ir_cut: Mode | None = None
    wide_dynamic_range: Mode | None = None

    def settings(self) -> Iterator[tuple[str, Value]]:
        """Yield the settings that say something, by name.

        >>> list(Imaging(contrast=0.4, ir_cut=Mode.OFF).settings())
        [('contrast', 0.4), ('ir_cut', <Mode.OFF: 'off'>)]
        """
        for name in SETTINGS:
            value = getattr(self, name)
            if value is not None:
                yield name, value

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the settings that say something."""
        return frozenset(name for name, _ in self.settings())

    def only(self, names: Collection[str]) -> "Imaging":
        """Return the settings of these names."""
        return imaging_of([each for each in self.settings() if each[0] in names])

    def over(self, other: "Imaging") -> "Imaging":
        """Return these settings, and the other's where these say nothing."""
        return imaging_of([*other.settings(), *self.settings()])


SETTINGS: tuple[str, ...] = tuple(field.name for field in fields(Imaging))
LEVELS = SETTINGS[:4]
"""The settings that are a share of the camera's range; the others are modes."""
MODES = SETTINGS[4:]


def imaging_of(settings: Collection[tuple[str, Value]]) -> Imaging:
    """Return settings given by name.

    >>> imaging_of([("brightness", 0.5)]).names
    frozenset({'brightness'})
    """
    said = dict(settings)

    def level(name: str) -> float | None:
        value = said.get(name)
        return value if isinstance(value, float) else None

    def mode(name: str) -> Mode | None:
        value = said.get(name)
        return value if isinstance(value, Mode) else None

    return Imaging(
        brightness=level("brightness"),
        contrast=level("contrast"),
        saturation=level("saturation"),
        sharpness=level("sharpness"),
        ir_cut=mode("ir_cut"),
        wide_dynamic_range=mode("wide_dynamic_range"),
    )


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """An auxiliary function that runs: the command that starts it, and the one that ends it.

    Commands are the camera's own words, such as ``tt:Wiper|On``; ``afterwards`` may be empty.
    """

    run: str
    afterwards: str = ""

    @property
    def function(self) -> str:
        """Return what the command is about: two commands of one function exclude each other.

        >>> Auxiliary("tt:Wiper|On").function
        'tt:Wiper'
        """
        return function_of(self.run)


def function_of(command: str) -> str:
    """Return what a command is about."""
    return command.partition("|")[0]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a camera has to be given back: its settings as they were, and commands to end functions."""

    imaging: Imaging = Imaging()
    afterwards: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is owed."""
        return bool(self.imaging.names or self.afterwards)
