"""`policy.yaml`: the four kinds of sentence, checked against what the site has."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.config import parsed_policies, parsed_site, read_site
from orchestrator.config.policies import read_policies
from orchestrator.domain.ids import CameraId
from orchestrator.domain.imaging import Auxiliary, Imaging, Mode
from orchestrator.domain.intent import Band, Severity
from orchestrator.domain.inventory import KnownCamera
from orchestrator.domain.policy import (
    Act,
    AtNextView,
    AtPark,
    AtTarget,
    Enters,
    Every,
    Leaves,
    Look,
    Raise,
    RunAuxiliary,
    SetImaging,
)
from orchestrator.domain.sighting import Kind
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD

SITE = parsed_site(GOOD, "site.yaml")
PATH = "policies/night/policy.yaml"
POLICY = """\
policy: night
version: 1
because: Nobody works at night.
basis: DPIA 2026-03
band: alarm
during: closed-hours
on: {enters: yard, who: [person, vehicle]}
when: target.confidence >= 0.7 && !site.maintenance
hold: 1s
clear: 15s
cooldown: {for: 60s, per: target}
do:
  - look: {at: target, with: best, for: 45s}
  - alarm: {severity: high, say: "Person in {zone}", to: security-desk, acknowledge_within: 2m}
"""
PATROL = """\
patrol: tour
version: 1
because: The insurance asks for it.
every: 20m
stops:
  - {camera: yard-ptz, preset: gate, dwell: 12s}
  - {camera: yard-ptz, preset: dock, dwell: 12s}
