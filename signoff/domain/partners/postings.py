"""What a partner says of itself in public: a description, a logo, and notices of where it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import regex

from signoff.domain.partners.places import Place, place_problem, place_text, read_place
from signoff.domain.pictures import Picture
from signoff.domain.rounds.links import holds_secret
from signoff.domain.text_input import clean_line, line_problem

_LINK = regex.compile(r"(?i)://|\bwww\.|\w@\w")
_MONTHS_BEFORE, _MONTHS_AFTER = 12, 24
LONGEST_REASON = 300


class PostingKind(StrEnum):
    """What a partner proposes to show."""

    DESCRIPTION = "description"
    LOGO = "logo"
    NOTICE = "notice"


LONGEST_WORDS: Mapping[PostingKind, int] = {PostingKind.DESCRIPTION: 280, PostingKind.NOTICE: 200}


@dataclass(frozen=True)
class PostingForm:
    """What is proposed, as it was entered: words, or for a logo its picture; of a notice also its place and month.

    `month` is written as in `2027-01`.
    """

    kind: PostingKind
    words: str = ""
    picture: Picture | None = None
    place: str = ""
    month: str = ""

    def cleaned(self) -> "PostingForm":
        """The same in canonical characters, its words on one line."""
        words = clean_line(" ".join(self.words.split()))
        return replace(self, words=words, place=place_text(self.place), month=clean_line(self.month))

    @property
    def read_place(self) -> Place | None:
        """The place of a notice."""
        return read_place(self.place) if self.kind == PostingKind.NOTICE else None


def posting_problems(form: PostingForm, *, today: date) -> dict[str, str]:
    """What is wrong with a cleaned form: one sentence for each field concerned."""
    if form.kind == PostingKind.LOGO:
        return {} if form.picture else {"logo": "Please choose a file."}
    problems = {"words": words_problem(form.words, longest=LONGEST_WORDS[form.kind])}
    if form.kind == PostingKind.NOTICE:
        problems["place"] = place_problem(form.place) if form.place else "Please fill this in."
        problems["month"] = "" if month_of(form.month) in months_to_choose(today) else "Please choose a month."
    return {field: sentence for field, sentence in problems.items() if sentence}


def words_problem(words: str, *, longest: int) -> str:
    """What is wrong with a partner's own words on one line; empty when nothing is."""
    if _LINK.search(words) or holds_secret(words):
        return "Please leave out web and email addresses. Your page already links to your website."
    return line_problem(words, longest=longest, prose=True)


def month_of(text: str) -> date | None:
    """The first day of a month that is written as in `2027-01`; None for anything else."""
    if not regex.fullmatch(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", text):
        return None
    return date(int(text[:4]), int(text[5:]), 1)


def months_to_choose(today: date) -> list[date]:
    """The first days of the months that a notice may speak of: from a year ago to two years ahead."""
    this = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(this - _MONTHS_BEFORE, this + _MONTHS_AFTER + 1)]
