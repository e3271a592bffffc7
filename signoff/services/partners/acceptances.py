"""Partners are asked to accept the Coalition's commitments, and a contact says yes or no through its own link.

Nothing of it is public, and no position depends on it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, LinkDead, StaleText
from signoff.domain.partners.acceptances import ACCEPT, AcceptanceForm
from signoff.domain.permissions import Act, ensure_may, ensure_own
from signoff.domain.principles.commitments import commitments_digest
from signoff.models import Acceptance, AcceptanceLink, Contact, Partner, PrinciplesEdition
from signoff.models.base import among
from signoff.models.merges import families
from signoff.models.principles import in_force
from signoff.services.act import ActContext
from signoff.services.locks import hold_contact, hold_editions, hold_partner, hold_people
from signoff.services.outbox.letter_queue import queue_commitments, queue_commitments_answered
from signoff.services.partners.acceptance_status import last_acceptances
from signoff.services.partners.contacts import present_contacts
from signoff.services.partners.merging import standing_merge
from signoff.services.record.record import record
from signoff.services.rounds.links import new_nonce, provisional_contacts

_NOTHING = "Nothing was recorded."
_NO_COMMITMENTS = "The principles edition in force has no commitments to accept. Nothing was sent."


@dataclass(frozen=True)
class AskingPreview:
    """Whom asking would email about which edition; `left_out` are partners that no one can answer for."""

    edition: PrinciplesEdition
    people: Sequence[Contact]
    left_out: Sequence[Partner]

    @property
    def partners(self) -> int:
        """How many partners it asks."""
        return len({contact.partner.whole.id for contact in self.people})

    @property
    def digest(self) -> str:
        """What a page showed before the emails are queued."""
        return shown_digest([f"edition {self.edition.number}", *(contact.email for contact in self.people)])


def asking_preview(session: Session, partners: Iterable[Partner]) -> AskingPreview:
    """Whom asking these present partners would email. Conflict while the edition in force has no commitments."""
    edition = session.scalar(select(PrinciplesEdition).where(in_force()))
    if edition is None or not edition.commitments:
        raise Conflict(_NO_COMMITMENTS)
    wholes = list({partner.whole.id: partner.whole for partner in partners if partner.whole.left_at is None}.values())
    people = _who_may_say(session, [partner.id for partner in wholes])
    reached = {contact.partner.whole.id for contact in people}
    return AskingPreview(edition, people, [partner for partner in wholes if partner.id not in reached])


def _who_may_say(session: Session, partner_ids: Sequence[int]) -> list[Contact]:
    # Those who may answer; not whom a colleague named for one position.
    one = families(session)
    members = [number for partner_id in partner_ids for number in one.members(partner_id)]
    query = select(Contact).where(among(Contact.partner_id, members), Contact.removed_at.is_(None))
    able = session.scalars(query.where(Contact.may_answer == 1).order_by(Contact.id)).all()
    trials = provisional_contacts(session, able) if able else {}
    kept = {(one.whole(contact.partner_id), contact.email): contact for contact in able if contact.id not in trials}
    return list(kept.values())


def ask_to_accept(act: ActContext, partners: Sequence[Partner], *, shown: str | None = None) -> int:
    """Email the contacts of these partners a link each to the commitments in force; returns how many emails.

    Who was asked before gets a new link, and the old one ends. `shown` is the digest of the preview that a page
    showed; NotAsShown when it is another by now. Conflict when no one can be asked.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_editions(act.session, only_reading=True)
    hold_people(act.session)
    preview = asking_preview(act.session, partners)
    ensure_as_shown(shown, preview.digest)
    if not preview.people:
        raise Conflict("None of these partners has a contact who may answer. Nothing was sent.")
    at = act.at()
    edition, contacts = preview.edition, [contact.id for contact in preview.people]
    end_acceptance_links(act.session, among(AcceptanceLink.contact_id, contacts), at=at)
    rows = [_row(act, edition, contact, at=at) for contact in preview.people]
    act.session.execute(insert(AcceptanceLink), rows)
    made = act.session.scalars(_living(edition.id, contacts).order_by(AcceptanceLink.id)).all()
    slugs = sorted({contact.partner.whole.slug for contact in preview.people})
    facts = {"edition": edition.number, "partners": slugs}
    record(act.session, "commitments_asked", by=act.by, at=at, facts=facts)
    return queue_commitments(act.session, made, at=at)


def _row(act: ActContext, edition: PrinciplesEdition, contact: Contact, *, at: datetime) -> dict[str, Any]:
    nonce, lookup = new_nonce(act.link_key)
    return {
        "edition_id": edition.id,
        "partner_id": contact.partner_id,
        "contact_id": contact.id,
        "nonce": nonce,
        "lookup": lookup,
        "asked_by": act.by.id,
        "asked_at": at,
    }


