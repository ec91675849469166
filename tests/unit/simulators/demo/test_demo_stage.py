"""A demo's folder is fresh, its secrets are secret, and it can move to other addresses."""

import re
from pathlib import Path

import pytest

from simulators.demo.stage import USUAL_NET, opened, prepared, read_secret
from simulators.score.places import read_layout

DEMO = Path("config/demo")


def test_every_login_gets_a_random_password_that_only_its_owner_reads(tmp_path: Path) -> None:
    one, other = (prepared(DEMO, tmp_path / name, USUAL_NET) for name in ("one", "other"))

    names = sorted(path.name for path in one.secrets.iterdir())
    assert {camera.credentials for camera in one.file.cameras.values()} < set(names)
    assert {path.stat().st_mode & 0o777 for path in one.secrets.iterdir()} == {0o600}
    assert all(read_secret(one, name)[1] != read_secret(other, name)[1] for name in names)


def test_an_operator_logs_in_under_the_name_of_the_site_file(tmp_path: Path) -> None:
    stage = prepared(DEMO, tmp_path / "out", USUAL_NET)

    users = {
        name: read_secret(stage, entry.credentials)[0]
        for name, entry in stage.file.operators.items()
    }

    assert users
    assert all(user == name for name, user in users.items())


def test_what_an_earlier_demo_left_is_removed(tmp_path: Path) -> None:
    stage = prepared(DEMO, tmp_path / "out", USUAL_NET)
    stage.truth.write_text("old")

    assert not prepared(DEMO, tmp_path / "out", USUAL_NET).truth.exists()


def test_a_folder_that_is_not_a_demos_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")

    with pytest.raises(FileExistsError, match="not the folder of a demo"):
        prepared(DEMO, tmp_path, USUAL_NET)

    assert (tmp_path / "thesis.txt").exists()


def test_another_net_moves_every_address_and_the_brokers_port(tmp_path: Path) -> None:
    usual = prepared(DEMO, tmp_path / "usual", USUAL_NET)
    other = prepared(DEMO, tmp_path / "other", "127.0.99")

    for file in ("site.yaml", "facility.yaml"):
        nets = set(re.findall(r"127\.0\.\d+", (other.site / file).read_text()))
        assert nets == {"127.0.99"}
    assert other.broker[1] != usual.broker[1]
    assert read_layout(other.site).private == read_layout(usual.site).private
    assert opened(DEMO, tmp_path / "other") == other
