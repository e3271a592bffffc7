"""The partner register: looked through, added to, changed; partners tagged together, leaving and coming back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.domain.partners.name_conflicts import answered_same, unanswered
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.evidence.canonical import canonical_json
from signoff.models import Partner
from signoff.models.partners import LEVELS
from signoff.services.partners.name_conflicts import NameQuestion, ask_about_names
from signoff.services.partners.partner_additions import add_partner, hold_for_adding
from signoff.services.partners.partner_changes import (
    change_partner,
    form_of,
    hold_for_changing,
    new_names,
    tag_partners,
)
from signoff.services.partners.partner_import import exported_rows
from signoff.services.partners.partners import ContactForm, PartnerForm, get_partner
from signoff.services.partners.register import (
    SORTS,
    STATES,
    PartnerFilter,
    all_tags,
    count_partners,
    find_partners,
    ids_of,
)
from signoff.web.access import staff
from signoff.web.installation import current_act, db
from signoff.web.name_questions import answers_in, shared_with
from signoff.web.request_parsing import chosen_ids, shown_digest, whole_number
from signoff.web.spreadsheet import as_csv
from signoff.web.staff.blueprint import pages

ON_ONE_PAGE = 100


@pages.get("/staff/partners/")
@staff(Act.READ)
def partners() -> str:
    """The register, a page at a time."""
    return _register({})


@pages.post("/staff/partners/tag", endpoint="tag_partners")
@staff(Act.MANAGE_PARTNERS)
def tag() -> Response | tuple[str, int]:
    """Give the ticked partners a tag, or take it from them; all that were found, when that is asked for."""
    partner_filter = _sought()
    everybody = request.form.get("whom") == "all"
    ids = set(ids_of(db(), partner_filter)) if everybody else chosen_ids("partner")
    if everybody and shown_digest(map(str, ids)) != request.form.get("shown"):
        return _register({"tag": "Meanwhile others are found than were shown. Nothing was changed."}), 409
    added = request.form.get("act") != "untag"
    try:
        done = tag_partners(current_act(), ids, request.form.get("tag", ""), added=added)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _register(refusal.errors), 422
    flash(f"{counted(len(done), 'partner').capitalize()} {'tagged' if added else 'no longer tagged'}.")
    return redirect(url_for("staff.partners", **_address_of(partner_filter)), 303)


def _sought() -> PartnerFilter:
    asked = request.values
    return PartnerFilter(
        words=asked.get("q", "").strip()[:200],
        level=asked.get("level", "") if asked.get("level") in LEVELS else "",
        tag=asked.get("with", "").strip()[:40],
        state=asked.get("state", "") if asked.get("state") in STATES else STATES[0],
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else "name",
    )


def _address_of(partner_filter: PartnerFilter, **changes: Any) -> dict[str, Any]:
    """The register's address for what is looked for, without what is usual."""
    usual = PartnerFilter()
    told = {
        "q": partner_filter.words,
        "level": partner_filter.level,
        "with": partner_filter.tag,
        "state": partner_filter.state,
        "sort": partner_filter.sort,
    }
    default = {"q": "", "level": "", "with": "", "state": usual.state, "sort": usual.sort}
    return {name: value for name, value in (told | changes).items() if value and value != default.get(name)}


