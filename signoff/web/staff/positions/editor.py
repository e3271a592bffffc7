"""The editor of texts: for the next version of a position, a draft of one to be started, or nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for

from signoff.domain.positions.fields import FIELD_NAMES, PARTS
from signoff.domain.positions.files.reading import ACCEPTED, LARGEST_FILE
from signoff.domain.positions.opening import with_opening
from signoff.domain.positions.text import Wording, clean, problems
from signoff.models import FirstDraft, Position
from signoff.services.coalition import find_coalition
from signoff.services.positions.drafts import draft_states, draft_text, taken_comments
from signoff.services.positions.presence import others_present
from signoff.services.rounds.last_round import ending_warning
from signoff.web.installation import acting, db, installation, read_first
from signoff.web.staff.positions.similar_positions import near_facts
from signoff.web.staff.positions.text_files import Arrived, take_file

_FIELDS = (*FIELD_NAMES, "change_note", "began_from", "draft")
_TAKEN = {
    ("title",): "Version 1 is saved. Its title was taken from the text: “{title}”.",
    ("summary",): "Version 1 is saved. Its summary was taken from the text: “{summary}”",
    ("title", "summary"): (
        "Version 1 is saved. Its title was taken from the text: “{title}”. So was its summary: “{summary}”"
    ),
}


@dataclass(frozen=True)
class NewerText:
    """What someone else saved while this was written, to be shown beside it."""

    heading: str
    saver: str
    saved_at: datetime
    wording: Wording


@dataclass(frozen=True)
class Collision:
    """Why nothing was saved, since something else is there by now: that text, unless it is gone."""

    sentence: str
    newer: NewerText | None = None


def typed_text() -> dict[str, str]:
    """What the editor's form sent, by the names of its fields."""
    return {name: request.form.get(name, "") for name in _FIELDS}


def wording_of(typed: Mapping[str, str]) -> Wording:
    """The text among what was typed."""
    return Wording(**{name: typed[name] for name in FIELD_NAMES})


def with_opening_of(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed for a new position, with a title and a summary that were left empty taken from its text."""
    return {**typed, **vars(with_opening(wording_of(typed)))}


def said_of_opening(typed: Mapping[str, str]) -> str:
    """What to tell the person who saved a new position: that it is saved, and what was filled in from the text."""
    filled = with_opening_of(typed)
    words = _TAKEN.get(tuple(name for name in ("title", "summary") if filled[name] != typed[name]))
    return words.format(title=filled["title"], summary=filled["summary"]) if words else "Version 1 is saved."


def beginning() -> Wording:
    """What a new position has before anything is typed: the press contact of the letterhead."""
    coalition = find_coalition(db())
    return Wording(press_contact=coalition.press_contact if coalition else "")


def editor_with_file(of: Position | FirstDraft | None) -> str:
    """The editor with the text of the file that was chosen; nothing is saved."""
    # Reading takes long.
    read_first()
    typed, arrived = take_file(typed_text(), of if isinstance(of, Position) else None)
    found = problems(clean(wording_of(typed)))
    in_file: dict[str, str] = {name: said for name, said in found.items() if name in ("title", "body") and typed[name]}
    return editor(of, typed, errors=in_file, arrived=arrived)


def editor(
    of: Position | FirstDraft | None,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    collision: Collision | None = None,
    preview: bool = False,
    arrived: Arrived | None = None,
) -> str:
    """The editor's page with what was typed, what is wrong with it, and what else there is to see beside it."""
    position = of if isinstance(of, Position) else None
    wording, begun = clean(wording_of(typed)), clean(Wording() if position else beginning())
    states = draft_states(db(), of) if of else []
    return render_template(
        "staff/positions/edit.html",
        section="staff.positions",
        position=position,
        at=_addresses(of),
        others=others_present(db(), of, besides=acting().id, clock=installation().clock) if of else (),
        typed=typed,
        parts=PARTS,
        parts_given=any(
            getattr(wording, field.name) != getattr(begun, field.name) for group in PARTS for field in group.fields
        ),
        errors=errors or (problems(wording) if preview else {}),
        conflict=collision.sentence if collision else "",
        newer=collision.newer if collision else None,
        states=states,
        began_from=draft_text(states[0]).began_from if states else 0,
        taken=taken_comments(db(), states[0]) if states else [],
        preview=wording if preview else None,
        preview_page="",
        arrived=arrived,
        file_endings=ACCEPTED,
        largest_file=LARGEST_FILE,
        problems={},
        ending=ending_warning(db(), position) if position else None,
        **near_facts(wording, besides=position),
    )


def _addresses(of: Position | FirstDraft | None) -> dict[str, str]:
    """Where the forms of the page lead: to save, to restore a state, to discard the draft; to say that it is open."""
    if of is None:
        return {"save": url_for("staff.save_new_position")}
    if isinstance(of, Position):
        return {
            "save": url_for("staff.save_edit", slug=of.slug),
            "restore": url_for("staff.restore_draft", slug=of.slug),
            "discard": url_for("staff.discard_draft", slug=of.slug),
            "presence": url_for("staff.presence", slug=of.slug),
        }
    return {
        "save": url_for("staff.save_first_draft", number=of.id),
        "restore": url_for("staff.restore_first_draft", number=of.id),
        "discard": url_for("staff.discard_first_draft", number=of.id),
        "presence": url_for("staff.first_draft_presence", number=of.id),
    }
