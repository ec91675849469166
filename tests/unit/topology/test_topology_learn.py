import numpy as np
import pytest

from orchestrator.domain.ids import CameraId
from orchestrator.topology import Visit, blind_links, overlapping

A, B, C = CameraId("a"), CameraId("b"), CameraId("c")


def commuters(count: int, way_s: float, *, gap_s: float, seed: int = 1) -> list[Visit]:
    """Return people who are in ``a``, then ``way_s`` later in ``b``; nobody knows who is who."""
    rng = np.random.default_rng(seed)
    visits: list[Visit] = []
    at_s = 5.0
    for person in range(count):
        at_s += float(rng.uniform(0.6, 1.4)) * gap_s
        out_s = at_s + 4.0
        back_s = out_s + way_s + float(rng.normal(0.0, 0.4))
        visits += [
            Visit(A, 2 * person, at_s, out_s),
            Visit(B, 2 * person + 1, back_s, back_s + 4.0),
        ]
    visits.append(Visit(C, 10_000, at_s + 60.0, at_s + 61.0))
    return visits


@pytest.mark.parametrize("way_s", [3.0, 9.0, 25.0])
def test_a_way_that_everybody_takes_is_found_with_its_time(way_s: float) -> None:
    links = blind_links(commuters(20, way_s, gap_s=15.0), (), known=False)
    found = {(link.a, link.b): link for link in links}
    assert (A, B) in found
    assert found[A, B].median_s == pytest.approx(way_s, abs=1.5)
    assert found[A, B].p10_s <= found[A, B].median_s <= found[A, B].p90_s


def test_what_two_people_did_is_not_a_way_yet() -> None:
    assert blind_links(commuters(2, 5.0, gap_s=15.0), (), known=False) == ()


def test_no_blind_way_leads_between_cameras_that_overlap() -> None:
    assert blind_links(commuters(20, 5.0, gap_s=15.0), [(A, B)], known=False) == ()


def test_cameras_with_the_same_people_at_once_overlap() -> None:
    visits = [
        Visit(A, 1, 0.0, 9.0),
        Visit(B, 1, 4.0, 12.0),
        Visit(C, 2, 0.0, 12.0),
    ]
    assert overlapping(visits, known=True) == ((A, B),)


def test_without_names_cameras_whose_counts_rise_together_overlap() -> None:
    rng = np.random.default_rng(3)
    visits: list[Visit] = []
    for person in range(30):
        at_s, other_s = rng.uniform(0.0, 300.0, 2).tolist()
        visits += [
            Visit(A, 3 * person, at_s, at_s + 10.0),
            Visit(B, 3 * person + 1, at_s + 1.0, at_s + 12.0),
            Visit(C, 3 * person + 2, other_s, other_s + 10.0),
        ]
    assert overlapping(visits, known=False) == ((A, B),)


def test_nothing_seen_teaches_nothing() -> None:
    assert overlapping([], known=True) == ()
    assert blind_links([], (), known=True) == ()