def _register(errors: Mapping[str, str]) -> str:
    partner_filter = _sought()
    page = max(1, whole_number(request.args.get("page", "")) or 1)
    counts = count_partners(db(), partner_filter)
    return render_template(
        "staff/partners/partners.html",
        section="staff.partners",
        partners=find_partners(db(), partner_filter, offset=(page - 1) * ON_ONE_PAGE, limit=ON_ONE_PAGE),
        sought=partner_filter,
        counts=counts,
        found=counts[partner_filter.state],
        shown=shown_digest(map(str, ids_of(db(), partner_filter)))
        if counts[partner_filter.state] > ON_ONE_PAGE
        else "",
        ticked=chosen_ids("partner"),
        page=page,
        pages=max(1, -(-counts[partner_filter.state] // ON_ONE_PAGE)),
        tags=all_tags(db()),
        levels=LEVELS,
        states=STATES,
        at=lambda **changes: url_for("staff.partners", **_address_of(partner_filter, **changes)),
        errors=errors,
        typed=request.form,
    )


@pages.get("/staff/partners.csv", endpoint="export_partners")
@staff(Act.READ)
def export() -> Response:
    """The partners that are looked for as CSV, in the form the import reads."""
    return as_csv(exported_rows(find_partners(db(), _sought())), name="partners.csv")


@pages.get("/staff/partners/new")
@staff(Act.MANAGE_PARTNERS)
def new_partner() -> str:
    """The form for a new partner."""
    return _form(PartnerForm(contacts=(ContactForm(),)), {})


@pages.post("/staff/partners/new")
@staff(Act.MANAGE_PARTNERS, proven=True)
def save_new_partner() -> Response | tuple[str, int]:
    """Add a partner; names that look like another's are asked about first."""
    form = _typed()
    try:
        hold_for_adding(db(), [form.cleaned()])
        if question := _unanswered(form, None):
            return _form(form, {}, question=question), 409
        made, is_new = add_partner(current_act(), form, answers=answers_in(request.form))
        shared = shared_with(made, form) if is_new else []
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _form(form, refusal.errors, question=_asked_before(form, None)), 422
    words = (
        f"{made.name} is in the register." if is_new else f"Nothing was added: {made.name} is in the register already."
    )
    flash(" ".join([words, *shared]))
    return redirect(url_for("staff.partner", slug=made.slug), 303)


@pages.get("/staff/partners/<slug:slug>/edit")
@staff(Act.MANAGE_PARTNERS)
def edit_partner(slug: str) -> str:
    """The form to change a partner."""
    partner = get_partner(db(), slug)
    return _form(form_of(partner), {}, partner=partner)


@pages.post("/staff/partners/<slug:slug>/edit")
@staff(Act.MANAGE_PARTNERS, proven=True)
def save_partner(slug: str) -> Response | tuple[str, int]:
    """Change a partner; names that look like another's are asked about first."""
    form, partner = replace(_typed(), contacts=()), get_partner(db(), slug)
    hold_for_changing(db(), partner)
    if request.form.get("shown") != _digest(partner):
        conflict = (
            "Somebody changed this partner meanwhile. Nothing was saved. Below stands what you typed; compare it with "
        )
        return _form(form, {}, partner=partner, conflict=conflict), 409
    try:
        if question := _unanswered(form, partner):
            return _form(form, {}, question=question, partner=partner), 409
        answers = answers_in(request.form)
        changed = change_partner(current_act(), partner, form, answers=answers)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        partner = get_partner(db(), slug)
        return _form(form, refusal.errors, question=_asked_before(form, partner), partner=partner), 422
    flash("Saved." if changed else "Nothing was changed.")
    return redirect(url_for("staff.partner", slug=slug), 303)


def _digest(partner: Partner) -> str:
    """What the form was made of, so that an old one undoes nothing that came after it."""
    return shown_digest([canonical_json(asdict(form_of(partner)))])


def _question(form: PartnerForm, partner: Partner | None) -> NameQuestion:
    form = form.cleaned()
    names = new_names(partner, form) if partner else form.all_names
    return ask_about_names(db(), names, besides=partner)


def _asked_before(form: PartnerForm, partner: Partner | None) -> NameQuestion:
    # What was asked once is asked again beside what else is wrong, so that one answer to both is enough.
    return _question(form, partner) if request.form.get("asked") else NameQuestion()


def _unanswered(form: PartnerForm, partner: Partner | None) -> NameQuestion:
    # What is the same organization adds nothing, so its names in public texts need no look.
    question, answers = _question(form, partner), answers_in(request.form)
    looked = request.form.get("different") == "yes" and request.form.get("asked") == question.digest
    is_settled = not unanswered(question.conflicts, answers)
    if is_settled and (looked or not question.in_public or answered_same(question.conflicts, answers)):
        return NameQuestion()
    return question


def _typed() -> PartnerForm:
    form = request.form
    return PartnerForm(
        name=form.get("name", ""),
        public_names=_lines("public_names"),
        aliases=_lines("aliases"),
        website=form.get("website", ""),
        level=form.get("level", ""),
        tags=tuple(tag.strip() for tag in form.get("tags", "").replace(";", ",").split(",")),
        contacts=(
            ContactForm(
                form.get("contact_name", ""),
                form.get("contact_email", ""),
                form.get("contact_job_title", ""),
                form.get("contact_may_answer") == "yes",
            ),
        ),
    )


def _lines(field: str) -> tuple[str, ...]:
    return tuple(line for line in request.form.get(field, "").splitlines() if line.strip())


def _form(
    form: PartnerForm,
    errors: Mapping[str, str],
    *,
    question: NameQuestion = NameQuestion(),  # noqa: B008 - frozen
    partner: Partner | None = None,
    conflict: str = "",
) -> str:
    return render_template(
        "staff/partners/partner_form.html",
        shown=_digest(partner) if partner else "",
        conflict=conflict,
        section="staff.partners",
        partner=partner,
        form=form,
        errors={name.replace("contacts.1.", "contact_"): sentence for name, sentence in errors.items()},
        question=question,
        answers=answers_in(request.form),
        levels=LEVELS,
    )
