"""A fixed camera cannot be turned away from a private zone, so its engineer is told."""

from dataclasses import replace

from orchestrator.domain.policy import Act
from orchestrator.topology import exposed
from tests.fakes.private_site import with_bench
from tests.fakes.walkers import dome, fixed, site_of

GATE = fixed("gate", 10, 5, 0.0)
AWAY = fixed("away", 10, 5, 180.0)
HEAD = dome("head", 10, 5)
SITE = site_of(GATE, AWAY, HEAD)


def test_the_fixed_camera_that_shows_the_zone_is_named_with_what_to_do() -> None:
    [found] = exposed(with_bench(SITE, Act.LOOK))

    assert found.camera.id == "gate"
    assert "policies/bench/policy.yaml:1" in str(found)
    assert "mask the zone" in str(found)
    assert "blanked here" in str(found)


def test_a_rule_that_forbids_no_looking_exposes_nobody() -> None:
    assert list(exposed(with_bench(SITE, Act.DETECT, Act.IDENTIFY))) == []


def test_a_camera_that_nobody_surveyed_is_named_once_for_each_rule_that_makes_it_blind() -> None:
    lost = replace(AWAY, surveyed=False)
    site = site_of(lost, HEAD)

    [found] = exposed(with_bench(site, Act.DETECT))
    assert (found.camera.id, str(found).count("sees nothing")) == ("away", 1)
    assert list(exposed(with_bench(site, Act.IDENTIFY, Act.RECORD))) == []
