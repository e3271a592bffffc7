"""The facts a letter is written from, gathered at the moment it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from signoff.domain.letters import ASKING, CARRY_LINK, LetterKind
from signoff.domain.links import secret_of
from signoff.domain.moments import in_full, on_day
from signoff.models import (
    Answer,
    Coalition,
    Comment,
    Contact,
    Invitation,
    Letter,
    Link,
    NameProposal,
    Partner,
    Publication,
    Referral,
    Request,
    Round,
    Version,
)
from signoff.models.views import signatory
from signoff.services.deadlines import is_waiting
from signoff.services.earlier import Known, known_before
from signoff.services.life import tally


@dataclass(frozen=True)
class Post:
    """What composing needs of the installation: its address, zone and link keys."""

    base_url: str
    zone: ZoneInfo
    keys: tuple[str, ...]


@dataclass(frozen=True)
class LetterFacts:
    """Everything a letter may say; `link` is empty for those who have none."""

    post: Post
    coalition: Coalition
    about_version: Version | None
    partner: Partner | None
    reader: str
    link: str
    round: Round | None = None
    answer: Answer | None = None
    publication: Publication | None = None
    signatory_count: int = 0
    named_as: str = ""
    to_staff: bool = False
    overtaken: bool = False
    known: Known | None = None
    contact: Contact | None = None
    request: Request | None = None
    comment: Comment | None = None
    referral: Referral | None = None
    proposal: NameProposal | None = None
    changed_contact: Contact | None = None
    to_old_address: bool = False
    tally: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None
    is_new_contact: bool = False
    own_address: str = ""
    by_signer: bool = False

    @property
    def version(self) -> Version:
        """The version the letter is about; every letter but the one of a changed contact is about one."""
        assert self.about_version is not None
        return self.about_version

    @property
    def asker(self) -> str:
        """The Coalition within a sentence, behind “the”."""
        return self.coalition.name.removeprefix("The ")

    @property
    def deadline(self) -> str:
        """The round's deadline with its zone, UTC beside it."""
        return in_full(self.round.deadline, self.post.zone) if self.round else ""

    @property
    def deadline_day(self) -> str:
        """The round's last day."""
        return on_day(self.round.deadline, self.post.zone) if self.round else ""

    @property
    def public_address(self) -> str:
        """Where the public reads the position."""
        return f"{self.post.base_url}/positions/{self.version.position.slug}"

    @property
    def staff_address(self) -> str:
        """Where staff see the position's rounds."""
        return f"{self.post.base_url}/staff/positions/{self.version.position.slug}"

    @property
    def is_colleague(self) -> bool:
        """Whether the letter goes to the colleague whom a referral named."""
        named = self.referral.contact_id if self.referral else None
        return self.contact is not None and self.contact.id == named

    @property
    def waits(self) -> bool:
        """Whether the contact's address is so new that it does not answer yet."""
        return self.contact is not None and self.at is not None and self.contact.answers_from > self.at

    @property
    def organisation(self) -> str:
        """The organisation concerned."""
        return self.partner.name if self.partner else ""


class LinkUnmakeable(Exception):
    """No key known to this installation makes this link's secret any more."""


def gather(session: Session, letter: Letter, post: Post, *, at: datetime) -> LetterFacts:
    """Gather what a letter is written from at this moment; LinkUnmakeable when its link's key is gone."""
    version = letter.version
    partner = session.get(Partner, number) if (number := _partner_id(letter)) else None
    facts: dict[str, Any] = {
        "post": post,
        "coalition": session.get_one(Coalition, 1),
        "about_version": version,
        "partner": partner,
        "reader": letter.contact.full_name if letter.contact else letter.user.name if letter.user else "",
        "link": _address(letter, post),
        "answer": letter.answer,
        "to_staff": letter.user is not None,
        "overtaken": letter.answer is not None and _is_overtaken(session, letter.answer),
        "contact": letter.contact,
        "comment": letter.comment,
        "referral": letter.referral,
        "proposal": letter.proposal,
        "changed_contact": letter.changed_contact,
        "at": at,
        "is_new_contact": letter.changed_contact is not None and letter.changed_contact.added_at == letter.queued_at,
        "by_signer": _is_signer(session, letter),
        "own_address": _own_address(letter),
        "to_old_address": letter.contact_id is not None and letter.contact_id == letter.changed_contact_id,
    }
    if version is not None:
        facts |= _of_version(session, version, number, LetterKind(letter.kind))
    return LetterFacts(**facts)


