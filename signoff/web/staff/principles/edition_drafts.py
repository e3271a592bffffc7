"""Staff pages of a principles edition while it is drafted: the editor, and its adoption for good."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import render_template, request, url_for

from signoff.domain.errors import Reason
from signoff.domain.permissions import Act
from signoff.domain.principles.editions import (
    EDITION_FIELDS,
    MOST_CRITERIA,
    CriterionText,
    EditionText,
    edition_changes,
)
from signoff.domain.principles.principles import CriterionKind
from signoff.models import EditionDraft
from signoff.services.principles.edition_drafts import (
    adopt_draft,
    begin_draft,
    discard_draft,
    draft_text,
    get_draft,
    save_draft,
)
from signoff.services.principles.editions import edition_text, latest_edition, reasons_not_to_adopt
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.word_lists import deceptive_lines, lines_of, typed_deceptive
from signoff.web.staff.rounds.reasons import LinkedReason


@pages.post("/staff/editions/drafts", endpoint="begin_edition_draft")
@staff(Act.MANAGE_EDITIONS)
@form_view()
def begin() -> Done:
    """Begin a draft from the words of the edition in force."""
    return Done(url_for("staff.edition_draft", number=begin_draft(current_act()).id))


@pages.get("/staff/editions/drafts/<number:number>", endpoint="edition_draft")
@staff(Act.READ)
def draft(number: int) -> str:
    """The draft: for administrators a form, for everyone else what it says so far."""
    result = get_draft(db(), number)
    return _editor(result, draft_text(result))


@pages.post("/staff/editions/drafts/<number:number>", endpoint="save_edition_draft")
@staff(Act.MANAGE_EDITIONS)
@form_view(
    invalid=lambda refusal, number: _editor(get_draft(db(), number), _rearranged()[0], errors=refusal.errors),
    conflict=lambda refusal, number: _editor(get_draft(db(), number), _rearranged()[0], conflict=refusal.text),
)
def save(number: int) -> Done:
    """Keep what was typed; the same form adds, removes and moves criteria."""
    typed, place = _rearranged()
    changed = save_draft(current_act(), get_draft(db(), number), typed, began_from=_revision_shown())
    said = "The draft is saved." if changed else "Nothing was changed."
    if request.form.get("act") == "compare":
        return Done(url_for("staff.confirm_adopt_edition", number=number), said)
    anchor = f"criterion-{place}" if place is not None else None
    return Done(url_for("staff.edition_draft", number=number, open=place, _anchor=anchor), said, changed=changed)


@pages.get("/staff/editions/drafts/<number:number>/adopt", endpoint="confirm_adopt_edition")
@staff(Act.MANAGE_EDITIONS)
def confirm_adopt(number: int) -> str:
    """What adopting would put in force, beside the edition in force, and all that is missing."""
    return _adopt_page(get_draft(db(), number))


@pages.post("/staff/editions/drafts/<number:number>/adopt", endpoint="adopt_edition")
@staff(Act.MANAGE_EDITIONS)
@form_view(conflict=lambda refusal, number: _adopt_page(get_draft(db(), number), conflict=refusal.text))
def adopt(number: int) -> Done:
    """Adopt the draft as it was shown."""
    draft = get_draft(db(), number)
    adopted = adopt_draft(current_act(), draft, revision=_revision_shown(), today=_today())
    said = f"Edition {adopted.number} is adopted. Positions started from now on are checked against it."
    return Done(url_for("staff.edition", number=adopted.number), said)


@pages.post("/staff/editions/drafts/<number:number>/discard", endpoint="discard_edition_draft")
@staff(Act.MANAGE_EDITIONS)
@form_view()
def discard(number: int) -> Done:
    """Set the draft aside."""
    discard_draft(current_act(), get_draft(db(), number))
    return Done(url_for("staff.editions"), "The draft is discarded.")


def _revision_shown() -> int:
    return whole_number(request.form.get("revision", "")) or 0


def _today() -> date:
    return installation().clock().astimezone(installation().settings.timezone).date()


def _typed() -> EditionText:
    form = request.form
    criteria = []
    for place in range(MOST_CRITERIA + 1):
        at = f"criteria.{place}"
        if f"{at}.name" in form:
            criteria.append(
                CriterionText(
                    key=form.get(f"{at}.key", ""),
                    kind=form.get(f"{at}.kind", ""),
                    name=form[f"{at}.name"],
                    statement=form.get(f"{at}.statement", ""),
                    questions=tuple(lines_of(form.get(f"{at}.questions", ""))),
                    words=tuple(lines_of(form.get(f"{at}.words", ""))),
                    deceptive=tuple(typed_deceptive(form.get(f"{at}.deceptive", ""))),
                )
            )
    return EditionText(**{name: form.get(name, "") for name in EDITION_FIELDS}, criteria=tuple(criteria))


def _rearranged() -> tuple[EditionText, int | None]:
    """What was typed, after one of the editor's acts on its criteria, and the place that should stay in sight."""
    edition, (verb, _, number) = _typed(), request.form.get("act", "").partition(".")
    criteria, place = list(edition.criteria), whole_number(number)
    if verb == "add":
        criteria.append(CriterionText())
        place = len(criteria) - 1
    elif place is None or place >= len(criteria):
        return edition, None
    elif verb == "remove":
        del criteria[place]
        place = None
    elif verb in ("up", "down"):
        there = max(0, min(place + (1 if verb == "down" else -1), len(criteria) - 1))
        criteria.insert(there, criteria.pop(place))
        place = there
    return replace(edition, criteria=tuple(criteria)), place


