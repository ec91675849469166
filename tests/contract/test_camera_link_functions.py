"""The ``CameraLink`` suite: preset tours, privacy masks, relay outputs, places on earth, stills."""

import pytest

from orchestrator.domain.ids import MaskId, PresetName, RelayId, TourName
from orchestrator.domain.masks import Cover, Mask
from orchestrator.domain.optics import Control, Optics
from orchestrator.domain.place import Place
from orchestrator.domain.relays import Contact, Relay, RelayMode
from orchestrator.domain.tours import Tour, TourOrder, TourSpot, TourState
from orchestrator.errors import BadAnswer, CameraFault, NotAuthorised, NotSupported
from tests.fakes.camera_benches import GATE, WIDE, Bench

ROUND = TourName("round")
SPOTS = (TourSpot(GATE, stay_s=0.0), TourSpot(WIDE, stay_s=20.5), TourSpot(home=True, stay_s=5.0))
WINDOW = Mask(((0.1, 0.2), (0.5, 0.2), (0.5, 0.6), (0.1, 0.6)))
SLANTED = Mask(((0.1, 0.2), (0.5, 0.3), (0.4, 0.6)), Cover.PIXELS)
HORN, GATE_MOTOR = RelayId("relay_0"), RelayId("relay_1")
YARD = Place(13.4050, 52.5200, 34.0, 90.0)


async def test_a_tour_is_written_told_and_removed(bench: Bench) -> None:
    tours = bench.link().tours
    assert await tours.listed() == ()

    assert await tours.write(Tour(ROUND, SPOTS)) == Tour(ROUND, SPOTS)
    changed = await tours.write(Tour(ROUND, SPOTS[1:]))

    assert list(await tours.listed()) == [changed] == [Tour(ROUND, SPOTS[1:])]
    await tours.remove(ROUND)
    assert await tours.listed() == ()


async def test_a_tour_is_started_paused_and_stopped_and_looked_at_after_each_order(
    bench: Bench,
) -> None:
    tours = bench.link().tours
    await tours.write(Tour(ROUND, SPOTS))

    states = [
        (await tours.order(ROUND, order)).state
        for order in (TourOrder.START, TourOrder.PAUSE, TourOrder.START, TourOrder.STOP)
    ]

    assert states == [TourState.TOURING, TourState.PAUSED, TourState.TOURING, TourState.IDLE]


async def test_a_tour_that_is_accepted_and_never_walked_is_told_as_it_is(bench: Bench) -> None:
    bench.walks_no_tours()
    tours = bench.link().tours
    await tours.write(Tour(ROUND, SPOTS))

    told = await tours.order(ROUND, TourOrder.START)

    assert told.state is not TourOrder.START.leads_to


async def test_a_tour_of_a_preset_that_is_missing_leaves_nothing_behind(bench: Bench) -> None:
    tours = bench.link().tours

    with pytest.raises(CameraFault) as error:
        await tours.write(Tour(ROUND, (TourSpot(PresetName("gaet"), stay_s=5.0),)))

    assert error.value.code == "PresetMissing"
    assert await tours.listed() == ()


async def test_a_tour_that_is_not_there_is_an_error_and_no_guess(bench: Bench) -> None:
    with pytest.raises(CameraFault) as error:
        await bench.link().tours.order(TourName("ruond"), TourOrder.START)

    assert error.value.code == "TourMissing"


async def test_a_fixed_camera_walks_no_tours_and_looks_at_no_place(fixed: Bench) -> None:
    link = fixed.link()

    for asking in (link.tours.listed(), link.places.look_at(YARD)):
        with pytest.raises(NotSupported):
            await asking


async def test_a_mask_is_written_and_read_back_as_it_was_wanted(fixed: Bench) -> None:
    masks = fixed.link().masks

    written = await masks.write(WINDOW)
    moved = await masks.write(SLANTED, at=written.kept.id)

    assert (written.whole, moved.whole) == (True, True)
    assert moved.kept.id == written.kept.id
    [kept] = await masks.kept()
    assert kept == moved.kept
    assert kept.mask.cover is Cover.PIXELS
    assert [pytest.approx(each) for each in kept.mask.corners] == list(SLANTED.corners)
    await masks.remove(kept.id)
    assert await masks.kept() == ()


async def test_a_mask_that_was_accepted_and_not_kept_is_an_error(bench: Bench) -> None:
    bench.forgets_masks()

    with pytest.raises(BadAnswer):
        await bench.link().masks.write(WINDOW)