def _of_version(session: Session, version: Version, partner_id: int | None, kind: LetterKind) -> dict[str, Any]:
    return {
        "round": session.scalar(select(Round).where(Round.version_id == version.id)),
        "publication": session.scalar(select(Publication).where(Publication.version_id == version.id)),
        "signatory_count": session.scalar(_named(version, func.count())) or 0,
        "named_as": session.scalar(_named(version, signatory.c.public_name).where(signatory.c.partner_id == partner_id))
        or "",
        "request": session.scalar(
            select(Request).where(Request.version_id == version.id, Request.partner_id == partner_id)
        ),
        "known": known_before(session, version, partner_id) if kind in ASKING and partner_id else None,
        "tally": tally(session, version) if kind == LetterKind.ROUND_CLOSED else {},
    }


def _partner_id(letter: Letter) -> int | None:
    # Letters to staff are about the partner of whatever they tell of.
    about = letter.contact or letter.answer or letter.comment or letter.referral or letter.proposal
    return about.partner_id if about else None


def _own_address(letter: Letter) -> str:
    # What the reader at an address may know of it: that it is still the registered one, or that it was replaced.
    still = letter.contact is not None and letter.address == letter.contact.email
    return letter.address or "" if still else "another than this one, which is not registered any more"


def _is_signer(session: Session, letter: Letter) -> bool:
    answer = letter.answer
    link = session.get(Link, answer.link_id) if answer is not None and answer.link_id is not None else None
    return link is not None and link.contact_id == letter.contact_id


def _named(version: Version, what: Any) -> Select[Any]:
    return select(what).select_from(signatory).where(signatory.c.version_id == version.id)


def _is_overtaken(session: Session, answer: Answer) -> bool:
    later = select(Answer.id).where(
        Answer.version_id == answer.version_id,
        Answer.partner_id == answer.partner_id,
        Answer.sequence > answer.sequence,
    )
    return session.scalar(later.limit(1)) is not None


def _address(letter: Letter, post: Post) -> str:
    way: Link | Invitation | None = letter.link or letter.invitation
    if way is None or way.revoked_at is not None:
        return ""
    secret = secret_of(post.keys, way.nonce, way.lookup)
    if secret is None:
        raise LinkUnmakeable
    return f"{post.base_url}/r/{secret}"


def no_longer_wanted(session: Session, letter: Letter, *, facts: LetterFacts, late: bool) -> str:
    """Why a letter has been overtaken by events, as a sentence; empty when it is still to be sent.

    `late` says whether the round's deadline has passed at this moment.
    """
    if letter.contact is not None and letter.contact.removed_at is not None and letter.address is None:
        return "The contact was removed."
    if letter.user is not None and letter.user.deactivated_at is not None:
        return "The user was deactivated."
    kind = LetterKind(letter.kind)
    if letter.link is not None and letter.link.revoked_at is not None and kind in CARRY_LINK:
        return "The link was re-issued."
    if letter.invitation is not None and letter.invitation.revoked_at is not None:
        return "The invitation was ended."
    to_colleague = kind == LetterKind.REFERRED and facts.is_colleague
    if kind in ASKING or to_colleague:
        return _question_overtaken(session, letter, facts, late)
    if kind == LetterKind.RECALLED and _is_asked_again(facts):
        return "The partner is asked again."
    if kind == LetterKind.PUBLISHED:
        return "" if facts.named_as else "The partner is no longer named."
    return ""


def _is_asked_again(facts: LetterFacts) -> bool:
    dropped = facts.request is not None and facts.request.dropped_at is not None
    recalled = facts.round is not None and facts.round.ended_as == "recalled"
    return not dropped and not recalled


def _question_overtaken(session: Session, letter: Letter, facts: LetterFacts, late: bool) -> str:
    link, asked = letter.link, facts.round
    if asked is None or asked.ended_at is not None or late:
        return f"The round {asked.ended_as if asked and asked.ended_as else 'has passed its deadline'}."
    if facts.request is None or facts.request.dropped_at is not None:
        return "The partner is no longer asked."
    if link is not None and link.referred_at is not None:
        return "A colleague answers instead."
    waits = facts.partner is not None and is_waiting(session, facts.version.id, facts.partner.id)
    return "" if waits else "The partner has answered."
