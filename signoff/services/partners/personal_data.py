"""Finds what is stored about a person: their own rows, emails to and about them, and words that name them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.domain.letters import LetterState
from signoff.models import (
    Acceptance,
    AcceptanceLink,
    Answer,
    AnswerPerson,
    Application,
    Base,
    Comment,
    Contact,
    Delivery,
    IdempotentCall,
    Letter,
    Link,
    PartnerPosting,
    ProblemReport,
    Referral,
    Subscription,
)
from signoff.models.base import among

ERASED = "erased"

Column = InstrumentedAttribute[Any] | ColumnElement[Any]
# Words here can be erased; whatever else is text stays, and is told of when it names the person.
ERASABLE: dict[str, frozenset[str]] = {
    "contact": frozenset({"full_name", "email", "job_title"}),
    "acceptance": frozenset({"full_name", "job_title"}),
    "answer_person": frozenset({"full_name", "job_title", "reason", "note", "salt"}),
    "comment": frozenset({"words", "salt", "outcome_note"}),
    "referral": frozenset({"full_name", "email", "job_title"}),
    "application": frozenset(
        {"organization", "website", "level", "state", "full_name", "email", "job_title", "network"}
    ),
    "subscription": frozenset({"email", "network"}),
    "problem_report": frozenset({"words", "full_name", "email", "network"}),
    "letter": frozenset({"address", "sent_subject", "sent_text", "last_reply"}),
    "delivery": frozenset({"address", "note", "taken_back_reason"}),
    "partner_posting": frozenset({"words", "reason", "ended_reason"}),
    "idempotent_call": frozenset({"answer"}),
}


@dataclass(frozen=True)
class PersonalData:
    """All rows about the person at an address that can be erased in part, those already erased left out."""

    session: Session
    email: str

    @cached_property
    def contacts(self) -> Sequence[Contact]:
        """The person as a contact, of whichever partners, present or removed."""
        return self.session.scalars(select(Contact).where(Contact.email == self.email).order_by(Contact.id)).all()

    @cached_property
    def answers(self) -> Sequence[AnswerPerson]:
        """What the person typed when answering."""
        query = select(AnswerPerson).join(Answer, Answer.id == AnswerPerson.answer_id)
        query = query.join(Link, Link.id == Answer.link_id)
        return self._all(query.where(among(Link.contact_id, self.contact_ids), _has_words(AnswerPerson)))

    @cached_property
    def acceptances(self) -> Sequence[Acceptance]:
        """What the person signed about the Coalition's commitments."""
        query = select(Acceptance).join(AcceptanceLink, AcceptanceLink.id == Acceptance.link_id)
        return self._all(query.where(among(AcceptanceLink.contact_id, self.contact_ids), _has_words(Acceptance)))

    @cached_property
    def comments(self) -> Sequence[Comment]:
        """What the person commented, and what staff noted about it."""
        return self._all(select(Comment).where(among(Comment.contact_id, self.contact_ids), _has_words(Comment)))

    @cached_property
    def referrals(self) -> Sequence[Referral]:
        """Where a colleague named the person to answer."""
        is_theirs = or_(func.lower(Referral.email) == self.email, among(Referral.contact_id, self.contact_ids))
        return self._all(select(Referral).where(is_theirs, _has_words(Referral)))

    @cached_property
    def applications(self) -> Sequence[Application]:
        """Where the person applied for an organization that was no partner."""
        return self._all(select(Application).where(Application.email == self.email))

    @cached_property
    def subscriptions(self) -> Sequence[Subscription]:
        """What the person asked for news of, confirmed or not."""
        return self._all(select(Subscription).where(Subscription.email == self.email))

    @cached_property
    def letters(self) -> Sequence[Letter]:
        """Emails to the person, about their words, or that name them, with words that are kept or still to be sent."""
        answers, comments = [row.answer_id for row in self.answers], [row.id for row in self.comments]
        theirs = or_(
            among(Letter.contact_id, self.contact_ids),
            among(Letter.changed_contact_id, self.contact_ids),
            among(Letter.answer_id, answers),
            among(Letter.comment_id, comments),
            among(Letter.acceptance_id, [row.id for row in self.acceptances]),
            among(Letter.referral_id, [row.id for row in self.referrals]),
            among(Letter.application_id, self.application_ids),
            among(Letter.subscription_id, self.subscription_ids),
            Letter.address == self.email,
            among(Letter.delivery_id, self.delivery_ids),
            self._named_in(Letter.sent_subject, Letter.sent_text, Letter.last_reply),
        )
        has_words = or_(Letter.sent_text.is_not(None), Letter.address == self.email, Letter.last_reply != "")
        to_them = or_(
            among(Letter.contact_id, self.contact_ids),
            among(Letter.delivery_id, self.delivery_ids),
            among(Letter.application_id, self.application_ids),
            among(Letter.subscription_id, self.subscription_ids),
        )
        waits = (Letter.state == LetterState.QUEUED) & to_them
        found = self._all(select(Letter).where(theirs, or_(has_words, waits, Letter.state == LetterState.SENDING)))
        return [row for row in found if self._is_about(row)]

    def _is_about(self, row: Letter) -> bool:
        if {row.contact_id, row.changed_contact_id} & {*self.contact_ids} or row.address == self.email:
            return True
        by_key = (
            (row.answer_id, [one.answer_id for one in self.answers]),
            (row.comment_id, [one.id for one in self.comments]),
            (row.acceptance_id, [one.id for one in self.acceptances]),
            (row.referral_id, [one.id for one in self.referrals]),
            (row.delivery_id, self.delivery_ids),
            (row.application_id, self.application_ids),
            (row.subscription_id, self.subscription_ids),
        )
        if any(number in ids for number, ids in by_key):
            return True
        return self.names_them(row.sent_subject, row.sent_text, row.last_reply)

    @cached_property
    def deliveries(self) -> Sequence[Delivery]:
        """Deliveries by email to the person, and those that staff noted something about them with."""
        words = (Delivery.note, Delivery.taken_back_reason)
        is_theirs = or_(Delivery.address == self.email, self._named_in(*words))
        found = self._all(select(Delivery).where(is_theirs, _has_words(Delivery)))
        return [row for row in found if row.address == self.email or self.names_them(row.note, row.taken_back_reason)]

    @cached_property
    def reports(self) -> Sequence[ProblemReport]:
        """Reports about public lists from the person's address, and those whose words name them."""
        typed = (ProblemReport.words, ProblemReport.full_name)
        is_theirs = or_(ProblemReport.email == self.email, self._named_in(*typed))
        found = self._all(select(ProblemReport).where(is_theirs, _has_words(ProblemReport)))
        return [row for row in found if row.email == self.email or self.names_them(row.words, row.full_name)]

    @cached_property
    def postings(self) -> Sequence[PartnerPosting]:
        """Descriptions and notices of partners that name the person, and what staff said about one."""
        typed = (PartnerPosting.words, PartnerPosting.reason, PartnerPosting.ended_reason)
        found = self._all(select(PartnerPosting).where(self._named_in(*typed)))
        return [row for row in found if self.names_them(row.words, row.reason, row.ended_reason)]

    @property
    def delivery_ids(self) -> list[int]:
        """The deliveries that went to the person."""
        return [row.id for row in self.deliveries if row.address == self.email]

    @cached_property
    def others_answers(self) -> Sequence[AnswerPerson]:
        """Reasons and notes of others, staff among them, that name the person."""
        query = select(AnswerPerson).where(self._named_in(AnswerPerson.reason, AnswerPerson.note))
        own = set(self.answers)
        return [row for row in self._all(query) if row not in own and self.names_them(row.reason, row.note)]

    @cached_property
    def others_comments(self) -> Sequence[Comment]:
        """Comments of others, and staff's notes to them, that name the person."""
        query = select(Comment).where(self._named_in(Comment.words, Comment.outcome_note))
        own = set(self.comments)
        return [row for row in self._all(query) if row not in own and self.names_them(row.words, row.outcome_note)]

    @cached_property
    def calls(self) -> Sequence[IdempotentCall]:
        """Kept answers of the API that name the person."""
        escaped = tuple(json.dumps(needle)[1:-1] for needle in self._needles)
        return self._all(select(IdempotentCall).where(_any_in((*self._needles, *escaped), IdempotentCall.answer)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names under which the person is stored, where they have two words or more: one alone is anyone's."""
        people: tuple[Contact | AnswerPerson, ...] = (*self.contacts, *self.answers)
        rows: Iterable[Contact | AnswerPerson | Acceptance | Referral | Application] = (
            *people,
            *self.acceptances,
            *self.referrals,
            *self.applications,
        )
        names = {" ".join((row.full_name or "").split()) for row in rows}
        return tuple(sorted(name for name in names if " " in name))

    @cached_property
    def stays(self) -> dict[str, int]:
        """How many rows of each table name the person in words that are never changed."""
        counts = {}
        for table in Base.metadata.sorted_tables:
            frozen = [
                cast(column, Text)
                for column in table.columns
                if type(column.type).__name__ in ("Text", "String", "Json") and column.name not in _erasable(table.name)
            ]
            if frozen and (number := self.session.scalar(select(func.count()).where(self._named_in(*frozen)))):
                counts[table.name] = number
        return counts

    def names_them(self, *texts: str | None) -> bool:
        """Whether one of these texts names the person, however its lines are broken."""
        plain = [re.sub(r"[\s>|]+", " ", text).casefold() for text in texts if text]
        return any(needle.casefold() in text for needle in self._needles for text in plain)

    @property
    def is_known(self) -> bool:
        """Whether anything at all is stored about this address."""
        own = (
            self.contacts,
            self.referrals,
            self.letters,
            self.deliveries,
            self.applications,
            self.subscriptions,
            self.reports,
            self.postings,
            self.others_answers,
            self.others_comments,
            self.calls,
        )
        return any(own)

    @cached_property
    def contact_ids(self) -> list[int]:
        """The contacts that the person is."""
        return [contact.id for contact in self.contacts]

    @cached_property
    def application_ids(self) -> list[int]:
        """The applications that the person made."""
        return [made.id for made in self.applications]

    @cached_property
    def subscription_ids(self) -> list[int]:
        """The subscriptions of the person."""
        return [subscription.id for subscription in self.subscriptions]

    @property
    def _needles(self) -> tuple[str, ...]:
        return (self.email, *self.names)

    def _named_in(self, *columns: Column) -> ColumnElement[bool]:
        return _any_in(self._needles, *columns)

    def _all(self, query: Any) -> Sequence[Any]:
        rows: Sequence[Any] = self.session.scalars(query).unique().all()
        return rows


def _any_in(needles: Iterable[str], *columns: Column) -> ColumnElement[bool]:
    # Anything may be between the words, since lines are broken and quoted in emails: what is found is looked at again.
    patterns = ["%" + "%".join(map(_escaped, needle.split())) + "%" for needle in needles]
    return or_(*(column.ilike(pattern, escape="\\") for column in columns for pattern in patterns))


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


def _erasable(table: str) -> frozenset[str]:
    return ERASABLE.get(table, frozenset())


def _has_words(model: type[Base]) -> ColumnElement[bool]:
    columns = model.__table__.columns
    return or_(*(columns[name].is_not(None) for name in sorted(_erasable(model.__tablename__))))
