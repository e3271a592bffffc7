"""The facts a letter is written from, gathered at the moment it is sent."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from signoff.domain.links import secret_of
from signoff.domain.moments import in_full
from signoff.models import Answer, Coalition, Letter, Partner, Publication, Request, Round, Version
from signoff.models.views import signatory


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
    version: Version
    partner: Partner | None
    reader: str
    link: str
    round: Round | None
    answer: Answer | None
    publication: Publication | None
    signatory_count: int
    named_as: str = ""
    to_staff: bool = False
    overtaken: bool = False

    @property
    def deadline(self) -> str:
        """The round's deadline with its zone, UTC beside it."""
        return in_full(self.round.deadline, self.post.zone) if self.round else ""

    @property
    def public_address(self) -> str:
        """Where the public reads the position."""
        return f"{self.post.base_url}/positions/{self.version.position.slug}"

    @property
    def staff_address(self) -> str:
        """Where staff see the position's rounds."""
        return f"{self.post.base_url}/staff/positions/{self.version.position.slug}"

    @property
    def organisation(self) -> str:
        """The organisation concerned."""
        return self.partner.name if self.partner else ""


class LinkUnmakeable(Exception):
    """No key known to this installation makes this link's secret any more."""


def gather(session: Session, letter: Letter, post: Post) -> LetterFacts:
    """Gather what a letter is written from; LinkUnmakeable when its link's key is gone."""
    version = letter.version
    publication = session.scalar(select(Publication).where(Publication.version_id == version.id))
    partner_id = letter.contact.partner_id if letter.contact else letter.answer.partner_id if letter.answer else None
    return LetterFacts(
        post=post,
        coalition=session.get_one(Coalition, 1),
        version=version,
        partner=session.get(Partner, partner_id) if partner_id else None,
        reader=letter.contact.full_name if letter.contact else letter.user.name if letter.user else "",
        link=_address(letter, post),
        round=session.scalar(select(Round).where(Round.version_id == version.id)),
        answer=letter.answer,
        publication=publication,
        signatory_count=session.scalar(_named(version, func.count())) or 0,
        named_as=session.scalar(_named(version, signatory.c.public_name).where(signatory.c.partner_id == partner_id))
        or "",
        to_staff=letter.user is not None,
        overtaken=letter.answer is not None and _is_overtaken(session, letter.answer),
    )


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
    if letter.link is None or letter.link.revoked_at is not None:
        return ""
    secret = secret_of(post.keys, letter.link.nonce, letter.link.lookup)
    if secret is None:
        raise LinkUnmakeable
    return f"{post.base_url}/r/{secret}"


def no_longer_wanted(session: Session, letter: Letter, *, facts: LetterFacts, late: bool) -> str:
    """Why a letter has been overtaken by events, as a sentence; empty when it is still to be sent.

    `late` says whether the round's deadline has passed at this moment.
    """
    if letter.contact is not None and letter.contact.removed_at is not None:
        return "The contact was removed."
    if letter.user is not None and letter.user.deactivated_at is not None:
        return "The user was deactivated."
    if letter.kind == "request":
        return _request_overtaken(session, letter, facts, late)
    if letter.kind == "published":
        return "" if facts.named_as else "The partner is no longer named."
    return ""


def _request_overtaken(session: Session, letter: Letter, facts: LetterFacts, late: bool) -> str:
    link, asked = letter.link, facts.round
    if link is None or link.revoked_at is not None:
        return "The link was re-issued."
    if asked is None or asked.ended_at is not None or late:
        return f"The round {asked.ended_as if asked and asked.ended_as else 'has passed its deadline'}."
    if session.get_one(Request, link.request_id).dropped_at is not None:
        return "The partner is no longer asked."
    answered = select(Answer.id).where(Answer.version_id == letter.version_id, Answer.partner_id == link.partner_id)
    return "The partner has answered." if session.scalar(answered.limit(1)) else ""
