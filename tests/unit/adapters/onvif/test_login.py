"""One camera's login: learned in as few tries as can be, refused once, never shown."""

from datetime import UTC, datetime
from typing import Any

from lxml import etree
from zeep.wsse.username import UsernameToken

from orchestrator.adapters.onvif.authentication import (
    Login,
    Scheme,
    Signature,
    Verdict,
    username_token,
)
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Fault
from orchestrator.ports import Credentials, Secret

NOW = datetime(2010, 9, 16, 7, 50, 45, 900_000, tzinfo=UTC)
DENIED = Fault(("Sender", "NotAuthorized"), "Sender not authorized")
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"


def login(password: str = "canary") -> Login:
    return Login(Credentials("user", Secret(password)))


def challenge(nonce: str, *, stale: bool = False) -> list[str]:
    tail = ", stale=true" if stale else ""
    return [f'Digest realm="r", nonce="{nonce}", qop="auth"{tail}']


def sent(known: Login) -> Signature:
    return known.signature("POST", "/onvif/device_service", lambda: NOW)


def to_digest(known: Login, nonce: str = "n1") -> None:
    assert known.verdict(sent(known), 401, challenge(nonce), None) is Verdict.AGAIN


def test_the_first_request_carries_nothing() -> None:
    assert sent(login()) == Signature()


def test_a_challenge_is_answered_with_a_digest_and_reused_without_asking() -> None:
    known = login()
    to_digest(known)

    first = sent(known)
    assert known.verdict(first, 200, [], None) is Verdict.PASSED
    second = sent(known)

    assert known.scheme is Scheme.DIGEST
    assert known.proven
    assert "nc=00000001" in (first.authorization or "")
    assert "nc=00000002" in (second.authorization or "")
    assert first.security == second.security == b""


def test_a_fault_without_a_challenge_is_answered_with_a_token() -> None:
    known = login()

    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.AGAIN

    signature = sent(known)
    assert known.scheme is Scheme.TOKEN
    assert signature.authorization is None
    assert b"UsernameToken" in signature.security


def test_a_fault_with_a_challenge_is_answered_with_a_digest_only() -> None:
    known = login()

    assert known.verdict(sent(known), 401, challenge("n"), DENIED) is Verdict.AGAIN

    assert known.scheme is Scheme.DIGEST
    assert sent(known).security == b""


def test_basic_is_never_answered() -> None:
    known = login()

    assert known.verdict(sent(known), 401, ['Basic realm="r"'], None) is Verdict.REFUSED
    assert known.refused


def test_one_refused_digest_is_the_end() -> None:
    known = login()
    to_digest(known)

    assert known.verdict(sent(known), 401, challenge("n2"), DENIED) is Verdict.REFUSED
    assert known.refused


def test_one_refused_token_is_the_end() -> None:
    known = login()
    known.verdict(sent(known), 400, [], DENIED)

    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.REFUSED


def test_a_digest_is_not_followed_by_a_token() -> None:
    known = login()
    to_digest(known)
    known.verdict(sent(known), 200, [], None)

    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.PASSED
    assert known.scheme is Scheme.DIGEST


def test_an_expired_nonce_is_renewed_once_and_not_for_ever() -> None:
    known = login()
    to_digest(known, "n1")
    known.verdict(sent(known), 200, [], None)

    assert known.verdict(sent(known), 401, challenge("n2"), None) is Verdict.AGAIN
    assert known.verdict(sent(known), 401, challenge("n3"), None) is Verdict.DOUBTED
    assert known.verdict(sent(known), 401, challenge("n4"), None) is Verdict.REFUSED


def test_a_refusal_that_offers_nothing_is_answered_with_a_token() -> None:
    known = login()

    assert known.verdict(sent(known), 401, [], None) is Verdict.AGAIN
    assert known.scheme is Scheme.TOKEN


def test_a_digest_that_the_web_server_takes_and_the_service_does_not_is_followed_by_one_token() -> (
    None
):
    known = login()
    to_digest(known)

    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.AGAIN
    assert known.scheme is Scheme.TOKEN
    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.REFUSED


def test_a_token_that_is_answered_with_a_challenge_is_followed_by_one_digest() -> None:
    known = login()
    known.verdict(sent(known), 400, [], DENIED)

    assert known.verdict(sent(known), 401, challenge("n"), DENIED) is Verdict.AGAIN
    assert known.scheme is Scheme.DIGEST
    assert known.verdict(sent(known), 401, challenge("n2"), DENIED) is Verdict.REFUSED


