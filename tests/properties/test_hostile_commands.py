"""Whatever arrives as a command: it is an order by an operator who may give it, or a plain refusal."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.sighting import GotoPreset
from orchestrator.ports import Message
from orchestrator.tell.orders import FRESH_S, SAY_CAP, Refusal, Request, request_of
from orchestrator.tell.topics import Topics
from tests.fakes.desk import YARD, desk_site

SITE = desk_site()
TOPICS = Topics(SITE.name)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
GOTO = f"{TOPICS.prefix}/cmd/anna/camera/{YARD}/goto_preset"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["id", "issued_at", "expires_in", "args", "reply_to", "actor", "x"])
bodies = st.dictionaries(fields, json_values).map(lambda body: json.dumps(body).encode())
topics = st.text(st.characters(codec="utf-8", exclude_characters="+#\0"), max_size=80) | st.lists(
    st.sampled_from([*GOTO.split("/"), "vera", "policy", "night-tour", "release", "..", "", "%"]),
    max_size=9,
).map("/".join)
HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"\x00\xff\xfe",
    b"[" * 30_000,
    b'{"args":' * 9_000,
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"},"id":"b"}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g","preset":"h"}}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00","args":{"preset":"g"}}',
    b'{"id":"a","issued_at":"9999-12-31T23:59:59-23:59","args":{"preset":"g"}}',
    b'{"id":"a","issued_at":"0001-01-01T00:00:00+23:59","args":{"preset":"g"}}',
    b'{"id":"a","issued_at":1772416800,"args":{"preset":"g"}}',
    b'{"id":"a\\n","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"}}',
    b'{"id":"../../x","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"}}',
    b'{"id":"\\ud800","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"}}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":""}}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":7}}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":null}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"},"expires_in":NaN}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"},"expires_in":1e999}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"},"expires_in":-1}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"},"actor":"bert"}',
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"g"}}' + b" " * 70_000,
    b'{"id":"a","issued_at":"2026-03-02T02:00:00Z","args":{"preset":"' + b"g" * 200 + b'"}}',
]


def check_refusal(refusal: Refusal) -> None:
    """A refusal is short, has a code, and speaks to its user's own topics only."""
    assert refusal.code in {"invalid", "unauthorised"}
    assert 0 < len(refusal.say) <= SAY_CAP
    if refusal.user is not None:
        assert refusal.reply_to is not None
        assert refusal.reply_to.startswith(f"{TOPICS.prefix}/reply/{refusal.user}/")


def judged(message: Message) -> None:
    read = request_of(message, SITE, NOW)
    if isinstance(read, Refusal):
        check_refusal(read)
        return
    asked = TOPICS.asked(message.topic)
    assert asked is not None
    assert read.user == asked.user
    assert read.user in {"anna", "bert"}
    assert TOPICS.is_reply_of(read.user, read.reply_to)


def test_every_known_trick_is_refused_with_a_reason() -> None:
    for payload in HOSTILE:
        read = request_of(Message(GOTO, payload), SITE, NOW)
        if isinstance(read, Request):
            assert read.stale is not None, payload[:120]
        else:
            check_refusal(read)


@pytest.mark.slow
@given(st.binary(max_size=200) | bodies)
def test_any_body_is_an_order_or_a_refusal(payload: bytes) -> None:
    judged(Message(GOTO, payload))


@pytest.mark.slow
@given(topics, bodies, st.booleans())
def test_any_topic_is_an_order_or_a_refusal(topic: str, payload: bytes, retain: bool) -> None:
    judged(Message(topic, payload, retain))


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_damaged_command_is_refused_or_means_the_same_camera(at: int, noise: bytes) -> None:
    body = {"id": "c1", "issued_at": NOW.isoformat(), "args": {"preset": "gate"}}
    honest = json.dumps(body).encode()
    at %= len(honest)
    read = request_of(Message(GOTO, honest[:at] + noise + honest[at + len(noise) :]), SITE, NOW)
    if isinstance(read, Refusal):
        check_refusal(read)
    else:
        assert isinstance(read.order, GotoPreset)
        assert read.order.camera == YARD


@given(st.floats(-90, 90), st.floats(0.1, 60))
def test_a_command_is_followed_only_while_it_is_fresh(age_s: float, expires_in: float) -> None:
    issued = NOW - timedelta(seconds=age_s)
    body = {
        "id": "c1",
        "issued_at": issued.isoformat(),
        "expires_in": expires_in,
        "args": {"preset": "gate"},
    }
    read = request_of(Message(GOTO, json.dumps(body).encode()), SITE, NOW)
    assert isinstance(read, Request)
    exact_s = (NOW - issued).total_seconds()
    assert (read.stale is None) == (-FRESH_S <= exact_s <= min(FRESH_S, expires_in))
