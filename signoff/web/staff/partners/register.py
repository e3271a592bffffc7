"""The register as a list: found, saved as segments, exported, and its partners tagged together."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.partners.places import PLACES, state_name
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models.partners import LEVELS
from signoff.services.partners.expertise import LONGEST_WORD, expertise_words
from signoff.services.partners.particulars import places_with_partners
from signoff.services.partners.partner_changes import preview_tagging, tag_all_found, tag_partners
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.register import (
    SORTS,
    STATES,
    PartnerFilter,
    all_tags,
    count_partners,
    digest_of_found,
    find_partners,
    ids_of,
)
from signoff.services.partners.segments import segment_words, segments
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import chosen_ids, digest_shown, whole_number
from signoff.web.spreadsheet import as_csv, as_workbook
from signoff.web.staff.blueprint import pages

ON_ONE_PAGE = 100


@pages.get("/staff/partners/")
@staff(Act.READ)
def partners() -> str:
    """The register, a page at a time."""
    return register_page({})


@pages.post("/staff/partners/tag", endpoint="tag_partners")
@staff(Act.MANAGE_PARTNERS)
@form_view(
    invalid=lambda refusal: register_page(refusal.errors),
    conflict=lambda refusal: register_page({"tag": refusal.text}),
)
def tag() -> Done | str:
    """Give the ticked partners a tag, or take it from them; for all that were found, what that does is shown first."""
    partner_filter, tag, added = sought(), request.form.get("tag", ""), request.form.get("act") != "untag"
    if request.form.get("whom") == "all" and request.form.get("confirmed") != "yes":
        return _tagging_preview(partner_filter, tag, added=added)
    if request.form.get("whom") == "all":
        done = tag_all_found(current_act(), partner_filter, tag, added=added, shown=digest_shown())
    else:
        done = tag_partners(current_act(), chosen_ids("partner"), tag, added=added)
    partners = counted(len(done), "partner").capitalize()
    said = f"{partners} tagged." if added else f"{partners} no longer tagged."
    return Done(url_for("staff.partners", **address_of(partner_filter)), said)


def _tagging_preview(partner_filter: PartnerFilter, tag: str, *, added: bool) -> str:
    """For whom a tag would be new, or gone; nothing is done yet."""
    preview = preview_tagging(db(), partner_filter, tag, added=added, shown=digest_shown())
    return render_template(
        "staff/partners/tagging.html",
        section="staff.partners",
        preview=preview,
        added=added,
        shown=digest_shown(),
        address=address_of(partner_filter),
    )


def sought() -> PartnerFilter:
    """What this request looks for in the register."""
    asked = request.values
    return PartnerFilter(
        words=asked.get("q", "").strip()[:200],
        level=asked.get("level", "") if asked.get("level") in LEVELS else "",
        tag=asked.get("with", "").strip()[:40],
        place=asked.get("in", "") if asked.get("in") in PLACES else "",
        expertise=asked.get("expertise", "").strip()[:LONGEST_WORD],
        state=asked.get("state", "") if asked.get("state") in STATES else STATES[0],
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else "name",
    )


def address_of(partner_filter: PartnerFilter, **changes: Any) -> dict[str, Any]:
    """The register's address for what is looked for, without what is usual."""
    usual = PartnerFilter()
    told = {
        "q": partner_filter.words,
        "level": partner_filter.level,
        "with": partner_filter.tag,
        "in": partner_filter.place,
        "expertise": partner_filter.expertise,
        "state": partner_filter.state,
        "sort": partner_filter.sort,
    }
    default = {"state": usual.state, "sort": usual.sort}
    return {name: value for name, value in (told | changes).items() if value and value != default.get(name)}


def register_page(errors: Mapping[str, str]) -> str:
    """The register as far as this request asks for it, with what is wrong with its form."""
    partner_filter = sought()
    page = max(1, whole_number(request.args.get("page", "")) or 1)
    counts = count_partners(db(), partner_filter)
    return render_template(
        "staff/partners/partners.html",
        section="staff.partners",
        partners=find_partners(db(), partner_filter, offset=(page - 1) * ON_ONE_PAGE, limit=ON_ONE_PAGE),
        sought=partner_filter,
        counts=counts,
        found=counts[partner_filter.state],
        shown=digest_of_found(ids_of(db(), partner_filter)),
        ticked=chosen_ids("partner"),
        page=page,
        pages=max(1, -(-counts[partner_filter.state] // ON_ONE_PAGE)),
        tags=all_tags(db()),
        levels=LEVELS,
        states=STATES,
        at=lambda **changes: url_for("staff.partners", **address_of(partner_filter, **changes)),
        address={**address_of(partner_filter), "state": partner_filter.state, "sort": partner_filter.sort},
        segments=segments(db()),
        filter_words=segment_words(partner_filter),
        is_narrowed=bool(partner_filter.whatever_state()),
        places={code: state_name(code) for code in places_with_partners(db())},
        expertise=[row.word for row in expertise_words(db())],
        errors=errors,
        typed=request.form,
    )


@pages.get("/staff/partners.csv", endpoint="export_partners")
@staff(Act.READ)
def export() -> Response:
    """The partners that are looked for as CSV, in the form the import reads."""
    return as_csv(_exported(), name="partners.csv")


@pages.get("/staff/partners.xlsx", endpoint="export_partners_as_workbook")
@staff(Act.READ)
def export_as_workbook() -> Response:
    """The same as an Excel workbook."""
    return as_workbook(_exported(), name="partners.xlsx")


def _exported() -> Iterator[tuple[str, ...]]:
    return exported_rows(db(), find_partners(db(), sought()), installation().settings.base_url)
