"""What is said of partners and of the Coalition besides names, and the sentence beside each field that will not do."""

from dataclasses import replace
from datetime import date

import pytest

from signoff.domain.letterhead import Letterhead, clean_letterhead, letterhead_problems, names_in
from signoff.domain.partners.particulars import Particulars, language_code, particulars_problems
from signoff.domain.partners.places import Place
from signoff.domain.partners.postings import (
    PostingForm,
    PostingKind,
    month_of,
    months_to_choose,
    posting_problems,
)
from signoff.domain.publications.deliveries import DeliveryForm

TODAY = date(2026, 11, 30)
FILL_IN = "Please fill this in."
NO_LINKS = "Please leave out web and email addresses. Your page already links to your website."


class TestParticulars:
    def test_values_are_cleaned_and_each_is_kept_once(self) -> None:
        typed = Particulars(
            places=("ohio", "OH", " Cleveland,  OH"),
            expertise=("law ", "Health", "Law", ""),
            networks=(" Friends\u200e", "friends"),
            parent=" Alder ",
            joined_year=" 2014\u00a0",
            language="Español",
            notes="one\r\ntwo ",
        )
        assert typed.cleaned_particulars() == Particulars(
            places=("OH", "Cleveland, OH"),
            expertise=("Health", "law"),
            networks=("Friends",),
            parent="Alder",
            joined_year="2014",
            language="es",
            notes="one\ntwo",
        )
        assert Particulars(language=" Klingon ").cleaned_particulars().language == "Klingon"

    @pytest.mark.parametrize(
        ("said", "code"), [("en", "en"), ("EN", "en"), ("English", "en"), ("ingles", "en"), ("Klingon", ""), ("", "")]
    )
    def test_languages_are_known_by_code_and_name(self, said: str, code: str) -> None:
        assert language_code(said) == code

    @pytest.mark.parametrize(
        ("form", "problems"),
        [
            (Particulars(), {}),
            (Particulars(networks=("n" * 120,), joined_year="1900", language="es", notes="x" * 5_000), {}),
            (Particulars(networks=tuple(f"n{n}" for n in range(100))), {}),
            (Particulars(networks=tuple(f"n{n}" for n in range(101))), {"networks": "Please give at most 100."}),
            (
                Particulars(networks=("A", "b; c")),
                {"networks": "Please remove the semicolon. Semicolons separate networks."},
            ),
            (Particulars(networks=("n" * 121,)), {"networks": "Please use at most 120 characters; this has 121."}),
            (Particulars(joined_year="1899"), {"joined_year": "Please give a year such as 2014."}),
            (Particulars(joined_year="20141"), {"joined_year": "Please give a year such as 2014."}),
            (Particulars(notes="x" * 5_001), {"notes": "Please shorten this to 5 kB; it has 6 kB."}),
        ],
    )
    def test_each_field_has_its_sentence(self, form: Particulars, problems: dict[str, str]) -> None:
        assert particulars_problems(form) == problems

    def test_the_first_place_that_is_none_is_named(self) -> None:
        problems = particulars_problems(Particulars(places=("OH", "Ontario", "Quebec")))
        assert list(problems) == ["places"] and problems["places"].startswith("“Ontario” is not a known place.")
        (language,) = particulars_problems(Particulars(language="Klingon")).values()
        assert language.startswith("Please choose English, Spanish")


class TestPostings:
    def test_words_are_cleaned_to_one_line(self) -> None:
        typed = PostingForm(PostingKind.NOTICE, words=" We\n begin ", place="ohio", month=" 2027-01 ")
        cleaned = typed.cleaned()
        assert (cleaned.words, cleaned.place, cleaned.month) == ("We begin", "OH", "2027-01")
        assert cleaned.read_place == Place("OH")
        assert replace(cleaned, kind=PostingKind.DESCRIPTION).read_place is None

    @pytest.mark.parametrize(
        ("form", "problems"),
        [
            (PostingForm(PostingKind.LOGO), {"logo": "Please choose a file."}),
            (PostingForm(PostingKind.DESCRIPTION), {"words": FILL_IN}),
            (PostingForm(PostingKind.DESCRIPTION, "x" * 280), {}),
            (PostingForm(PostingKind.DESCRIPTION, "☀\ufe0f"), {}),
            (PostingForm(PostingKind.DESCRIPTION, "x" * 281),
             {"words": "Please use at most 280 characters; this has 281."}),
            *((PostingForm(PostingKind.DESCRIPTION, words), {"words": NO_LINKS})
              for words in ("WWW.alder.example", "ftp://alder.example", "ana@alder.example", "Aa0_" * 11)),
            (PostingForm(PostingKind.NOTICE), {"words": FILL_IN, "place": FILL_IN, "month": "Please choose a month."}),
            (PostingForm(PostingKind.NOTICE, "x" * 200, place="OH", month="2025-11"), {}),
            (PostingForm(PostingKind.NOTICE, "x" * 200, place="OH", month="2028-11"), {}),
            (PostingForm(PostingKind.NOTICE, "x" * 201, place="OH", month="2026-11"),
             {"words": "Please use at most 200 characters; this has 201."}),
            (PostingForm(PostingKind.NOTICE, "Now", place="OH", month="2025-10"), {"month": "Please choose a month."}),
            (PostingForm(PostingKind.NOTICE, "Now", place="OH", month="2028-12"), {"month": "Please choose a month."}),
        ],
    )  # fmt: skip
    def test_each_field_has_its_sentence(self, form: PostingForm, problems: dict[str, str]) -> None:
        assert posting_problems(form, today=TODAY) == problems

    def test_months_are_whole_and_in_their_order(self) -> None:
        months = months_to_choose(date(2027, 1, 31))
        assert (months[0], months[12], months[-1], len(months)) == (
            date(2026, 1, 1), date(2027, 1, 1), date(2029, 1, 1), 37,
        )  # fmt: skip
        assert months_to_choose(date(2026, 12, 1))[12] == date(2026, 12, 1)
        assert month_of("2027-12") == date(2027, 12, 1)
        assert [month_of(text) for text in ("2027-13", "2027-00", "1999-01", "2027-1", "2027-01-01")] == [None] * 5


