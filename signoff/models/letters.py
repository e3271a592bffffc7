"""Letters: each row is the duty to write one mail; its text is made at delivery and no link rests here."""

import re
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.accounts import AccountNews
from signoff.domain.letters import (
    ABOUT_APPLICATIONS,
    ABOUT_POSTINGS,
    CARRY_LINK,
    STEPS,
    TO_APPLICANTS,
    TO_SUBSCRIBERS,
    LetterKind,
    LetterState,
)
from signoff.models.acceptances import Acceptance, AcceptanceLink
from signoff.models.accounts import AccountLink, ApiToken, StaffUser
from signoff.models.answers import Answer
from signoff.models.applications import Application
from signoff.models.base import Base, one_of, to
from signoff.models.consultations import Comment, Invitation
from signoff.models.deliveries import Delivery
from signoff.models.guard_kinds import Guard, guarded
from signoff.models.meetings import Meeting
from signoff.models.merges import PartnerMerge
from signoff.models.newsletters import Newsletter
from signoff.models.partners import Contact
from signoff.models.positions import Version
from signoff.models.postings import PartnerPosting
from signoff.models.proposals import NameProposal, Referral
from signoff.models.rounds import Link
from signoff.models.schedules import ScheduledAct
from signoff.models.subscriptions import NewsDigest, Subscription


