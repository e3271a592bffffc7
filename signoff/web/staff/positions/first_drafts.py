"""Starting a position: the empty editor, and drafts that drafters share before there is a version."""

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, DraftEnded, Missing, NewerDraft
from signoff.domain.permissions import Act
from signoff.domain.positions.drafts import DraftText
from signoff.services.positions.drafts import (
    begin_draft,
    discard_draft,
    draft_text,
    find_draft,
    find_first_draft,
    get_first_draft,
    restore_state,
    save_draft,
    start_position_of_draft,
    state_digest,
)
from signoff.services.positions.positions import start_position
from signoff.services.positions.presence import note_presence
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, read_first
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.editor import (
    Collision,
    NewerText,
    beginning,
    editor,
    editor_with_file,
    said_of_opening,
    typed_text,
    with_opening_of,
    wording_of,
)
from signoff.web.staff.positions.text_files import LARGEST_FORM, wants_file

_SAVED = "The draft is saved for all drafters. Partners do not see it."


@pages.get("/staff/positions/new")
@staff(Act.DRAFT)
def new_position() -> str:
    """The empty editor."""
    return editor(None, _fields(DraftText(beginning(), "", 0), ""))


@pages.post("/staff/positions/new")
@staff(Act.DRAFT, largest=LARGEST_FORM)
@form_view(invalid=lambda refusal: editor(None, typed_text(), errors=refusal.errors))
def save_new_position() -> Done | str:
    """Start a position or a draft from what was typed, or show it as readers will see it, or take a file."""
    typed = typed_text()
    if wants_file():
        return editor_with_file(None)
    if request.form.get("act") == "preview":
        read_first()
        return editor(None, with_opening_of(typed), preview=True)
    if request.form.get("act") == "draft":
        draft = begin_draft(current_act(), wording_of(typed))
        return Done(url_for("staff.edit_first_draft", number=draft.id), _SAVED)
    saved = start_position(current_act(), wording_of(with_opening_of(typed)))
    return Done(url_for("staff.position", slug=saved.position.slug), said_of_opening(typed))


@pages.get("/staff/drafts/<number:number>")
@staff(Act.DRAFT)
def edit_first_draft(number: int) -> str:
    """The editor with the draft of a position to be started."""
    draft = get_first_draft(db(), number)
    state = find_draft(db(), draft)
    return editor(draft, _fields(draft_text(state), state_digest(state)) if state else typed_text())


@pages.post("/staff/drafts/<number:number>")
@staff(Act.DRAFT, largest=LARGEST_FORM)
@form_view(
    invalid=lambda refusal, number: editor(find_first_draft(db(), number), typed_text(), errors=refusal.errors),
    conflict=lambda refusal, number: _beside_newer(number, refusal),
)
def save_first_draft(number: int) -> Done | str:
    """Keep what was typed as the draft's newest state, or save it as version 1 of a position."""
    draft, typed = find_first_draft(db(), number), typed_text()
    if draft is None:
        raise DraftEnded
    if wants_file():
        return editor_with_file(draft)
    if request.form.get("act") == "preview":
        read_first()
        return editor(draft, with_opening_of(typed), preview=True)
    if request.form.get("act") == "draft":
        text = DraftText(wording_of(typed), "", 0)
        changed = save_draft(current_act(), draft, text, shown=typed["draft"])
        said = _SAVED if changed else "Nothing was changed."
        return Done(url_for("staff.edit_first_draft", number=number), said, changed=changed)
    wording = wording_of(with_opening_of(typed))
    saved = start_position_of_draft(current_act(), draft, wording, shown=typed["draft"])
    return Done(url_for("staff.position", slug=saved.position.slug), said_of_opening(typed))


@pages.post("/staff/drafts/<number:number>/restore")
@staff(Act.DRAFT)
@form_view()
def restore_first_draft(number: int) -> Done:
    """Make an earlier state the newest one; the present one stays among the last five."""
    draft = get_first_draft(db(), number)
    restore_state(current_act(), draft, whole_number(request.form.get("state", "")) or 0)
    return Done(url_for("staff.edit_first_draft", number=number), "The draft was restored to that state.")


@pages.post("/staff/drafts/<number:number>/discard")
@staff(Act.DRAFT)
@form_view()
def discard_first_draft(number: int) -> Done:
    """End the draft and forget its states."""
    discard_draft(current_act(), get_first_draft(db(), number))
    return Done(url_for("staff.positions"), "The draft was discarded.")


def _fields(text: DraftText, shown: str) -> dict[str, str]:
    return {**vars(text.wording), "change_note": "", "began_from": "", "draft": shown}


def _beside_newer(number: int, refusal: Conflict | Missing) -> str:
    draft = find_first_draft(db(), number)
    state = find_draft(db(), draft) if draft else None
    if draft is None or state is None or not isinstance(refusal, NewerDraft):
        return editor(None, typed_text(), collision=Collision(refusal.text))
    newer = NewerText("The shared draft", state.saver.name, state.saved_at, draft_text(state).wording)
    return editor(draft, {**typed_text(), "draft": state_digest(state)}, collision=Collision(refusal.text, newer))


@pages.post("/staff/drafts/<number:number>/presence")
@staff(Act.DRAFT)
@form_view()
def first_draft_presence(number: int) -> Done:
    """Say that one has this draft open, and hear who else has; for the editor's own script."""
    others = note_presence(current_act(), get_first_draft(db(), number))
    return Done(page=lambda: render_template("parts/presence.html", others=others))
