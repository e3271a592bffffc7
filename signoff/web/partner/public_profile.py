"""A contact's page about its partner's public page: what it shows, what waits for staff, and what can be proposed."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.partners.postings import PostingForm, PostingKind, months_to_choose
from signoff.domain.pictures import LARGEST_PICTURE
from signoff.models import Link
from signoff.services.partners.postings import Signed, propose_posting, shown_postings, take_back, waiting_postings
from signoff.services.rounds.consultations import version_of
from signoff.web.access import link_holder, link_holder_sending
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.logo_upload import given_logo
from signoff.web.partner.blueprint import pages
from signoff.web.partner.link_auth import acting_link, link_from_address, own_form_value, shown_digest
from signoff.web.request_parsing import whole_number

_TYPED = ("words", "place", "month", "full_name")


@pages.get("/r/<secret>/profile")
@link_holder
def profile(secret: str) -> str:
    """What the partner's public page shows in its own words, and the forms to propose more."""
    return _page(link_from_address(secret), secret)


@pages.get("/r/<secret>/profile/<any(description, logo, notice, 'take-back'):act>")
@link_holder
def lead_to_profile(secret: str, act: str) -> Response:
    """Reloading the answer to a form leads back to the page."""
    link_from_address(secret)
    return redirect(url_for("partner.profile", secret=secret))


@pages.post("/r/<secret>/profile/<any(description, logo, notice):kind>")
@link_holder_sending(2 * LARGEST_PICTURE)
@form_view(
    invalid=lambda refusal, secret, kind: _page(
        link_from_address(secret), secret, form=kind, errors=refusal.errors, typed=request.form
    ),
    conflict=lambda refusal, secret, kind: _page(
        link_from_address(secret), secret, form=kind, conflict=refusal.text, typed=request.form
    ),
)
def propose(secret: str, kind: str) -> Done:
    """Propose a description, a logo or a notice; staff decide whether it is shown."""
    link = acting_link(secret)
    shown_digest(link)
    picture = given_logo() if kind == PostingKind.LOGO else None
    if picture:  # a new transaction began
        link = acting_link(secret)
    typed = {name: request.form.get(name, "") for name in _TYPED}
    form = PostingForm(PostingKind(kind), typed["words"], picture, typed["place"], typed["month"])
    propose_posting(
        current_act(link.actor),
        link,
        form,
        Signed(typed["full_name"], shown_digest(link)),
        zone=installation().settings.timezone,
    )
    return Done(url_for("partner.profile", secret=secret, _anchor=f"own-{kind}"))


@pages.post("/r/<secret>/profile/take-back")
@link_holder
@form_view(
    invalid=lambda refusal, secret: _page(
        link_from_address(secret), secret, form=f"posting-{_number()}", errors=refusal.errors, typed=request.form
    ),
    conflict=lambda refusal, secret: _page(
        link_from_address(secret), secret, form=f"posting-{_number()}", conflict=refusal.text
    ),
)
def take_posting_back(secret: str) -> Done:
    """Take something back that waits or is shown; it is off every page at once."""
    link = acting_link(secret)
    signed = Signed(request.form.get("full_name", ""), shown_digest(link))
    posting = take_back(current_act(link.actor), link, _number(), signed)
    return Done(url_for("partner.profile", secret=secret, _anchor=f"own-{posting.kind}"))


def _number() -> int:
    return whole_number(request.form.get("posting", "")) or 0


def _page(
    link: Link,
    secret: str,
    *,
    form: str = "",
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    partner, digest = link.request.partner.whole, version_of(db(), link).digest
    today = installation().clock().astimezone(installation().settings.timezone).date()
    return render_template(
        "partner/profile.html",
        secret=secret,
        partner=partner,
        contact=link.contact,
        digest=digest,
        form_value=own_form_value(link, digest),
        shown=shown_postings(db(), partner),
        waiting=waiting_postings(db(), partner),
        months=months_to_choose(today),
        failed_form=form,
        errors=errors or {},
        conflict=conflict,
        typed=typed or {},
    )