class AnswerDigest(Base):
    """One daily summary of answers: those given after `since`, up to `until`."""

    __tablename__ = "answer_digest"
    __table_args__ = (CheckConstraint("since < until", name="since_before_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(unique=True)


_TO_APPLICANTS, _ABOUT_APPLICATIONS, _TO_SUBSCRIBERS, _ABOUT_POSTINGS = (
    ", ".join(f"'{kind.value}'" for kind in kinds)
    for kinds in (TO_APPLICANTS, ABOUT_APPLICATIONS, TO_SUBSCRIBERS, ABOUT_POSTINGS)
)


_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


class Letter(Base):
    """One mail: which letter, to whom, about what, and how far it came."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("state", LetterState),
        CheckConstraint(
            "CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END "
            "+ CASE WHEN delivery_id IS NULL THEN 0 ELSE 1 END "
            f"+ CASE WHEN kind IN ({_TO_APPLICANTS}) THEN 1 ELSE 0 END "
            f"+ CASE WHEN kind IN ({_TO_SUBSCRIBERS}) THEN 1 ELSE 0 END = 1",
            name="one_addressee",
        ),
        CheckConstraint(
            f"(kind IN ({_TO_SUBSCRIBERS}, 'meeting', 'newsletter')) = (subscription_id IS NOT NULL)",
            name="subscription_has_one",
        ),
        CheckConstraint("(kind = 'meeting') = (meeting_id IS NOT NULL)", name="meeting_has_one"),
        CheckConstraint(
            "(kind IN ('newsletter', 'newsletter_test', 'newsletter_not_sent')) = (newsletter_id IS NOT NULL)",
            name="newsletter_has_one",
        ),
        CheckConstraint("kind <> 'commitments' OR acceptance_link_id IS NOT NULL", name="commitments_with_a_link"),
        CheckConstraint(
            "(kind = 'commitments_answered') = (acceptance_id IS NOT NULL)", name="commitments_answered_by_one"
        ),
        CheckConstraint("(kind = 'news') = (news_id IS NOT NULL)", name="news_has_its_days"),
        CheckConstraint(
            f"(kind IN ({_ABOUT_APPLICATIONS})) = (application_id IS NOT NULL)", name="application_about_one"
        ),
        CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="claimed_when_sending"),
        CheckConstraint(
            f"kind NOT IN ({', '.join(repr(kind.value) for kind in LetterKind if kind in CARRY_LINK)}) "
            "OR link_id IS NOT NULL",
            name="asking_has_link",
        ),
        CheckConstraint(
            "kind IN ('contact_changed', 'contact_confirmed', 'partners_merged', 'account', 'digest', "
            "'application_confirm', 'application', 'application_decided', 'complained', 'subscription_confirm', "
            "'news', 'meeting', 'newsletter', 'newsletter_test', 'newsletter_not_sent', 'commitments', "
            "'commitments_answered', 'posting_proposed', 'posting_settled') OR version_id IS NOT NULL",
            name="about_a_version",
        ),
        CheckConstraint(
            "CASE WHEN token_id IS NULL THEN 0 ELSE 1 END + CASE WHEN account_link_id IS NULL THEN 0 ELSE 1 END "
            "+ CASE WHEN account_news IS NULL THEN 0 ELSE 1 END = CASE WHEN kind = 'account' THEN 1 ELSE 0 END",
            name="account_about_one_thing",
        ),
        CheckConstraint(f"(kind IN ({_ABOUT_POSTINGS})) = (posting_id IS NOT NULL)", name="posting_about_one"),
        CheckConstraint("(kind = 'partners_merged') = (merge_id IS NOT NULL)", name="partners_merged_by_a_merge"),
        CheckConstraint("(kind = 'not_done') = (schedule_id IS NOT NULL)", name="not_done_has_its_schedule"),
        CheckConstraint("(kind = 'digest') = (digest_id IS NOT NULL)", name="digest_has_its_days"),
        CheckConstraint("(kind = 'delivered') = (delivery_id IS NOT NULL)", name="delivered_has_its_delivery"),
        one_of("account_news", AccountNews),
        CheckConstraint(
            "address IS NULL OR kind IN ('contact_changed', 'contact_confirmed', 'account')",
            name="own_address_only_then",
        ),
        ForeignKeyConstraint(["answer_id"], ["answer.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["referral_id"], ["referral.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["proposal_id"], ["name_proposal.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["changed_contact_id"], ["contact.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["token_id"], ["api_token.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["account_link_id"], ["account_link.id"], ondelete="RESTRICT"),
        CheckConstraint("(sent_text IS NULL) = (sent_subject IS NULL)", name="sent_words_whole"),
        Index("ix_letter_due", "state", "due_at"),
        Index("ix_letter_contact", "contact_id"),
        Index("ix_letter_version", "version_id", "state"),
        Index("ix_letter_link", "link_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = to("letter_kind.kind")
    contact_id: Mapped[int | None] = to("contact.id")
    user_id: Mapped[int | None] = to("staff_user.id")
    # Where it goes when that is not the contact's present address: told to the old one, erased once sent.
    address: Mapped[str | None]
    version_id: Mapped[int | None] = to("version.id")
    link_id: Mapped[int | None] = to("link.id")
    invitation_id: Mapped[int | None] = to("invitation.id")
    answer_id: Mapped[int | None]
    comment_id: Mapped[int | None]
    referral_id: Mapped[int | None]
    proposal_id: Mapped[int | None]
    changed_contact_id: Mapped[int | None]
    token_id: Mapped[int | None]
    account_link_id: Mapped[int | None]
    account_news: Mapped[str | None]
    digest_id: Mapped[int | None] = to("answer_digest.id")
    schedule_id: Mapped[int | None] = to("scheduled_act.id")
    # The one kind that leaves the house: it goes to the address of its delivery.
    delivery_id: Mapped[int | None] = to("delivery.id")
    merge_id: Mapped[int | None] = to("partner_merge.id")
    application_id: Mapped[int | None] = to("application.id", index=True)
    subscription_id: Mapped[int | None] = to("subscription.id", index=True)
    news_id: Mapped[int | None] = to("news_digest.id")
    meeting_id: Mapped[int | None] = to("meeting.id")
    newsletter_id: Mapped[int | None] = to("newsletter.id", index=True)
    acceptance_link_id: Mapped[int | None] = to("acceptance_link.id")
    acceptance_id: Mapped[int | None] = to("acceptance.id")
    posting_id: Mapped[int | None] = to("partner_posting.id")
    state: Mapped[str] = mapped_column(default=LetterState.QUEUED.value)
    message_id: Mapped[str] = mapped_column(unique=True)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_reply: Mapped[str] = mapped_column(default="")
    # What was sent, with its link masked; the erasable part.
    sent_subject: Mapped[str | None]
    sent_text: Mapped[str | None]

    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id], lazy="joined")
    changed_contact: Mapped[Contact | None] = relationship(
        primaryjoin="Letter.changed_contact_id == Contact.id", foreign_keys="Letter.changed_contact_id"
    )
    user: Mapped[StaffUser | None] = relationship(lazy="joined")
    version: Mapped[Version | None] = relationship(lazy="joined")
    invitation: Mapped[Invitation | None] = relationship()
    comment: Mapped[Comment | None] = relationship(
        primaryjoin="Letter.comment_id == Comment.id", foreign_keys="Letter.comment_id"
    )
    referral: Mapped[Referral | None] = relationship(
        primaryjoin="Letter.referral_id == Referral.id", foreign_keys="Letter.referral_id"
    )
    proposal: Mapped[NameProposal | None] = relationship(
        primaryjoin="Letter.proposal_id == NameProposal.id", foreign_keys="Letter.proposal_id"
    )
    token: Mapped[ApiToken | None] = relationship(
        primaryjoin="Letter.token_id == ApiToken.id", foreign_keys="Letter.token_id"
    )
    account_link: Mapped[AccountLink | None] = relationship(
        primaryjoin="Letter.account_link_id == AccountLink.id", foreign_keys="Letter.account_link_id"
    )
    digest: Mapped[AnswerDigest | None] = relationship()
    schedule: Mapped[ScheduledAct | None] = relationship()
    delivery: Mapped[Delivery | None] = relationship()
    merge: Mapped[PartnerMerge | None] = relationship()
    application: Mapped[Application | None] = relationship()
    subscription: Mapped[Subscription | None] = relationship()
    news: Mapped[NewsDigest | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    newsletter: Mapped[Newsletter | None] = relationship()
    acceptance_link: Mapped[AcceptanceLink | None] = relationship()
    acceptance: Mapped[Acceptance | None] = relationship()
    posting: Mapped[PartnerPosting | None] = relationship()
    link: Mapped[Link | None] = relationship(lazy="joined")
    answer: Mapped[Answer | None] = relationship(lazy="joined")

    @property
    def addressee(self) -> str:
        """To whom it goes, as staff read it."""
        if self.delivery is not None:
            return self.delivery.recipient
        if self._is_private:
            return "a subscriber"
        person = self.contact.full_name if self.contact else self.user.name if self.user else None
        return person or (self.application.full_name if self.application else None) or "erased"

    @property
    def registered_address(self) -> str:
        """Where it goes unless it has an address of its own, as staff read it: a subscriber's is private."""
        if self._is_private:
            return "private address"
        person = self.contact or self.user or self.application
        address = self.delivery.address if self.delivery else person.email if person else None
        return address or "address erased"

    @property
    def reply(self) -> str:
        """The mail server's last words as staff read them: without the address of a subscriber."""
        return _ADDRESS.sub("(private address)", self.last_reply) if self._is_private else self.last_reply

    @property
    def _is_private(self) -> bool:
        return self.kind in TO_SUBSCRIBERS


_KNOWN_STEPS = " OR ".join(
    f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, allowed in STEPS.items() for new in sorted(allowed)
)

GUARDS: tuple[Guard, ...] = (
    *guarded(AnswerDigest),
    *guarded(
        Letter,
        changes="state due_at attempts fence claimed_until sent_at last_reply sent_subject sent_text",
        erases="address",
    ),
    Guard(
        "letter_known_steps",
        "letter",
        "UPDATE",
        f"NEW.state <> OLD.state AND NOT ({_KNOWN_STEPS})",
        "letter: what was sent is not sent again",
    ),
)
