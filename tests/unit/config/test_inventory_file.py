"""`inventory.yaml`: what cameras said of themselves, read strictly and written for people and git."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.config import (
    parsed_inventory,
    parsed_policies,
    parsed_site,
    read_site,
    read_site_for_export,
    written_inventory,
)
from orchestrator.config.inventory import read_inventory
from orchestrator.config.known import Names
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.inventory import KnownCamera, KnownPreset
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD as SITE_TEXT

FROM_CAMERA = SITE_TEXT.replace("presets: [home, gate, dock]", "presets: from camera").replace(
    "policies: ../../policies\n", ""
)
SITE = parsed_site(FROM_CAMERA, "site.yaml")
YARD = CameraId("yard-ptz")
PATH = "config/depot/inventory.yaml"
GOOD = """\
inventory: depot
version: 1
cameras:
  gate-fixed:
    serial: SIM-0001
    model: Fixed 640
  yard-ptz:
    serial: SIM-0004
    model: Dome 360
    presets:
      home: {azimuth: 126 deg, tilt: -22 deg, fov: 61 deg}
      "Tor 2: Süd": {azimuth: 160.5 deg, tilt: -20 deg, fov: 52 deg}
      lost: unknown
"""
PATROL = """\
patrol: tour
version: 1
because: The insurance asks for it.
every: 20m
stops:
  - {camera: yard-ptz, preset: hoome, dwell: 12s}
