"""The letters to staff whose turn it is, and the daily summary of answers. None carries a partner's link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.answers.answers import VERDICT_WORDS, Verdict
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Role
from signoff.domain.phrasing import counted
from signoff.letters.base import BaseLetter, FactRow, VersionLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.snippets import answers_in_words
from signoff.services.answers.digests import VersionAnswers

_MOST_NAMED = 12  # partners of one version that a summary names
_MOST_VERSIONS = 8


@dataclass(frozen=True)
class _CheckLetter(VersionLetter):
    """To a reviewer: a version to check."""

    def lines(self, opening: str) -> list[Block]:
        """What changed, and where to check it."""
        saved: list[FactRow] = [
            ("What changed", self.version.change_note),
            ("Saved by", self.version.saver.name),
            ("Saved", self.in_full(self.version.saved_at)),
        ]
        return [
            Paragraph(opening),
            Facts((*saved, *self.the_text())),
            *self.for_staff("Check it here:", f"/versions/{self.version.number}/check", "Check this version"),
            switch_off(),
            self.human(),
        ]


@letter(LetterKind.TO_CHECK, "version to check")
@dataclass(frozen=True)
class ToCheckLetter(_CheckLetter):
    """To the reviewers who may: a version waits for its check."""

    @classmethod
    def load(cls, context: LetterContext) -> "ToCheckLetter":
        """Unless a newer version was saved, the check is complete, or another reviewer was asked."""
        _ensure_to_check(context, context.version)
        assigned = context.assignment
        if assigned is not None and assigned.reviewer_id != context.row.user_id:
            raise Obsolete(f"{assigned.reviewer.name} was asked to check it.")
        return cls(*context.for_version())

    def compose(self) -> Draft:
        """That it can be checked now."""
        opening = f"Version {self.version.number} of “{self.title}” is ready to be checked against the principles."
        return Draft(f"Ready for a check: {self.title}", tuple(self.lines(opening)))


@letter(LetterKind.REVIEW_ASKED, "request for a check")
@dataclass(frozen=True)
class ReviewAskedLetter(_CheckLetter):
    """To one reviewer: a colleague asks for the check by name."""

    colleague: str

    @classmethod
    def load(cls, context: LetterContext) -> "ReviewAskedLetter":
        """About the newest version, unless someone else is asked by now or the check is complete."""
        _ensure_to_check(context, context.newest)
        assigned = context.assignment
        if assigned is None or assigned.reviewer_id != context.row.user_id:
            raise Obsolete("The reviewer is no longer asked.")
        return cls(context.envelope, context.newest, assigned.asker.name)

    def compose(self) -> Draft:
        """Who asks for what."""
        what = f"version {self.version.number} of “{self.title}”"
        opening = f"{self.colleague} asks you to check {what} against the principles."
        return Draft(f"Please check: {self.title}", tuple(self.lines(opening)))


def _ensure_to_check(context: LetterContext, version: object) -> None:
    if version is not context.newest:
        raise Obsolete("A newer version was saved.")
    if context.newest_check is not None:
        raise Obsolete("The check is complete.")
    ensure_still(context, Role.REVIEWER)


def ensure_still(context: LetterContext, role: Role) -> None:
    """Obsolete where the reader no longer has the role for which they are written to."""
    if role not in required(context.row.user).actor.roles:
        raise Obsolete(f"The reader is no longer a {role.value}.")


@letter(LetterKind.CHECKED, "completed check")
@dataclass(frozen=True)
class CheckedLetter(VersionLetter):
    """To publishers: a check is complete, and partners can be asked."""

    reviewer: str
    completed_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "CheckedLetter":
        """Unless a newer version was saved, partners were asked, or the check does not count anymore."""
        if context.version is not context.newest:
            raise Obsolete("A newer version was saved.")
        if context.version.id in context.batch.rounds or context.publication is not None:
            raise Obsolete("Partners were asked, or the version was published.")
        ensure_still(context, Role.PUBLISHER)
        check = context.newest_check
        if check is None:
            raise Obsolete("The version needs another check.")
        return cls(*context.for_version(), check.completer.name, check.completed_at)

    def compose(self) -> Draft:
        """Who completed it, and what can be done now."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.reviewer} completed the check of version {self.version.number} of “{self.title}”. "
                "Partners can be asked about it now."
            ),
            Facts((("Completed", self.in_full(self.completed_at)), *self.the_text())),
            *self.for_staff("See what comes next:"),
            switch_off(),
            self.human(),
        ]
        return Draft(f"Check complete: {self.title}", tuple(blocks))


