"""Web addresses as people type them: one form for each, and what is no address is refused."""

import pytest

from signoff.domain.text_input import clean_web_address, web_address_problem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("alder.example", "https://alder.example"),
        (" Alder.Example/About?q=A#B ", "https://alder.example/About?q=A#B"),
        ("alder.example:8080/x", "https://alder.example:8080/x"),
        ("HTTP://Alder.Example", "http://alder.example"),
        ("https://Alder.Example?Q=://X", "https://alder.example?Q=://X"),
        ("schule.köln", "https://schule.xn--kln-sna"),
        ("https://Bücher.example/Ä", "https://xn--bcher-kva.example/Ä"),
        ("https://\u2615\ufe0f..example", "https://\u2615\ufe0f..example"),
        ("ftp://Alder.Example/X", "ftp://alder.example/X"),
        ("https://", "https://"),
        ("mailto:Ana@alder.example", "mailto:Ana@alder.example"),
        ("Alder Inc.", "Alder Inc."),
        ("", ""),
    ],
)
def test_a_web_address_has_one_form(typed: str, kept: str) -> None:
    assert clean_web_address(typed) == kept


NO_ADDRESS = "Please give a web address such as https://organization.example."


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", ""),
        ("https://alder.example", ""),
        ("http://alder.example:8080/x?y=%20#z", ""),
        ("https://alder.example/Ä", ""),
        ("https://" + "a" * 480 + ".example/123", ""),
        ("https://" + "a" * 480 + ".example/1234", "Please use at most 500 characters; this has 501."),
        ("https://alder", NO_ADDRESS),
        ("https://alder.example/a b", NO_ADDRESS),
        ('https://alder.example/"x', NO_ADDRESS),
        ("https://alder.example:", NO_ADDRESS),
        ("https://schule.köln", NO_ADDRESS),
        ("ftp://alder.example", NO_ADDRESS),
        ("HTTPS://alder.example", NO_ADDRESS),
        ("javascript:alert()", NO_ADDRESS),
        ("https://ana@alder.example", NO_ADDRESS),
        ("https://alder.example/\u200b", "After “https://alder.example/”: U+200B ZERO WIDTH SPACE cannot be shown. "
         "Please delete it, or type the word again."),
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address: str, problem: str) -> None:
    assert web_address_problem(address) == problem