def _editor(
    draft: EditionDraft, typed: EditionText, *, errors: Mapping[str, str] | None = None, conflict: str = ""
) -> str:
    return render_template(
        "staff/principles/edition_draft.html",
        section="staff.editions",
        draft=draft,
        edition=typed,
        kinds=[(kind.value, kind.value) for kind in CriterionKind],
        deceptive_lines=deceptive_lines,
        missing=_linked(reasons_not_to_adopt(db(), draft_text(draft), today=_today()), draft),
        errors=errors or {},
        labels=_labels(typed),
        conflict=conflict,
        changes=edition_changes(draft_text(draft), typed) if conflict else None,
        opened=whole_number(request.args.get("open", "")),
    )


_FIELD_WORDS = {
    "name": "name",
    "kind": "kind",
    "key": "key",
    "statement": "what it asks for",
    "questions": "what a reviewer asks",
    "words": "words to look for",
    "deceptive": "words that often deceive",
}


def _labels(edition: EditionText) -> dict[str, str]:
    """What each field of each criterion is called where its error is summed up."""
    return {
        f"criteria.{place}.{field}": f"{criterion.name or f'Criterion {place + 1}'}, {words}"
        for place, criterion in enumerate(edition.criteria)
        for field, words in _FIELD_WORDS.items()
    }


def _adopt_page(draft: EditionDraft, *, conflict: str = "") -> str:
    in_force, wanted = latest_edition(db()), draft_text(draft)
    return render_template(
        "staff/principles/edition_adopt.html",
        section="staff.editions",
        draft=draft,
        edition=wanted,
        in_force=in_force,
        changes=edition_changes(edition_text(in_force), wanted),
        missing=_linked(reasons_not_to_adopt(db(), wanted, today=_today()), draft),
        conflict=conflict,
    )


def _linked(reasons: Sequence[Reason], draft: EditionDraft) -> list[LinkedReason]:
    return [LinkedReason(reason.text, _where(reason.about, draft)) for reason in reasons]


def _where(field: str, draft: EditionDraft) -> str:
    part, _, rest = field.partition(".")
    place = whole_number(rest.partition(".")[0])
    if part == "criteria" and place is not None:
        return url_for("staff.edition_draft", number=draft.id, open=place, _anchor=f"criterion-{place}")
    return url_for("staff.edition_draft", number=draft.id, _anchor=field)
