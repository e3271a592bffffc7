"""Drafts of the next principles edition: begun from the one in force, edited, adopted or discarded."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.principles.editions import EditionText, as_facts, clean_edition, edition_problems, from_facts
from signoff.models import EditionDraft, PrinciplesEdition
from signoff.services.act import ActContext
from signoff.services.locks import hold_editions
from signoff.services.principles.editions import adopt_edition, edition_text, find_latest_edition
from signoff.services.record.record import record


def begin_draft(act: ActContext) -> EditionDraft:
    """Begin the next edition from the words of the one in force; its source and day of adoption are left open."""
    ensure_may(act.by, Act.MANAGE_EDITIONS)
    latest = find_latest_edition(act.session)
    facts = {**as_facts(edition_text(latest) if latest else EditionText()), "source": "", "adopted_on": ""}
    at = act.at()
    draft = EditionDraft(
        content=facts, revision=1, started_by=act.by.id, started_at=at, changed_by=act.by.id, changed_at=at
    )
    act.session.add(draft)
    act.session.flush()
    record(act.session, "edition_drafted", by=act.by, at=at, facts={"draft": draft.id})
    return draft


def save_draft(act: ActContext, draft: EditionDraft, edition: EditionText, *, began_from: int) -> bool:
    """Keep a draft as it was typed, complete or not; returns whether anything changed.

    `began_from` is the revision the edit began from. Invalid with a sentence for each unusable field, Conflict when
    someone saved it since or it has ended.
    """
    ensure_may(act.by, Act.MANAGE_EDITIONS)
    edition = clean_edition(edition)
    if errors := edition_problems(edition):
        raise Invalid(errors)
    _hold_open(act.session, draft)
    if as_facts(edition) == as_facts(draft_text(draft)):
        return False
    if began_from != draft.revision:
        raise Conflict("Someone saved this draft while you were writing. Nothing was saved; your text is below.")
    at = act.at()
    draft.content, draft.revision = as_facts(edition), draft.revision + 1
    draft.changed_by, draft.changed_at = act.by.id or 0, at
    act.session.flush()
    record(
        act.session, "edition_draft_changed", by=act.by, at=at, facts={"draft": draft.id, "revision": draft.revision}
    )
    return True


def adopt_draft(act: ActContext, draft: EditionDraft, *, revision: int, today: date) -> PrinciplesEdition:
    """Record a draft as the edition that was adopted; it can never be changed afterwards.

    `revision` is the one that was shown; Conflict when it is not the present one. Missing with all it lacks.
    """
    _hold_open(act.session, draft)
    if revision != draft.revision:
        raise Conflict("The draft was changed since it was shown. Nothing was adopted. Please read it again.")
    adopted = adopt_edition(act, draft_text(draft), today=today)
    draft.edition_id = adopted.id
    act.session.flush()
    return adopted


def discard_draft(act: ActContext, draft: EditionDraft) -> None:
    """Set a draft aside for good; what it said stays stored, and no one edits it anymore."""
    ensure_may(act.by, Act.MANAGE_EDITIONS)
    _hold_open(act.session, draft)
    draft.discarded_at = act.at()
    act.session.flush()
    record(act.session, "edition_draft_discarded", by=act.by, at=draft.discarded_at, facts={"draft": draft.id})


def _hold_open(session: Session, draft: EditionDraft) -> None:
    hold_editions(session)
    session.refresh(draft)
    if draft.edition_id is not None or draft.discarded_at is not None:
        raise Conflict("This draft has been adopted or discarded. Nothing was changed.")


def draft_text(draft: EditionDraft) -> EditionText:
    """What a draft says."""
    return from_facts(draft.content)


def open_drafts(session: Session) -> Sequence[EditionDraft]:
    """The drafts that are neither adopted nor discarded, the one changed last first."""
    still_open = EditionDraft.edition_id.is_(None) & EditionDraft.discarded_at.is_(None)
    return session.scalars(select(EditionDraft).where(still_open).order_by(EditionDraft.changed_at.desc())).all()


def get_draft(session: Session, number: int) -> EditionDraft:
    """The open draft with this number; NotFound otherwise."""
    for draft in open_drafts(session):
        if draft.id == number:
            return draft
    raise NotFound("There is no open draft with this number.")
