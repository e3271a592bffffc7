"""One partner of the register: added, and changed."""

from collections.abc import Mapping
from dataclasses import replace

from flask import render_template, request, url_for

from signoff.domain.errors import Invalid, NamesInDoubt, NotAsShown, Refusal, SameOrganization
from signoff.domain.partners.places import places_in
from signoff.domain.permissions import Act
from signoff.domain.positions.fields import LANGUAGES
from signoff.models import Partner
from signoff.models.partners import LEVELS
from signoff.services.partners.expertise import expertise_words
from signoff.services.partners.name_conflicts import NameQuestion, ask_about_names
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import (
    change_partner,
    digest_of_partner,
    form_of,
    new_names,
)
from signoff.services.partners.partners import ContactForm, PartnerForm, get_partner
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.name_questions import answers_in, shared_with
from signoff.web.request_parsing import digest_shown
from signoff.web.staff.blueprint import pages


@pages.get("/staff/partners/new")
@staff(Act.MANAGE_PARTNERS)
def new_partner() -> str:
    """The form for a new partner."""
    return _form(PartnerForm(contacts=(ContactForm(),)), {})


@pages.post("/staff/partners/new")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(
    invalid=lambda refusal: _form(_typed(), refusal.errors, question=_asked_before(_typed(), None)),
    conflict=lambda refusal: _form(_typed(), {}, question=_in_doubt(refusal, _typed(), None)),
)
def save_new_partner() -> Done:
    """Add a partner; names that look like another's are asked about first."""
    form = _typed()
    made, is_new = add_partner(current_act(), form, answers=answers_in(request.form), looked_at=_looked_at())
    shared = shared_with(made, form) if is_new else []
    words = (
        f"{made.name} is in the register." if is_new else f"Nothing was added: {made.name} is already in the register."
    )
    return Done(url_for("staff.partner", slug=made.slug), " ".join([words, *shared]))


@pages.get("/staff/partners/<slug:slug>/edit")
@staff(Act.MANAGE_PARTNERS)
def edit_partner(slug: str) -> str:
    """The form to change a partner."""
    partner = get_partner(db(), slug)
    return _form(form_of(partner), {}, partner=partner)


@pages.post("/staff/partners/<slug:slug>/edit")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(
    invalid=lambda refusal, slug: _not_saved(refusal, get_partner(db(), slug)),
    conflict=lambda refusal, slug: _not_saved(refusal, get_partner(db(), slug)),
)
def save_partner(slug: str) -> Done:
    """Change a partner; names that look like another's are asked about first."""
    changed = change_partner(
        current_act(),
        get_partner(db(), slug),
        _changes_typed(),
        answers=answers_in(request.form),
        looked_at=_looked_at(),
        shown=digest_shown(),
    )
    return Done(
        url_for("staff.partner", slug=slug), "Saved." if changed else "Nothing was changed.", changed=bool(changed)
    )


def _changes_typed() -> PartnerForm:
    return replace(_typed(), contacts=())


def _not_saved(refusal: Refusal, partner: Partner) -> str:
    form = _changes_typed()
    if isinstance(refusal, Invalid):
        return _form(form, refusal.errors, question=_asked_before(form, partner), partner=partner)
    if isinstance(refusal, NotAsShown):
        conflict = f"{refusal.text} What you typed is below. Compare it with "
        return _form(form, {}, partner=partner, conflict=conflict)
    if isinstance(refusal, SameOrganization):
        return _form(form, {}, partner=partner, conflict=refusal.text, same=refusal.slug)
    return _form(form, {}, question=_in_doubt(refusal, form, partner), partner=partner)


def _in_doubt(refusal: Refusal, form: PartnerForm, partner: Partner | None) -> NameQuestion:
    # Any other conflict is no question that the form could ask.
    if not isinstance(refusal, NamesInDoubt):
        raise refusal
    return _question(form, partner)


def _looked_at() -> str:
    return request.form.get("asked", "") if request.form.get("different") == "yes" else ""


def _question(form: PartnerForm, partner: Partner | None) -> NameQuestion:
    form = form.cleaned()
    names = new_names(partner, form) if partner else form.all_names
    return ask_about_names(db(), names, besides=partner)


def _asked_before(form: PartnerForm, partner: Partner | None) -> NameQuestion:
    # What was asked once is asked again beside what else is wrong, so that one answer to both is enough.
    return _question(form, partner) if request.form.get("asked") else NameQuestion()


def _typed() -> PartnerForm:
    form = request.form
    return PartnerForm(
        name=form.get("name", ""),
        public_names=_lines("public_names"),
        aliases=_lines("aliases"),
        website=form.get("website", ""),
        level=form.get("level", ""),
        tags=tuple(tag.strip() for tag in form.get("tags", "").replace(";", ",").split(",")),
        contacts=_typed_contacts(),
        places=tuple(place for line in _lines("places") for place in places_in(line)),
        expertise=tuple(form.getlist("expertise")),
        networks=_lines("networks"),
        parent=form.get("parent", ""),
        joined_year=form.get("joined_year", ""),
        language=form.get("language", ""),
        notes=form.get("notes", ""),
    )


def _typed_contacts() -> tuple[ContactForm, ...]:
    """The first contact, or none where nothing of it was filled in: a partner may be listed before anyone is known."""
    typed = [request.form.get(f"contact_{name}", "") for name in ("name", "email", "job_title")]
    may_answer = request.form.get("contact_may_answer") == "yes"
    return (ContactForm(typed[0], typed[1], typed[2], may_answer),) if any(map(str.strip, typed)) else ()


def _lines(field: str) -> tuple[str, ...]:
    return tuple(line for line in request.form.get(field, "").splitlines() if line.strip())


def _form(
    form: PartnerForm,
    errors: Mapping[str, str],
    *,
    question: NameQuestion = NameQuestion(),  # noqa: B008 - frozen
    partner: Partner | None = None,
    conflict: str = "",
    same: str = "",
) -> str:
    return render_template(
        "staff/partners/partner_form.html",
        shown=digest_of_partner(partner) if partner else "",
        conflict=conflict,
        same=same,
        section="staff.partners",
        partner=partner,
        form=form,
        contact=form.contacts[0] if form.contacts else ContactForm(),
        errors={name.replace("contacts.1.", "contact_"): sentence for name, sentence in errors.items()},
        question=question,
        answers=answers_in(request.form),
        levels=LEVELS,
        listed=[row.word for row in expertise_words(db())],
        languages=LANGUAGES,
    )
