"""What the demonstration's partners say about the Coalition's commitments: most accept, one does not, some wait."""

from collections.abc import Mapping

from sqlalchemy import select

from signoff.domain.partners.acceptances import AcceptanceForm
from signoff.domain.principles.commitments import commitments_digest
from signoff.models import AcceptanceLink, Partner
from signoff.services.act import ActContext
from signoff.services.partners.acceptances import answer_commitments, ask_to_accept

# By the name of a partner that is asked: what it says, if anything.
SAID = {
    "Alder Foundation for Learning": "accept",
    "Birch County Libraries": "accept",
    "Federation of Neighborhood Houses": "accept",
    "Great Lakes Youth Congress": "accept",
    "Mesa Food Bank": "decline",
    "Harbor Parents’ League": "",
    "National Circle of School Nurses": "",
}


def tell_commitments(act: ActContext, partners: Mapping[str, Partner]) -> None:
    """Ask some partners to accept the commitments in force; each that answers does so through its own link."""
    ask_to_accept(act, [partners[name] for name in SAID])
    act.session.flush()
    for name, answer in SAID.items():
        living = select(AcceptanceLink).where(AcceptanceLink.partner_id == partners[name].id)
        link = act.session.scalars(living.order_by(AcceptanceLink.id)).all()[0]
        if answer:
            form = AcceptanceForm(answer, link.contact.full_name, link.contact.job_title, "yes")
            shown = commitments_digest(link.edition.commitments)
            answer_commitments(act.acting_as(link.actor), link, form, shown_digest=shown)
