"""The topic tree, and that broker accounts open exactly the doors it has."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.mqtt.access import Account, accounts, covers
from orchestrator.adapters.mqtt.mosquitto import mosquitto_config
from orchestrator.domain.ids import CameraId, NoticeId, PersonName, ZoneId
from orchestrator.domain.site import Operator
from orchestrator.errors import AuthorError
from orchestrator.tell.topics import Topics
from tests.fakes.desk import YARD, desk_secrets, desk_site

TOPICS = Topics("depot")
TOLD = (
    TOPICS.status,
    TOPICS.targets,
    TOPICS.camera_state(YARD),
    TOPICS.event("policy", ZoneId("yard")),
    TOPICS.alarm(NoticeId("a1")),
    TOPICS.decision(YARD),
)
COMMAND = f"{TOPICS.prefix}/cmd/anna/camera/yard-ptz/release"


def account(user: str) -> Account:
    return next(one for one in accounts(desk_site(), desk_secrets()) if one.user == user)


def test_a_name_cannot_leave_its_place_in_the_tree() -> None:
    state = TOPICS.camera_state(CameraId("a/../+/#"))

    assert state == "orchestrator/depot/camera/a%2F..%2F%2B%2F%23/state"
    assert state.count("/") == TOPICS.camera_state(YARD).count("/")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "orchestrator/depot/cmd",
        "orchestrator/depot/cmd/anna/camera/yard-ptz",
        "orchestrator/depot/cmd/anna/camera/yard-ptz/release/now",
        "orchestrator/other/cmd/anna/camera/yard-ptz/release",
        "orchestrator/depot/cmd/an na/camera/yard-ptz/release",
        "orchestrator/depot/cmd//camera/yard-ptz/release",
        f"x{COMMAND}",
    ],
)
def test_what_is_not_the_topic_of_a_command_asks_nothing(topic: str) -> None:
    assert TOPICS.asked(topic) is None


@pytest.mark.parametrize("user", ["anna", "bert", "vera", "service"])
def test_everybody_who_may_log_in_reads_what_is_told(user: str) -> None:
    assert all(account(user).may_read(topic) for topic in TOLD)


def test_operators_write_below_their_own_name_and_nowhere_else() -> None:
    anna = account("anna")

    assert anna.may_write(COMMAND)
    spoofs = (*TOLD, COMMAND.replace("anna", "bert"), TOPICS.reply("anna"), "$SYS/x", "other")
    assert not any(anna.may_write(topic) for topic in spoofs)


def test_answers_are_read_by_whom_they_are_for() -> None:
    assert account("anna").may_read(TOPICS.reply("anna", "desk-1"))
    assert account("anna").may_read(f"{TOPICS.prefix}/reply/anna/#")
    assert not account("anna").may_read(TOPICS.reply("bert"))
    assert not account("anna").may_read(f"{TOPICS.prefix}/#")
    assert not account("anna").may_read(TOPICS.commands)


def test_viewers_write_nothing() -> None:
    vera = account("vera")

    assert vera.writes == ()
    assert vera.may_read(TOPICS.reply("vera"))


@pytest.mark.parametrize(
    ("allowed", "wanted", "covered"),
    [
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/#", "#", False),
        ("a/#", "+/b", False),
        ("a/+/c", "a/+/c", True),
        ("a/+/c", "a/#", False),
        ("a/+", "a/b/c", False),
        ("a/b", "a/b", True),
        ("a/b", "a/+", False),
        ("#", "$SYS/broker", False),
    ],
)
def test_a_filter_is_granted_only_when_all_it_matches_is(
    allowed: str, wanted: str, *, covered: bool
) -> None:
    assert covers(allowed, wanted) is covered


def test_two_people_cannot_share_a_broker_user() -> None:
    site = desk_site()
    twice = replace(
        site, operators=(*site.operators, Operator(PersonName("anna"), "viewer", "anna"))
    )

    with pytest.raises(AuthorError, match="belongs to somebody else already"):
        accounts(twice, desk_secrets())


def test_an_operators_secret_must_hold_the_operators_name() -> None:
    site = replace(desk_site(), operators=(Operator(PersonName("carl"), "operator", "anna"),))

    with pytest.raises(AuthorError, match="operator `carl` holds the user name `anna`"):
        accounts(site, desk_secrets())


def test_mosquitto_gets_the_same_rules_and_no_password_in_plain_sight(tmp_path: Path) -> None:
    config = mosquitto_config(desk_site(), desk_secrets(), folder=tmp_path)

    assert "allow_anonymous false" in config.conf
    assert "set_tcp_nodelay true" in config.conf
    assert "user service\ntopic readwrite orchestrator/depot/#" in config.acl
    assert "user anna\ntopic write orchestrator/depot/cmd/anna/#" in config.acl
    assert "topic read orchestrator/depot/reply/anna/#" in config.acl
    assert "topic write" not in config.acl.split("user vera")[1]
    assert "secret" not in repr(config)