@letter(LetterKind.ALL_ANSWERED, "all answers in")
@dataclass(frozen=True)
class AllAnsweredLetter(VersionLetter):
    """To the publisher who asked: no one is waited for anymore."""

    tally: Mapping[str, int]

    @classmethod
    def load(cls, context: LetterContext) -> "AllAnsweredLetter":
        """Unless someone is waited for again, the round has ended, or the version was published."""
        counts = context.tally
        if context.round.ended_at is not None or context.publication is not None:
            raise Obsolete("The round has ended, or the version was published.")
        if counts.get("waiting") or counts.get("undeliverable"):
            raise Obsolete("Another partner has not answered yet.")
        return cls(*context.for_version(), counts)

    def compose(self) -> Draft:
        """How many said what, and that it can be published."""
        counts = {status: number for status, number in self.tally.items() if status != "dropped"}
        asked = counted(sum(counts.values()), "partner was", "partners were")
        blocks: list[Block] = [
            Paragraph(
                f"All answers about version {self.version.number} of “{self.title}” are in. "
                f"{asked.capitalize()} asked: {answers_in_words(counts)}."
            ),
            Facts(tuple(self.the_text())),
            *self.round_for_staff("Read the answers, then publish or ask more partners:"),
            switch_off(),
            self.human(),
        ]
        return Draft(f"All answers are in: {self.title}", tuple(blocks))


@letter(LetterKind.DIGEST, "daily summary")
@dataclass(frozen=True)
class DigestLetter(BaseLetter):
    """To drafters and publishers, once a day: who answered, as it stands when the letter leaves."""

    since: datetime
    until: datetime
    answers: Sequence[VersionAnswers]

    @classmethod
    def load(cls, context: LetterContext) -> "DigestLetter":
        """Unless none of it is true anymore."""
        digest, answers = required(context.row.digest), context.answers
        if not answers:
            raise Obsolete("None of these answers counts anymore.")
        return cls(context.envelope, digest.since, digest.until, answers)

    def compose(self) -> Draft:
        """Each version with the partners that answered, and how many have in all."""
        number = sum(len(item.answered) for item in self.answers)
        partners = counted(number, "answer")
        lead = f"{partners.capitalize()} came in between {self.in_full(self.since)} and {self.in_full(self.until)}."
        more = len(self.answers) - _MOST_VERSIONS
        blocks: list[Block] = [
            Paragraph(lead),
            *(block for item in self.answers[:_MOST_VERSIONS] for block in _about(item)),
            *([Paragraph(f"There were answers about {counted(more, 'more version')}.")] if more > 0 else []),
            Paragraph("All positions:"),
            Address(f"{self.base_url}/staff/positions/", "Open the positions"),
            switch_off(),
            self.human(),
        ]
        return Draft(f"Daily summary: {partners}", tuple(blocks))


def _about(item: VersionAnswers) -> list[Block]:
    more = len(item.answered) - _MOST_NAMED
    named = [f"{name} {_SAID.get(verdict, VERDICT_WORDS[verdict])}" for name, verdict in item.answered[:_MOST_NAMED]]
    counts = {status: number for status, number in item.tally.items() if status != "dropped"}
    return [
        Paragraph(f"“{item.version.title}”, version {item.version.number}. In all: {answers_in_words(counts)}."),
        Quoted("\n".join([*named, *([f"and {counted(more, 'more partner')}"] if more > 0 else [])])),
    ]


_SAID = {Verdict.CONTEST: "said the answer was not theirs"}


def switch_off() -> Paragraph:
    """Where these emails are switched off."""
    return Paragraph("You can switch off emails like this one on your account page.")