def test_a_refusal_that_a_clock_explains_is_taken_back_once() -> None:
    known = login()
    known.verdict(sent(known), 400, [], DENIED)
    known.verdict(sent(known), 400, [], DENIED)

    assert known.reconsider()
    assert not known.refused
    assert known.verdict(sent(known), 400, [], DENIED) is Verdict.REFUSED
    assert not known.reconsider()
    assert known.refused


def test_a_login_that_worked_is_doubted_first_and_believed_again_when_it_works() -> None:
    known = login()
    to_digest(known)
    known.verdict(sent(known), 200, [], None)

    assert known.verdict(sent(known), 401, [], None) is Verdict.DOUBTED
    assert not known.refused
    assert known.verdict(sent(known), 200, [], None) is Verdict.PASSED
    assert not known.doubted


def test_a_camera_too_busy_to_judge_a_login_does_not_prove_it() -> None:
    known = login()
    to_digest(known)

    assert known.verdict(sent(known), 503, [], None) is Verdict.PASSED
    assert not known.proven


def test_a_password_is_readable_only_where_that_was_asked_for() -> None:
    plain = Login(Credentials("user", Secret("canary&")), text=True)
    plain.verdict(sent(plain), 400, [], DENIED)
    hashed = login("canary&")
    hashed.verdict(sent(hashed), 400, [], DENIED)

    assert b"#PasswordText" in sent(plain).security
    assert b">canary&amp;<" in sent(plain).security
    assert b"canary" not in sent(hashed).security


def test_where_a_digest_is_offered_no_password_is_readable() -> None:
    plain = Login(Credentials("user", Secret("canary")), text=True)
    to_digest(plain)

    assert b"canary" not in sent(plain).security
    assert "canary" not in (sent(plain).authorization or "")


def test_a_nonce_called_stale_is_renewed_at_once() -> None:
    known = login()
    to_digest(known, "n1")

    assert known.verdict(sent(known), 401, challenge("n2", stale=True), None) is Verdict.AGAIN
    assert 'nonce="n2"' in (sent(known).authorization or "")


def test_two_calls_that_meet_an_expired_nonce_together_both_go_on() -> None:
    known = login()
    to_digest(known, "n1")
    known.verdict(sent(known), 200, [], None)
    one, other = sent(known), sent(known)

    assert known.verdict(one, 401, challenge("n2"), None) is Verdict.AGAIN
    assert known.verdict(other, 401, challenge("n3"), None) is Verdict.AGAIN
    assert not known.refused


def test_an_answer_that_needed_no_login_proves_none() -> None:
    known = login()

    assert known.verdict(sent(known), 200, [], None) is Verdict.PASSED
    assert not known.proven


def test_a_fault_that_is_not_about_the_login_passes() -> None:
    known = login()

    verdict = known.verdict(sent(known), 400, [], Fault(("Sender", "InvalidArgVal"), ""))

    assert verdict is Verdict.PASSED


def test_a_token_is_the_one_that_zeep_makes_of_the_same_nonce_and_date() -> None:
    nonce = "sixteen bytes it"
    zeeps: Any = UsernameToken
    oracle = zeeps(
        "user", "userpassword", nonce=nonce, created=NOW, zulu_timestamp=True, use_digest=True
    )
    theirs, _ = oracle.apply(etree.fromstring(envelope(b"<a/>")), {})

    ours = etree.fromstring(
        envelope(
            b"<a/>",
            username_token(Credentials("user", Secret("userpassword")), nonce.encode(), NOW),
        )
    )

    for path in (f"{WSSE}Password", f"{WSSE}Nonce", f"{WSSE}Username", f"{WSU}Created"):
        assert ours.findtext(f".//{path}") == theirs.findtext(f".//{path}")
    assert ours.findtext(f".//{WSU}Created") == "2010-09-16T07:50:45Z"


def test_a_token_has_a_fresh_nonce_every_time() -> None:
    known = login()
    known.verdict(sent(known), 400, [], DENIED)

    assert sent(known).security != sent(known).security


def test_neither_login_nor_signature_shows_the_password() -> None:
    known = login("canary")
    known.verdict(sent(known), 400, [], DENIED)

    shown = repr(sent(known)) + repr(known) + str(known.__dict__)
    assert "canary" not in shown
    assert "Nonce" not in repr(sent(known))
