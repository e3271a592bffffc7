"""Staff pages of positions: the list, one version, and the editor of the next one."""

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, Missing, NewerDraft
from signoff.domain.permissions import Act
from signoff.domain.positions.drafts import DraftText
from signoff.domain.positions.text import Wording, clean, problems
from signoff.models import Position
from signoff.services.positions.drafts import (
    draft_text,
    find_draft,
    first_drafts,
    save_draft,
    save_version_of_draft,
    state_digest,
)
from signoff.services.positions.positions import (
    all_positions,
    get_position,
    get_version,
    latest_version,
)
from signoff.services.positions.presence import note_presence
from signoff.services.positions.version_status import statuses_of_versions
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, read_first
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.editor import (
    Collision,
    NewerText,
    editor,
    editor_with_file,
    typed_text,
    with_opening_of,
    wording_of,
)
from signoff.web.staff.positions.text_files import LARGEST_FORM, wants_file

_ON_ONE_PAGE = 100


@pages.get("/staff/positions/")
@staff(Act.READ)
def positions() -> str:
    """All positions with the state of their newest version."""
    result = all_positions(db(), after=whole_number(request.args.get("after", "")) or 0, limit=_ON_ONE_PAGE)
    return render_template(
        "staff/positions/positions.html",
        section="staff.positions",
        positions=result,
        lives=statuses_of_versions(db(), result),
        drafts=first_drafts(db()),
        full=len(result) == _ON_ONE_PAGE,
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>")
@staff(Act.READ)
def version(slug: str, number: int) -> str:
    """One version as it was saved."""
    position = get_position(db(), slug)
    return render_template(
        "staff/positions/version.html",
        section="staff.positions",
        position=position,
        version=get_version(db(), position, number),
    )


@pages.get("/staff/positions/<slug:slug>/edit")
@staff(Act.DRAFT)
def edit(slug: str) -> str:
    """The editor with the shared draft, or with the newest version where there is none."""
    position = get_position(db(), slug)
    latest = latest_version(db(), position)
    state = find_draft(db(), position)
    draft = draft_text(state) if state else DraftText(latest.wording, "", latest.number)
    more = {"began_from": str(draft.began_from), "change_note": draft.change_note, "draft": state_digest(state)}
    return editor(position, {**vars(draft.wording), **more})


@pages.post("/staff/positions/<slug:slug>/edit")
@staff(Act.DRAFT, largest=LARGEST_FORM)
@form_view(
    invalid=lambda refusal, slug: editor(get_position(db(), slug), typed_text(), errors=refusal.errors),
    conflict=lambda refusal, slug: _editor_beside_newer(get_position(db(), slug), refusal),
)
def save_edit(slug: str) -> Done | str:
    """Save what was typed as the next version; refused, with both texts, when someone saved a newer one."""
    typed = typed_text()
    if wants_file():
        return editor_with_file(get_position(db(), slug))
    if request.form.get("act") == "preview":
        read_first()
        return editor(get_position(db(), slug), typed, preview=True)
    text = DraftText(wording_of(typed), typed["change_note"], whole_number(typed["began_from"]) or 0)
    if request.form.get("act") == "draft":
        changed = save_draft(current_act(), get_position(db(), slug), text, shown=typed["draft"])
        said = "The draft is saved for all drafters. Partners do not see it." if changed else "Nothing was changed."
        return Done(url_for("staff.edit", slug=slug), said, changed=changed)
    _, is_new = save_version_of_draft(current_act(), get_position(db(), slug), text, shown=typed["draft"])
    said = "The new version is saved, without approvals." if is_new else "Nothing was changed, so no version was made."
    return Done(url_for("staff.position", slug=slug), said, changed=is_new)


@pages.post("/staff/positions/<slug:slug>/presence")
@staff(Act.DRAFT)
@form_view()
def presence(slug: str) -> Done:
    """Say that one has this draft open, and hear who else has; for the editor's own script."""
    others = note_presence(current_act(), get_position(db(), slug))
    return Done(page=lambda: render_template("parts/presence.html", others=others))


def _editor_beside_newer(position: Position, refusal: Conflict | Missing) -> str:
    state = find_draft(db(), position)
    if isinstance(refusal, NewerDraft) and state is not None:
        heading = f"The draft, based on version {draft_text(state).began_from}"
        newer = NewerText(heading, state.saver.name, state.saved_at, draft_text(state).wording)
        more = {"draft": state_digest(state)}
    else:
        latest = latest_version(db(), position)
        heading = f"Version {latest.number}: {latest.change_note}"
        newer = NewerText(heading, latest.saver.name, latest.saved_at, latest.wording)
        more = {"began_from": str(latest.number), "draft": state_digest(state)}
    return editor(position, {**typed_text(), **more}, collision=Collision(refusal.text, newer))


@pages.post("/staff/positions/preview")
@staff(Act.DRAFT)
def preview() -> str:
    """What was typed as readers will see it, for the editor's own page; nothing is saved."""
    read_first()
    typed = typed_text()
    wording = clean(wording_of(typed if typed["began_from"] else with_opening_of(typed)))
    return render_template("parts/preview.html", preview=wording, problems=_while_typing(wording), preview_page="live-")


def _while_typing(wording: Wording) -> dict[str, str]:
    # What is empty still is no news to who is writing it.
    return {name: sentence for name, sentence in problems(wording).items() if getattr(wording, name)}
