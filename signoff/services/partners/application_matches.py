"""What the register knows of an applicant: names that may be one, shared addresses, and what the mailbox says."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.applications import MAILBOX_WORDS, Mailbox, mailbox_of
from signoff.domain.partners.folding import name_key
from signoff.domain.text_input import clean_line
from signoff.models import Application, Partner, PartnerName
from signoff.services.partners.name_conflicts import NameQuestion, ask_about_names, shared_addresses
from signoff.services.partners.partners import get_partner


@dataclass(frozen=True)
class Matches:
    """What is to be asked about the organization's name, sentences about shared addresses, and about the mailbox."""

    question: NameQuestion
    shared: Sequence[str]
    mailbox: Mailbox

    @property
    def words(self) -> str:
        """What the mailbox says, held against the website, as a sentence."""
        return MAILBOX_WORDS[self.mailbox]

    @property
    def reads_like(self) -> bool:
        """Whether the name reads like a partner's: then it is that partner, or has to be another name."""
        return any(conflict.reads_alike for conflict in self.question.conflicts)


def matches_of(session: Session, application: Application) -> Matches:
    """What the register knows of an application whose words were not erased."""
    website, email = application.website or "", application.email or ""
    return Matches(
        question=ask_about_names(session, [application.organization or ""]),
        shared=shared_addresses(session, website, [email]),
        mailbox=mailbox_of(website, email),
    )


def partner_called(session: Session, slug: str, name: str) -> Partner:
    """The partner that was picked by its slug, or typed by one of its names; Invalid for none or an unknown one."""
    if not (slug or name.strip()):
        raise Invalid({"partner": "Choose the partner that this application belongs to."})
    if not name.strip():
        return get_partner(session, slug)
    named = select(Partner).join(PartnerName, PartnerName.partner_id == Partner.id)
    partner = session.scalar(named.where(PartnerName.key == name_key(clean_line(name)), PartnerName.until.is_(None)))
    if partner is None:
        raise Invalid({"partner_name": "No partner in the register has this name."})
    return partner.whole
