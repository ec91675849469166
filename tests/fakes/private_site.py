"""A site with a bench that a privacy rule closes to some acts, at every hour."""

from dataclasses import replace

from orchestrator.domain.ids import PolicyName, ZoneId
from orchestrator.domain.policy import Act, PolicySet, PrivacyRule, Source
from orchestrator.domain.region import Ring
from orchestrator.domain.site import Site, Zone

BENCH: Ring = ((6.0, 18.0), (9.0, 18.0), (9.0, 22.0), (6.0, 22.0))


def with_bench(site: Site, *never: Act) -> Site:
    """Return the site with the bench, at which nobody may do what ``never`` says."""
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
    zones = (*site.zones, Zone(ZoneId("bench"), BENCH))
    return replace(site, zones=zones, policies=PolicySet(privacy=(rule,)))
