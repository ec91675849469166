"""Digest: the examples of the standards, and nothing weaker."""

import pytest

from orchestrator.adapters.video.digest import Challenge, Prover, best_challenge

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"


def test_the_old_form_without_qop_is_the_one_of_rfc_2069() -> None:
    prover = Prover("Mufasa", "CircleOfLife")
    prover.take(
        Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "MD5", None, False)
    )

    header = prover.header("GET", "/dir/index.html")

    assert header is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in header


def test_every_use_of_a_nonce_is_counted() -> None:
    prover = Prover("operator", "secret")
    prover.take(Challenge("camera", NONCE, "SHA-256", "abc", True))

    first, second = prover.header("SETUP", "rtsp://x/"), prover.header("PLAY", "rtsp://x/")

    assert first is not None
    assert second is not None
    assert "nc=00000001" in first
    assert "nc=00000002" in second
    assert 'opaque="abc"' in first
    assert "algorithm=SHA-256" in first


def test_the_strongest_offer_is_taken() -> None:
    offers = [
        'Basic realm="x"',
        'Digest realm="x", nonce="a", algorithm=MD5',
        'Digest realm="x", nonce="b", algorithm=SHA-256, qop="auth,auth-int"',
    ]

    assert best_challenge(offers) == Challenge("x", "b", "SHA-256", None, True)


@pytest.mark.parametrize(
    "offer",
    [
        'Basic realm="x"',
        'Digest realm="x"',
        'Digest realm="x", nonce="a", algorithm=CRC32',
        'Digest realm="x", nonce="a", qop="auth-int"',
        "",
        "Digest",
    ],
)
def test_what_is_weaker_or_unknown_is_no_challenge(offer: str) -> None:
    assert best_challenge([offer]) is None


def test_a_hostile_realm_cannot_begin_another_header() -> None:
    prover = Prover("operator", "secret")
    prover.take(Challenge('x"\r\nEvil: 1', "a\nb", "MD5", "\r\n", False))

    header = prover.header("PLAY", "rtsp://x/")

    assert header is not None
    assert header.isprintable()


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Prover("root", "hunter2"))
