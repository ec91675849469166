"""A fixed camera cannot be turned away from a private zone, so its engineer is told."""

from dataclasses import replace

from orchestrator.domain.ids import PolicyName, ZoneId
from orchestrator.domain.policy import Act, PolicySet, PrivacyRule, Source
from orchestrator.domain.site import Site, Zone
from orchestrator.topology import exposed
from tests.fakes.walkers import dome, fixed, site_of

GATE = fixed("gate", 10, 5, 0.0)
AWAY = fixed("away", 10, 5, 180.0)
HEAD = dome("head", 10, 5)
BENCH = ((6.0, 18.0), (9.0, 18.0), (9.0, 22.0), (6.0, 22.0))


def site(*never: Act) -> Site:
    rule = PrivacyRule(
        name=PolicyName("bench"),
        version=1,
        because="breaks are private",
        basis="works agreement",
        during=None,
        zones=(ZoneId("bench"),),
        never=frozenset(never),
        parks=True,
        source=Source("policies/bench/policy.yaml", 1),
    )
    zones = (Zone(ZoneId("bench"), BENCH),)
    bare = site_of(GATE, AWAY, HEAD)
    return replace(bare, zones=zones, policies=PolicySet(privacy=(rule,)))


def test_the_fixed_camera_that_shows_the_zone_is_named_with_what_to_do() -> None:
    [found] = exposed(site(Act.LOOK))

    assert found.camera.id == "gate"
    assert "policies/bench/policy.yaml:1" in str(found)
    assert "mask the zone" in str(found)


def test_a_rule_that_forbids_no_looking_exposes_nobody() -> None:
    assert list(exposed(site(Act.DETECT, Act.IDENTIFY))) == []
