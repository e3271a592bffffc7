"""The page on which a contact reads the Coalition's commitments, and accepts them for its organization or does not."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.partners.acceptances import AcceptanceForm
from signoff.domain.principles.commitments import commitments_digest
from signoff.domain.rounds.links import form_value, is_form_value
from signoff.models import AcceptanceLink
from signoff.services.partners.acceptance_status import last_acceptances
from signoff.services.partners.acceptances import answer_commitments, reason_not_to_accept
from signoff.web.access import link_holder
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.link_auth import FORGED, contradicts_itself, way_of
from signoff.web.request_parsing import refuse_cross_site


@pages.post("/r/<secret>/commitments")
@link_holder
@form_view(
    invalid=lambda refusal, secret: commitments_page(_link(secret), secret, errors=refusal.errors, typed=request.form),
    conflict=lambda refusal, secret: commitments_page(_link(secret), secret, conflict=refusal.text, typed=request.form),
)
def say_of_commitments(secret: str) -> Done:
    """Record whether the organization accepts the commitments."""
    refuse_cross_site()
    link = _link(secret)
    form = AcceptanceForm(**{name: request.form.get(name, "") for name in vars(AcceptanceForm())})
    answer_commitments(current_act(link.actor), link, form, shown_digest=_shown_digest(link))
    return Done(url_for("partner.show", secret=secret, _anchor="recorded"))


def _link(secret: str) -> AcceptanceLink:
    way = way_of(secret)
    if not isinstance(way, AcceptanceLink):
        raise NotFound("This link is not for the Coalition's commitments.")
    return way


def _shown_digest(link: AcceptanceLink) -> str:
    digest, value = request.form.get("digest", ""), request.form.get("form", "")
    keys = installation().settings.secret_keys
    if not digest or contradicts_itself() or not is_form_value(keys, value, link.id, _bound(digest)):
        raise Invalid({"form": FORGED})
    return digest


def _bound(digest: str) -> str:
    # No form of another kind of link has a value that serves here.
    return f"commitments {digest}"


def commitments_page(
    link: AcceptanceLink,
    secret: str,
    *,
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The commitments word for word, what was said of them, and the form, with what a refused one held."""
    partner, digest = link.contact.partner.whole, commitments_digest(link.edition.commitments)
    return render_template(
        "partner/commitments.html",
        secret=secret,
        link=link,
        edition=link.edition,
        partner=partner,
        contact=link.contact,
        digest_of_text=digest,
        form_value=form_value(installation().settings.secret_key, link.id, _bound(digest)),
        said=last_acceptances(db(), link.edition, [partner.id]).get(partner.id),
        reason=reason_not_to_accept(db(), link, at=installation().clock()),
        errors=errors or {},
        conflict=conflict,
        typed=typed or {},
    )