async def test_a_mask_is_made_larger_where_only_rectangles_fit(bench: Bench) -> None:
    bench.takes_rectangles_only()
    masks = bench.link().masks

    written = await masks.write(SLANTED)

    assert written.whole
    assert len(written.kept.mask.corners) == 4


async def test_a_mask_that_is_off_hides_nothing(bench: Bench) -> None:
    masks = bench.link().masks
    written = await masks.write(Mask(WINDOW.corners, on=False))

    assert written.whole
    assert not written.kept.mask.on


async def test_the_room_for_masks_is_told_and_what_is_not_in_it_refused(bench: Bench) -> None:
    masks = bench.link().masks

    room = await masks.room()

    assert (room.most, room.most_corners, room.rectangles_only) == (8, 16, False)
    assert room.covers == {Cover.COLOUR, Cover.PIXELS, Cover.BLUR}
    with pytest.raises(CameraFault):
        await masks.remove(MaskId("none"))


async def test_exposure_and_focus_are_set_and_told_and_the_picture_stays_as_it_was(
    fixed: Bench,
) -> None:
    link = fixed.link()
    before = await link.imaging()
    assert await link.eye.now() == Optics(Control.AUTO, 0.02, 0.0, Control.AUTO)

    told = await link.eye.set(Optics(exposure_s=0.005, gain_db=6.0, focus=Control.MANUAL))
    again = await link.eye.set(Optics(exposure=Control.AUTO))

    assert told == Optics(Control.MANUAL, 0.005, 6.0, Control.MANUAL)
    assert again == Optics(Control.AUTO, 0.005, 6.0, Control.MANUAL)
    assert await link.imaging() == before


async def test_a_focus_is_moved_until_it_is_stopped(fixed: Bench) -> None:
    eye = fixed.link().eye

    await eye.move_focus(-0.5)
    moving = fixed.focusing()
    await eye.move_focus(0.0)

    assert (moving, fixed.focusing()) == (-0.5, 0.0)


async def test_relays_are_listed_switched_and_set(bench: Bench) -> None:
    relays = bench.link().relays
    assert [each.id for each in await relays.listed()] == [HORN, GATE_MOTOR]

    await relays.switch(HORN, active=True)
    wanted = Relay(GATE_MOTOR, RelayMode.MONOSTABLE, 2.5, Contact.CLOSED)
    told = await relays.write(wanted)

    assert (bench.is_active(HORN), bench.is_active(GATE_MOTOR)) == (True, False)
    assert told == wanted
    await relays.switch(HORN, active=False)
    assert not bench.is_active(HORN)


async def test_a_relay_that_is_not_there_is_an_error(bench: Bench) -> None:
    with pytest.raises(CameraFault):
        await bench.link().relays.switch(RelayId("none"), active=True)


async def test_a_camera_is_told_where_it_is_and_forgets_it(bench: Bench) -> None:
    places = bench.link().places
    assert await places.where() is None

    assert await places.set(YARD) == YARD
    assert await places.where() == YARD
    await places.forget()

    assert await places.where() is None


async def test_a_place_that_was_accepted_and_is_not_told_is_an_error(bench: Bench) -> None:
    bench.keeps_no_place()

    with pytest.raises(BadAnswer):
        await bench.link().places.set(YARD)


async def test_a_head_that_does_not_know_where_it_is_looks_at_no_place(bench: Bench) -> None:
    places = bench.link().places

    with pytest.raises(CameraFault):
        await places.look_at(Place(13.4055, 52.5200, 30.0))


async def test_a_head_looks_at_a_place_on_earth(bench: Bench) -> None:
    places = bench.link().places
    await places.set(YARD)

    await places.look_at(Place(13.4055, 52.5200, 30.0))


async def test_a_still_is_a_jpeg_of_the_size_it_says(fixed: Bench) -> None:
    still = await fixed.link().still()

    assert still.jpeg.startswith(b"\xff\xd8\xff")
    assert (still.width_px, still.height_px) == (640, 360)


async def test_nothing_of_it_is_done_for_a_wrong_password(bench: Bench) -> None:
    link = bench.link(password="wrong")

    for asking in (
        link.tours.listed(),
        link.masks.write(WINDOW),
        link.relays.switch(HORN, active=True),
        link.places.set(YARD),
        link.still(),
    ):
        with pytest.raises(NotAuthorised):
            await asking

    assert bench.wrong_passwords() == 1
    assert not bench.is_active(HORN)
