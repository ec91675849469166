import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.geometry.boxes import areas, shared

edges = st.floats(-50.0, 700.0)
boxes = st.lists(st.tuples(edges, edges, edges, edges), max_size=5).map(
    lambda rows: np.array(rows, dtype=np.float64).reshape(-1, 4)
)


@given(boxes)
def test_two_boxes_share_the_same_both_ways_and_no_more_than_either_has(some: np.ndarray) -> None:
    common, area = shared(some), areas(some)

    assert np.array_equal(common, common.T)
    assert (common <= np.minimum(area[:, None], area) + 1e-6).all()
    assert np.allclose(common.diagonal(), area)


def test_boxes_beside_each_other_share_nothing() -> None:
    apart = np.array([[0.0, 0.0, 4.0, 4.0], [4.0, 0.0, 8.0, 4.0], [0.0, 9.0, 4.0, 12.0]])

    assert np.count_nonzero(shared(apart)) == 3