"""


def preset(name: str, *aim: float) -> KnownPreset:
    return KnownPreset(PresetName(name), Aim(*aim) if aim else None)


KNOWN = (
    KnownCamera(CameraId("gate-fixed"), "SIM-0001", "Fixed 640"),
    KnownCamera(
        YARD,
        "SIM-0004",
        "Dome 360",
        (
            preset("home", 126.0, -22.0, 61.0),
            preset("Tor 2: Süd", 160.5, -20.0, 52.0),
            preset("lost"),
        ),
    ),
)


def told(text: str) -> str:
    with pytest.raises(AuthorError) as caught:
        parsed_inventory(text, PATH, SITE)
    return str(caught.value)


def folder_of(tmp_path: Path, inventory: str, site: str = FROM_CAMERA) -> Path:
    (tmp_path / "site.yaml").write_text(site, "utf-8")
    (tmp_path / "inventory.yaml").write_text(inventory, "utf-8")
    return tmp_path


def test_a_good_inventory_is_read_whole_and_written_as_it_was() -> None:
    assert parsed_inventory(GOOD, PATH, SITE) == KNOWN

    header, _, text = written_inventory("depot", KNOWN).partition("inventory:")
    assert f"inventory:{text}" == GOOD
    assert "orchestrator topology export" in header


def test_angles_are_rounded_so_that_noise_makes_no_difference() -> None:
    noisy = replace(KNOWN[1], presets=(preset("home", 359.97, -0.04, 60.9999),))

    assert "home: {azimuth: 0 deg, tilt: 0 deg, fov: 61 deg}" in written_inventory("x", [noisy])


def test_what_another_reader_would_take_for_no_text_is_quoted() -> None:
    words = (
        "on",
        "Null",
        "3",
        "1e3",
        "",
        "a: b",
        "a #b",
        "- a",
        "<<",
        "~",
        "{x}",
        '"',
        "\\",
        "\u0085",
    )
    known = KnownCamera(YARD, "00123", "yes", tuple(preset(word) for word in words))

    text = written_inventory("depot", [known])

    assert '"on": unknown' in text
    assert '"<<": unknown' in text
    assert 'serial: "00123"' in text
    assert text.isascii()
    assert parsed_inventory(text, PATH, SITE) == (known,)


def test_cameras_that_said_nothing_are_read_back_too() -> None:
    silent = KnownCamera(YARD, "", "")

    assert parsed_inventory(written_inventory("depot", [silent]), PATH, SITE) == (silent,)
    assert parsed_inventory(written_inventory("depot", []), PATH, SITE) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("inventory: depot", "inventory: harbour", "1:12: this is the inventory of `harbour`"),
        ("version: 1", "version: 2", "2:1: version 2 of the language is not known"),
        ("  yard-ptz:", "  yard-pzt:", "7:3: unknown camera `yard-pzt` of the site file"),
        ("  yard-ptz:", "  yard-pzt:", "did you mean `yard-ptz`? (cameras: gate-fixed, yard-ptz)"),
        ("serial: SIM-0004", "serail: SIM-0004", "8:5: unknown key `serail` of camera `yard-ptz`"),
        ("model: Dome 360", "model: [Dome]", "9:12: `model` must be a single value"),
        ("126 deg", "126", "11:23: `azimuth` must be an angle with its unit, found `126`"),
        ("61 deg", "610 deg", "`fov` must be between 0.5 and 150 deg, found 610"),
        (", fov: 61 deg", "", "11:13: preset `home` needs `fov`"),
        ("lost: unknown", "lost: nowhere", "13:13: preset `lost` must be a map, or `unknown`"),
        ("lost: unknown", "home: unknown", "13:7: key `home` is written twice"),
        ("cameras:", "cameras: none\nrest:", "`cameras` must be a map of names"),
    ],
)
def test_a_mistake_is_told_at_its_place(right: str, wrong: str, message: str) -> None:
    assert right in GOOD

    assert message in told(GOOD.replace(right, wrong, 1))


def test_every_mistake_is_told_at_once_in_order() -> None:
    text = GOOD.replace("61 deg", "61").replace("gate-fixed", "gate-fxed").replace("depot", "x")

    findings = read_inventory(text, PATH, SITE).findings

    assert [finding.line for finding in findings] == [1, 4, 11]


def test_a_camera_with_a_mistake_is_left_out_and_the_others_stand() -> None:
    assert read_inventory(GOOD.replace("61 deg", "61"), PATH, SITE).cameras == KNOWN[:1]
    assert read_inventory(GOOD.replace("gate-fixed", "gone"), PATH, SITE).cameras == KNOWN[1:]


@pytest.mark.parametrize("spoilt", [("depot", "harbour"), ("version: 1", "version: 2"), ("{", "}")])
def test_nothing_is_kept_of_a_file_that_means_something_else(spoilt: tuple[str, str]) -> None:
    read = read_inventory(GOOD.replace(*spoilt), PATH, SITE)

    assert read.cameras == ()
    assert read.findings


def test_a_site_is_read_with_the_inventory_beside_it(tmp_path: Path) -> None:
    site = read_site(folder_of(tmp_path, GOOD))

    assert site.inventory == KNOWN
    assert site.known(YARD) == KNOWN[1]
    assert site.known(CameraId("nobody")) is None
    assert isinstance(hash(site), int)


def test_a_mistake_in_the_inventory_is_one_in_the_site_but_does_not_stop_its_export(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path, GOOD.replace("gate-fixed", "gate-fxed"))

    with pytest.raises(AuthorError, match=r"inventory\.yaml:4:3: unknown camera `gate-fxed`"):
        read_site(folder, strict=False)

    site = read_site_for_export(folder)
    assert site.inventory == KNOWN[1:]
    assert [finding.line for finding in site.findings] == [4]


def test_an_export_begins_without_an_inventory_or_with_one_that_is_no_text(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, GOOD)
    (folder / "inventory.yaml").write_bytes(b"inventory: \xff")

    assert "not UTF-8 text" in str(read_site_for_export(folder).findings[0])

    (folder / "inventory.yaml").unlink()
    assert read_site_for_export(folder) == SITE


def test_presets_are_checked_against_the_inventory_where_no_camera_can_be_asked() -> None:
    known = replace(SITE, inventory=KNOWN)

    with pytest.raises(AuthorError) as caught:
        parsed_policies([("policies/tour/policy.yaml", PATROL)], known)

    text = str(caught.value)
    assert "policy.yaml:6:32: unknown preset `hoome` of camera `yard-ptz`" in text
    assert "did you mean `home`? (presets: Tor 2: Süd, home, lost)" in text
    assert parsed_policies([("policy.yaml", PATROL)], SITE).names == ("tour",)


def test_presets_that_an_author_listed_count_more_than_the_inventory() -> None:
    listed = parsed_site(SITE_TEXT, "site.yaml")

    names = Names(replace(listed, inventory=KNOWN))

    assert names.presets(listed.camera(YARD)) == frozenset({"home", "gate", "dock"})
