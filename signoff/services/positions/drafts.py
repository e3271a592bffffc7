"""The shared draft of a position's next version: kept for drafters, its last five states, until it is a version."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, NewerDraft, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.drafts import DraftText, put_in_place, put_last
from signoff.domain.positions.fields import FIELDS
from signoff.domain.positions.text import Wording, clean
from signoff.domain.text_input import clean_line
from signoff.models import Comment, DraftState, Position, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_position
from signoff.services.positions.positions import latest_version, save_version

KEPT_STATES = 5


def draft_states(session: Session, position: Position) -> Sequence[DraftState]:
    """The states that are kept of a position's draft, the newest first; none where there is no draft."""
    return session.scalars(
        select(DraftState)
        .where(DraftState.position_id == position.id)
        .order_by(DraftState.number.desc())
        .options(joinedload(DraftState.saver))
    ).all()


def find_draft(session: Session, position: Position) -> DraftState | None:
    """The newest state of a position's draft; None where there is no draft."""
    return next(iter(draft_states(session, position)), None)


def draft_text(state: DraftState) -> DraftText:
    """What a state of a draft says."""
    fields = {field.name: state.content.get(field.name, "") for field in FIELDS}
    note, began_from, taken = state.content["change_note"], state.content["began_from"], state.content["taken"]
    return DraftText(Wording(**fields), note, began_from, tuple(taken))


def state_digest(state: DraftState | None) -> str:
    """What a form carries of the state it began from; empty where there was no draft."""
    said = json.dumps(state.content, sort_keys=True) if state else ""
    return hashlib.sha256(said.encode()).hexdigest() if said else ""


def save_draft(act: ActContext, position: Position, text: DraftText, *, shown: str) -> bool:
    """Keep a draft as it was typed, complete or not; returns whether anything changed. It is no version.

    `shown` is the digest of the state that the edit began from: NewerDraft when someone saved another since. Invalid
    for what is too long to be kept. Leaves no entry in the record: what becomes of a draft is the version.
    """
    ensure_may(act.by, Act.DRAFT)
    _ensure_fits(text)
    hold_position(act.session, position.id)
    newest = find_draft(act.session, position)
    taken = draft_text(newest).taken if newest else ()
    content = _content(text.wording, text.change_note, text.began_from, taken)
    if newest is not None and content == newest.content:
        return False
    if shown != state_digest(newest):
        raise NewerDraft
    _add_state(act, position, newest, content)
    return True


def save_version_of_draft(act: ActContext, position: Position, text: DraftText, *, shown: str) -> tuple[Version, bool]:
    """Save what was typed as the next version, and end the draft; refused like a version and like a draft."""
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    if shown != state_digest(find_draft(act.session, position)):
        raise NewerDraft
    saved = save_version(act, position, text.wording, change_note=text.change_note, began_from=text.began_from)
    _end(act.session, position)
    return saved


def restore_state(act: ActContext, position: Position, number: int) -> None:
    """Make an earlier state of a draft its newest one; NotFound when it is not kept anymore."""
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    states = draft_states(act.session, position)
    wanted = next((state for state in states if state.number == number), None)
    if wanted is None:
        raise NotFound("This state of the draft is no longer kept.")
    if wanted.content != states[0].content:
        _add_state(act, position, states[0], wanted.content)


def discard_draft(act: ActContext, position: Position) -> None:
    """End a draft and forget all its states; Conflict where there is none."""
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    if find_draft(act.session, position) is None:
        raise Conflict("There is no draft of this position anymore. Nothing was changed.")
    _end(act.session, position)


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


def _add_state(act: ActContext, position: Position, newest: DraftState | None, content: dict[str, object]) -> None:
    number = newest.number + 1 if newest else 1
    state = DraftState(position_id=position.id, number=number, content=content, saved_by=act.by.id, saved_at=act.at())
    act.session.add(state)
    act.session.flush()
    too_old = DraftState.number <= number - KEPT_STATES
    act.session.execute(delete(DraftState).where(DraftState.position_id == position.id, too_old))


def _end(session: Session, position: Position) -> None:
    session.execute(delete(DraftState).where(DraftState.position_id == position.id))
