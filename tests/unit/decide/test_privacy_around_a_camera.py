"""A zone without a floor, around one camera: closed to looking, and looked at where it may be."""

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Answer
from orchestrator.domain.sighting import GotoPreset
from orchestrator.errors import AuthorError
from tests.fakes.arbitration_site import EAST, SITE, WEST, Night, person, yard

WINDOWS = "  windows: {of: east-ptz, directions: [[340, -20], [350, -20], [350, -10]]}\n"
TEXT = SITE.replace("calendars:", f"{WINDOWS}calendars:")
PRIVACY = """\
privacy: windows
version: 1
because: Somebody lives there.
zones: [windows]
never: look
"""
ACROSS = """\
policy: across
version: 1
because: Somebody throws stones.
band: alarm
on: {enters: south, who: person}
do:
  - look: {at: windows, for: 5s}
"""


def asked(night: Night, preset: str) -> Answer:
    night.tick(orders=[night.order(GotoPreset(EAST, PresetName(preset)))])
    facts = [notice.fact for notice in night.decisions[-1].notices]
    return [fact for fact in facts if isinstance(fact, Answer)][-1]


def test_nobody_is_shown_what_lies_there() -> None:
    night = Night(yard(PRIVACY, text=TEXT))

    refused = asked(night, "bench")

    assert refused.code == "privacy"
    assert "`bench` sees `windows`, which privacy rule `windows` closes now" in refused.say
    assert asked(night, "south").code == ""


def test_a_policy_looks_there_with_the_one_camera_that_can() -> None:
    night = Night(yard(ACROSS, text=TEXT))

    night.run(2.0, person("T1", 26.0, 8.0))

    intent = night.granted(EAST)
    assert intent is not None
    assert (intent.preset, intent.reason.policy) == ("bench", "across")
    other = night.granted(WEST)
    assert other is None or other.reason.policy != "across"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("{of: east-ptz, directions: [[340, -20], [350, -20]]}", "at least 3 points"),
        ("{of: east-ptz, directions: [[340, -20], [350, -120], [350, 0]]}", "tilts from -90 to 90"),
        ("{of: east-pzt, directions: [[340, -20], [350, -20], [350, 0]]}", "did you mean"),
        ("{of: east-ptz}", "needs `directions`"),
    ],
)
def test_a_mistake_in_directions_is_told(zone: str, said: str) -> None:
    with pytest.raises(AuthorError) as wrong:
        parsed_site(SITE.replace("calendars:", f"  windows: {zone}\ncalendars:"), "site.yaml")

    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (PRIVACY.replace("never: look", "never: [look, detect]"), "is not on the floor"),
        (ACROSS.replace("enters: south", "enters: windows"), "unknown zone `windows`"),
    ],
)
def test_nobody_is_known_to_stand_there(rule: str, said: str) -> None:
    with pytest.raises(AuthorError) as wrong:
        parsed_policies([("policy.yaml", rule)], parsed_site(TEXT, "site.yaml"))

    assert said in str(wrong.value)
