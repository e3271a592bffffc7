"""Meetings of partners: planned, changed, canceled, told to the partners' contacts, and shown in public if wished."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.meetings import MeetingForm, shown_words
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Contact, Meeting, Position, Publication, Request, Round, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_people
from signoff.services.outbox.letter_queue import queue_news_letters
from signoff.services.partners.news_readers import letters_to, news_contacts
from signoff.services.partners.public_words import words_naming_others
from signoff.services.record.record import record

_OVER = "This meeting was canceled or is over. Nothing was changed."


def plan_meeting(act: ActContext, form: MeetingForm) -> Meeting:
    """Plan a meeting; no one is told yet. Invalid for what cannot be used."""
    ensure_may(act.by, Act.TELL_PARTNERS)
    values = _sound(act, form)
    meeting = Meeting(**values, planned_by=act.by.id or 0, planned_at=act.at(), revision=1, told_revision=0)
    act.session.add(meeting)
    act.session.flush()
    _record(act, "meeting_saved", meeting)
    return meeting


def change_meeting(act: ActContext, meeting: Meeting, form: MeetingForm, *, revision: int) -> bool:
    """Change a meeting that is still to be held; False when it says the same already.

    `revision` is the state that was shown. Conflict once it was canceled, is over, or is in another state by now.
    """
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_names(act.session, only_reading=True)
    hold_people(act.session)
    act.session.refresh(meeting)
    _ensure_ahead(meeting, at=act.at())
    _ensure_revision(meeting, revision)
    values = _sound(act, form)
    if meeting.is_public and (naming := naming_problems(act.session, form.cleaned())):
        raise Invalid(naming)
    if all(getattr(meeting, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    act.session.flush()
    _record(act, "meeting_saved", meeting)
    return True


def show_meeting(act: ActContext, meeting: Meeting, *, in_public: bool, revision: int) -> None:
    """Show a meeting on public pages once partners were told of it, or take it off them.

    `revision` is the state that was shown. Conflict once it is in another, was canceled or is over, and while its words
    name a partner. Taking it off is possible at any time.
    """
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_names(act.session, only_reading=True)
    hold_people(act.session)
    act.session.refresh(meeting)
    if in_public:
        _ensure_ahead(meeting, at=act.at())
        _ensure_revision(meeting, revision)
        for problem in naming_problems(act.session, meeting).values():
            raise Conflict(f"{problem} Nothing was changed.")
    if bool(meeting.is_public) == in_public:
        raise Conflict("This was already done. Nothing was changed.")
    meeting.is_public = int(in_public)
    act.session.flush()
    facts = {"meeting": meeting.id, "revision": meeting.revision, "public": in_public}
    record(act.session, "meeting_shown", by=act.by, at=act.at(), facts=facts)


def naming_problems(session: Session, said: Meeting | MeetingForm, *, since: datetime | None = None) -> dict[str, str]:
    """Of each field that anyone would read of a meeting and that names a partner, why it is not shown in public.

    With `since` (aware UTC), only names agreed from then on count.
    """
    words = {name: text for name, text in shown_words(said.title, said.place, said.agenda).items() if text}
    naming = words_naming_others(session, words.values(), since=since)
    return {name: naming[text] for name, text in words.items() if text in naming}


def _ensure_revision(meeting: Meeting, revision: int) -> None:
    if revision != meeting.revision:
        raise Conflict(
            "A colleague changed this meeting in the meantime. Nothing was changed. Please look at it again."
        )


def cancel_meeting(act: ActContext, meeting: Meeting) -> int:
    """Cancel a meeting and tell the partners that knew of it; returns how many emails. Conflict once it is over."""
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_people(act.session)
    act.session.refresh(meeting)
    _ensure_ahead(meeting, at=act.at())
    meeting.canceled_at = act.at()
    meeting.revision += 1
    act.session.flush()
    _record(act, "meeting_canceled", meeting)
    return _tell(act, meeting) if meeting.told_revision else 0


def tell_partners(act: ActContext, meeting: Meeting, *, shown: str) -> int:
    """Email the partners' contacts about a meeting as it is now; returns how many emails.

    `shown` is the digest of what was shown and to whom. Conflict once it was canceled, is over, or was told already.
    """
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_people(act.session)
    act.session.refresh(meeting)
    _ensure_ahead(meeting, at=act.at())
    if meeting.told_revision == meeting.revision:
        raise Conflict("Partners were emailed about this already. Nothing was sent.")
    ensure_as_shown(shown, digest_of(meeting, news_contacts(act.session)))
    return _tell(act, meeting)


def digest_of(meeting: Meeting, contacts: Sequence[Contact]) -> str:
    """What a page showed before partners are emailed: the state of the meeting, and who gets the email."""
    return shown_digest([str(meeting.revision), *(contact.email for contact in contacts)])


def _tell(act: ActContext, meeting: Meeting) -> int:
    whom = letters_to(act, news_contacts(act.session))
    number = queue_news_letters(act.session, LetterKind.MEETING, whom, at=act.at(), meeting_id=meeting.id)
    meeting.told_revision = meeting.revision
    act.session.flush()
    facts = {"meeting": meeting.id, "revision": meeting.revision, "letters": number}
    record(act.session, "meeting_told", by=act.by, at=act.at(), facts=facts)
    return number


def _sound(act: ActContext, form: MeetingForm) -> dict[str, object]:
    form = form.cleaned()
    problems = form.problems
    if form.begins_at <= act.at():
        problems.setdefault("begins", "This time has passed. Choose a later time.")
    if problems:
        raise Invalid(problems)
    found = act.session.scalars(select(Position.id).where(Position.slug.in_(form.positions)).order_by(Position.id))
    said = {name: getattr(form, name) for name in ("title", "begins_at", "ends_at", "place", "link", "agenda")}
    return {**said, "position_ids": list(found)}


def _record(act: ActContext, kind: str, meeting: Meeting) -> None:
    facts = {"meeting": meeting.id, "revision": meeting.revision}
    record(act.session, kind, by=act.by, at=act.at(), facts=facts)


def _ensure_ahead(meeting: Meeting, *, at: datetime) -> None:
    if not is_ahead(meeting, at=at):
        raise Conflict(_OVER)


def is_ahead(meeting: Meeting, *, at: datetime) -> bool:
    """Whether a meeting is still to be held."""
    return meeting.canceled_at is None and meeting.ends_at > at


def get_meeting(session: Session, number: int) -> Meeting:
    """The meeting with this id; NotFound otherwise."""
    meeting = session.get(Meeting, number)
    if meeting is None:
        raise NotFound("There is no such meeting.")
    return meeting


def meetings(session: Session) -> Sequence[Meeting]:
    """All meetings, the latest first."""
    return session.scalars(select(Meeting).order_by(Meeting.begins_at.desc(), Meeting.id.desc())).all()


def meetings_ahead(session: Session, *, at: datetime) -> Sequence[Meeting]:
    """The meetings that partners were told of and that are still to be held, the next first."""
    is_to_be_held = Meeting.canceled_at.is_(None), Meeting.ends_at > at, Meeting.told_revision > 0
    return session.scalars(select(Meeting).where(*is_to_be_held).order_by(Meeting.begins_at, Meeting.id)).all()


def public_meetings(session: Session, *, at: datetime) -> list[Meeting]:
    """The meetings that anyone may read of and that are not over, canceled ones too, the next first.

    Partners were told of them, and their words name none of them now: a name may have been added since they were shown.
    """
    is_shown = Meeting.is_public == 1, Meeting.told_revision > 0, Meeting.ends_at > at
    found = session.scalars(select(Meeting).where(*is_shown).order_by(Meeting.begins_at, Meeting.id))
    # Older names were looked for when it was shown, and whenever it was changed.
    return [meeting for meeting in found if not naming_problems(session, meeting, since=meeting.planned_at)]


def positions_to_choose(session: Session) -> Sequence[Version]:
    """The newest version of each position, by title: what can stand on an agenda."""
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    query = select(Version).where(Version.id.in_(newest)).options(joinedload(Version.position))
    return session.scalars(query.order_by(func.lower(Version.title), Version.id)).all()


def agenda_for(session: Session, meeting: Meeting, partner_id: int) -> list[tuple[Version, bool]]:
    """The positions on a meeting's agenda that a partner may read of: each version with whether it is public.

    Public are those that are published; of the others a partner reads only what it was asked about and still is.
    """
    is_public = select(Publication.version_id).where(Publication.ended_at.is_(None))
    asked = select(Request.version_id).join(Round, Round.version_id == Request.version_id)
    asked = asked.where(Request.partner_id == partner_id, Request.dropped_at.is_(None), Round.ended_at.is_(None))
    public = set(session.scalars(is_public))
    query = select(Version).where(
        Version.position_id.in_(meeting.position_ids), or_(Version.id.in_(is_public), Version.id.in_(asked))
    )
    by_position: dict[int, Version] = {}
    for version in session.scalars(query.order_by(Version.position_id, Version.number)):
        if version.position_id not in by_position or by_position[version.position_id].id not in public:
            by_position[version.position_id] = version
    return [(version, version.id in public) for version in by_position.values()]
