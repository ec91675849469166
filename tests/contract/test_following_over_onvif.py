"""Following one walker over real ONVIF, by every way a head can be moved; in virtual time."""

from dataclasses import replace

import pytest

from orchestrator.adapters.onvif.engine import engine
from orchestrator.domain.ids import PresetName
from orchestrator.domain.sighting import Grip, MoveEnd, MoveSeen, PursuitSeen
from orchestrator.steer import Granted, Quarry
from tests.benchmarks.steering.posts import posted
from tests.fakes.pursued import TARGET, followed, left, pursuing, truly
from tests.fakes.quirky_site import KINDS


@pytest.fixture(autouse=True)
async def _message_engine() -> None:
    await engine()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "operation", "zooms"),
    [
        ("plain", "AbsoluteMove", True),
        ("steps of the picture only", "RelativeMove", False),
        ("steps of its own only", "RelativeMove", True),
        ("velocities only", "ContinuousMove", True),
    ],
)
async def test_a_head_keeps_who_it_follows_in_its_picture(
    kind: str, operation: str, zooms: bool
) -> None:
    post = await posted(KINDS[kind], timeout_proven=True)
    held = await followed(post, for_s=10.0, after_s=4.0)

    await left(post)

    assert held.share > 0.95
    assert held.tall > 0.9 or not zooms
    assert post.site.sent("GotoPreset") == 0
    assert post.site.sent(operation) == held.moves
    ends = [one.end for one in post.reports if isinstance(one, MoveSeen)]
    assert ends == [MoveEnd.STARTED, MoveEnd.ARRIVED]
    told = [one for one in post.reports if isinstance(one, PursuitSeen)]
    assert {one.target for one in told} == {TARGET}
    assert told[-1].grip is Grip.IN_VIEW


async def test_a_head_that_only_knows_presets_goes_to_the_one_it_is_granted() -> None:
    post = await posted(KINDS["presets only"])
    intent = pursuing()
    for preset in ("gate", "home"):
        quarry = Quarry(TARGET, post.site.clock.now().mono_s, (15.0, 0.0), (0.0, 0.0), 1000.0)
        post.grants.put(Granted(replace(intent, preset=PresetName(preset)), quarry))
        await post.site.clock.advance(6.0)
        assert post.site.off_deg(preset) < 1.0

    assert post.site.sent("GotoPreset") == 2
    await left(post)


async def test_a_head_whose_target_is_lost_waits_along_its_course_and_then_widens() -> None:
    post = await posted(KINDS["plain"])
    began_s = post.site.clock.now().mono_s
    seen = Quarry(TARGET, began_s, (20.0, 0.0), (0.0, 1.0), began_s, 0.1)
    post.grants.put(Granted(pursuing(), seen))
    await post.site.clock.advance(2.0)
    tight = truly(post)
    for unseen_s in range(3, 7):
        now_s = began_s + unseen_s
        post.grants.put(
            Granted(pursuing(), replace(seen, at_s=now_s, position_m=(20.0, unseen_s), sigma_m=2.0))
        )
        await post.site.clock.advance(1.0)
    waits = truly(post)

    assert waits.azimuth_deg == pytest.approx(84.3, abs=2.0)
    assert waits.hfov_deg > 1.2 * tight.hfov_deg
    told = [one.grip for one in post.reports if isinstance(one, PursuitSeen)]
    assert told[-1] is Grip.SEARCHING
    assert Grip.WAITING in told
    await left(post)


async def test_a_head_that_is_no_longer_to_follow_goes_back_to_its_preset() -> None:
    post = await posted(KINDS["plain"])
    intent = pursuing()
    quarry = Quarry(TARGET, post.site.clock.now().mono_s, (5.0, 20.0), (0.0, 0.0), 1e9, 0.1)
    post.grants.put(Granted(intent, quarry))
    await post.site.clock.advance(4.0)
    assert post.site.off_deg("home") > 5.0
    post.grants.put(Granted(replace(intent, pursues=None)))
    await post.site.clock.advance(4.0)

    assert post.site.off_deg("home") < 1.0
    await left(post)
