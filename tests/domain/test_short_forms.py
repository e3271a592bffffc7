"""The forms in which people write an organization's name: which name it for sure, and which may."""

import pytest

from signoff.domain.partners.name_conflicts import (
    NameConflict,
    RegisteredName,
    answer_to,
    answered_same,
    unanswered,
    words_within,
)
from signoff.domain.partners.short_forms import name_forms, proposed_aliases, without_article

# A name, its other forms that name it, and those that may.
FORMS = [
    ("Birch", [], []),
    ("The Birch Union", ["Birch Union"], []),
    ("the Birch", [], ["Birch"]),
    ("The YMCA", ["YMCA"], []),
    ("La Casa Grande", ["Casa Grande"], []),
    ("Theory of Change", [], []),
    ("Birch Union, Inc.", ["Birch Union"], []),
    ("Birch Union LLC", ["Birch Union"], []),
    ("Birch Union e. V.", ["Birch Union"], []),
    ("Birch Inc", [], ["Birch"]),
    ("AASA, Inc.", ["AASA"], []),
    ("Birch Income", [], []),
    ("American Birch Union", [], ["ABU"]),
    ("American Federation of Teachers (AFT)", ["American Federation of Teachers", "AFT"], []),
    ("AFT (American Federation of Teachers)", ["American Federation of Teachers", "AFT"], []),
    ("Center (Ohio)", [], ["Center"]),
    ("Center (Ohio) for Law", [], ["Center for Law"]),
    ("Teachers of Ohio (OHIO)", [], ["Teachers of Ohio"]),
    ("Teachers of Ohio (TOLEDO)", [], ["Teachers of Ohio"]),
    ("AASA, The School Superintendents Association", ["AASA", "The School Superintendents Association",
     "School Superintendents Association"], ["SSA"]),
    ("AASA, The School, Superintendents Association", ["AASA", "The School, Superintendents Association",
     "School, Superintendents Association"], []),
    ("Birch, The School Union", [], []),
    ("AASA, Law", [], []),
    ("Boys and Girls Clubs of America", ["Boys and Girls Clubs"], ["BGCA"]),
    ("YMCA of the USA", ["YMCA"], []),
    ("YMCA of the United States of America", ["YMCA"], ["YUSA"]),
    ("Birch Union of America", [], ["Birch Union", "BUA"]),
    ("YMCA Worldwide", ["YMCA"], []),
    ("Birch Union USA", [], ["Birch Union", "BUU"]),
    ("Ohio PTA", [], ["PTA"]),
    ("Ohio Parent Teacher Association", [], ["PTA", "OPTA"]),
    ("Young Men’s Christian Association", [], ["YMCA", "YMCA"]),
    ("Ohio Young Men’s Christian Association", [], ["YMCA", "OYMCA"]),
    ("National association of Teachers", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sure", "perhaps"), FORMS)
def test_forms_of_a_name(name: str, sure: list[str], perhaps: list[str]) -> None:
    forms = {form.text: form.sure for form in name_forms(f" {name} ")}
    assert next(iter(forms)) == name and forms.pop(name) is True
    assert {form for form, certain in forms.items() if certain} == set(sure)
    assert {form for form, certain in forms.items() if not certain} == set(perhaps)


def test_short_forms_that_are_known_are_not_proposed_again() -> None:
    assert proposed_aliases(["American Birch Union"]) == ["ABU"]
    assert proposed_aliases(["American Birch Union", "A.B.U."]) == []
    assert proposed_aliases(["Birch"]) == []


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("The Oak", "Oak"), ("THE OAK", "OAK"), (" the  Oak ", "Oak"), ("Los Robles", "Robles"), ("las Rosas", "Rosas"),
        ("el Roble", "Roble"), ("The", "The"), ("Theodore", "Theodore"), ("tHE Oak", "tHE Oak"), ("A Oak", "A Oak"),
    ],
)  # fmt: skip
def test_an_article_is_left_out(name: str, bare: str) -> None:
    assert without_article(name) == bare


def test_words_in_capitals_stay_so() -> None:
    assert words_within("The AFT’s Ohio-West R&D A. 12 x") == ["the", "aft's", "ohio-west", "R&D", "a", "12", "x"]


class TestConflicts:
    NEAR = NameConflict("Birch Unions", RegisteredName("Birch Union", "Birch Union", "birch"), reads_alike=False)
    ALIKE = NameConflict("B1rch", RegisteredName("Birch", "Birch Union", "birch"), reads_alike=True)

    def test_each_says_what_is_the_matter(self) -> None:
        assert self.NEAR.sentence == (
            "“Birch Unions” is close to “Birch Union”. Is it the same organization, an affiliate of it, or a "
            "different one?"
        )
        assert self.ALIKE.sentence == (
            "“B1rch” reads like “Birch”, a name of Birch Union. Use that partner, or give this one another name."
        )

    def test_an_answer_is_of_a_name_and_a_partner(self) -> None:
        both = [self.NEAR, self.ALIKE]
        assert unanswered(both, {}) == both and answered_same(both, {}) is None
        different = {("Birch Unions", "birch"): "different", ("B1rch", "birch"): "different"}
        assert unanswered(both, different) == [self.ALIKE] and answered_same(both, different) is None
        same = {("B1rch", "birch"): "same"}
        assert answered_same(both, same) is self.ALIKE and unanswered(both, same) == [self.NEAR]
        assert answer_to(self.NEAR, {("Birch Unions", "oak"): "same", ("Birch", "birch"): "same"}) is None
        assert answer_to(self.NEAR, {("Birch Unions", "birch"): "affiliate"}) == "affiliate"
