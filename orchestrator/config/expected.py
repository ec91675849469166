"""The `expect` of a case: what its author wants to be true by when, or never."""

from collections.abc import Callable, Mapping

from orchestrator.config.case_keys import NEVER
from orchestrator.config.cast import Cast
from orchestrator.config.fields import Fields
from orchestrator.config.trims import imaging_from, put_back_of
from orchestrator.domain.ids import PersonName, PresetName, ZoneId
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import Source
from orchestrator.domain.policy_case import (
    Alarms,
    Answers,
    Aspect,
    Expectation,
    PutsBack,
    Sees,
    Shows,
    Trims,
)


class ExpectedReader:
    """Reads what is expected, entry by entry; who has turned up is known by then."""

    def __init__(self, cast: Cast) -> None:
        """Keep whom it may speak of."""
        self._cast = cast

    def expectation(self, fields: Fields) -> Expectation | None:
        """Return one expectation; None when it could not be read."""
        text = self._cast.notes.page.line(fields.place.line).strip().removeprefix("- ")
        source = Source(self._cast.notes.page.path, fields.place.line)
        if fields.shape is NEVER:
            unwanted = fields.inner("never")
            aspect = None if unwanted is None else self._aspect(unwanted)
            return None if aspect is None else Expectation(aspect, None, text, source)
        by_s = fields.quantity("by")
        aspect = self._aspect(fields)
        return None if aspect is None else Expectation(aspect, by_s, text, source)

    def _aspect(self, fields: Fields) -> Aspect | None:
        """Return what is expected: the first of the keys that is written says what kind it is."""
        if fields.broken:
            return None
        readers: Mapping[str, Callable[[Fields], Aspect | None]] = {
            "alarm": self._alarms,
            "answer": self._answers,
            "sees": self._sees,
            "set": self._sets,
            "runs": self._sets,
            "put_back": self._puts_back,
            **dict.fromkeys(("camera", "preset", "looks_at", "because"), self._shows),
        }
        for key, read in readers.items():
            if key in fields:
                return read(fields)
        hint = f"keys: {', '.join(fields.shape.names)}"
        self._cast.notes.wrong(fields.place, "say what is expected", hint)
        return None

    def _alarms(self, fields: Fields) -> Alarms | None:
        said = fields.choice("alarm")
        to = fields.named("to", self._cast.names.people)
        whom = PersonName(to[0]) if to else None
        return Alarms(Severity(said), self._holder(fields), whom) if said else None

    @staticmethod
    def _answers(fields: Fields) -> Answers | None:
        code = fields.choice("answer")
        return Answers(code) if code else None

    def _sees(self, fields: Fields) -> Sees | None:
        zones = fields.named("sees", self._cast.names.places)
        return Sees(self._cast.camera(fields), ZoneId(zones[0])) if zones else None

    def _sets(self, fields: Fields) -> Trims:
        inner = fields.inner("set")
        imaging = Imaging() if inner is None else imaging_from(inner)
        return Trims(self._cast.camera(fields), imaging, fields.text("runs"), self._holder(fields))

    def _puts_back(self, fields: Fields) -> PutsBack:
        return PutsBack(self._cast.camera(fields), put_back_of(fields))

    def _shows(self, fields: Fields) -> Shows:
        preset = fields.text("preset")
        if preset and "camera" in fields:
            self._cast.names.view(fields)
        target = self._cast.known_target(fields, "looks_at") if "looks_at" in fields else None
        return Shows(
            camera=self._cast.camera(fields),
            preset=PresetName(preset) if preset else None,
            target=target,
            holder=self._holder(fields),
        )

    def _holder(self, fields: Fields) -> str | None:
        """Return who is expected to have the camera: a rule, `operator NAME` or `home`."""
        value = fields.scalar("because") if "because" in fields else None
        if value is None:
            return None
        rules = [str(rule.name) for rule in self._cast.site.policies.rules]
        operators = [f"operator {operator.name}" for operator in self._cast.site.operators]
        if value.text not in (*rules, *operators, "home"):
            self._cast.notes.unknown(value, "holder", [*rules, *operators, "home"])
        return value.text
