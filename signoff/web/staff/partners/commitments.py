"""Which partners have accepted the Coalition's commitments, and asking them to: whom that emails is shown first."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from flask import render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Partner
from signoff.services.partners.acceptance_status import AcceptanceState, acceptance_statuses
from signoff.services.partners.acceptances import ask_to_accept, asking_preview
from signoff.services.partners.partners import get_partner
from signoff.services.partners.register import find_partners
from signoff.services.principles.editions import latest_edition
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import digest_shown, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.partners.register import ON_ONE_PAGE, address_of, sought


@pages.get("/staff/partners/commitments")
@staff(Act.READ)
def commitments() -> str:
    """What each partner that is looked for has said about the commitments in force."""
    edition, wanted = latest_edition(db()), request.args.get("answer", "")
    found = find_partners(db(), sought(), with_particulars=False)
    statuses = acceptance_statuses(db(), edition, [partner.id for partner in found])
    page = max(1, whole_number(request.args.get("page", "")) or 1)
    shown = [partner for partner in found if wanted in ("", statuses[partner.id].state)]
    address = address_of(sought())
    return render_template(
        "staff/partners/commitments.html",
        section="staff.partners",
        edition=edition,
        partners=list(islice(shown, (page - 1) * ON_ONE_PAGE, page * ON_ONE_PAGE)),
        statuses=statuses,
        counts=Counter(status.state for status in statuses.values()),
        whole=len(found),
        states=tuple(AcceptanceState),
        wanted=wanted,
        page=page,
        pages=max(1, -(-len(shown) // ON_ONE_PAGE)),
        address=address,
        at=lambda **changes: url_for("staff.commitments", **{**address, "answer": wanted or None, **changes}),
    )


@pages.get("/staff/partners/commitments/ask")
@staff(Act.MANAGE_PARTNERS)
def preview_commitments() -> str:
    """Whom asking would email, and the commitments that they are asked to accept."""
    return _preview()


@pages.post("/staff/partners/commitments/ask")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(conflict=lambda refusal: _preview(refusal.text))
def ask_about_commitments() -> Done:
    """Email these partners' contacts a link each."""
    letters = ask_to_accept(current_act(), _asked(), shown=digest_shown())
    one = request.values.get("partner", "")
    where = url_for("staff.partner", slug=one) if one else url_for("staff.commitments", **address_of(sought()))
    return Done(where, f"{counted(letters, 'email').capitalize()} queued.")


def _asked() -> Sequence[Partner]:
    # One partner, whatever it said before; of those that are looked for, the ones that were not asked yet.
    if slug := request.values.get("partner", ""):
        return [get_partner(db(), slug)]
    found = find_partners(db(), sought(), with_particulars=False)
    statuses = acceptance_statuses(db(), latest_edition(db()), [partner.id for partner in found])
    return [partner for partner in found if statuses[partner.id].state == AcceptanceState.NOT_ASKED]


def _preview(conflict: str = "") -> str:
    slug = request.values.get("partner", "")
    return render_template(
        "staff/partners/commitments_ask.html",
        section="staff.partners",
        preview=asking_preview(db(), _asked()),
        one=get_partner(db(), slug) if slug else None,
        address={"partner": slug} if slug else address_of(sought()),
        conflict=conflict,
        most=ON_ONE_PAGE,
    )
