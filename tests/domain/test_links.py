"""What could be a link's secret is found in whatever people type, and nothing else is taken for one."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.rounds.links import holds_secret, link_secret, without_secrets

SECRET = link_secret("k" * 32, bytes(range(32)))
secrets = st.binary(min_size=32, max_size=32).map(lambda nonce: link_secret("k" * 32, nonce))
mark = st.sampled_from(["", "_", "-", "-thanks", "x", "9", "%20", ".", "/", "/answer", "?x=1", "_!", "__"])
before = st.sampled_from(["", "_", "-", "x", "/r/", "https://signoff.example/r/", "_http://a.example/r/", "%2Fr%2F"])


@given(secrets, before, mark)
def test_a_secret_is_found_whatever_stands_beside_it(secret: str, begin: str, end: str) -> None:
    assert holds_secret(f"See {begin}{secret}{end} today")
    assert secret not in without_secrets(f"See {begin}{secret}{end} today")


@given(secrets, st.integers(0, 42), st.integers(1, 4))
def test_percent_encoding_hides_none(secret: str, at: int, times: int) -> None:
    encoded = f"%{ord(secret[at]):02X}"
    for _ in range(times - 1):
        encoded = quote(encoded)
    for address in (secret, f"http://127.0.0.1/r/{secret}"):
        assert holds_secret(address.replace(secret, secret[:at] + encoded + secret[at + 1 :]))


@pytest.mark.parametrize(
    "typed",
    [
        f"https://a.example/r/{SECRET[:30]}\n{SECRET[30:]}",
        f"{SECRET[:20]}=\r\n{SECRET[20:]}",
        f"{SECRET[:20]}\u200b{SECRET[20:]}",
        f"https://a.example/r/{SECRET[:40]}",
        f"https://a.example/r/{SECRET[:22]} {SECRET[22:]}",
        "%" + "25" * 9 + "41",
    ],
)
def test_a_broken_secret_is_found(typed: str) -> None:
    assert holds_secret(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "We stand with our neighbors, 100% of them.",
        "a" * 64,
        "3f" * 32,
        "https://a.example/why-we-support-the-community-schools-coordinator-act-of-2016",
        "https://www.reddit.com/r/CommunitySchools/comments/abc123/a_long_title",
        "https://a.example/r/short",
        "See page 12-13 and __underlined__ words; " * 9,
    ],
)
def test_other_words_are_left_alone(typed: str) -> None:
    assert not holds_secret(typed)
    assert without_secrets(typed) == typed


def test_a_digest_in_a_letter_is_not_masked() -> None:
    letter = f"Digest {'3fa9' * 16}, your link: http://127.0.0.1:8000/r/{SECRET}/changes and {SECRET}_"
    assert without_secrets(letter) == f"Digest {'3fa9' * 16}, your link: http://127.0.0.1:8000/r/***/changes and ***"
