"""Newsletters and meetings as they are typed: what each part may say, and the sentence where it will not do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signoff.domain.partners import meetings
from signoff.domain.partners.meetings import MeetingForm
from signoff.domain.partners.newsletters import (
    NewsletterForm,
    Topic,
    TopicKind,
    read_parts,
    read_topic,
    stored_parts,
)

BEGINS = datetime(2026, 12, 4, 17, tzinfo=UTC)
MEETING = MeetingForm("Spring", BEGINS, BEGINS + timedelta(hours=1), "Room 4", "https://meet.example/x", "- Hello")
FOURTH = Topic(TopicKind.MEETING, 4)
NEWS = NewsletterForm("News", "Hello.", ((FOURTH, "We *met*."), (Topic(TopicKind.PARTNERS), "")))
COMPUTED = "Computed words cannot be used here."


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, {}),
        ({"title": "☀\ufe0f" + "x" * 148, "place": "☀\ufe0f" + "x" * 298, "agenda": "x" * 10_000}, {}),
        ({"place": ""}, {}),
        ({"link": "", "agenda": ""}, {}),
        ({"title": ""}, {"title": "Please fill this in."}),
        ({"title": "x" * 151}, {"title": "Please use at most 150 characters; this has 151."}),
        ({"ends_at": BEGINS}, {"ends": "The meeting must end after it begins."}),
        ({"place": "x" * 301}, {"place": "Please use at most 300 characters; this has 301."}),
        ({"place": "", "link": ""}, {"place": "Give a place, or a link to join."}),
        ({"link": "http://meet.example"}, {"link": "The link must begin with https://."}),
        ({"link": "meet"}, {"link": "Please give a web address such as https://organization.example."}),
        ({"agenda": "On {{date}}"}, {"agenda": COMPUTED}),
        ({"agenda": "x" * 10_001}, {"agenda": "Please shorten this to 10 kB; it has 11 kB."}),
        ({"agenda": "![x](https://x.example)"}, {"agenda": "Line 1: pictures are not shown. Please say it in words."}),
    ],
)
def test_each_part_of_a_meeting_has_its_sentence(changed: dict[str, object], problems: dict[str, str]) -> None:
    assert replace(MEETING, **changed).problems == problems


def test_what_may_not_be_seen_is_refused_in_an_agenda_as_in_any_text() -> None:
    (sentence,) = replace(MEETING, agenda="Bir&shy;ch").problems.values()
    assert sentence.startswith("After “Bir”: U+00AD")
    (sentence,) = replace(NEWS, opening="Bir&shy;ch").problems.values()
    assert sentence.startswith("After “Bir”: U+00AD")


def test_a_meeting_is_cleaned_and_shown_without_markdown() -> None:
    typed = replace(MEETING, title=" Spring ", place=" Room\t4", link="Meet.example/x", agenda="- Hello\r\n")
    assert typed.cleaned() == MEETING
    assert meetings.shown_words("T", "P", "- *a*\n- [b](https://b.example)") == {
        "title": "T",
        "place": "P",
        "agenda": "a\nb\nhttps://b.example",
    }


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, {}),
        ({"subject": "☀\ufe0f" + "x" * 148, "opening": "x" * 10_000, "parts": ((FOURTH, "x" * 4_000),)}, {}),
        ({"opening": ""}, {}),
        ({"parts": ()}, {}),
        ({"subject": ""}, {"subject": "Please fill this in."}),
        ({"subject": "x" * 151}, {"subject": "Please use at most 150 characters; this has 151."}),
        ({"opening": "", "parts": ()},
         {"opening": "Write something here, or select something to include below."}),
        ({"opening": "x" * 10_001}, {"opening": "Please shorten this to 10 kB; it has 11 kB."}),
        ({"opening": "{{signatory_count}}"}, {"opening": COMPUTED}),
        ({"parts": ((FOURTH, "x" * 4_001),)}, {"meeting-4": "Please shorten this to 4 kB; it has 5 kB."}),
        ({"parts": ((FOURTH, "~~no~~"),)},
         {"meeting-4": "Line 1: words cannot be struck through. Please keep them or leave them out."}),
    ],
)  # fmt: skip
def test_each_part_of_a_newsletter_has_its_sentence(changed: dict[str, object], problems: dict[str, str]) -> None:
    assert replace(NEWS, **changed).problems == problems


def test_a_newsletter_is_cleaned_shown_and_kept() -> None:
    typed = NewsletterForm(" News", "Hello.\r\n", ((FOURTH, "We *met*. "), (Topic(TopicKind.PARTNERS), " \n")))
    assert typed.cleaned() == NEWS
    assert replace(NEWS, opening="## Hi\n\n[x](https://x.example)").shown_words == {
        "subject": "News",
        "opening": "Hi\nx\nhttps://x.example",
        "meeting-4": "We met.",
        "partners-0": "",
    }
    kept = [["meeting-4", "We *met*."], ["partners-0", ""]]
    assert stored_parts(NEWS.parts) == kept
    assert read_parts([*map(tuple, kept), ("weather-1", "x")]) == NEWS.parts


def test_a_topic_is_known_by_its_key() -> None:
    assert read_topic("publication-123456789") == Topic(TopicKind.PUBLICATION, 123_456_789)
    assert read_topic("questions-0") == Topic(TopicKind.QUESTIONS)
    for key in ("weather-1", "meeting", "meeting-", "meeting-04", "meeting-٤", "meeting-1234567890", "meeting-1-2", ""):
        assert read_topic(key) is None
