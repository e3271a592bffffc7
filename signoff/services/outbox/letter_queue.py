"""The duty to write: letters are queued here as rows; their text is made when they are delivered."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountNews
from signoff.domain.letters import ASKING, QUEUED_NOW, SWITCHABLE_KINDS, LetterKind, LetterState
from signoff.domain.permissions import Role
from signoff.models import (
    AcceptanceLink,
    Application,
    Contact,
    EmailOff,
    Letter,
    Link,
    Request,
    Round,
    StaffUser,
    Version,
)
from signoff.models.accounts import holders
from signoff.models.bulk import add_rows
from signoff.models.rounds import IssuedLink


def queue_link_letters(
    session: Session,
    kind: LetterKind,
    version: Version,
    links: Iterable[Link | IssuedLink],
    *,
    at: datetime,
    **about: Any,
) -> int:
    """One letter for each link, to its contact; `about` holds the ids of what it tells of. Returns how many."""
    whom = ({"contact_id": link.contact_id, "link_id": link.id, **about} for link in links)
    return _queue(session, kind, version, whom, at=at)


def queue_contact_letters(
    session: Session,
    kind: LetterKind,
    version: Version | None,
    contacts: Iterable[tuple[Contact, Link | None]],
    *,
    at: datetime,
    **about: Any,
) -> int:
    """One letter for each contact, with the link it may carry; returns how many."""
    whom = ({"contact_id": contact.id, "link_id": link.id if link else None, **about} for contact, link in contacts)
    return _queue(session, kind, version, whom, at=at)


def queue_invitations(session: Session, version: Version, whom: Iterable[dict[str, int]], *, at: datetime) -> int:
    """One invitation to comment for each `contact_id` and `invitation_id`; returns how many."""
    return _queue(session, LetterKind.INVITED, version, whom, at=at)


def queue_commitments(session: Session, links: Iterable[AcceptanceLink], *, at: datetime) -> int:
    """One letter for each of these links, that asks to accept the Coalition's commitments; returns how many."""
    whom = ({"contact_id": link.contact_id, "acceptance_link_id": link.id} for link in links)
    return _queue(session, LetterKind.COMMITMENTS, None, whom, at=at)


def queue_commitments_answered(
    session: Session, acceptance_id: int, whom: Iterable[tuple[int, int | None]], *, at: datetime
) -> int:
    """Tell each of these contacts what was said; a contact's id comes with that of its own link, if any."""
    rows = (
        {"contact_id": contact, "acceptance_link_id": link, "acceptance_id": acceptance_id} for contact, link in whom
    )
    return _queue(session, LetterKind.COMMITMENTS_ANSWERED, None, rows, at=at)


def queue_applicant_letter(session: Session, kind: LetterKind, application: Application, *, at: datetime) -> None:
    """A letter to the address of an application; none once that was erased."""
    if not application.is_erased:
        _queue(session, kind, None, [{"application_id": application.id}], at=at)


def queue_news_letters(
    session: Session, kind: LetterKind, whom: Iterable[dict[str, int]], *, at: datetime, **about: Any
) -> int:
    """One letter for each `contact_id` and `subscription_id`, which ends such letters; `about` is what it tells of."""
    return _queue(session, kind, None, ({**row, **about} for row in whom), at=at)


def queue_subscriber_letters(
    session: Session, kind: LetterKind, whom: Iterable[dict[str, int]], *, at: datetime
) -> int:
    """One letter for each `subscription_id`, with the `news_id` of what it tells of; returns how many."""
    return _queue(session, kind, None, whom, at=at)


def queue_signatory_letters(
    session: Session, kind: LetterKind, version: Version, whom: Iterable[dict[str, int | None]], *, at: datetime
) -> int:
    """One letter for each `contact_id`, `link_id` and `answer_id`, the approval by which the partner was named."""
    return _queue(session, kind, version, whom, at=at)


def queue_staff_letter(
    session: Session, kind: LetterKind, version: Version | None, user: StaffUser, *, at: datetime, **about: Any
) -> None:
    """A letter to a staff member, unless they have left or switched it off; it leaves now, or at `due_at`."""
    queue_staff_letters(session, kind, version, [user], at=at, **about)


def queue_staff_letters(
    session: Session,
    kind: LetterKind,
    version: Version | None,
    users: Iterable[StaffUser],
    *,
    at: datetime,
    **about: Any,
) -> int:
    """One letter for each of these staff members who has neither left nor switched it off; returns how many."""
    off = _switched_off(session, kind)
    whom = {user.id: {"user_id": user.id, **about} for user in users if user.deactivated_at is None}
    return _queue(session, kind, version, [row for number, row in whom.items() if number not in off], at=at)


def _switched_off(session: Session, kind: LetterKind) -> set[int]:
    if kind not in SWITCHABLE_KINDS:
        return set()
    return set(session.scalars(select(EmailOff.user_id).where(EmailOff.kind == kind)))


def staff_in_role(session: Session, *roles: Role) -> Sequence[StaffUser]:
    """Everyone who works for the Coalition in one of these roles, by id."""
    active = select(StaffUser).where(StaffUser.id.in_(holders(*roles)), StaffUser.deactivated_at.is_(None))
    return session.scalars(active.order_by(StaffUser.id)).all()


