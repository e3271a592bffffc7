"""What the contacts of two merged entries read: that they are one, and questions in the name of the right one."""

from collections.abc import Callable

import pytest

from tests.house import House
from tests.letters.sink import Sink, text_of

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


def test_all_contacts_of_both_hear_of_a_merge_and_of_its_end(
    house: House, sink: Sink, deliver: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        house.partner(session, "Alders", "Bo Alders")
    deliver()
    house.clock.advance(minutes=1)
    with house.database.unit_of_work() as session:
        house.merge(session, "Alders", "Alder")
    deliver()
    (told,) = [letter for letter in sink.to("ana@alder.example") if letter["Subject"].startswith("Entries merged")]
    words = " ".join(text_of(told).split())
    assert told["Subject"] == "Entries merged: Alders is now Alder"
    assert "one organization twice, as Alders and as Alder." in words and "Bo Alders, bo@alders.example" in words
    assert "No answer was changed" in words and "starting Wednesday, November 25, 2026, 7:01 a.m. EST" in words
    # The other entry's contact is asked for the partner that stays, by a link of its own.
    asked = {str(letter["Subject"]): " ".join(text_of(letter).split()) for letter in sink.to("bo@alders.example")}
    (question,) = [words for subject, words in asked.items() if not subject.startswith("Entries merged")]
    assert "Alder" in question and "Alders" not in question.replace("Bo Alders", "").replace("alders.example", "")
    with house.database.unit_of_work() as session:
        house.part(session, "Alders")
    deliver()
    apart = [letter for letter in sink.to("bo@alders.example") if letter["Subject"].startswith("Entries separated")]
    words = " ".join(text_of(apart[0]).split())
    assert "We have undone this" in words and "Also registered" not in words and "one organization after all" in words
