"""Staff decide what a partner's public page says in the partner's words: let through, refused, removed, or typed."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.partners.postings import PostingForm, PostingKind
from signoff.domain.permissions import Act
from signoff.domain.pictures import LARGEST_PICTURE
from signoff.models import Partner, PartnerPosting
from signoff.services.partners.partners import get_partner
from signoff.services.partners.postings import (
    get_posting,
    post_for_partner,
    remove_posting,
    settle_posting,
    shown_postings,
    waiting_postings,
)
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.logo_upload import given_logo
from signoff.web.staff.blueprint import pages


@pages.get("/staff/partners/<slug:slug>/profile")
@staff(Act.READ)
def partner_profile(slug: str) -> str:
    """What a partner says of itself: what waits, and what is public."""
    return _page(get_partner(db(), slug))


@pages.post("/staff/partners/<slug:slug>/profile", endpoint="post_for_partner")
@staff(Act.LET_THROUGH, largest=2 * LARGEST_PICTURE)
@form_view(
    invalid=lambda refusal, slug: _page(
        get_partner(db(), slug), errors=refusal.errors, wrong=request.form.get("kind", "")
    )
)
def post(slug: str) -> Done:
    """Show a description or a logo that staff typed or chose for the partner."""
    kind = request.form.get("kind", "")
    if kind not in (PostingKind.DESCRIPTION, PostingKind.LOGO):
        raise Conflict("Please use one of the forms of the page. Nothing was saved.")
    picture = given_logo() if kind == PostingKind.LOGO else None
    form = PostingForm(PostingKind(kind), request.form.get("words", ""), picture)
    post_for_partner(current_act(), get_partner(db(), slug), form, zone=installation().settings.timezone)
    return Done(url_for("staff.partner_profile", slug=slug), f"The {kind} is public. The contacts will be told.")


@pages.post("/staff/postings/<number:number>", endpoint="settle_posting")
@staff(Act.LET_THROUGH)
@form_view(invalid=lambda refusal, number: _page_of(number, refusal.errors))
def settle(number: int) -> Done:
    """Let something through that a partner proposed, or not."""
    decision = request.form.get("settle")
    if decision not in ("accept", "refuse"):
        raise Conflict("Please say whether it is shown. Nothing was changed.")
    posting, accepted = get_posting(db(), number), decision == "accept"
    settle_posting(current_act(), posting, accepted=accepted, reason=request.form.get("reason", ""))
    is_public, is_not = f"The {posting.kind} is public.", f"The {posting.kind} is not shown."
    return Done(_address_of(posting), f"{is_public if accepted else is_not} The contacts will be told.")


@pages.post("/staff/postings/<number:number>/remove", endpoint="remove_posting")
@staff(Act.LET_THROUGH)
@form_view(invalid=lambda refusal, number: _page_of(number, refusal.errors))
def remove(number: int) -> Done:
    """Take something off the partner's public page."""
    posting = get_posting(db(), number)
    remove_posting(current_act(), posting, reason=request.form.get("reason", ""))
    return Done(_address_of(posting), f"The {posting.kind} is no longer public. The contacts will be told.")


def _address_of(posting: PartnerPosting) -> str:
    return url_for("staff.partner_profile", slug=posting.partner.whole.slug)


def _page_of(number: int, errors: Mapping[str, str]) -> str:
    return _page(get_posting(db(), number).partner.whole, errors=errors, wrong=str(number))


def _page(partner: Partner, *, errors: Mapping[str, str] | None = None, wrong: str = "") -> str:
    return render_template(
        "staff/partners/public_profile.html",
        section="staff.partners",
        partner=partner,
        shown=shown_postings(db(), partner),
        waiting=waiting_postings(db(), partner),
        errors=errors or {},
        wrong=wrong,
        typed=request.form,
    )
