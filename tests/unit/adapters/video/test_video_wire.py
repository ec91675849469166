"""The parent takes from a child only what its order explains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.wire import (
    HEADER_BYTES,
    Header,
    Message,
    Order,
    TimedBy,
    header_in,
    order_in,
    plain_reason,
)
from orchestrator.errors import MediaError

SIZE = (640, 352)


def frame(**changes: float) -> Header:
    usual: dict[str, int | float] = {
        "width": 640,
        "height": 352,
        "source_width": 640,
        "source_height": 360,
        "exposed_s": 12.5,
    }
    return Header(Message.FRAME, TimedBy.RTCP, **{**usual, **changes})  # type: ignore[arg-type]  # sizes are whole numbers


def test_a_header_comes_out_as_it_went_in() -> None:
    assert header_in(frame(number=7).packed(), SIZE) == frame(number=7)


def test_an_order_comes_out_as_it_went_in() -> None:
    order = Order("127.0.0.1", 554, "/x", "u", "p", 640, 352)

    assert order_in(order.line()) == order


def test_an_order_does_not_show_its_login() -> None:
    assert "hunter2" not in repr(Order("127.0.0.1", 554, "/x", "root", "hunter2", 640, 352))


@pytest.mark.parametrize(
    "wrong",
    [
        frame(width=320),
        frame(body_bytes=1),
        frame(body_bytes=4_000_000_000),
        frame(source_width=0),
        frame(exposed_s=float("nan")),
        frame(exposed_s=-1.0),
        Header(Message.OPENED, body_bytes=1),
        Header(Message.FAILED, body_bytes=301),
    ],
)
def test_a_header_that_the_order_does_not_explain_is_refused(wrong: Header) -> None:
    with pytest.raises(MediaError):
        header_in(wrong.packed(), SIZE)


@given(st.binary(min_size=HEADER_BYTES, max_size=HEADER_BYTES))
def test_any_bytes_are_a_header_or_a_media_error(data: bytes) -> None:
    try:
        header = header_in(data, SIZE)
    except MediaError:
        return
    assert header.body_bytes <= 300


def test_a_reason_is_one_short_printable_line() -> None:
    assert plain_reason(b"gone\r\n\x1b[31m" + b"a" * 900).startswith("gone")
    assert plain_reason(b"gone\r\n\x1b[31m" + b"a" * 900).isprintable()
    assert len(plain_reason(b"a" * 900)) == 300
