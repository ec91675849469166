"""What a reload changes, and what it leaves to the next start."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.config import parsed_site, read_site, turned
from orchestrator.config.reloaded import lasting
from orchestrator.domain.ids import CameraId
from orchestrator.domain.inventory import KnownCamera
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from tests.fakes.arbitration_site import AHEAD, BENCH, INTRUSION, TOUR, yard
from tests.fakes.written_site import GOOD

RUNNING = parsed_site(GOOD, "site.yaml")


def written(old: str, new: str) -> Site:
    assert old in GOOD
    return lasting(RUNNING, parsed_site(GOOD.replace(old, new, 1), "site.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "at: 192.0.2.11",
            "at: 192.0.2.12",
            "camera `gate-fixed` has its new address at a restart",
        ),
        (
            "credentials: yard",
            "credentials: other",
            "camera `yard-ptz` has its new credentials at a restart",
        ),
        ("  gate-fixed:", "  door-fixed:", "camera `door-fixed` is added at a restart"),
        ("  gate-fixed:", "  door-fixed:", "camera `gate-fixed` is let go at a restart"),
        ("127.0.0.1:1883", "127.0.0.1:1884", "the broker's address, login or TLS changes"),
        ("Europe/Berlin", "Europe/Paris", "the time zone is `Europe/Paris` after a restart"),
        ("site: depot", "site: store", "the site is called `store` after a restart"),
        ("  anna:", "  berta:", "operator `berta` can log in once the broker was started again"),
    ],
)
def test_what_needs_a_restart_stays_as_it_is_and_is_said(old: str, new: str, sentence: str) -> None:
    site = written(old, new)

    assert (site.name, site.timezone) == (RUNNING.name, RUNNING.timezone)
    assert (site.cameras, site.broker) == (RUNNING.cameras, RUNNING.broker)
    assert any(said.startswith(sentence) for said in site.awaiting), site.awaiting


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("22:00 to 05:00", "21:00 to 05:00", "calendars changed"),
        ("[40, 25], [0, 25]]", "[40, 24], [0, 24]]", "zones changed"),
        ("operator_hold: 60s", "operator_hold: 30s", "arbitration changed"),
        ("maintenance: false", "maintenance: true", "flags changed"),
        ("role: operator", "role: viewer", "operators changed"),
        ("desk@depot.example", "door@depot.example", "people changed"),
        ("[[0, 0], [4, 0], [4, 4]]", "[[0, 0], [4, 0], [4, 5]]", "walls changed"),
    ],
)
def test_the_rest_of_the_site_file_comes_into_force(old: str, new: str, change: str) -> None:
    site = written(old, new)

    assert site.awaiting == ()
    assert turned(RUNNING, site) == (change,)


def test_rules_are_named_that_came_changed_and_went() -> None:
    before = yard(INTRUSION, TOUR, BENCH)
    after = yard(INTRUSION.replace("0.5", "0.6"), AHEAD, BENCH)

    assert turned(before, after) == (
        "policy `intrusion` changed",
        "policy `ahead` added",
        "patrol `tour` removed",
    )


def test_a_rule_in_another_place_of_its_file_is_not_changed() -> None:
    assert turned(yard(INTRUSION), yard(f"# at night\n{INTRUSION}")) == ()


def test_a_policy_for_a_camera_that_needs_a_restart_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "depot"
    folder.mkdir(parents=True)
    (tmp_path / "policies").mkdir()
    (folder / "site.yaml").write_text(GOOD, "utf-8")
    running = read_site(folder)
    (folder / "site.yaml").write_text(GOOD.replace("  yard-ptz:", "  dock-ptz:"), "utf-8")
    rule = tmp_path / "policies" / "tour" / "policy.yaml"
    rule.parent.mkdir()
    stop = "{camera: dock-ptz, preset: home, dwell: 4s}"
    rule.write_text(
        f"patrol: tour\nversion: 1\nbecause: x\nevery: 9m\nstops:\n  - {stop}\n", "utf-8"
    )

    assert read_site(folder).policies.patrols
    with pytest.raises(AuthorError, match="unknown camera `dock-ptz`"):
        read_site(folder, running=running)


def test_the_inventory_of_a_camera_that_needs_a_restart_is_left_out() -> None:
    known = tuple(KnownCamera(CameraId(name), "", "") for name in ("gate-fixed", "new-ptz"))
    site = lasting(RUNNING, replace(RUNNING, inventory=known))

    assert [one.camera for one in site.inventory] == ["gate-fixed"]


APART = "watching: {reidentify: {model: people, because: The yard has a gap.}}\n"


def reloaded(before: str, after: str) -> Site:
    running = parsed_site(f"{GOOD}{before}", "site.yaml")
    return lasting(running, parsed_site(f"{GOOD}{after}", "site.yaml"))


def test_that_nobody_is_told_apart_any_more_holds_at_once() -> None:
    site = reloaded(APART, "")

    assert site.watching.reidentify is None
    assert site.awaiting == ()


def test_in_whose_pictures_people_are_told_apart_holds_at_once() -> None:
    site = reloaded(APART, APART.replace("model: people", "model: people, cameras: gate-fixed"))

    assert site.watching.reidentify is not None
    assert site.watching.reidentify.cameras == (CameraId("gate-fixed"),)
    assert site.awaiting == ()


@pytest.mark.parametrize(
    ("before", "model"), [("", None), (APART.replace("people", "others"), "others")]
)
def test_another_model_that_tells_people_apart_needs_a_restart(
    before: str, model: str | None
) -> None:
    site = reloaded(before, APART)

    told_apart = site.watching.reidentify
    assert (told_apart and told_apart.model) == model
    assert site.awaiting == ("the model that tells people apart is loaded at a restart",)


def test_what_searches_pictures_changes_at_a_restart() -> None:
    site = reloaded("", "watching: {detector: {device: GPU}}\n")

    assert site.watching.inference.device == "CPU"
    assert site.awaiting == ("what searches pictures changes at a restart",)
