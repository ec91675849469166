"""What was seen is read back to the last bit; what is no event log is refused in a sentence."""

import dataclasses
import json
from typing import get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.appearance import SIZE
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, CommandId, PersonName
from orchestrator.domain.sighting import Command, Detections, Observation, Order
from orchestrator.replay.lines import Misread, observation, parsed, plain

FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
SEEN = [one for one in get_args(Observation) if one not in (Detections, Command)]


def read_back(seen: Observation) -> Observation:
    word, value = plain(seen)
    return observation(word, msgspec.Raw(msgspec.json.encode(value)))


@given(st.data())
@pytest.mark.parametrize("kind", SEEN)
def test_every_observation_is_read_back_the_same(kind: type, data: st.DataObject) -> None:
    st.register_type_strategy(float, FLOATS)
    seen = data.draw(st.builds(kind, at_s=FLOATS))

    assert read_back(seen) == seen


@given(st.data())
@pytest.mark.parametrize("kind", get_args(Order))
def test_every_order_is_read_back_the_same(kind: type, data: st.DataObject) -> None:
    st.register_type_strategy(float, FLOATS)
    order = data.draw(st.from_type(kind))
    command = Command(CommandId("c"), PersonName("anna"), data.draw(FLOATS), order)

    assert read_back(command) == command


@given(
    st.integers(0, 5).flatmap(
        lambda count: st.binary(min_size=count * (5 + SIZE) * 4, max_size=count * (5 + SIZE) * 4)
    )
)
def test_every_bit_of_a_picture_is_read_back(numbers: bytes) -> None:
    floats = np.frombuffer(numbers, np.float32)
    count = len(floats) // (5 + SIZE)
    boxes, scores, looks = np.split(floats, [4 * count, 5 * count])
    seen = Detections(
        CameraId("gate"),
        0.1 + 0.2,
        Aim(1 / 3, -2 / 3, 60.0),
        1280,
        720,
        boxes.reshape(count, 4),
        scores,
        np.zeros(count, np.int8),
        looks.reshape(count, SIZE),
    )

    back = read_back(seen)

    assert isinstance(back, Detections)
    for field in dataclasses.fields(Detections):
        mine, other = getattr(seen, field.name), getattr(back, field.name)
        if isinstance(mine, np.ndarray):
            assert (other.dtype, other.shape) == (mine.dtype, mine.shape)
            assert other.tobytes() == mine.tobytes()
        else:
            assert other == mine


TICK = {
    "kind": "tick",
    "mono_s": 1.0,
    "wall": "2026-03-02T02:00:00+01:00",
    "seen": [],
    "decided": "",
}
PICTURE = {
    "camera": "gate",
    "exposed_s": 1.0,
    "aim": None,
    "width_px": 1280,
    "height_px": 720,
    "boxes_px": "",
    "scores": "",
    "kinds": "",
    "appearances": "",
}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"", "not a line of an event log"),
        (b"\xff\xfe", "not a line of an event log"),
        (b"[" * 100_000, "not a line of an event log"),
        (b'{"kind":"end"}', "not a line of an event log"),
        (json.dumps({**TICK, "extra": 1}).encode(), "unknown field `extra`"),
        (json.dumps({**TICK, "mono_s": "1"}).encode(), "$.mono_s"),
        (json.dumps({**TICK, "mono_s": 1e11}).encode(), "out of all bounds"),
        (json.dumps({**TICK, "wall": "9999-12-31T23:59:59-12:00"}).encode(), "out of all bounds"),
        (json.dumps({**TICK, "wall": "2026-03-02T02:00:00"}).encode(), "offset from UTC"),
        (b'{"kind":"begin","format":2,"run":"r","version":"1"}', "format 2 is newer"),
    ],
)
def test_a_wrong_line_is_refused_in_a_sentence(line: bytes, says: str) -> None:
    with pytest.raises(Misread) as refused:
        parsed(line)

    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("word", "value", "says"),
    [
        ("earthquake", {}, "unknown observation `earthquake`"),
        ("head_seen", {"camera": "gate"}, "missing required field"),
        ("link_seen", {"camera": "gate", "at_s": 1e300, "state": "online"}, "out of all bounds"),
        ("detections", {**PICTURE, "scores": "AAAA"}, "arrays of other sizes"),
        ("detections", {**PICTURE, "width_px": 0}, "cannot be"),
        ("detections", {**PICTURE, "kinds": "no base64!"}, "not what was seen"),
        ("command", {"id": "c", "actor": "a", "at_s": 1.0, "order": ["sing", {}]}, "order `sing`"),
    ],
)
def test_what_was_not_seen_is_refused_in_a_sentence(word: str, value: object, says: str) -> None:
    with pytest.raises(Misread) as refused:
        observation(word, msgspec.Raw(json.dumps(value).encode()))

    assert says in str(refused.value)


@given(st.binary(max_size=300))
def test_no_bytes_get_further_than_a_refusal(raw: bytes) -> None:
    with pytest.raises(Misread):
        parsed(raw)