interrupted: restart
"""
PRIVACY = """\
privacy: yard-is-private
version: 1
because: Works agreement.
during: working-hours
zones: [yard]
never: [look, record]
unknown_pose: stay
"""


def told(text: str) -> str:
    with pytest.raises(AuthorError) as caught:
        parsed_policies([(PATH, text)], SITE)
    return str(caught.value)


def test_a_policy_is_read_whole() -> None:
    [policy] = parsed_policies([(PATH, POLICY)], SITE).policies

    assert (policy.name, policy.band, policy.during) == ("night", Band.ALARM, "closed-hours")
    assert policy.on == Enters(("yard",), (Kind.PERSON, Kind.VEHICLE))  # type: ignore[arg-type]
    assert [part.text for part in policy.when] == ["target.confidence >= 0.7", "!site.maintenance"]
    assert (policy.hold_s, policy.clear_s, policy.cooldown_s) == (1.0, 15.0, 60.0)
    look, alarm = policy.do
    assert isinstance(look, Look)
    assert isinstance(alarm, Raise)
    assert (look.at, look.cameras, look.for_s) == (AtTarget(), None, 45.0)
    assert (alarm.severity, alarm.acknowledge_within_s) == (Severity.HIGH, 120.0)
    assert str(policy.source) == f"{PATH}:7"


def test_a_patrol_and_a_privacy_rule_are_read_whole() -> None:
    rules = parsed_policies([("a.yaml", PATROL), ("b.yaml", PRIVACY)], SITE)

    [patrol], [privacy] = rules.patrols, rules.privacy
    assert [(stop.camera, stop.preset, stop.dwell_s) for stop in patrol.stops] == [
        ("yard-ptz", "gate", 12.0),
        ("yard-ptz", "dock", 12.0),
    ]
    assert (patrol.schedule, patrol.resumes, patrol.during) == (Every(1200.0), False, None)
    assert privacy.never == {Act.LOOK, Act.RECORD}
    assert (privacy.zones, privacy.parks) == (("yard",), False)
    assert rules.names == ("tour",)


def test_who_leaves_a_view_is_awaited_in_the_next() -> None:
    text = POLICY.replace(
        "on: {enters: yard, who: [person, vehicle]}",
        "on: {leaves: any view, who: person, within: 3s}",
    )
    text = text.replace("target.confidence >= 0.7", "arrival.probability >= 0.5")
    text = text.replace("at: target, with: best", "at: next view, otherwise: search last seen")
    text = text.replace("{zone}", "{view}")

    [policy] = parsed_policies([(PATH, text)], SITE).policies

    assert policy.on == Leaves((Kind.PERSON,), 3.0)
    assert isinstance(policy.do[0], Look)
    assert policy.do[0].at == AtNextView(search_last_seen=True)


IMAGING = "  - imaging: {cameras: [gate-fixed], set: {brightness: 60 %, ir_cut: off}, for: 10m}"
WIPER = (
    '  - auxiliary: {cameras: yard-ptz, run: "tt:Wiper|On", afterwards: "tt:Wiper|Off", for: 5m}'
)


def test_a_policy_may_set_pictures_and_run_auxiliary_functions() -> None:
    text = f"{POLICY}{IMAGING}\n{WIPER}\npriority: 70\n"

    [policy] = parsed_policies([(PATH, text)], SITE).policies

    *_, picture, wiper = policy.do
    assert isinstance(picture, SetImaging)
    assert (picture.cameras, picture.for_s) == (("gate-fixed",), 600.0)
    assert picture.imaging == Imaging(brightness=0.6, ir_cut=Mode.OFF)
    assert isinstance(wiper, RunAuxiliary)
    assert wiper.auxiliary == Auxiliary("tt:Wiper|On", "tt:Wiper|Off")
    assert (policy.priority, policy.lasts_s) == (70, 600.0)


@pytest.mark.parametrize(
    ("step", "right", "wrong", "place", "said"),
    [
        (IMAGING, "brightness", "brightnes", "15:44", "did you mean `brightness`?"),
        (IMAGING, "60 %", "60", "15:56", "`brightness` must be a percentage"),
        (IMAGING, "60 %", "130 %", "15:44", "between 0 % and 100 %"),
        (IMAGING, "off", "of", "15:70", "did you mean `off`?"),
        (IMAGING, "gate-fixed", "gate-fixd", "15:25", "did you mean `gate-fixed`?"),
        (IMAGING, "brightness: 60 %, ir_cut: off", "", "15:43", "`set` is empty"),
        (WIPER, "tt:Wiper|Off", "tt:Washer|Off", "15:56", "`afterwards` must end `tt:Wiper`"),
        (WIPER, "tt:Wiper|On", "wipe it", "15:36", "must be a command such as `tt:Wiper|On`"),
        (WIPER, ", for: 5m", "", "15:16", "needs `for`"),
    ],
)
def test_a_mistake_in_what_is_set_is_told_at_its_place(
    step: str, right: str, wrong: str, place: str, said: str
) -> None:
    found = told(f"{POLICY}{step.replace(right, wrong, 1)}\n")

    assert found.startswith(f"{PATH}:{place}: ")
    assert said in found


def test_settings_and_commands_are_checked_against_what_the_camera_said() -> None:
    known = KnownCamera(
        CameraId("yard-ptz"), "7", "dome", imaging=("contrast",), auxiliary=("tt:Wiper|On",)
    )
    site = replace(SITE, inventory=(known,))
    step = IMAGING.replace("gate-fixed", "yard-ptz")

    with pytest.raises(AuthorError) as caught:
        parsed_policies([(PATH, f"{POLICY}{step}\n{WIPER}\n")], site)

    text = str(caught.value)
    assert "15:42: camera `yard-ptz` has no `brightness`" in text
    assert "unknown auxiliary command `tt:Wiper|Off` of camera `yard-ptz`" in text
    assert "did you mean `tt:Wiper|On`?" in text


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "  - hand over: {to: next view, for: 20s, confirm_within: 6s}",
            "`hand over` makes no sense",
        ),
        ("  - follow: {with: gate-fixed, for: 20s}", "camera `gate-fixed` cannot turn"),
        ("  - follow: {for: 2h}", "`for` is longer than the site's `lease`: at most 3600 s"),
        ("  - follow: {}", "`follow` needs `for`"),
        ("  - park: {cameras: yard-pzt, for: 2m}", "did you mean `yard-ptz`?"),
        ("  - patrol: {run: nigth-tour, for: 2m}", "unknown patrol `nigth-tour`"),
        (
            "  - hand over: {to: next room, for: 2s, confirm_within: 6s}",
            "did you mean `next view`?",
        ),
    ],
)
def test_a_mistake_in_what_pursues_somebody_is_told_at_its_place(step: str, said: str) -> None:
    found = told(f"{POLICY}{step}\n")

    assert found.startswith(f"{PATH}:15:")
    assert said in found


def test_followers_and_parkers_are_read() -> None:
    steps = "  - follow: {for: 20s}\n  - park: {cameras: [yard-ptz], for: 5m}\n"

    [policy] = parsed_policies([(PATH, POLICY + steps)], SITE).policies

    *_, follow, park = policy.do
    assert isinstance(follow, Look)
    assert (follow.at, follow.cameras) == (AtTarget(onwards=True), None)
    assert isinstance(park, Look)
    assert (park.at, park.cameras) == (AtPark(), ("yard-ptz",))
    assert (policy.follow_s, policy.confirm_s) == (20.0, None)


@pytest.mark.parametrize("priority", ["-1", "100", "1.5", "high"])
def test_a_priority_is_a_whole_number_below_a_hundred(priority: str) -> None:
    assert f"{PATH}:15:" in told(f"{POLICY}priority: {priority}\n")


@pytest.mark.parametrize(
    ("text", "right", "wrong", "said"),
    [
        (
            PATROL,
            "preset: gate",
            "preset: gatte",
            """\
