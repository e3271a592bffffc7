"""Staff pages of principles editions: all of them, one with the positions that may move to it, and its word lists."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.editions import edition_changes
from signoff.domain.permissions import Act
from signoff.domain.refusals import Invalid, Missing
from signoff.models import Position, PrinciplesEdition
from signoff.services.edition_drafts import draft_text, open_drafts
from signoff.services.editions import (
    all_editions,
    change_word_lists,
    criterion_text,
    edition_text,
    find_before,
    get_edition,
    latest_edition,
)
from signoff.services.moving import count_under, movable_to, move_positions
from signoff.services.positions import get_position
from signoff.web.access import staff
from signoff.web.installation import acting, db, here
from signoff.web.staff.word_lists import deceptive_lines, lines_of, typed_deceptive


@staff(Act.READ)
def editions() -> str:
    """Every edition with the number of positions under it, and the drafts of the next one."""
    return render_template(
        "staff/editions.html",
        section="staff.editions",
        editions=all_editions(db()),
        positions=count_under(db()),
        drafts=[(draft, draft_text(draft)) for draft in open_drafts(db())],
    )


@staff(Act.READ)
def edition(number: int) -> str:
    """One edition, what it says otherwise than the one before, and the positions that may move to it."""
    return _edition_page(get_edition(db(), number))


@staff(Act.MOVE)
def move(number: int) -> Response | tuple[str, int]:
    """Move the chosen positions to this edition; they need a new check there."""
    found = get_edition(db(), number)
    chosen = [get_position(db(), slug) for slug in dict.fromkeys(request.form.getlist("position"))]
    try:
        moved = move_positions(db(), chosen, found, by=acting(), clock=here().clock)
        db().commit()
    except Missing as refusal:
        db().rollback()
        return _edition_page(get_edition(db(), number), refusal=refusal), 409
    flash(_moved(moved, found))
    if len(chosen) == 1 and request.form.get("from") == "position":
        return redirect(url_for("staff.position", slug=chosen[0].slug), 303)
    return redirect(url_for("staff.edition", number=number), 303)


def _moved(moved: list[Position], edition: PrinciplesEdition) -> str:
    if not moved:
        return "No position was chosen, so nothing was moved."
    return f"Moved to the {edition.name}. What is not published needs a new check there; what is keeps its own."


def _edition_page(found: PrinciplesEdition, *, refusal: Missing | None = None) -> str:
    before = find_before(db(), found)
    return render_template(
        "staff/edition.html",
        section="staff.editions",
        edition=found,
        before=before,
        changes=edition_changes(edition_text(before), edition_text(found)) if before else None,
        in_force=latest_edition(db()).id == found.id,
        movable=movable_to(db(), found),
        refusal=refusal,
    )


@staff(Act.READ)
def words(number: int) -> str:
    """The words that suggestions look for, and those they warn about, criterion by criterion."""
    return _words_page(get_edition(db(), number))


@staff(Act.TEND_WORDS)
def save_words(number: int) -> Response | tuple[str, int]:
    """Change the word lists of an edition; what was agreed stays as it is."""
    found, form = get_edition(db(), number), request.form
    lists = {
        c.key: (lines_of(form.get(f"{c.key}.words", "")), typed_deceptive(form.get(f"{c.key}.deceptive", "")))
        for c in found.criteria
        if f"{c.key}.words" in form
    }
    try:
        changed = change_word_lists(db(), found, lists, by=acting(), clock=here().clock)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _words_page(get_edition(db(), number), errors=refusal.errors), 422
    flash("The word lists are saved." if changed else "Nothing was changed.")
    return redirect(url_for("staff.edition_words", number=number), 303)


def _words_page(found: PrinciplesEdition, *, errors: Mapping[str, str] | None = None) -> str:
    listed = [(criterion, criterion_text(criterion)) for criterion in found.criteria]
    return render_template(
        "staff/edition_words.html",
        section="staff.editions",
        edition=found,
        listed=[(criterion, "\n".join(text.words), deceptive_lines(text.deceptive)) for criterion, text in listed],
        errors=errors or {},
        typed=request.form,
    )


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    one = "/staff/editions/<int(max=2147483647):number>"
    pages.add_url_rule("/staff/editions/", "editions", editions, methods=["GET"])
    pages.add_url_rule(one, "edition", edition)
    pages.add_url_rule(f"{one}/positions", "move_positions", move, methods=["POST"])
    pages.add_url_rule(f"{one}/words", "edition_words", words, methods=["GET"])
    pages.add_url_rule(f"{one}/words", "save_edition_words", save_words, methods=["POST"])
