"""`site.yaml`: a good one becomes a site; a bad one tells everything that is wrong with it."""

from datetime import date

import pytest

from orchestrator.config import parsed_site
from orchestrator.config.restated import restated
from orchestrator.domain.calendar import Calendar, CalendarName, Window
from orchestrator.domain.camera import Lens, Mount, PtzRange
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Band
from orchestrator.domain.site import Haste, Inference
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD


def told(text: str) -> str:
    with pytest.raises(AuthorError) as caught:
        parsed_site(text, "config/depot/site.yaml")
    return str(caught.value)


def test_a_good_site_is_read_whole() -> None:
    site = parsed_site(GOOD, "site.yaml")

    fixed, head = site.cameras
    assert (fixed.host, fixed.port, fixed.ptz, fixed.presets) == ("192.0.2.11", 80, None, None)
    assert fixed.mount == Mount(12.0, 4.0, 4.5, 35.0, -18.0)
    assert (head.host, head.port, head.serial) == ("192.0.2.14", 8080, "SIM-0004")
    assert head.lens == Lens(62.0, 4.0, 1920, 1080)
    assert head.ptz == PtzRange(-170.0, 170.0, -90.0, 20.0, 100.0, 80.0)
    assert head.presets == ("home", "gate", "dock")
    assert site.calendars[0] == Calendar(
        CalendarName("closed-hours"),
        daily=(Window(1320, 300),),
        also=(CalendarName("public-holidays"),),
    )
    assert site.calendars[1].dates == {date(2026, 12, 25)}
    assert len(site.calendars[2].daily) == 2
    assert site.arbitration.rank(Band.ALARM) > site.arbitration.rank(Band.OPERATOR)
    assert (site.operators[0].role, site.people[0].mail) == ("operator", "desk@depot.example")
    assert site.broker is not None
    assert site.broker.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("timezone: Europe/Berlin", "timezone: Mars/Olympus", "unknown time zone `Mars/Olympus`"),
        ("height: 4.5 m", "height: 4.5", "`height` must be a length with its unit, found `4.5`"),
        ("fov: 62 deg}", "fov: 4 deg to 62 deg}", "`fov` must be an angle or wide to tele"),
        ("at: 192.0.2.11", "at: http://192.0.2.11", "`at` must be a host and maybe a port"),
        ("at: 192.0.2.11\n", "at: 192.0.2.11\n    transport: upd\n", "did you mean `udp`?"),
        (
            "at: 192.0.2.11\n",
            "at: 192.0.2.11\n    tls: true\n    transport: http\n",
            "which its `tls: true` does not cover",
        ),
        ("at: 192.0.2.14:8080", "at: 192.0.2.11", "camera `yard-ptz` has the address of"),
        ("home: home", "home: hmoe", "unknown preset `hmoe` of camera `yard-ptz`"),
        ("role: operator", "role: admin", "unknown role `admin`"),
        ("maintenance: false", "maintenance: off", "`maintenance` must be true or false"),
        ("also: public-holidays", "also: holidays", "unknown calendar `holidays`"),
        ("22:00 to 05:00", "22:00-05:00", "`daily` must be a part of the day"),
        ("mon to fri", "monday", "`days` must be weekdays, found `monday`"),
        ("2026-12-25", "25.12.2026", "`dates` must be days of a year"),
        ("moves_per_minute: 8", "moves_per_minute: 0", "must be between 1 and 60"),
        ("[alarm, operator, ", "[alarm, ", "`bands` must name every band once, `home` last"),
        ("[[0, 0], [4, 0], [4, 4]]", "[[0, 0]]", "a wall needs at least 2 points"),
        ("[40, 25], [0, 25]]", "[40, north]]", "must be two numbers in metres"),
        ("  gate-fixed:", "  Gate Fixed:", "`Gate Fixed` is not a name"),
        ("version: 1", "version: 2", "version 2 of the language is not known"),
        ("size: [48, 32]", "size: [0, 32]", "`size` must be more than zero"),
        ("    serial: SIM-0004\n", "", None),
    ],
)
def test_a_mistake_is_told_in_one_sentence(right: str, wrong: str, message: str | None) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)

    if message is None:
        parsed_site(text, "site.yaml")
    else:
        assert message in told(text)


