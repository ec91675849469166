"""The operator's script is made for whatever site is simulated."""

from pathlib import Path

import pytest

from simulators.demo.crew import ProcessFailedError
from simulators.demo.play import discovered_hosts
from simulators.demo.script import part_of, sees_private
from simulators.score.places import Rules, read_layout, read_rules
from simulators.score.sight import Zone
from tests.fakes.runs import layout

AHEAD = Zone("rest", ((-1.0, 9.0), (1.0, 9.0), (1.0, 11.0), (-1.0, 11.0)))
RULES = Rules(policies=("look",), patrols=("tour",), private=frozenset({"rest"}))


def test_the_demos_operator_borrows_a_camera_that_cannot_see_the_rest_area() -> None:
    site = Path("config/demo")
    part = part_of(read_layout(site), read_rules(site))

    assert part.private is not None
    assert part.private[0] != part.camera
    assert part.private[1] not in part.presets
    assert len(set(part.presets)) == 2


def test_a_preset_that_shows_a_point_of_the_zone_is_private() -> None:
    built = layout(private=(AHEAD,))
    head = built.stations["p"]

    assert sees_private(built, head, "north")
    assert not sees_private(built, head, "east")


def test_a_patrol_is_paused_before_any_policy() -> None:
    assert RULES.to_pause == "tour"
    assert Rules(("look",), (), frozenset()).to_pause == "look"


def test_each_discovered_address_counts_once() -> None:
    printed = '[{"host": "127.0.0.2", "port": 1}, {"host": "127.0.0.1"}, {"host": "127.0.0.2"}]'

    assert discovered_hosts(printed) == ("127.0.0.1", "127.0.0.2")


def test_what_is_not_json_is_a_failure_of_the_process() -> None:
    with pytest.raises(ProcessFailedError, match="discover did not print JSON"):
        discovered_hosts("oops")
