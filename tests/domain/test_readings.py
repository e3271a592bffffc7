"""Other signs for “and”, and letters in code, as in addresses: names are found and asked about all the same."""

import time

import pytest

from signoff.domain.partners.mentions import passages_naming
from signoff.domain.partners.name_conflicts import NameAnswer, RegisteredName, TypedNames, likeness
from signoff.domain.partners.readings import readings, with_ands

READ_ALIKE = ["and", "&", "＆", "﹠", "⅋", "⁊", "⹒", "🙰", "🙵"]
NEAR = [
    "+",
    "＋",
    "﹢",
    "➕",
    "➕\ufe0f",
    "⊕",
    "ᐩ",
    "'n'",
    "’n’",
    "‘n’",
    "'N'",
    "n'",
    "'n",
    "n",
    "`n`",
    "ʼnʼ",
    "'ո'",
    "&amp;",
    "&#38;",
    "&#x26;",
    "⨁",
    "✜",
    "╋",
    "„n“",
    "«n»",
    "‹n›",
    "〝n〞",
    "❛n❜",
    "＂n＂",
    "ꞌnꞌ",
    "‵n‵",
    "՚n՚",
    "-n-",
    "–n–",
    "'n\u0308'",
    "+\u20dd",
]
WITHOUT_SPACES = ["-n-", "«n»", "N", "&", "＆", "⅋", "🙰", "+", "＋", "➕", "'n'", "’n’", "‘N’"]
SPELLINGS = [
    *(f"Boys {sign} Girls Club" for sign in [*READ_ALIKE, *NEAR]),
    *(f"Boys{sign}Girls Club" for sign in WITHOUT_SPACES),
    "Boys +Girls Club",
    "Boys\n'n'\nGirls Club",
    "Boys *+* Girls Club",
    "BOYS 'N' GIRLS CLUB",
]


def found(text: str, name: str) -> list[bool]:
    return [passage.written for passage in passages_naming([text], [("partner", name)])]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", ["Boys & Girls Club", "Boys and Girls Club"])
def test_a_sign_for_and_hides_no_name(spelling: str, name: str) -> None:
    assert found(f"We thank the {spelling} of our town.", name) == [True]


@pytest.mark.parametrize("name", [spelling for spelling in SPELLINGS if not spelling.isupper() and "*" not in spelling])
@pytest.mark.parametrize("text", ["Boys & Girls Club", "Boys and Girls Club", "BOYS AND GIRLS CLUB"])
def test_a_name_with_a_sign_for_and_is_found_where_it_is_written_out(text: str, name: str) -> None:
    assert found(f"We thank the {text} of our town.", " ".join(name.split())) == [True]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Boys Girls Club", "Boys & Girls Club"),
        ("Boys m Girls Club", "Boys & Girls Club"),
        ("Boys non Girls Club", "Boys & Girls Club"),
        ("Boysn Girls Club", "Boys & Girls Club"),
        ("Ca'nt Do", "Ca and t Do"),
        ("Teach+", "Teach and"),
    ],
)
def test_other_letters_are_no_sign_for_and(text: str, name: str) -> None:
    assert found(text, name) == []


@pytest.mark.parametrize("typed", [spelling for spelling in SPELLINGS if "*" not in spelling])
@pytest.mark.parametrize("ending", ["", " of Ohio", ", Inc."])
@pytest.mark.parametrize("registered", ["Boys & Girls Club", "Boys and Girls Club", "Boys＆Girls Club"])
def test_names_that_differ_in_the_sign_for_and_are_asked_about(typed: str, ending: str, registered: str) -> None:
    typed = " ".join(typed.split()) + ending
    assert likeness(typed, registered) is not None and likeness(registered, typed) is not None
    others = [f"Zebra House {'x' * number}" for number in range(25)]
    for names in ([typed], [typed, *others]):
        (conflict,) = TypedNames(names).conflicts_with(RegisteredName(registered, registered, "slug"))
        assert NameAnswer.SAME in conflict.choices


