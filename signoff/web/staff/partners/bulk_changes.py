"""Changes many partners of the register at once: what is chosen, what that would do, and then exactly that."""

from flask import render_template, request, url_for

from signoff.domain.errors import Refusal
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.services.partners.bulk_changes import MOST, BulkChange, BulkPreview, change_partners, preview_change
from signoff.services.partners.expertise import expertise_words
from signoff.services.partners.register import ids_of
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import chosen_ids, digest_shown
from signoff.web.staff.blueprint import pages
from signoff.web.staff.partners.register import address_of, register_page, sought

# Of each choice its words, the field, and whether a value is given or taken away.
CHOICES: dict[str, tuple[str, str, bool]] = {
    "level": ("Set the level", "level", True),
    "language": ("Set the language", "language", True),
    "add-place": ("Add a place", "places", True),
    "remove-place": ("Remove a place", "places", False),
    "add-expertise": ("Add expertise", "expertise", True),
    "remove-expertise": ("Remove expertise", "expertise", False),
    "add-network": ("Add a network", "networks", True),
    "remove-network": ("Remove a network", "networks", False),
}


@pages.post("/staff/partners/change", endpoint="change_partners")
@staff(Act.MANAGE_PARTNERS)
@form_view(invalid=lambda refusal: _page(refusal), conflict=lambda refusal: _page(refusal))
def change() -> Done | str | tuple[str, int]:
    """Ask what to change about the partners that were chosen, show what that does, and do it once it was confirmed."""
    ids, wanted = _chosen(), _wanted()
    if not ids or len(ids) > MOST:
        return register_page({"tag": f"Choose from 1 to {MOST} partners."}), 422
    if wanted is None:
        return _page(None)
    if request.form.get("confirmed") != "yes":
        return _page(None, preview_change(db(), ids, wanted))
    done = change_partners(current_act(), ids, wanted, shown=digest_shown())
    return Done(
        url_for("staff.partners", **address_of(sought())), f"{counted(len(done), 'partner').capitalize()} changed."
    )


def _chosen() -> set[int]:
    return set(ids_of(db(), sought())) if request.form.get("whom") == "all" else chosen_ids("partner")


def _wanted() -> BulkChange | None:
    chosen = CHOICES.get(request.form.get("change", ""))
    return BulkChange(chosen[1], request.form.get("value", ""), chosen[2]) if chosen else None


def _page(refusal: Refusal | None, preview: BulkPreview | None = None) -> str:
    ids = _chosen()
    errors = getattr(refusal, "errors", None) or ({"change": refusal.text} if refusal else {})
    return render_template(
        "staff/partners/bulk_change.html",
        section="staff.partners",
        choices={name: words for name, (words, _field, _added) in CHOICES.items()},
        chosen=sorted(ids),
        preview=preview,
        expertise=[row.word for row in expertise_words(db())],
        typed=request.form,
        errors=errors,
        address=address_of(sought()),
    )