class TestDeliveries:
    SENT = DeliveryForm("Senator Ames", "email", address="ames@senate.example", state="OH")
    HANDED = DeliveryForm("Senator Ames", "by_hand", day="2026-11-30", note="In person")

    def test_what_does_not_belong_to_the_way_is_left_out(self) -> None:
        typed = DeliveryForm(" Ames ", "email", " Ames@senate.example ", " 2026-11-30 ", "a\r\n", "OH")
        assert typed.cleaned() == DeliveryForm("Ames", "email", "ames@senate.example", "", "a", "OH")
        by_hand = replace(typed, way="by_hand").cleaned()
        assert by_hand == DeliveryForm("Ames", "by_hand", "", "2026-11-30", "a", "OH")

    @pytest.mark.parametrize(
        ("form", "problems"),
        [
            (SENT, {}),
            (HANDED, {}),
            (replace(HANDED, day="2026-11-28", recipient="x" * 200, note="x" * 1_000), {}),
            (replace(SENT, recipient=""), {"recipient": FILL_IN}),
            (replace(SENT, recipient="x" * 201), {"recipient": "Please use at most 200 characters; this has 201."}),
            (replace(SENT, way="pigeon"), {"way": "Please choose one of those listed."}),
            (replace(SENT, state="ON"), {"state": "Please choose one of those listed."}),
            (replace(SENT, note="x" * 1_001), {"note": "Please shorten this to 1 kB; it has 2 kB."}),
            (replace(HANDED, day="Monday"), {"day": "Please give the date as 2026-12-04."}),
            (replace(HANDED, day="2026-11-27"), {"day": "The position was not public yet on that day."}),
            (replace(HANDED, day="2026-12-01"), {"day": "This date is in the future."}),
        ],
    )
    def test_each_field_has_its_sentence(self, form: DeliveryForm, problems: dict[str, str]) -> None:
        assert form.problems(published_on=date(2026, 11, 28), today=TODAY) == problems

    def test_an_email_needs_an_address(self) -> None:
        found = replace(self.SENT, address="ames").problems(published_on=TODAY, today=TODAY)
        assert list(found) == ["address"]


class TestLetterhead:
    WHOLE = Letterhead(
        "1 Main Street\nSpringfield",
        "https://coalition.example/",
        "+1 555 0100",
        "office@coalition.example",
        "Ana Ruiz",
    )

    def test_sheets_show_its_lines(self) -> None:
        assert self.WHOLE.lines == [
            "1 Main Street", "Springfield", "coalition.example", "+1 555 0100", "office@coalition.example",
        ]  # fmt: skip
        assert Letterhead().lines == []
        assert Letterhead(website="https://a.example/?u=b://c/").lines == ["a.example/?u=b://c"]

    def test_each_part_is_cleaned_in_its_way(self) -> None:
        typed = Letterhead(" 1 Main\r\nS ", "Coalition.example", " 1\u200e ", " Office@coalition.example ", "Ana\r\n")
        assert clean_letterhead(typed) == Letterhead(
            " 1 Main\nS", "https://coalition.example", "1", "office@coalition.example", "Ana"
        )

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"address": "x" * 1_001}, "Please shorten this to 1 kB; it has 2 kB."),
            ({"website": "x"}, "Please give a web address such as https://organization.example."),
            ({"phone": "1" * 61}, "Please use at most 60 characters; this has 61."),
            ({"press_contact": "x" * 4_001}, "Please shorten this to 4 kB; it has 5 kB."),
            ({"press_contact": "Ana of birch union"},
             "This names Birch Union (“Ana of birch union”), a partner. A partner is named only where it approved "
             "that. Please leave it out."),
        ],
    )  # fmt: skip
    def test_each_part_has_its_sentence(self, changed: dict[str, str], sentence: str) -> None:
        names = [("birch", "Birch Union")]
        assert letterhead_problems(self.WHOLE, names) == letterhead_problems(Letterhead(), names) == {}
        longest = replace(self.WHOLE, address="x" * 1_000, phone="1" * 60, press_contact="x" * 4_000)
        assert letterhead_problems(longest, names) == {}
        assert letterhead_problems(replace(self.WHOLE, **changed), names) == dict.fromkeys(changed, sentence)
        assert list(letterhead_problems(replace(self.WHOLE, email="office"), names)) == ["email"]
        joined = replace(self.WHOLE, press_contact="friendsofbirchunion")
        assert list(letterhead_problems(joined, names)) == ["press_contact"]

    def test_it_holds_names_as_written_or_of_several_words(self) -> None:
        names = ["Birch Union", "STREET", "Oak League"]
        assert names_in(Letterhead(address="1 birch union street"), names) == {"Birch Union"}
        assert names_in(Letterhead(address="The STREET", website="https://oakleague.example"), names) == {
            "STREET", "Oak League",
        }  # fmt: skip
        assert names_in(Letterhead(), names) == set()