def test_which_signs_for_and_read_alike() -> None:
    def alike(signs: list[str]) -> set[bool | None]:
        return {likeness(f"Boys {sign} Girls Club", "Boys & Girls Club") for sign in signs}

    assert alike(READ_ALIKE) == {True} and alike(NEAR) == {False}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Boys 'n' Girls Club", "BGC"), ("Toys ’n’ Books of Ohio", "TBO"), ("Boys + Girls Club", "BGC")],
)
def test_a_sign_for_and_is_no_initial(one: str, other: str) -> None:
    assert likeness(one, other) is False and likeness(other, one) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [("Texas A&M Council", "Texas M Council"), ("AT&T", "Atandt Union"), ("Local 4 + 5", "Local 4 + 6")],
)
def test_names_with_such_signs_may_still_be_two(one: str, other: str) -> None:
    assert likeness(one, other) is None and likeness(other, one) is None


@pytest.mark.parametrize(
    "address",
    [
        "Birch%20Union",
        "Birch%2520Union",
        "Birch%252520Union",
        "Birch%25%32%30Union",
        "%42irch%20%55nion",
        "%2542irch%20%2555nion",
        "%42irch%FF%20Union",
        "%FF%42irch%20Union",
        "Birch%FF%20Union",
        "Birch%20Union%FF",
        "%FFBirch%20Union",
        "Bir%FFch%20Union",
        "Birch%FFUnion",
        "Birch%E2%80%83%E2%80%83Union",
        "Birch%7CUnion",
        "Birch%257CUnion",
        "BIRCH|UNI%4FN",
        "BIR%43H|UNION",
        "BIRCH%20UNI%E2%97%8BN",
        "B%C3%ACrch%20Union",
        "B%25C3%25ACrch%20Union",
        "%42%69%72%63%68%20%55%6e%69%6f%6e",
    ],
)
@pytest.mark.parametrize("before", ["https://x.example/", "see x.example?subject="])
def test_an_address_in_code_hides_no_name(before: str, address: str) -> None:
    assert found(f"Ask {before}{address} today.", "Birch Union") == [True]


@pytest.mark.parametrize(
    "address", ["Boys%20%26%20Girls", "Boys%2BGirls", "Boys%20%27n%27%20Girls", "Boys%20%2B%20Girls"]
)
def test_a_sign_for_and_in_code_hides_no_name(address: str) -> None:
    assert found(f"Ask https://x.example/{address} today.", "Boys & Girls") == [True]


@pytest.mark.parametrize(
    "address",
    ["boys-n-girls", "boys%20n%20girls", "b&#111;ys-and-girls", "boys&#45;and&#45;girls", "boys&#x20;&amp;&#32;girls"],
)
def test_a_slug_and_an_address_with_characters_of_html_hide_no_name(address: str) -> None:
    assert found(f"[here](https://x.example/{address})", "Boys & Girls") == [True]


@pytest.mark.parametrize("sign", ["⚪\ufe0f", "○\ufe0e", "⭕\ufe0f"])
def test_a_round_sign_in_color_is_read_as_its_letter(sign: str) -> None:
    assert found(f"with BIRCH UNI{sign}N today", "Birch Union") == [True]


def test_the_places_of_letters_stay() -> None:
    text = "Boys 'n' Girls[^1] | %2542irch &amp; %FF + UNI|ON"
    assert {len(reading) for reading in readings(text)} == {len(text)}


@pytest.mark.parametrize("part", ["%25", "%", "+ ", "'n' ", "&amp;", "[^1]", "○\ufe0f", " n"])
def test_a_long_text_of_signs_is_read_in_seconds(part: str) -> None:
    began = time.process_time()
    assert found(f"{part * (100_000 // len(part))} Birch Union", "Birch Union") == [True]
    assert time.process_time() - began < 5


@pytest.mark.parametrize("part", [" ", "& ", " n", "\u2060"])
def test_a_long_name_is_written_out_in_seconds(part: str) -> None:
    began = time.process_time()
    assert with_ands(f"Boys {part * (100_000 // len(part))} Club").startswith("Boys")
    assert time.process_time() - began < 2
