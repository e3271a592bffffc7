"""Consultations: invite contacts to comment on a version, take their comments, record what became of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.positions.comments import CommentOutcome, comment_problems, times_in
from signoff.domain.positions.text import readings_of, texts_of
from signoff.domain.rounds.links import holds_secret
from signoff.domain.text_input import clean_line, clean_text, line_problem
from signoff.domain.time import Clock
from signoff.evidence.canonical import commitment
from signoff.models import Comment, Contact, Invitation, Link, Partner, Position, Publication, Version
from signoff.models.merges import families
from signoff.services.act import ActContext
from signoff.services.locks import hold_position, hold_version
from signoff.services.outbox.letter_queue import queue_contact_letters, queue_invitations, queue_staff_letter
from signoff.services.positions.positions import latest_version
from signoff.services.record.record import record
from signoff.services.rounds.links import new_nonce
from signoff.services.rounds.open_rounds import ensure_shown, takes_answers

LONGEST_NOTE = 1_000
MOST_COMMENTS = 30  # of one contact on one version


def invite(act: ActContext, version: Version, partners: Sequence[Partner]) -> int:
    """Invite the contacts of these partners to comment on the newest version, without asking for approval.

    Who has an invitation to this version already gets no second one. Returns how many letters were queued. Conflict
    for a version that is not the newest, Invalid without partners.
    """
    ensure_may(act.by, Act.CONSULT)
    hold_position(act.session, version.position_id)
    if latest_version(act.session, version.position).id != version.id:
        raise Conflict("A newer version has been saved; invite to comment on that one. Nothing was sent.")
    if not partners:
        raise Invalid({"partners": "Please choose at least one partner."})
    at, among_one = act.at(), families(act.session)
    invited = select(Invitation.contact_id).where(Invitation.version_id == version.id, Invitation.revoked_at.is_(None))
    contacts = act.session.scalars(
        select(Contact)
        .where(
            Contact.partner_id.in_([number for partner in partners for number in among_one.members(partner.id)]),
            Contact.removed_at.is_(None),
            Contact.partner.has(Partner.left_at.is_(None)),
            Contact.id.not_in(invited),
        )
        .order_by(Contact.id)
    ).all()
    if not contacts:
        return 0
    made = _issue_invitations(act.session, version, contacts, key=act.link_key, by=act.by, at=at)
    whom = [
        {"contact_id": item.contact_id, "invitation_id": item.id} for item in sorted(made, key=lambda item: item.id)
    ]
    letters = queue_invitations(act.session, version, whom, at=at)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partners": sorted({partner.slug for partner in partners}),
    }
    record(act.session, "comments_invited", by=act.by, at=at, facts=facts, position=version.position)
    return letters


def _issue_invitations(
    session: Session, version: Version, contacts: Sequence[Contact], *, key: str, by: Actor, at: datetime
) -> Sequence[Invitation]:
    rows = []
    for contact in contacts:
        nonce, lookup = new_nonce(key)
        rows.append(
            {
                "version_id": version.id,
                "partner_id": contact.partner_id,
                "contact_id": contact.id,
                "nonce": nonce,
                "lookup": lookup,
                "invited_by": by.id,
                "invited_at": at,
            }
        )
    session.execute(insert(Invitation), rows)
    return session.scalars(select(Invitation).where(Invitation.lookup.in_([row["lookup"] for row in rows]))).all()


def may_comment(session: Session, way: "Link | Invitation", *, at: datetime) -> bool:
    """Whether comments are taken through this link: while its round is open, or its invitation's version is newest
    and not public."""
    if isinstance(way, Link):
        return takes_answers(session, way, at=at)
    if way.contact.partner.left_at is not None:
        return False
    published = session.scalar(select(Publication.id).where(Publication.version_id == way.version_id))
    return published is None and latest_version(session, way.version.position).id == way.version_id


def comment(
    session: Session, way: "Link | Invitation", *, quote: str, words: str, shown_digest: str, clock: Clock
) -> Comment:
    """Record what a contact says of a passage of the text that was shown; staff are told. It is never public.

    The same comment again is the one that stands. Refuses with Invalid an empty comment or a quotation that does
    not stand in the text, StaleText when another text was shown, Conflict when comments are not taken anymore.
    """
    version = version_of(session, way)
    hold_version(session, version.id)
    ensure_shown(version, shown_digest)
    quote, words = clean_text(quote), clean_text(words)
    errors = comment_problems(quote, words, _texts(version))
    if holds_secret(words):
        errors["comment"] = "Please remove your personal link. It is for you alone."
    if errors:
        raise Invalid(errors)
    at = clock()
    if not may_comment(session, way, at=at):
        raise Conflict("Comments on this version are closed. Nothing was recorded.")
    for earlier in _own(session, version, way.contact_id):
        if (earlier.quote, earlier.words) == (quote, words):
            return earlier
    if len(_own(session, version, way.contact_id)) >= MOST_COMMENTS:
        raise Conflict("You have sent many comments on this version. Please write the rest in a reply to our email.")
    return _add_comment(session, way, version, quote, words, at=at)


def _add_comment(
    session: Session, way: "Link | Invitation", version: Version, quote: str, words: str, *, at: datetime
) -> Comment:
    salt = secrets.token_hex(16)
    made = Comment(
        version_id=version.id,
        partner_id=way.contact.partner_id,
        contact_id=way.contact_id,
        link_id=way.id if isinstance(way, Link) else None,
        invitation_id=way.id if isinstance(way, Invitation) else None,
        quote=quote,
        words=words,
        salt=salt,
        made_at=at,
    )
    session.add(made)
    session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": made.partner.slug,
        "comment": made.id,
        "words": commitment({"quote": quote, "words": words}, salt),
    }
    record(session, "comment_made", by=Actor("contact", way.contact_id), at=at, facts=facts, position=version.position)
    queue_staff_letter(session, LetterKind.COMMENT, version, version.saver, at=at, comment_id=made.id)
    return made


def settle_comment(act: ActContext, comment: Comment, *, outcome: str, note: str) -> None:
    """Record what became of a comment; its author is told. Conflict when it was settled before."""
    ensure_may(act.by, Act.CONSULT)
    hold_version(act.session, comment.version_id)
    act.session.refresh(comment)
    note = clean_line(note)
    errors = {
        "outcome": "" if outcome in set(CommentOutcome) else "Please choose an outcome.",
        "note": line_problem(note, longest=LONGEST_NOTE, needed=False, prose=True),
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    if comment.settled_at is not None:
        raise Conflict("The outcome of this comment is already recorded. Nothing was changed.")
    at = act.at()
    comment.settled_at, comment.settled_by, comment.outcome, comment.outcome_note = at, act.by.id, outcome, note
    act.session.flush()
    version = comment.version
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": comment.partner.slug,
        "comment": comment.id,
        "outcome": outcome,
    }
    record(act.session, "comment_settled", by=act.by, at=at, facts=facts, position=version.position)
    if comment.contact.removed_at is None:
        whom = [(comment.contact, None)]
        queue_contact_letters(act.session, LetterKind.COMMENT_SETTLED, version, whom, at=at, comment_id=comment.id)


@dataclass(frozen=True)
class PlacedComment:
    """A comment as a reader of some version sees it: whether its passage stands there, and how often."""

    comment: Comment
    on_version: int
    times: int

    @property
    def follows(self) -> bool:
        """Whether the quoted passage is found in the version that is read, without doubt."""
        return self.times == 1


def comments_on(session: Session, position: Position, *, read_beside: Version) -> list[PlacedComment]:
    """Every comment on a position, newest version first, placed in the version it is read beside."""
    rows = session.execute(
        select(Comment, Version.number)
        .join(Version, Version.id == Comment.version_id)
        .where(Version.position_id == position.id)
        .options(joinedload(Comment.contact), joinedload(Comment.partner))
        .order_by(Version.number.desc(), Comment.id)
    )
    fields = readings_of(read_beside.wording)

    def times(quote: str) -> int:
        return sum(max(times_in(quote, text) for text in readings) for readings in fields)

    return [PlacedComment(made, number, times(made.quote)) for made, number in rows]


def unsettled_comments(session: Session) -> list[tuple[Position, int]]:
    """The positions with comments that no one has settled, and how many each has."""
    rows = session.execute(
        select(Position, func.count())
        .join(Version, Version.position_id == Position.id)
        .join(Comment, Comment.version_id == Version.id)
        .where(Comment.settled_at.is_(None))
        .group_by(Position.id)
        .order_by(Position.id)
    )
    return [(position, number) for position, number in rows]


def own_comments(session: Session, way: "Link | Invitation") -> Sequence[Comment]:
    """What the holder of this link has said of its version, oldest first."""
    return _own(session, version_of(session, way), way.contact_id)


def _own(session: Session, version: Version, contact_id: int) -> Sequence[Comment]:
    return session.scalars(
        select(Comment).where(Comment.version_id == version.id, Comment.contact_id == contact_id).order_by(Comment.id)
    ).all()


def version_of(session: Session, way: "Link | Invitation") -> Version:
    """The version that a link or an invitation is about."""
    return way.version if isinstance(way, Invitation) else session.get_one(Version, way.request.version_id)


def _texts(version: Version) -> tuple[str, ...]:
    return tuple(texts_of(version.wording))


def get_comment(session: Session, position: Position, number: int) -> Comment:
    """A comment on a position by its id; NotFound otherwise."""
    comment = session.get(Comment, number)
    if comment is None or comment.version.position_id != position.id:
        raise NotFound("This position has no such comment.")
    return comment