def _living(edition_id: int, contact_ids: Collection[int]) -> Select[AcceptanceLink]:
    of_contacts = among(AcceptanceLink.contact_id, contact_ids)
    query = select(AcceptanceLink).where(of_contacts, AcceptanceLink.edition_id == edition_id)
    return query.where(AcceptanceLink.revoked_at.is_(None))


def end_acceptance_links(session: Session, which: ColumnElement[bool], *, at: datetime) -> None:
    """End the living links to commitments for which a condition holds."""
    session.execute(
        update(AcceptanceLink)
        .where(which, AcceptanceLink.revoked_at.is_(None))
        .values(revoked_at=at)
        .execution_options(synchronize_session="fetch")
    )


def answer_commitments(
    act: ActContext, link: AcceptanceLink, form: AcceptanceForm, *, shown_digest: str
) -> tuple[Acceptance, bool]:
    """Record what a contact says about the commitments; returns it, and whether it is new.

    The same said again is the one that stands. All contacts of the partner are told. Invalid for an incomplete form,
    StaleText when another text was shown, Conflict when this contact cannot speak for its partner now, LinkDead when
    the link has ended.
    """
    ensure_own(act.by, link.actor, "Only the contact whose link this is can answer.")
    _hold(act.session, link)
    if shown_digest != commitments_digest(link.edition.commitments):
        raise StaleText
    form = form.cleaned()
    if errors := form.problems(registered_name=link.contact.full_name):
        raise Invalid(errors)
    at = act.at()
    if reason := reason_not_to_accept(act.session, link, at=at):
        raise Conflict(reason)
    whole, accepted = link.contact.partner.whole, int(form.answer == ACCEPT)
    last = last_acceptances(act.session, link.edition, [whole.id]).get(whole.id)
    if last is not None and last.accepted == accepted:
        return last, False
    made = Acceptance(
        edition_id=link.edition_id,
        partner_id=link.partner_id,
        link_id=link.id,
        digest=shown_digest,
        accepted=accepted,
        full_name=form.full_name,
        job_title=form.job_title,
        at=at,
    )
    act.session.add(made)
    act.session.flush()
    _record(act, link, made)
    _tell(act.session, whole, made, at=at)
    return made, True


def _hold(session: Session, link: AcceptanceLink) -> None:
    # Meanwhile no edition is adopted, no partner merged or gone, no contact changed, and no colleague answers.
    hold_editions(session, only_reading=True)
    hold_people(session, only_reading=True)
    hold_partner(session, link.contact.partner.whole)
    hold_contact(session, link.contact, only_reading=True)
    session.refresh(link)
    if link.is_dead:
        raise LinkDead


def reason_not_to_accept(session: Session, link: AcceptanceLink, *, at: datetime) -> str:
    """Why this link's holder cannot say anything about the commitments now, as a sentence; empty when it can."""
    contact = link.contact
    if session.scalar(select(PrinciplesEdition.id).where(in_force())) != link.edition_id:
        return f"A newer edition of the principles was adopted, so these commitments no longer apply. {_NOTHING}"
    if contact.partner.whole.left_at is not None:
        return f"{contact.partner.whole.name} is no longer a partner of the Coalition. {_NOTHING}"
    if not contact.may_answer:
        return f"This contact can read but not answer for its organization. {_NOTHING}"
    merge = standing_merge(session, contact.partner)
    if contact.answers_from > at or (merge is not None and merge.answers_from > at):
        return (
            "This address is new. It can answer one day after it was entered, or once a second member of the "
            f"Coalition's staff has confirmed it. {_NOTHING}"
        )
    return ""


def _record(act: ActContext, link: AcceptanceLink, made: Acceptance) -> None:
    facts = {
        "edition": link.edition.number,
        "partner": link.contact.partner.slug,
        "digest": made.digest,
        "acceptance": made.id,
        "accepted": bool(made.accepted),
    }
    record(act.session, "commitments_answered", by=act.by, at=made.at, facts=facts)


def _tell(session: Session, partner: Partner, made: Acceptance, *, at: datetime) -> None:
    people = {contact.email: contact for contact in present_contacts(session, partner)}
    living = session.scalars(_living(made.edition_id, [contact.id for contact in people.values()]))
    links = {link.contact_id: link.id for link in living}
    whom = [(contact.id, links.get(contact.id)) for contact in people.values()]
    queue_commitments_answered(session, made.id, whom, at=at)
