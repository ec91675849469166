"""As few pictures are decoded as what is asked for needs, and what is decoded can be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.payloads import Coded
from orchestrator.adapters.video.thinning import PATIENCE_S, Thinning

FPS = 10.0


def film(length: int, gop: int) -> list[Coded]:
    """Return coded pictures, each named by its number; every ``gop``-th needs none before it."""
    return [Coded(str(n).encode(), n % gop == 0) for n in range(length)]


def played(pictures: list[Coded], wanted: list[float]) -> tuple[list[int], list[int]]:
    """Return the numbers of the pictures decoded, and of those shown."""
    thinning, decoded, shown = Thinning(), [], []
    for number, (coded, fps) in enumerate(zip(pictures, wanted, strict=True)):
        for step in thinning.steps(coded, number / FPS, fps):
            decoded.append(int(step.coded.data))
            if step.shown:
                shown.append(int(step.coded.data))
    return decoded, shown


def test_every_picture_is_decoded_and_shown_when_all_are_wanted() -> None:
    decoded, shown = played(film(40, 20), [FPS] * 40)

    assert decoded == shown == list(range(40))


def test_half_of_them_are_shown_when_half_are_wanted_and_all_are_decoded() -> None:
    decoded, shown = played(film(40, 20), [FPS / 2] * 40)

    assert decoded == list(range(40))
    assert len(shown) == 20


def test_only_key_pictures_are_decoded_while_few_are_wanted() -> None:
    decoded, shown = played(film(100, 20), [1.0] * 100)

    assert decoded == shown == [0, 20, 40, 60, 80]


def test_a_camera_with_rare_key_pictures_is_caught_up_with_in_time() -> None:
    _, shown = played(film(300, 250), [1.0] * 300)

    gaps_s = [(b - a) / FPS for a, b in pairwise(shown)]
    assert max(gaps_s) <= 1.0 + PATIENCE_S + 1 / FPS


def test_when_more_are_wanted_again_the_next_picture_is_shown() -> None:
    decoded, shown = played(film(60, 50), [1.0] * 30 + [FPS] * 30)

    assert shown[shown.index(30) :] == list(range(30, 60))
    assert decoded[-60:] == list(range(60))


@given(
    st.integers(1, 60),
    st.lists(st.sampled_from([0.2, 1.0, 3.0, 10.0, 30.0]), min_size=1, max_size=150),
)
def test_whatever_is_decoded_follows_on_what_it_needs(gop: int, wanted: list[float]) -> None:
    decoded, shown = played(film(len(wanted), gop), wanted)

    for before, number in zip([None, *decoded], decoded, strict=False):
        assert number % gop == 0 or before == number - 1
    assert set(shown) <= set(decoded)
    assert shown == sorted(set(shown))
