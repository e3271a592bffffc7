"""Staff pages of principles editions: all of them, one with the positions that may move to it, and its word lists."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Missing
from signoff.domain.permissions import Act
from signoff.domain.principles.editions import edition_changes
from signoff.models import Position, PrinciplesEdition
from signoff.services.positions.edition_migration import count_under, movable_to, move_positions
from signoff.services.positions.positions import get_position
from signoff.services.principles.edition_drafts import draft_text, open_drafts
from signoff.services.principles.editions import (
    all_editions,
    change_word_lists,
    criterion_text,
    edition_text,
    find_previous_edition,
    get_edition,
    latest_edition,
)
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.word_lists import deceptive_lines, lines_of, typed_deceptive


@pages.get("/staff/editions/")
@staff(Act.READ)
def editions() -> str:
    """Every edition with the number of positions under it, and the drafts of the next one."""
    return render_template(
        "staff/principles/editions.html",
        section="staff.editions",
        editions=all_editions(db()),
        positions=count_under(db()),
        drafts=[(draft, draft_text(draft)) for draft in open_drafts(db())],
    )


@pages.get("/staff/editions/<number:number>")
@staff(Act.READ)
def edition(number: int) -> str:
    """One edition, what it says otherwise than the one before, and the positions that may move to it."""
    return _edition_page(get_edition(db(), number))


@pages.post("/staff/editions/<number:number>/positions", endpoint="move_positions")
@staff(Act.MOVE)
@form_view(conflict=lambda refusal, number: _edition_page(get_edition(db(), number), refusal=refusal))
def move(number: int) -> Done:
    """Move the selected positions to this edition; they need a new check there."""
    edition = get_edition(db(), number)
    chosen = [get_position(db(), slug) for slug in dict.fromkeys(request.form.getlist("position"))]
    said = _moved(move_positions(current_act(), chosen, edition), edition)
    if len(chosen) == 1 and request.form.get("from") == "position":
        return Done(url_for("staff.position", slug=chosen[0].slug), said)
    return Done(url_for("staff.edition", number=number), said)


def _moved(moved: list[Position], edition: PrinciplesEdition) -> str:
    if not moved:
        return "No position was chosen, so nothing was moved."
    return f"Moved to the {edition.name}. What is not published needs a new check there; what is keeps its own."


def _edition_page(edition: PrinciplesEdition, *, refusal: Missing | None = None) -> str:
    before = find_previous_edition(db(), edition)
    return render_template(
        "staff/principles/edition.html",
        section="staff.editions",
        edition=edition,
        before=before,
        changes=edition_changes(edition_text(before), edition_text(edition)) if before else None,
        in_force=latest_edition(db()).id == edition.id,
        movable=movable_to(db(), edition),
        refusal=refusal,
    )


@pages.get("/staff/editions/<number:number>/words", endpoint="edition_words")
@staff(Act.READ)
def words(number: int) -> str:
    """The words that suggestions look for, and those they warn about, criterion by criterion."""
    return _words_page(get_edition(db(), number))


@pages.post("/staff/editions/<number:number>/words", endpoint="save_edition_words")
@staff(Act.TEND_WORDS)
@form_view(invalid=lambda refusal, number: _words_page(get_edition(db(), number), errors=refusal.errors))
def save_words(number: int) -> Done:
    """Change the word lists of an edition; what was agreed stays as it is."""
    result, form = get_edition(db(), number), request.form
    lists = {
        c.key: (lines_of(form.get(f"{c.key}.words", "")), typed_deceptive(form.get(f"{c.key}.deceptive", "")))
        for c in result.criteria
        if f"{c.key}.words" in form
    }
    changed = change_word_lists(current_act(), result, lists)
    said = "The word lists are saved." if changed else "Nothing was changed."
    return Done(url_for("staff.edition_words", number=number), said, changed=bool(changed))


def _words_page(edition: PrinciplesEdition, *, errors: Mapping[str, str] | None = None) -> str:
    listed = [(criterion, criterion_text(criterion)) for criterion in edition.criteria]
    return render_template(
        "staff/principles/edition_words.html",
        section="staff.editions",
        edition=edition,
        listed=[(criterion, "\n".join(text.words), deceptive_lines(text.deceptive)) for criterion, text in listed],
        errors=errors or {},
        typed=request.form,
    )
