"""Who signs: what two spellings of one person's name may differ in."""

import pytest

from signoff.domain.answers.answers import AnswerForm, ending_problems, signature_problem
from signoff.domain.answers.signatures import same_person


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("Inés Márquez", "Inés Márquez"),
        ("  ines   MARQUEZ ", "Inés Márquez"),
        ("Pat O’Brien", "Pat O'Brien"),
        ("Pat OBrien", "Pat O'Brien"),
        ("Lukasz Nowak", "Łukasz Nowak"),
        ("Soren Aegidius", "Søren Ægidius"),
        ("Ana Garcia Lopez", "Ana García-López"),
        ("Ana GarciaLopez", "Ana García-López"),
        ("Pat Alder PhD", "Pat Alder, Ph.D."),
        ("Pat Alder", "Pat Alder, Ph.D."),
        ("Pat Alder, M.Ed.", "Pat Alder"),
        ("Dr. Pat Alder", "Pat Alder"),
        ("Pat Alder", "Pat Q. Alder"),
        ("Pat Q Alder", "Pat Alder"),
        ("Pat Q Alder", "Dr. Pat Alder, Ed.D."),
        ("J R Smith", "J. R. Smith"),
        ("Strasse", "Straße"),
        ("Ngo Thi Hoa", "Ngô Thị Hoa"),
        ("דנה כהן", "דנה כהן"),
        ("佐藤花子", "佐藤 花子"),
        ("Ana GarciaLopez, PhD", "Ana García-López"),
        ("Pat Alder, Ph. D.", "Pat Alder"),
        ("Pat Alder, Ph. D.", "Pat Alder, Ph.D., RN"),
        ("Pat Alder, RN", "Pat Alder"),
        ("Pat Alder Ph. D.", "Pat Alder"),
        ("Pat Alder M. P. H.", "Pat Alder, RN"),
        ("Pat Alder CPA", "Pat Alder"),
        ("Pat Alder, M. A.", "Pat Alder"),
        ("Pat É. Alder", "Pat Alder"),
        ("ЮЛИЯ ПЕТРОВА", "Юлия Петрова"),
        ("Юлия И. Петрова", "Юлия Петрова"),
    ],
)
def test_these_are_one_person(typed: str, registered: str) -> None:
    assert same_person(typed, registered) and same_person(registered, typed)
    assert signature_problem(typed, registered) == ""


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("Pat R. Alder", "Pat Q. Alder"),
        ("Pat Alder Jr.", "Pat Alder"),
        ("Pat Alder III", "Pat Alder II"),
        ("Pat", "Pat Alder"),
        ("P. Alder", "Pat Alder"),
        ("Alder Pat", "Pat Alder"),
        ("Pat Elder", "Pat Alder"),
        ("Pat Alder and Sam Birch", "Pat Alder"),
        ("", "Pat Alder"),
        ("", ""),
        ("—", "—"),
        ("Dr. Alder", "Pat Alder"),
        ("asdf", "Pat Alder"),
        ("李 龙", "李 小 龙"),
        ("Lê Lan", "Lê Ý Lan"),
        ("Ann Alee", "Anna Lee"),
        ("Yo Yo", "Yo Yo Ma"),
        ("Pat Q. Ann Alee", "Pat Anna Lee"),
    ],
)
def test_these_are_not(typed: str, registered: str) -> None:
    assert not same_person(typed, registered) and not same_person(registered, typed)
    assert signature_problem(typed, registered)


def test_a_withdrawal_asks_once_whose_name_it_is() -> None:
    def errors(**said: str) -> dict[str, str]:
        return ending_problems(AnswerForm(**said), registered_name="Pat Alder")

    assert errors(full_name="pat alder") == {}
    assert errors(full_name="Patricia Alder-Birch") == {
        "is_me": "This link was sent to Pat Alder. Please check this box if that is you."
    }
    assert errors(full_name="Patricia Alder-Birch", is_me="yes") == {}
    assert set(errors(full_name="Patricia", is_me="junk")) == {"is_me"}
    assert set(errors(full_name="", is_me="yes")) == {"full_name"}
    assert set(errors(full_name="x" * 201, is_me="yes")) == {"full_name"}
    assert set(errors(full_name="Pat\u034f B", is_me="yes")) == {"full_name"}