policies/night/policy.yaml:6:32: unknown preset `gatte` of camera `yard-ptz`
    6 |   - {camera: yard-ptz, preset: gatte, dwell: 12s}
      |                                ^^^^^  did you mean `gate`? (presets: dock, gate, home)""",
        ),
        (
            PATROL,
            "camera: yard-ptz, preset: dock",
            "camera: gate-fixed, preset: dock",
            """\
policies/night/policy.yaml:7:14: camera `gate-fixed` cannot turn
    7 |   - {camera: gate-fixed, preset: dock, dwell: 12s}
      |              ^^^^^^^^^^  cameras that turn: yard-ptz""",
        ),
        (
            POLICY,
            "!site.maintenance",
            "!site.maintainance",
            """\
policies/night/policy.yaml:8:36: unknown name `site.maintainance`
    8 | when: target.confidence >= 0.7 && !site.maintainance
      |                                    ^^^^^^^^^^^^^^^^^  did you mean `site.maintenance`? \
(names: site.maintenance, target.age_s, target.cameras, target.confidence, target.id, \
target.kind, target.speed_mps, target.still_s, target.zones, zone.count, zone.name, \
zone.since_s)""",
        ),
        (
            POLICY,
            "clear: 15s",
            "claer: 15s",
            """\
policies/night/policy.yaml:10:1: unknown key `claer` of the policy
   10 | claer: 15s
      | ^^^^^  did you mean `clear`? (keys: band, basis, because, clear, clear_when, \
cooldown, do, during, hold, mode, on, policy, ...)""",
        ),
        (
            POLICY,
            "for: 45s",
            "for: 45",
            """\
