"""P008: a hand-off where no camera's view leads into another's."""

from collections.abc import Iterator

from orchestrator.domain.ids import CameraId
from orchestrator.domain.policy import AtNextView, Look
from orchestrator.domain.topology import Topology
from orchestrator.lint.remark import Remark, Rule, Subject
from orchestrator.topology import edges, graph_of


def neighbours(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each ``look: {at: next view}`` whose cameras nobody can walk into."""
    looks = [(each, look) for each, look in subject.looks() if isinstance(look.at, AtNextView)]
    if not looks or subject.unknown:
        return
    reached = _reached(subject.site.topology)
    for policy, look in looks:
        heads = _heads(look, subject)
        if not reached & set(heads):
            names = ", ".join(f"`{head}`" for head in heads) or "any camera that turns"
            says = (
                f"`{policy.name}` awaits people in the next view, and no view of {names} overlaps or"
                " can be reached on foot from a view of another camera"
            )
            hint = "look at `orchestrator topology show`: other presets, cameras, or no hand-off"
            yield Remark("P008", look.source, says, hint)


def _heads(look: Look, subject: Subject) -> tuple[CameraId, ...]:
    """Return the cameras that a look may turn."""
    if look.cameras is not None:
        return look.cameras
    return tuple(camera.id for camera in subject.site.cameras if camera.ptz is not None)


def _reached(topology: Topology) -> set[CameraId]:
    """Return the cameras of which a view overlaps or can be reached from one of another camera."""
    camera: dict[str, CameraId] = {view.id: view.camera for view in topology.views}
    graph = graph_of(topology)
    pairs = (
        {camera[one], camera[other]}
        for kind in ("overlap", "passage")
        for one, other, _ in edges(graph, kind)
    )
    return {each for pair in pairs if len(pair) == 2 for each in pair}


RULE = Rule(
    code="P008",
    title="a hand-off without a neighbour",
    finds=(
        "A policy looks at the `next view`, and of the cameras it may turn (those it names by"
        " `with`, or all that turn) no preset overlaps a view of another camera or can be reached"
        " from one on foot within 25 m, walls regarded. Not judged while the presets of any camera"
        " are unknown."
    ),
    avoid=(
        "policy: ahead\non: {leaves: any view, who: person, within: 4s}\ndo:\n"
        "  - look: {at: next view, with: [east-ptz], for: 15s}"
    ),
    prefer=(
        "policy: ahead\non: {leaves: any view, who: person, within: 4s}\ndo:\n"
        "  - look: {at: next view, with: [east-ptz, west-ptz], for: 15s}"
    ),
    mend="Give the cameras presets that meet other views, or name cameras that have them.",
    find=neighbours,
)
