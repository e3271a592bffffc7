"""Shared drafts: of a position's next version, or of a position to be started.

Their last five states are kept for drafters, until the draft becomes a version or is discarded.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, DraftEnded, Invalid, NewerDraft, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.drafts import DraftText, put_in_place, put_last
from signoff.domain.positions.fields import FIELDS
from signoff.domain.positions.text import Wording, clean
from signoff.domain.text_input import clean_line
from signoff.models import Comment, DraftState, FirstDraft, Position, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_first_draft, hold_position
from signoff.services.positions.positions import latest_version, save_version, start_position

KEPT_STATES = 5
# What a draft is of: the next version of a position, or a position to be started.
Drafted = Position | FirstDraft


def draft_states(session: Session, of: Drafted) -> Sequence[DraftState]:
    """The states that are kept of a draft, the newest first; none where there is no draft."""
    return session.scalars(
        select(DraftState).where(_is_of(of)).order_by(DraftState.number.desc()).options(joinedload(DraftState.saver))
    ).all()


def find_draft(session: Session, of: Drafted) -> DraftState | None:
    """The newest state of a draft; None where there is no draft."""
    return next(iter(draft_states(session, of)), None)


def first_drafts(session: Session) -> Sequence[DraftState]:
    """The newest state of each draft of a position to be started; those that changed last come first."""
    newest = select(func.max(DraftState.id)).where(DraftState.first_draft_id.is_not(None))
    query = select(DraftState).where(DraftState.id.in_(newest.group_by(DraftState.first_draft_id)))
    return session.scalars(query.order_by(DraftState.id.desc()).options(joinedload(DraftState.saver))).all()


def find_first_draft(session: Session, number: int) -> FirstDraft | None:
    """A draft of a position to be started; None when it is one no longer."""
    return session.scalar(select(FirstDraft).where(FirstDraft.id == number, FirstDraft.ended_at.is_(None)))


def get_first_draft(session: Session, number: int) -> FirstDraft:
    """The same; NotFound when it is one no longer."""
    if draft := find_first_draft(session, number):
        return draft
    raise NotFound("There is no such draft. It was saved as version 1 of a position, or discarded.")


def draft_text(state: DraftState) -> DraftText:
    """What a state of a draft says."""
    fields = {field.name: state.content.get(field.name, "") for field in FIELDS}
    note, began_from, taken = state.content["change_note"], state.content["began_from"], state.content["taken"]
    return DraftText(Wording(**fields), note, began_from, tuple(taken))


def state_digest(state: DraftState | None) -> str:
    """What a form carries of the state it began from; empty where there was no draft."""
    said = json.dumps(state.content, sort_keys=True) if state else ""
    return hashlib.sha256(said.encode()).hexdigest() if said else ""


def save_draft(act: ActContext, of: Drafted, text: DraftText, *, shown: str) -> bool:
    """Keep a draft as it was typed, complete or not; returns whether anything changed. It is no version.

    `shown` is the digest of the state that the edit began from: NewerDraft when someone saved another since. Invalid
    for what is too long to be kept, DraftEnded for the draft of a position that was started meanwhile. Leaves no entry
    in the record: what becomes of a draft is the version.
    """
    ensure_may(act.by, Act.DRAFT)
    _ensure_fits(text)
    _hold(act.session, of)
    newest = find_draft(act.session, of)
    taken = draft_text(newest).taken if newest else ()
    content = _content(text.wording, text.change_note, text.began_from, taken)
    if newest is not None and content == newest.content:
        return False
    if shown != state_digest(newest):
        raise NewerDraft
    _add_state(act, of, newest, content)
    return True


def begin_draft(act: ActContext, wording: Wording) -> FirstDraft:
    """Keep a text, complete or not, as the draft of a position to be started; Invalid for what is too long."""
    ensure_may(act.by, Act.DRAFT)
    text = DraftText(wording, "", 0)
    _ensure_fits(text)
    draft = FirstDraft(begun_by=act.by.id, begun_at=act.at())
    act.session.add(draft)
    act.session.flush()
    _add_state(act, draft, None, _content(wording, "", 0, ()))
    return draft


def start_position_of_draft(act: ActContext, draft: FirstDraft, wording: Wording, *, shown: str) -> Version:
    """Start a position with what was typed, and end the draft; refused like a position and like a draft."""
    ensure_may(act.by, Act.DRAFT)
    _hold(act.session, draft)
    if shown != state_digest(find_draft(act.session, draft)):
        raise NewerDraft
    version = start_position(act, wording)
    _end(act, draft)
    return version


def save_version_of_draft(act: ActContext, position: Position, text: DraftText, *, shown: str) -> tuple[Version, bool]:
    """Save what was typed as the next version, and end the draft; refused like a version and like a draft."""
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    if shown != state_digest(find_draft(act.session, position)):
        raise NewerDraft
    saved = save_version(act, position, text.wording, change_note=text.change_note, began_from=text.began_from)
    _end(act, position)
    return saved


def restore_state(act: ActContext, of: Drafted, number: int) -> None:
    """Make an earlier state of a draft its newest one; NotFound when it is not kept anymore."""
    ensure_may(act.by, Act.DRAFT)
    _hold(act.session, of)
    states = draft_states(act.session, of)
    wanted = next((state for state in states if state.number == number), None)
    if wanted is None:
        raise NotFound("This state of the draft is no longer kept.")
    if wanted.content != states[0].content:
        _add_state(act, of, states[0], wanted.content)


def discard_draft(act: ActContext, of: Drafted) -> None:
    """End a draft and forget all its states; Conflict where there is none."""
    ensure_may(act.by, Act.DRAFT)
    _hold(act.session, of)
    if find_draft(act.session, of) is None:
        raise Conflict("There is no draft of this position anymore. Nothing was changed.")
    _end(act, of)


def take_comment(act: ActContext, position: Position, comment: Comment, *, in_place: bool) -> None:
    """Put the words of a comment into the draft, which begins with the newest version where there is none.

    `in_place` puts them where the passage stands that was commented on; else they become a paragraph of their own at
    the end. Conflict for a comment that was erased, and where the passage does not stand in the text exactly once.
    """
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    if not comment.words:
        raise Conflict("This comment was erased. Nothing was changed.")
    newest = find_draft(act.session, position)
    draft = draft_text(newest) if newest else _of_version(latest_version(act.session, position))
    body = draft.wording.body
    body = put_in_place(body, comment.quote, comment.words) if in_place else put_last(body, comment.words)
    if not body:
        raise Conflict("The passage is not in the text exactly once. Add the words at the end instead.")
    taken = (*(number for number in draft.taken if number != comment.id), comment.id)
    wording = {**vars(draft.wording), "body": body}
    _add_state(act, position, newest, _content(Wording(**wording), draft.change_note, draft.began_from, taken))


def taken_comments(session: Session, state: DraftState) -> Sequence[Comment]:
    """The comments whose words were taken into a draft, in the order in which they were taken."""
    taken = draft_text(state).taken
    found = session.scalars(select(Comment).where(Comment.id.in_(taken)).options(joinedload(Comment.contact)))
    return sorted(found, key=lambda comment: taken.index(comment.id))


def _of_version(version: Version) -> DraftText:
    return DraftText(version.wording, "", version.number)


def _content(wording: Wording, note: str, began_from: int, taken: Iterable[int]) -> dict[str, object]:
    more = {"change_note": clean_line(note), "began_from": began_from, "taken": list(taken)}
    return {**vars(clean(wording)), **more}


def _ensure_fits(text: DraftText) -> None:
    values: Mapping[str, str] = vars(text.wording)
    errors = {
        field.name: "This is too long to be kept. Please shorten it."
        for field in FIELDS
        if len(values[field.name].encode()) > 4 * field.longest
    }
    if len(text.change_note) > 1_000:
        errors["change_note"] = "This is too long to be kept. Please shorten it."
    if errors:
        raise Invalid(errors)


def _add_state(act: ActContext, of: Drafted, newest: DraftState | None, content: dict[str, object]) -> None:
    number = newest.number + 1 if newest else 1
    state = DraftState(number=number, content=content, saved_by=act.by.id, saved_at=act.at())
    if isinstance(of, Position):
        state.position_id = of.id
    else:
        state.first_draft_id = of.id
    act.session.add(state)
    act.session.flush()
    act.session.execute(delete(DraftState).where(_is_of(of), DraftState.number <= number - KEPT_STATES))


def _is_of(of: Drafted) -> ColumnElement[bool]:
    return DraftState.position_id == of.id if isinstance(of, Position) else DraftState.first_draft_id == of.id


def _hold(session: Session, of: Drafted) -> None:
    if isinstance(of, Position):
        hold_position(session, of.id)
        return
    hold_first_draft(session, of.id)
    if find_first_draft(session, of.id) is None:
        raise DraftEnded


def _end(act: ActContext, of: Drafted) -> None:
    act.session.execute(delete(DraftState).where(_is_of(of)))
    if isinstance(of, FirstDraft):
        of.ended_at = act.at()