def queue_account_news(
    session: Session, user: StaffUser, news: AccountNews, *, at: datetime, address: str | None = None
) -> None:
    """Tell a user what happened to their account; at an address of its own, such as the one they had before."""
    queue_staff_letter(session, LetterKind.ACCOUNT, None, user, at=at, account_news=news.value, address=address)


def queue_delivery(session: Session, version: Version, delivery_id: int, *, at: datetime) -> None:
    """The email that brings a published position to the address of its delivery."""
    _queue(session, LetterKind.DELIVERED, version, [{"delivery_id": delivery_id}], at=at)


def queue_opener_letter(session: Session, kind: LetterKind, version: Version, *, at: datetime, **about: Any) -> None:
    """A letter to the staff member who asked about a version."""
    opener = session.scalars(select(Round).where(Round.version_id == version.id)).one().opener
    queue_staff_letter(session, kind, version, opener, at=at, **about)


def queue_decline_letters(session: Session, version: Version, *, at: datetime, answer_id: int) -> None:
    """Tell the user who asked about a version and the user who saved it that a partner declined."""
    opener = session.scalars(select(Round).where(Round.version_id == version.id)).one().opener
    queue_staff_letters(session, LetterKind.DECLINED, version, [opener, version.saver], at=at, answer_id=answer_id)


def queue_contact_changed(
    session: Session, changed: Contact, whom: Iterable[tuple[Contact, str]], *, at: datetime
) -> None:
    """Tell contacts, at the address each has at this moment, that one of them changed.

    The address rests in the letter until it has left, so that a later change cannot keep anyone from hearing of it.
    """
    rows = ({"contact_id": c.id, "address": address, "changed_contact_id": changed.id} for c, address in whom)
    _queue(session, LetterKind.CONTACT_CHANGED, None, rows, at=at)


def queue_contact_confirmed(
    session: Session, confirmed: Contact, contacts: Iterable[Contact], staff: Iterable[StaffUser], *, at: datetime
) -> None:
    """Tell contacts and staff, at the address each has at this moment, that a partner's contact was confirmed."""
    rows: list[dict[str, Any]] = [{"contact_id": contact.id, "address": contact.email} for contact in contacts]
    rows += [{"user_id": user.id, "address": user.email} for user in staff if user.deactivated_at is None]
    whom = ({**row, "changed_contact_id": confirmed.id} for row in rows)
    _queue(session, LetterKind.CONTACT_CONFIRMED, None, whom, at=at)


def queue_merge_letters(session: Session, merge_id: int, contacts: Iterable[Contact], *, at: datetime) -> int:
    """Tell each of these contacts that two entries of the register became one partner, or two again."""
    whom = ({"contact_id": contact.id, "merge_id": merge_id} for contact in contacts)
    return _queue(session, LetterKind.PARTNERS_MERGED, None, whom, at=at)


def _queue(
    session: Session, kind: LetterKind, version: Version | None, whom: Iterable[dict[str, Any]], *, at: datetime
) -> int:
    whom = list(whom)
    absent = {name: None for item in whom for name in item}
    rows = [
        {
            **absent,
            "message_id": secrets.token_hex(16),
            "kind": kind.value,
            "version_id": version.id if version else None,
            "queued_at": at,
            "due_at": at,
            **item,
        }
        for item in whom
    ]
    if rows:
        add_rows(session, Letter, rows, returning=[Letter.id]).all()
        call_for_workers(session, len(rows))
    return len(rows)


def call_for_workers(session: Session, number: int) -> None:
    """Call the workers of several machines, if there are any, for so many letters when this transaction commits."""
    session.info[QUEUED_NOW] = session.info.get(QUEUED_NOW, 0) + number


def call_no_workers_yet(session: Session) -> None:
    """Workers are not called when this transaction commits: who asks more partners calls them once all are asked."""
    session.info.pop(QUEUED_NOW, None)


def cancel_asking(session: Session, request: Request, reason: str) -> None:
    """Cancel the letters that ask one partner about a version and have not left yet."""
    links = session.scalars(select(Link.id).where(Link.request_id == request.id)).all()
    cancel_waiting(session, reason, kinds=ASKING, version_id=request.version_id, link_ids=links)


def cancel_waiting(
    session: Session,
    reason: str,
    *,
    kinds: Collection[LetterKind],
    version_id: int,
    link_ids: Collection[int] | None = None,
    referral_id: int | None = None,
) -> int:
    """Cancel letters about a version, or through some links to it, or about a referral, that have not left yet.

    Returns how many.
    """
    which = [Letter.version_id == version_id, Letter.state == LetterState.QUEUED, Letter.kind.in_(kinds)]
    if link_ids is not None:
        which.append(Letter.link_id.in_(link_ids))
    if referral_id is not None:
        which.append(Letter.referral_id == referral_id)
    canceled = session.execute(
        update(Letter)
        .where(*which)
        .values(state=LetterState.CANCELED, last_reply=reason)
        .execution_options(synchronize_session=False)
        .returning(Letter.id)
    )
    return len(canceled.all())
