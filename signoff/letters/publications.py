"""The letters about a publication: to those who are named, were named, and get it delivered."""

from dataclasses import dataclass
from datetime import date, datetime

from signoff.domain.answers.answers import round_takes_answers
from signoff.domain.letters import LetterKind
from signoff.domain.phrasing import sentence_for
from signoff.domain.positions.fields import KINDS
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.status import PublicationEnd
from signoff.letters.base import NoticeLetter, PartnerLetter, VersionLetter, letter
from signoff.letters.blocks import Attachment, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.models import Delivery, Round
from signoff.services.publications.delivered_names import status_of


@letter(LetterKind.PUBLISHED, "publication")
@dataclass(frozen=True)
class PublishedLetter(NoticeLetter):
    """To the contacts of each signatory: the position is public, with their organization's name."""

    published_at: datetime
    named_as: str
    signatory_count: int

    @classmethod
    def load(cls, context: LetterContext) -> "PublishedLetter":
        """While the partner is named."""
        if not context.named_as:
            raise Obsolete("The partner is no longer named.")
        published_at = required(context.publication).published_at
        return cls(*context.for_notice(), published_at, context.named_as, context.signatory_count)

    def compose(self) -> Draft:
        """Under which name, among how many, and how to withdraw."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.who} has published the position “{self.title}”. {self.named_as} is listed on it, as approved."
            ),
            Facts(
                (
                    ("Published", self.in_full(self.published_at)),
                    ("Signatories", self.formats.number(self.signatory_count)),
                    *self.about(),
                )
            ),
            *self.own_link("You can withdraw at any time. The name is then removed at once:"),
            self.human(),
        ]
        return Draft(f"Published with the name of {self.organization}: {self.title}", tuple(blocks))


@letter(LetterKind.NO_LONGER_NAMED, "no longer named")
@dataclass(frozen=True)
class NoLongerNamedLetter(PartnerLetter):
    """To the contacts of a partner that was named on a version until its publication ended.

    `reason` is empty unless the position was retired; `later` is the number of the version that is public now, if any,
    `was_asked` whether the partner was asked about that one, and `until` the deadline while it can still approve it.
    """

    named_as: str
    ended_at: datetime
    reason: str
    later: int | None
    was_asked: bool
    until: datetime | None

    @classmethod
    def load(cls, context: LetterContext) -> "NoLongerNamedLetter":
        """Unless the partner is named on a later version of the position by now."""
        if context.is_named_on_position:
            raise Obsolete("The partner is named on a later version.")
        publication, answer = required(context.publication), required(context.row.answer)
        retired = publication.ended_as == PublicationEnd.RETIRED
        reason = publication.ended_reason if retired else ""
        named_as, ended_at = required(answer.public_name), required(publication.ended_at)
        asked = context.batch.asked_about_public.get((context.version.position_id, context.partner.id))
        until = _deadline_to_come(asked, context.at) if asked else None
        return cls(*context.for_partner(), named_as, ended_at, reason, context.public_version, asked is not None, until)

    def compose(self) -> Draft:
        """That the name is gone with the text that it approved, and why."""
        blocks: list[Block] = [
            *self._what_happened(),
            Facts((("Ended", self.in_full(self.ended_at)), *self.the_text())),
            *self.own_link("You can still see here what was asked and recorded:"),
            self.human(),
        ]
        return Draft(f"{self.organization} is no longer named: {self.title}", tuple(blocks))

    def _what_happened(self) -> list[Block]:
        number = self.version.number
        if self.reason:
            return [
                Paragraph(
                    f"The {self.asker} has retired the position “{self.title}”. {self.named_as} is no longer named on "
                    "it. The reason:"
                ),
                Quoted(self.reason),
            ]
        if self.later is None:
            return [
                Paragraph(
                    f"Version {number} of the position “{self.title}” is no longer public. {self.named_as} was named "
                    "on it and is no longer named."
                )
            ]
        return [
            Paragraph(
                f"The {self.asker} has published version {self.later} of the position “{self.title}”. {self.named_as} "
                f"was named on version {number}, which is no longer in force. {self._why_not_later()}"
            )
        ]

    def _why_not_later(self) -> str:
        if not self.was_asked:
            return (
                f"It is not named on version {self.later}, because the {self.asker} did not ask {self.organization} "
                "about that version."
            )
        not_approved = (
            f"It is not named on version {self.later}, because {self.organization} has not approved that version."
        )
        if self.until is None:
            return not_approved
        return (
            f"{not_approved} It can still do so until {self.in_full(self.until)}, through the link in our email about "
            f"version {self.later}."
        )


def _deadline_to_come(asked: Round, at: datetime) -> datetime | None:
    is_open = round_takes_answers(deadline=asked.deadline, ended=asked.ended_at is not None, at=at)
    return asked.deadline if is_open else None


@letter(LetterKind.DELIVERED, "delivery")
@dataclass(frozen=True)
class DeliveredLetter(VersionLetter):
    """To whom a published position is delivered: the file, as the publisher saw its names.

    `earlier` says of a supplement on which day the position was delivered before, and `joined` how many names came
    since; None and 0 otherwise.
    """

    delivery: Delivery
    signatory_count: int
    earlier: date | None
    joined: int

    @classmethod
    def load(cls, context: LetterContext) -> "DeliveredLetter":
        """While the position is public and every name in the file is listed: a name that was withdrawn never leaves."""
        status = required(context.delivery)
        if not context.is_public:
            raise Obsolete("The version is no longer public.")
        if not status.is_whole:
            raise Obsolete("A name in the file, or its note, was withdrawn or changed before it was sent.")
        if status.delivery.taken_back_at is not None:
            raise Obsolete("The delivery was taken back before it was sent.")
        before = _supplemented(status.delivery)
        joined = status_of(context.batch.session, before).joined if before else 0
        earlier = before.delivered_on if before else None
        return cls(*context.for_version(), status.delivery, status.names, earlier, joined)

    def compose(self) -> Draft:
        """Who sends what, approved by how many, where the present list is, and who answers."""
        blocks: list[Block] = [
            Paragraph(self._opening()),
            Paragraph(self._approved()),
            Facts(
                (
                    ("Delivered to", self.delivery.recipient),
                    ("Who has signed, as of today", self._page),
                    *self.the_text(),
                )
            ),
            Paragraph("To reach the person who sent this, reply to this email."),
        ]
        name = f"{encoded(self.version.position.slug)}.pdf"
        file = Attachment(name, "application/pdf", self.delivery.file)
        return Draft(f"{self.envelope.coalition.name}: {self.title}", tuple(blocks), (file,))

    @property
    def _page(self) -> str:
        return f"{self.base_url}/positions/{encoded(self.version.position.slug)}"

    def _opening(self) -> str:
        kind = KINDS[self.version.kind].lower()
        opening = f"{self.who} is sending you the {kind} “{self.title}”. It is attached as a PDF."
        if self.earlier is None:
            return opening
        day = self.formats.calendar_day(self.earlier)
        more = sentence_for(
            self.joined,
            "One organization has been added since then.",
            "{Number} organizations have been added since then.",
            none="No organization has been added since then.",
        )
        return f"{opening} We delivered it before on {day}. {more}"

    def _approved(self) -> str:
        if not self.signatory_count:
            return f"It is the position of the {self.asker} alone."
        if self.signatory_count == 1:
            return "The file names one organization. It approved exactly this text."
        return f"The file names {self.signatory_count} organizations. Each approved exactly this text."


def _supplemented(delivery: Delivery) -> Delivery | None:
    """The earlier delivery that this one adds names to, unless that was a mistake."""
    before = delivery.supplements
    return before if before and before.taken_back_at is None else None
