"""HTTP Digest: the vectors of RFC 7616, and which challenge is answered."""

import pytest

from orchestrator.adapters.onvif.digest import Challenge, Signer, best_challenge

RFC_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RFC_CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
RFC_OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def header_for(challenge: Challenge, *, count: int = 1, password: str = "Circle of Life") -> str:
    signer = Signer(challenge, username="Mufasa", password=password, cnonce=RFC_CNONCE)
    return signer.authorization("GET", "/dir/index.html", count)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616_come_out(algorithm: str, response: str) -> None:
    challenge = Challenge("http-auth@example.org", RFC_NONCE, algorithm, True, RFC_OPAQUE)

    header = header_for(challenge)

    assert f'response="{response}"' in header
    assert "nc=00000001" in header
    assert f'opaque="{RFC_OPAQUE}"' in header


def test_the_old_form_without_qop_comes_out() -> None:
    # RFC 2617 3.5 without qop, as RFC 2069 had it.
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "MD5", False)

    header = header_for(challenge, password="Circle Of Life")

    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in header
    assert "cnonce" not in header


def test_a_later_request_counts_on() -> None:
    challenge = Challenge("r", "n", "MD5", True)

    assert "nc=0000000a" in header_for(challenge, count=10)
    assert header_for(challenge, count=1) != header_for(challenge, count=2)


def test_sha_256_goes_before_md5() -> None:
    best = best_challenge(
        [
            'Digest realm="r", nonce="weak", algorithm=MD5, qop="auth"',
            'Digest realm="r", nonce="strong", algorithm=SHA-256, qop="auth"',
        ]
    )

    assert best == Challenge("r", "strong", "SHA-256", True)


def test_two_challenges_in_one_header_are_told_apart() -> None:
    best = best_challenge(
        [
            'Digest realm="r, Digest x", nonce="a", algorithm=MD5, Digest realm="s", nonce="b", algorithm=SHA-256'
        ]
    )

    assert best is not None
    assert (best.realm, best.nonce) == ("s", "b")


def test_a_basic_challenge_beside_it_does_not_leak_in() -> None:
    best = best_challenge(['Digest realm="camera", nonce="n", qop="auth", Basic realm="other"'])

    assert best == Challenge("camera", "n", "MD5", True)


@pytest.mark.parametrize(
    "header",
    [
        'Basic realm="camera"',
        'Digest realm="camera"',
        'Digest realm="camera", nonce=""',
        'Digest realm="camera", nonce="n", algorithm=SHA-1',
        'Digest realm="camera", nonce="n", qop="auth-int"',
        'Digest realm="camera", nonce="n\u00fc"',
        "Digest",
        "",
        "Digest " + "a" * 100_000,
    ],
)
def test_what_cannot_be_answered_safely_is_no_challenge(header: str) -> None:
    assert best_challenge([header]) is None


def test_a_stale_nonce_is_said_to_be_stale() -> None:
    best = best_challenge(['Digest realm="r", nonce="n", stale=TRUE'])

    assert best is not None
    assert best.stale


def test_quotes_in_a_realm_are_escaped_on_the_way_back() -> None:
    best = best_challenge([r'Digest realm="the \"dock\"", nonce="n"'])

    assert best is not None
    assert best.realm == 'the "dock"'
    assert r'realm="the \"dock\""' in header_for(best)
