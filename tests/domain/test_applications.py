"""What an organization that is no partner may ask, what a partner says of the commitments, and their addresses."""

from dataclasses import replace

import pytest

from signoff.domain.errors import Reason
from signoff.domain.partners.acceptances import AcceptanceForm
from signoff.domain.partners.applications import (
    MAILBOX_WORDS,
    ApplicationTries,
    Mailbox,
    address_problem,
    mailbox_of,
    missing_to_open,
)
from signoff.domain.partners.email_addresses import clean_email, email_problem, without_tag
from signoff.domain.partners.referrals import domain_of, is_own_domain
from signoff.domain.return_addresses import return_address, returned_letter
from signoff.domain.rounds.links import link_secret


@pytest.mark.parametrize(
    ("website", "email", "says"),
    [
        ("https://alder.example", "ana@alder.example", "at_the_website"),
        ("https://www.alder.example/about", "ana@alder.example", "at_the_website"),
        ("https://alder.example", "ana@mail.alder.example", "at_the_website"),
        ("https://ohio.alder.example", "ana@alder.example", "at_the_website"),
        ("https://alder.example", "ana@oldalder.example", "elsewhere"),
        ("https://alder.example", "ana@alder.example.org", "elsewhere"),
        ("https://alder.example", "ana@example", "elsewhere"),
        ("https://alder.example", "ana@gmail.com", "public_provider"),
        ("https://gmail.com", "ana@gmail.com", "public_provider"),
        ("", "ana@alder.example", "no_website"),
        ("", "ana@gmail.com", "public_provider"),
    ],
)
def test_an_email_address_is_held_against_the_website(website: str, email: str, says: str) -> None:
    assert mailbox_of(website, email) == says
    assert set(MAILBOX_WORDS) == set(Mailbox)


@pytest.mark.parametrize(
    ("tries", "too_many"),
    [((2, 9, 199), False), ((3, 0, 0), True), ((0, 10, 0), True), ((0, 0, 200), True), ((0, 0, 0), False)],
)
def test_so_many_come_from_one_place_within_an_hour(tries: tuple[int, int, int], too_many: bool) -> None:
    assert ApplicationTries(*tries).are_too_many is too_many


def test_words_that_are_repeated_in_an_email_hold_no_addresses() -> None:
    for words in ("https://a", "WWW.alder", "ana@alder", "see alder.ORG/x"):
        assert address_problem(words) == "Please leave web and email addresses out of this."
    for words in ("Alder Inc. and others", "A/B", "awww.dear", ""):
        assert address_problem(words) == ""


def test_what_keeps_a_position_from_being_opened() -> None:
    assert missing_to_open(takes_answers=True, names_in_address=()) == []
    assert missing_to_open(takes_answers=False, names_in_address=("Birch",)) == [
        Reason("no_round", "No round of this position takes answers now. Ask partners first.", "round"),
        Reason("named_in_address", "This position's address contains the name of Birch. Change it first.", "slug"),
    ]


ACCEPTED = AcceptanceForm("accept", "Ana Alder", "Director", "yes")


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, {}),
        ({"answer": "decline", "authorised": "", "job_title": ""}, {}),
        ({"job_title": "x" * 200}, {}),
        ({"answer": "", "authorised": ""}, {"answer": "Please choose yes or no. Neither is chosen for you."}),
        ({"authorised": "no"},
         {"authorised": "Please check this box to declare that you are authorized to answer for your organization."}),
        ({"full_name": ""}, {"full_name": "Please sign with your full name."}),
        ({"job_title": "x" * 201}, {"job_title": "Please use at most 200 characters; this has 201."}),
        *(({field: link_secret("k", bytes(32))}, {field: "Please remove your personal link. It is for you alone."})
          for field in ("full_name", "job_title")),
    ],
)  # fmt: skip
def test_what_a_contact_says_of_the_commitments(changed: dict[str, str], problems: dict[str, str]) -> None:
    assert replace(ACCEPTED, **changed).problems(registered_name="Ana Alder") == problems


def test_an_acceptance_is_cleaned() -> None:
    assert AcceptanceForm(" accept", "Ana\u00a0Alder\u200e ", "\tDirector", "yes ").cleaned() == replace(
        ACCEPTED, full_name="Ana\u00a0Alder"
    )


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (" Ana@Alder.Example ", "ana@alder.example"),
        ("ana@Schule-Köln.de", "ana@xn--schule-kln-lcb.de"),
        ("ana@alder\u200b", "ana@alder"),
        ("ANA", "ana"),
        ("a\x00na@alder.example", "ana@alder.example"),
    ],
)
def test_an_email_address_has_one_form(typed: str, cleaned: str) -> None:
    assert clean_email(typed) == cleaned


def test_what_is_no_email_address_is_refused() -> None:
    for address in ("ana@alder.example", "ana+news@alder.test", f"{'a' * 63}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"):
        assert email_problem(address) == ""
    for address in ("ana", "ana@", "@alder.example", "ana@alder", "ana alder@alder.example", "é@alder.example"):
        assert email_problem(address) == "Please give an email address such as name@organization.example."
    assert email_problem("") == "Please fill this in."
    assert email_problem("a" * 255) == "Please use at most 254 characters; this has 255."


def test_a_mailbox_is_told_without_its_tag_and_by_its_domain() -> None:
    assert [without_tag(address) for address in ("ana+a+b@alder.example", "ana@alder.example")] == [
        "ana@alder.example"
    ] * 2
    assert domain_of("ana@x@alder.example") == "alder.example"
    assert is_own_domain("bo@alder.example", ["ana@birch.example", "ana@alder.example"])
    assert not is_own_domain("bo@oak.example", ["ana@alder.example"])
    assert not is_own_domain("bo@gmail.com", ["ana@gmail.com"])


ID, BASE = "0123456789abcdef" * 2, "Bounces@coalition.example"


def test_only_an_address_that_we_made_is_of_a_letter() -> None:
    sender = return_address(BASE, "old", ID)
    name, _, domain = sender.partition("@")
    assert name.startswith("Bounces+") and len(name) == 48 and domain == "coalition.example"
    for written in (sender, f" <{sender.upper()}> ", sender.lower()):
        assert returned_letter(written, BASE, ["new", "old"]) == ID
    assert returned_letter(sender, BASE.upper(), ["old"]) == ID
    for base, keys in ((BASE, ["new"]), (BASE, []), ("", ["old"]), ("other@coalition.example", ["old"])):
        assert returned_letter(sender, base, keys) is None
    other = return_address(BASE, "old", ID[::-1])
    forged = f"{name[:-14]}{other.partition('@')[0][-14:]}@{domain}"
    for wrong in (forged, f"{name[:-1]}@{domain}", f"{name}a@{domain}", f"{name[:-1]}!@{domain}", BASE, "", "x"):
        assert returned_letter(wrong, BASE, ["old"]) is None
