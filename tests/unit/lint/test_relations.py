"""The graph of a site's rules: who is started by what, may have which camera, and yields to whom."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestrator.config import read_site
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.intent import Band
from orchestrator.domain.policy import SetImaging
from orchestrator.domain.site import Site
from orchestrator.lint import relations

TODAY = date(2026, 3, 1)
DEMO = Path(__file__).parents[3] / "config" / "demo"


@pytest.fixture(scope="module")
def demo() -> Site:
    return read_site(DEMO)


def edges(site: Site, kind: str) -> set[tuple[str, str, str]]:
    links = relations(site, TODAY).edges(data=True)
    return {(one, other, link["says"]) for one, other, link in links if link["kind"] == kind}


def test_zones_and_views_start_policies_and_calendars_rule_them(demo: Site) -> None:
    intrusion = "policy after-hours-intrusion"

    assert {("zone yard", intrusion, "enters"), ("zone dock", intrusion, "enters")} <= edges(
        demo, "starts"
    )
    assert ("cause any view", "policy hand-off-ahead", "leaves") in edges(demo, "starts")
    assert ("calendar closed-hours", "patrol night-tour", "during") in edges(demo, "rules")


def test_a_tour_names_its_presets_and_the_best_camera_may_be_any_that_turns(demo: Site) -> None:
    claims = edges(demo, "claims")

    assert ("patrol night-tour", "camera yard-ptz", "presets gate, yard-south") in claims
    ahead = {other for one, other, _ in claims if one == "policy hand-off-ahead"}
    assert ahead == {"camera yard-ptz", "camera dock-ptz", "camera carpark-ptz"}


def test_a_privacy_rule_closes_its_zones_and_competes_with_nobody(demo: Site) -> None:
    graph = relations(demo, TODAY)

    assert edges(demo, "closes") == {
        ("privacy rest-area", "zone rest-area", "detect, identify, look, record")
    }
    assert graph.nodes["privacy rest-area"]["rank"] == 0
    assert not [e for e in edges(demo, "compete") if "privacy rest-area" in e[:2]]


def test_the_stronger_band_of_the_site_takes_the_camera(demo: Site) -> None:
    bands = demo.arbitration.bands
    first = (Band.PATROL, *(band for band in bands if band is not Band.PATROL))
    turned = replace(demo, arbitration=replace(demo.arbitration, bands=first))
    tour, intrusion = "patrol night-tour", "policy after-hours-intrusion"

    assert (intrusion, tour, "alarm before patrol, over yard-ptz, dock-ptz") in edges(
        demo, "compete"
    )
    assert (tour, intrusion, "patrol before alarm, over yard-ptz, dock-ptz") in edges(
        turned, "compete"
    )


def test_who_never_holds_at_the_same_time_does_not_compete(demo: Site) -> None:
    [calendar] = [one for one in demo.calendars if one.name == "closed-hours"]
    never = replace(calendar, name=type(calendar.name)("never"), days=frozenset[int]())
    policies = demo.policies
    tours = tuple(replace(tour, during=never.name) for tour in policies.patrols)
    idle = replace(
        demo, calendars=(*demo.calendars, never), policies=replace(policies, patrols=tours)
    )

    assert not [e for e in edges(idle, "compete") if "patrol night-tour" in e[:2]]


def test_inside_a_band_the_higher_priority_takes_the_camera(demo: Site) -> None:
    [one, *_] = demo.policies.policies
    other = replace(one, name=type(one.name)("more-urgent"), priority=one.priority + 20)
    both = replace(demo, policies=replace(demo.policies, policies=(one, other)))
    says = f"priority {other.priority} before {one.priority}, over yard-ptz, dock-ptz"

    assert (f"policy {other.name}", f"policy {one.name}", says) in edges(both, "compete")


def test_a_picture_that_is_set_is_told_apart_from_a_head_that_is_claimed(demo: Site) -> None:
    [one, *_] = demo.policies.policies
    fixed = demo.cameras[0].id
    sets = SetImaging((fixed,), Imaging(), 60.0, one.source)
    site = replace(demo, policies=replace(demo.policies, policies=(replace(one, do=(sets,)),)))

    assert edges(site, "sets") == {(f"policy {one.name}", f"camera {fixed}", "picture")}
    assert not [edge for edge in edges(site, "claims") if edge[0].startswith("policy")]