policies/night/policy.yaml:13:41: `for` must be a duration with its unit, found `45`
   13 |   - look: {at: target, with: best, for: 45}
      |                                         ^^  write `30s`, `2m` or `1h`""",
        ),
    ],
)
def test_a_mistake_is_shown_with_a_caret_and_what_to_write_instead(
    text: str, right: str, wrong: str, said: str
) -> None:
    assert told(text.replace(right, wrong, 1)) == said


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("during: closed-hours", "during: closed", "unknown calendar `closed`"),
        ("enters: yard", "enters: yrad", "unknown zone `yrad`"),
        ("[person, vehicle]", "people", "unknown kind `people`"),
        ("to: security-desk", "to: desk", "unknown person `desk`"),
        ("severity: high", "severity: loud", "unknown severity `loud`"),
        ("{zone}", "{zon}", "unknown blank `{zon}`"),
        ("at: target", "at: next view", "`at: next view` makes no sense here"),
        ("at: target", "at: tarjet", "unknown aim `tarjet`"),
        ("with: best", "with: yard-pzt", "unknown camera `yard-pzt`"),
        ("band: alarm", "band: operator", "unknown band `operator`"),
        ("because: Nobody works at night.", "", "the policy needs `because`"),
        (
            "on: {enters: yard, ",
            "on: {enters: yard, leaves: any view, ",
            "either `enters`, `stays`",
        ),
        ("policy: night", "polici: night", "a file holds one `policy`, one `patrol` or one"),
        ("  - look: {at: target, with: best, for: 45s}", "  - zoom: in", "unknown key `zoom`"),
        ("hold: 1s", "hold: -1s", "`hold` must be more than zero"),
        ("policy: night", "policy: Night!", "`Night!` is not a name"),
    ],
)
def test_a_name_that_does_not_exist_is_refused(right: str, wrong: str, message: str) -> None:
    assert right in POLICY

    assert message in told(POLICY.replace(right, wrong, 1))


def test_a_condition_in_a_quoted_scalar_and_in_a_block_is_pointed_at_to_the_letter() -> None:
    quoted = told(
        POLICY.replace("when: target.confidence", 'when: "target.confidance').replace(
            "maintenance\n", 'maintenance"\n'
        )
    )
    block = told(
        POLICY.replace(
            "when: target.confidence >= 0.7 &&", "when: |\n  target.confidence >= 0.7 &&\n "
        ).replace("maintenance", "maintainance")
    )

    assert quoted.startswith(f"{PATH}:8:8: unknown name `target.confidance`")
    assert block.startswith(f"{PATH}:10:4: unknown name `site.maintainance`")


def test_a_file_with_a_mistake_stops_no_other_file() -> None:
    files = [("a.yaml", PATROL), ("b.yaml", "{"), ("c.yaml", PRIVACY), ("d.yaml", PATROL)]

    read = read_policies(files, SITE)

    assert (len(read.rules.patrols), len(read.rules.privacy)) == (1, 1)
    assert [finding.path for finding in read.findings] == ["b.yaml", "d.yaml"]
    assert read.findings[1].message == "`tour` has the name of another rule"


def test_presets_are_checked_against_the_cameras_once_they_have_told() -> None:
    cameras = tuple(replace(camera, presets=None) for camera in SITE.cameras)

    rules = parsed_policies(
        [(PATH, PATROL.replace("gate", "anything"))], replace(SITE, cameras=cameras)
    )

    assert rules.patrols[0].stops[0].preset == "anything"


def folder_of(tmp_path: Path, **policies: str) -> Path:
    site = tmp_path / "config" / "depot"
    site.mkdir(parents=True)
    (site / "site.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "policies").mkdir()
    for name, text in policies.items():
        (tmp_path / "policies" / name).mkdir()
        (tmp_path / "policies" / name / "policy.yaml").write_text(text, "utf-8")
    return site


def test_a_folder_is_read_with_its_policies(tmp_path: Path) -> None:
    site = read_site(folder_of(tmp_path, night=POLICY, tour=PATROL))

    assert (len(site.policies.policies), len(site.policies.patrols)) == (1, 1)


def test_a_service_runs_on_with_the_good_policies_and_a_check_refuses(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, night=POLICY, tour=PATROL.replace("20m", "20"))

    site = read_site(folder, strict=False)

    assert len(site.policies.policies) == 1
    assert [finding.line for finding in site.findings] == [4]
    with pytest.raises(AuthorError):
        read_site(folder)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (PRIVACY.replace("[yard]", "[yrad]"), "5:9: unknown zone `yrad`"),
        (PRIVACY.replace("never:", "nevver:"), "6:1: unknown key `nevver`"),
        (PRIVACY.replace("privacy:", "privcy:"), "1:1: a file holds one `policy`"),
        (f"policy: night\n{PRIVACY}", "1:1: a file holds one `policy`"),
        (PRIVACY.replace("[yard]", "[yard"), "6:6: not valid YAML"),
        ("", "1:1: file is empty"),
        (PRIVACY.replace("yard-is-private", "tour"), "1:1: `tour` has the name of another rule"),
    ],
)
def test_a_service_does_not_start_on_a_mistake_in_what_may_be_a_privacy_rule(
    tmp_path: Path, text: str, place: str
) -> None:
    folder = folder_of(tmp_path, a_tour=PATROL, private=text)

    with pytest.raises(AuthorError) as caught:
        read_site(folder, strict=False)

    assert f"private/policy.yaml:{place}" in str(caught.value)
    assert "nothing runs without it" in caught.value.findings[-1].message


def test_a_service_does_not_start_on_a_policy_file_that_cannot_be_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, tour=PATROL, private=PRIVACY)
    (tmp_path / "policies" / "private" / "policy.yaml").write_bytes(b"privacy: y\xff\n")

    with pytest.raises(AuthorError, match=r"private/policy\.yaml:1:1: not UTF-8 text"):
        read_site(folder, strict=False)


def test_mistakes_that_stop_a_service_are_told_without_those_that_do_not(tmp_path: Path) -> None:
    bad = PRIVACY.replace("[yard]", "[yrad]")
    folder = folder_of(tmp_path, tour=PATROL.replace("20m", "20"), private=bad)

    with pytest.raises(AuthorError) as caught:
        read_site(folder, strict=False)

    assert {Path(finding.path).parent.name for finding in caught.value.findings} == {"private"}


def test_a_folder_without_a_site_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="cannot be read: no such file"):
        read_site(tmp_path)


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_bytes(b"site: depot\nplan: \xff\xfe")

    with pytest.raises(AuthorError, match=":2:1: not UTF-8 text"):
        read_site(tmp_path)


def test_the_shipped_site_and_policies_are_without_a_finding() -> None:
    site = read_site(Path(__file__).parents[3] / "config" / "demo")

    assert site.findings == ()
    assert len(site.policies.names) + len(site.policies.privacy) >= 4


@pytest.mark.parametrize(
    ("place", "better"),
    [
        ("private.yaml", "private/policy.yaml"),
        ("private/policy.yml", "private/policy.yaml"),
        ("private/rule.yaml", "private/policy.yaml"),
    ],
)
def test_a_rule_that_lies_where_none_is_read_stops_everything(
    tmp_path: Path, place: str, better: str
) -> None:
    folder = folder_of(tmp_path, tour=PATROL)
    stray = tmp_path / "policies" / place
    stray.parent.mkdir(exist_ok=True)
    stray.write_text(PRIVACY, "utf-8")

    with pytest.raises(AuthorError) as told:
        read_site(folder, strict=False)

    assert place in str(told.value)
    assert better in str(told.value)
