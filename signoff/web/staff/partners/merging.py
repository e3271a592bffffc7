"""Two entries of the register that are one partner: what merging them does is shown first; it can be undone."""

from collections.abc import Sequence

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, Invalid, Missing, NotAsShown, NotFound, PartnerMerged
from signoff.domain.permissions import Act
from signoff.models import Partner
from signoff.services.partners.merge_reasons import likely_doubles, merge_preview
from signoff.services.partners.merging import merge, undo_merge
from signoff.services.partners.partners import get_entry, get_partner
from signoff.services.partners.register import PartnerFilter, find_partners
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import digest_shown
from signoff.web.staff.blueprint import pages

_MOST_FOUND = 10


@pages.get("/staff/partners/<slug:slug>/merge")
@staff(Act.MANAGE_PARTNERS)
def merge_partner(slug: str) -> str:
    """Into which partner this one is merged; once that is chosen, everything that comes together."""
    return _page(slug)


@pages.post("/staff/partners/<slug:slug>/merge", endpoint="save_merge")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(
    invalid=lambda refusal, slug: _page(slug, errors=refusal.errors),
    conflict=lambda refusal, slug: _refused(refusal, slug),
)
def save_merge(slug: str) -> Done:
    """From now on this entry is the other partner."""
    double, into = get_partner(db(), slug), _chosen()
    if into is None:
        raise Invalid({"into": "Choose a partner from the register."})
    merge(current_act(), double, into, shown=digest_shown())
    return Done(url_for("staff.partner", slug=into.slug), f"{double.name} was merged into {into.name}.")


@pages.post("/staff/partners/<slug:slug>/merge/undo", endpoint="undo_merge")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view()
def part(slug: str) -> Done:
    """This entry is a partner of its own again."""
    double = get_entry(db(), slug)
    row = undo_merge(current_act(), double)
    return Done(url_for("staff.partner", slug=slug), f"{double.name} and {row.into.name} are separate partners again.")


def _refused(refusal: Conflict | Missing, slug: str) -> str:
    if isinstance(refusal, PartnerMerged):
        raise refusal
    return _page(slug, conflict=refusal.text if isinstance(refusal, NotAsShown) else "")


def _chosen() -> Partner | None:
    try:
        return get_partner(db(), request.values.get("into", ""))
    except NotFound:
        return None


def _page(slug: str, *, errors: dict[str, str] | None = None, conflict: str = "") -> str:
    double, into = get_partner(db(), slug), _chosen()
    words = request.args.get("q", "").strip()[:200]
    return render_template(
        "staff/partners/partner_merge.html",
        section="staff.partners",
        partner=double,
        into=into,
        preview=merge_preview(db(), double, into) if into else None,
        likely=likely_doubles(db(), double) if into is None else (),
        found=_found(double, words) if words and into is None else (),
        words=words,
        errors=errors or {},
        conflict=conflict,
    )


def _found(double: Partner, words: str) -> Sequence[Partner]:
    result = find_partners(db(), PartnerFilter(words=words), limit=_MOST_FOUND + 1)
    return [partner for partner in result if partner.id != double.id][:_MOST_FOUND]
