"""A camera's mount and lens, written into a site file that stays as it is otherwise.

Only the values are replaced, each at its place, so comments, order and layout stay. A value that is
not written yet is put behind the one before it in the same map.
"""

from dataclasses import dataclass

from orchestrator.config.tree import Entries, Node, Scalar, tree_of
from orchestrator.domain.camera import Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.errors import Broken

LEAST_ROLL_DEG = 0.05
"""A picture that leans less is not said to lean."""

LEAST_BEND = 0.001


def camera_block(name: CameraId, mount: Mount, lens: Lens | None) -> str:
    """Return what is found of a camera as a site file has it; None: the lens stays.

    >>> print(camera_block(CameraId("gate"), Mount(15.6, 7.6, 4.5, 247.0, -21.0), None))
    cameras:
      gate:
        stands: {at: [15.60, 7.60], height: 4.50 m}
        looks: {azimuth: 247.0 deg, tilt: -21.0 deg}
    """
    values = {key: text for (_, key), text in _values(mount, lens).items()}
    angles = ", ".join(f"{k}: {values[k]}" for k in ("azimuth", "tilt", "roll") if k in values)
    lines = [
        "cameras:",
        f"  {name}:",
        f"    stands: {{at: {values['at']}, height: {values['height']}}}",
        f"    looks: {{{angles}}}",
    ]
    if lens is not None:
        picture = f"[{lens.width_px}, {lens.height_px}]"
        bend = f", bend: {values['bend']}" if "bend" in values else ""
        lines.append(f"    lens: {{fov: {values['fov']}, picture: {picture}{bend}}}")
    return "\n".join(lines)


def restated(text: str, path: str, name: CameraId, mount: Mount, lens: Lens | None) -> str:
    """Return a site file in which a camera stands and looks so; the file must be right already."""
    camera = _inside(_inside(tree_of(text, path), "cameras"), name)
    values = _values(mount, lens)
    looks = _value(camera, "looks")
    if ("looks", "roll") not in values and looks and _value(looks, "roll") is not None:
        values["looks", "roll"] = "0.0 deg"
    edits = [
        _edit(text, section, key, written)
        for (name_of_section, key), written in values.items()
        if isinstance(section := _value(camera, name_of_section), Entries)
    ]
    for name_of_section in ("stands", "looks"):
        node = _value(camera, name_of_section)
        if isinstance(node, Scalar):  # where nobody knew, `unknown` is written
            parts = [f"{key}: {one}" for (of, key), one in values.items() if of == name_of_section]
            edits.append(_Edit(*_extent(text, node), f"{{{', '.join(parts)}}}"))
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Edit:
    """What comes in the place of some characters of a text."""

    start: int
    end: int
    text: str


def _values(mount: Mount, lens: Lens | None) -> dict[tuple[str, str], str]:
    """Return what is written for a camera, by section and key."""
    values = {
        ("stands", "at"): f"[{mount.x_m + 0.0:.2f}, {mount.y_m + 0.0:.2f}]",
        ("stands", "height"): f"{mount.height_m:.2f} m",
        ("looks", "azimuth"): f"{round(mount.azimuth_deg, 1) % 360.0:.1f} deg",
        ("looks", "tilt"): f"{round(mount.tilt_deg, 1) + 0.0:.1f} deg",
    }
    if abs(mount.roll_deg) >= LEAST_ROLL_DEG:
        values["looks", "roll"] = f"{mount.roll_deg:.1f} deg"
    if lens is not None:
        values["lens", "fov"] = f"{lens.hfov_wide_deg:.1f} deg"
        if abs(lens.bend) >= LEAST_BEND:
            values["lens", "bend"] = f"{lens.bend:.3f}"
    return values


def _value(node: Node, key: str) -> Node | None:
    entries = node.entries if isinstance(node, Entries) else ()
    return next((value for name, value in entries if name.text == key), None)


def _inside(node: Node, key: str) -> Entries:
    found = _value(node, key) if isinstance(node, Entries) else None
    if not isinstance(found, Entries):
        raise Broken(f"a site file that was read has no map `{key}`")
    return found


def _edit(text: str, section: Entries, key: str, written: str) -> _Edit:
    """Return the change that gives a key of a section its value."""
    node = _value(section, key)
    if node is not None:
        start, end = _extent(text, node)
        return _Edit(start, end, written)
    last, value = section.entries[-1]
    _, end = _extent(text, value)
    if section.flow:
        return _Edit(end, end, f", {key}: {written}")
    # A comment at the end of the line belongs to what stands there.
    end = next((at for at in range(end, len(text)) if text[at] == "\n"), len(text))
    return _Edit(end, end, f"\n{' ' * (last.place.column - 1)}{key}: {written}")


def _extent(text: str, node: Node) -> tuple[int, int]:
    """Return the first character of a value and the one behind its last."""
    start = _offset(text, node)
    if isinstance(node, Scalar):
        return start, start + node.place.width
    if node.flow:
        return start, text.index("]", start) + 1
    raise Broken("a point that is not in brackets")


def _offset(text: str, node: Node) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: node.place.line - 1]) + node.place.column - 1
