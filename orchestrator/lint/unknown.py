"""P000: nobody knows where the presets look, so that some rules cannot be judged."""

from collections.abc import Iterator

from orchestrator.lint.remark import Remark, Rule, Subject


def unknown(subject: Subject) -> Iterator[Remark]:
    """Yield one remark for all cameras whose presets are not known."""
    if subject.unknown:
        names = ", ".join(f"`{camera.id}`" for camera in subject.unknown)
        says = f"presets of {names} are not known: P006 to P008 could not be judged in full"
        yield Remark("P000", None, says, "run `orchestrator topology export SITE`")


RULE = Rule(
    code="P000",
    title="presets are not known",
    finds=(
        "The site's `inventory.yaml` says of no preset of a camera that turns where it looks. What"
        " depends on that is left out of P006 to P008; this is said once for a site."
    ),
    avoid="# no config/mysite/inventory.yaml",
    prefer="# config/mysite/inventory.yaml, written by `orchestrator topology export config/mysite`",
    mend="Run `orchestrator topology export SITE` where the cameras can be reached.",
    find=unknown,
)
