"""Public names: proposed by a contact, accepted or not by staff; no one approves under one before that."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.folding import name_key, reads_alike
from signoff.domain.partners.mentions import passages_naming
from signoff.domain.partners.name_conflicts import Answers
from signoff.domain.partners.short_forms import without_article
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.rounds.links import holds_secret
from signoff.domain.text_input import clean_line
from signoff.domain.time import Clock
from signoff.models import Link, NameProposal, PartnerName, Request, Version
from signoff.models.merges import members_of
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import ensure_may_answer, public_names
from signoff.services.coalition import own_name_problem
from signoff.services.locks import hold_link, hold_names
from signoff.services.outbox.letter_queue import queue_contact_letters, queue_opener_letter
from signoff.services.partners.name_conflicts import (
    NO_ANSWERS,
    ensure_looked_at,
    find_conflicts,
    record_answers,
    settle_conflicts,
)
from signoff.services.partners.partners import name_problem
from signoff.services.partners.public_words import names_shown_as_words
from signoff.services.record.record import record
from signoff.services.rounds.links import contacts_with_links
from signoff.services.rounds.open_rounds import ensure_shown, ensure_takes_answers

MOST_WAITING = 5


def propose_name(
    session: Session, link: Link, name: str, *, signed: str, shown_digest: str, clock: Clock
) -> NameProposal:
    """Propose another public name for the partner; staff are told. The same name again is the proposal that waits.

    `signed` is the contact's own name as it was typed. Refuses with Invalid another signature, a name that cannot be
    one, is another partner's, or is agreed already; with StaleText, RoundClosed or Conflict as an answer would be.
    """
    hold_link(session, link)
    at = clock()
    version = session.get_one(Version, link.request.version_id)
    ensure_shown(version, shown_digest)
    ensure_takes_answers(session, link, at=at)
    ensure_may_answer(session, link, at=at)
    name = clean_line(name)
    errors = {
        "proposed_name": name_problem(name) or _secret_problem(name) or _taken(session, link.partner_id, name),
        "full_name": signature_problem(clean_line(signed), link.contact.full_name),
    }
    if name in public_names(session, link.partner_id, at=at):
        errors["proposed_name"] = "This name is already accepted. Choose it above."
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    waiting = waiting_names(session, link.partner_id)
    for proposal in waiting:
        if proposal.name == name:
            return proposal
    if len(waiting) >= MOST_WAITING:
        raise Conflict("Several names that you proposed are still waiting for a decision. Nothing was recorded.")
    return _add_proposal(session, link, version, name, at=at)


def _add_proposal(session: Session, link: Link, version: Version, name: str, *, at: datetime) -> NameProposal:
    proposal = NameProposal(partner_id=link.partner_id, link_id=link.id, name=name, proposed_at=at)
    session.add(proposal)
    session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": link.request.partner.slug,
        "proposal": proposal.id,
    }
    record(session, "name_proposed", by=link.actor, at=at, facts=facts, position=version.position)
    queue_opener_letter(session, LetterKind.NAME_PROPOSED, version, at=at, proposal_id=proposal.id)
    return proposal


def settle_name(
    act: ActContext,
    proposal: NameProposal,
    *,
    accepted: bool,
    answers: Answers = NO_ANSWERS,
    looked_at: str | None = None,
) -> None:
    """Accept a proposed name as one of the partner's public names, or not; its contacts are told.

    Conflict when it was settled before, Invalid when the name has been taken meanwhile, NamesInDoubt while it has to be
    answered about; with `looked_at`, the digest of a question, also while its texts in public have not been looked at.
    """
    ensure_may(act.by, Act.SETTLE)
    hold_names(act.session)
    act.session.refresh(proposal)
    if proposal.settled_at is not None:
        raise Conflict("This proposal was already settled. Nothing was changed.")
    if accepted and proposal.partner.left_at is not None:
        raise Conflict("This partner has left the Coalition. Nothing was changed.")
    if accepted and (problem := name_problem(proposal.name) or _taken(act.session, proposal.partner_id, proposal.name)):
        raise Invalid({"name": problem})
    if accepted and looked_at is not None:
        ensure_looked_at(act.session, [proposal.name], answers, looked_at=looked_at, besides=proposal.partner)
    conflicts = find_conflicts(act.session, [proposal.name], besides=proposal.partner) if accepted else []
    if settle_conflicts(conflicts, answers):
        raise Conflict("The name belongs to another partner, as you say, so it cannot be accepted.")
    at = act.at()
    proposal.settled_at, proposal.settled_by, proposal.accepted = at, act.by.id, int(accepted)
    if accepted:
        _agree(act.session, proposal)
    act.session.flush()
    partner = proposal.partner.slug
    facts = {"partner": partner, "proposal": proposal.id, "name": proposal.name, "accepted": accepted}
    record(act.session, "name_settled", by=act.by, at=at, facts=facts)
    record_answers(act.session, conflicts, answers, partner=partner, by=act.by, at=at)
    _tell_settled(act.session, proposal, at=at)


def _tell_settled(session: Session, proposal: NameProposal, *, at: datetime) -> None:
    request = proposal.link.request
    version = session.get_one(Version, request.version_id)
    contacts = contacts_with_links(session, request)
    queue_contact_letters(session, LetterKind.NAME_SETTLED, version, contacts, at=at, proposal_id=proposal.id)


def _agree(session: Session, proposal: NameProposal) -> None:
    alias = session.scalar(
        select(PartnerName).where(PartnerName.partner_id == proposal.partner_id, PartnerName.name == proposal.name)
    )
    if alias is not None:
        alias.kind = "public"
        return
    session.add(
        PartnerName(
            partner_id=proposal.partner_id,
            name=proposal.name,
            key=name_key(proposal.name),
            kind="public",
            accepted_at=proposal.settled_at,
        )
    )


def _secret_problem(name: str) -> str:
    return "Please remove your personal link." if holds_secret(name) else ""


def _taken(session: Session, partner_id: int, name: str) -> str:
    """Why a name cannot be this partner's: it is the Coalition's, is, looks like, or contains that of another, or is
    shown as a word of expertise or a network.
    """
    as_word = names_shown_as_words(session, [name], besides=partner_id)
    if problem := {**as_word, **own_name_problem(session, [name])}.get(name):
        return problem
    columns = (PartnerName.partner_id, PartnerName.name, PartnerName.key, PartnerName.until)
    holders = [
        (holder, registered, key, until is not None)
        for holder, registered, key, until in session.execute(select(*columns))
    ]
    members = members_of(session, partner_id)
    for holder, registered, key, over in holders:
        if holder in members and holder != partner_id and reads_alike(registered, name):
            return "This is registered as another name of yours. Reply to our email, and you can approve under it."
        if holder not in members and reads_alike(without_article(registered), without_article(name)):
            return "Another partner is registered under this name, or one that looks like it."
        if holder == partner_id and registered == name and over:
            return "This organization used this name before. A name that was removed cannot be used again."
        if holder == partner_id and not over and key == name_key(name) and registered != name:
            return f"This differs from “{registered}”, which is registered, only in case, accents or spaces."
    own = [registered for holder, registered, _, _ in holders if holder in members]
    return (
        ""
        if _speaks_for_nobody_else(holders, members, name, own)
        else ("This contains the name of another partner, which can be named only with its own approval.")
    )


def _speaks_for_nobody_else(
    holders: Sequence[tuple[int, str, str, bool]], members: Collection[int], name: str, own: Sequence[str]
) -> bool:
    # A chapter may carry the name of its mother organization, as the register says it does; no one else may.
    others = [(str(holder), registered) for holder, registered, _, _ in holders if holder not in members]
    allowed = {passage.partner for passage in passages_naming(own, others)}
    # A single word in ordinary spelling, such as “first”, stands in many names; staff look at each proposal.
    named = [item for item in passages_naming([name], others, joined=True) if item.written or " " in item.name]
    return all(passage.partner in allowed for passage in named)


def waiting_names(session: Session, partner_id: "int | None" = None) -> Sequence[NameProposal]:
    """The proposals that wait for staff, oldest first; of one partner, or of all."""
    query = select(NameProposal).where(NameProposal.settled_at.is_(None)).order_by(NameProposal.id)
    query = query.options(joinedload(NameProposal.link, Link.request, Request.version, Version.position))
    return session.scalars(query if partner_id is None else query.where(NameProposal.partner_id == partner_id)).all()


def get_proposal(session: Session, number: int) -> NameProposal:
    """A proposal by its id; NotFound otherwise."""
    proposal = session.get(NameProposal, number)
    if proposal is None:
        raise NotFound("There is no such proposal.")
    return proposal