def test_every_mistake_of_a_file_is_told_at_once_in_order() -> None:
    text = GOOD.replace("4.5 m", "4.5").replace("tilt: -18 deg", "tlit: -18 deg")

    assert (
        told(text)
        == """\
config/depot/site.yaml:11:39: `height` must be a length with its unit, found `4.5`
   11 |     stands: {at: [12.0, 4.0], height: 4.5}
      |                                       ^^^  write `4.5 m`
config/depot/site.yaml:12:12: `looks` needs `tilt`
   12 |     looks: {azimuth: 35 deg, tlit: -18 deg}
      |            ^
config/depot/site.yaml:12:30: unknown key `tlit` of `looks`
   12 |     looks: {azimuth: 35 deg, tlit: -18 deg}
      |                              ^^^^  did you mean `tilt`? (keys: azimuth, roll, tilt)"""
    )


def test_a_password_written_where_a_name_belongs_is_not_repeated() -> None:
    said = told(GOOD.replace("credentials: gate", 'credentials: "hunter2 is my password"'))

    assert "never the secret" in said
    assert "hunter2" not in said


def test_a_yes_is_not_a_truth_and_gets_a_hint() -> None:
    assert "write `true`" in told(GOOD.replace("maintenance: false", "maintenance: yes"))


def test_a_camera_that_nobody_surveyed_says_so_twice() -> None:
    places = "stands: {at: [12.0, 4.0], height: 4.5 m}", "looks: {azimuth: 35 deg, tilt: -18 deg}"
    text = GOOD.replace(places[0], "stands: unknown").replace(places[1], "looks: unknown")

    assert [camera.surveyed for camera in parsed_site(text, "site.yaml").cameras] == [False, True]
    assert "write `looks: unknown` as well" in told(GOOD.replace(places[0], "stands: unknown"))
    assert "`yard-ptz` turns its head, so where it stands and looks must be known" in told(
        GOOD.replace("{at: [30.0, 9.0], height: 6 m}", "unknown").replace(
            "{azimuth: 200 deg, tilt: 0 deg}", "unknown"
        )
    )
    found = parsed_site(GOOD, "site.yaml").cameras[0].mount
    assert restated(text, "site.yaml", CameraId("gate-fixed"), found, None) == GOOD.replace(
        "[12.0, 4.0], height: 4.5 m", "[12.00, 4.00], height: 4.50 m"
    ).replace("35 deg, tilt: -18 deg", "35.0 deg, tilt: -18.0 deg")


APART = "watching:\n  reidentify: {model: people, because: The yard has a gap."


def test_a_site_says_which_model_tells_people_apart_why_and_where() -> None:
    site = parsed_site(f"{GOOD}{APART}, basis: DPIA, cameras: gate-fixed}}\n", "site.yaml")

    told_apart = site.watching.reidentify
    assert told_apart is not None
    assert (told_apart.model, told_apart.basis) == ("people", "DPIA")
    assert told_apart.includes(CameraId("gate-fixed"))
    assert not told_apart.includes(CameraId("yard-ptz"))


def test_people_are_told_apart_everywhere_where_no_camera_is_named_and_nowhere_unasked() -> None:
    site = parsed_site(f"{GOOD}{APART}}}\n", "site.yaml")

    assert site.watching.reidentify is not None
    assert site.watching.reidentify.includes(CameraId("yard-ptz"))
    assert parsed_site(GOOD, "site.yaml").watching.reidentify is None


def test_people_are_not_told_apart_without_a_reason_or_in_pictures_of_a_camera_nobody_has() -> None:
    text = told(f"{GOOD}watching: {{reidentify: {{model: people, cameras: [gate-fixd]}}}}\n")

    assert "`reidentify` needs `because`" in text
    assert "unknown camera `gate-fixd`" in text
    assert "did you mean `gate-fixed`?" in text


def test_a_site_says_what_searches_pictures_and_what_does_otherwise() -> None:
    written = "watching: {detector: {device: GPU, otherwise: CPU, mode: latency}}\n"

    assert parsed_site(GOOD, "site.yaml").watching.inference == Inference()
    assert parsed_site(GOOD + written, "site.yaml").watching.inference == Inference(
        "GPU", Haste.LATENCY, "CPU"
    )
    assert "did you mean `GPU`?" in told(f"{GOOD}watching: {{detector: {{device: GPUU}}}}\n")
