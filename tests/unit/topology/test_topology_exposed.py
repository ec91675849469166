"""A fixed camera cannot be turned away from a private zone, so its engineer is told."""

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


def test_a_rule_that_forbids_no_looking_exposes_nobody() -> None:
    assert list(exposed(with_bench(SITE, Act.DETECT, Act.IDENTIFY))) == []
