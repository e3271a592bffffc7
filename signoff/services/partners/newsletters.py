"""Newsletters to partners: written, changed and discarded by publishers. What they say names no partner."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.partners.newsletters import FIRST_COVERS, NewsletterForm, read_parts, stored_parts
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Letter, Newsletter
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_people
from signoff.services.partners.public_words import words_naming_others
from signoff.services.record.record import record


def write_newsletter(act: ActContext, form: NewsletterForm) -> Newsletter:
    """Keep a new newsletter; no one gets it yet. Invalid for what cannot be used, and words that name a partner."""
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_names(act.session, only_reading=True)
    newsletter = Newsletter(**_sound(act, form), written_by=act.by.id or 0, written_at=act.at(), revision=1)
    newsletter.problem = ""
    act.session.add(newsletter)
    act.session.flush()
    _record_saved(act, newsletter)
    return newsletter


def change_newsletter(act: ActContext, newsletter: Newsletter, form: NewsletterForm, *, revision: int) -> None:
    """Change a newsletter that is neither sent nor scheduled; from here on it tells of what happened up to now.

    `revision` is the state that was shown. Conflict when it is in another by now.
    """
    hold_unsent(act, newsletter)
    ensure_not_scheduled(newsletter)
    if revision != newsletter.revision:
        raise Conflict(
            "A colleague changed this newsletter in the meantime. Nothing was changed. Please look at it again."
        )
    for name, value in _sound(act, form).items():
        setattr(newsletter, name, value)
    newsletter.revision += 1
    newsletter.problem = ""
    act.session.flush()
    _record_saved(act, newsletter)


def discard_newsletter(act: ActContext, newsletter: Newsletter) -> None:
    """Discard a newsletter that is neither sent nor scheduled; Conflict otherwise."""
    hold_unsent(act, newsletter)
    ensure_not_scheduled(newsletter)
    newsletter.discarded_at = act.at()
    act.session.flush()
    facts = {"newsletter": newsletter.id}
    record(act.session, "newsletter_discarded", by=act.by, at=newsletter.discarded_at, facts=facts)


def hold_unsent(act: ActContext, newsletter: Newsletter) -> None:
    """Hold a newsletter that is to be changed or sent; Conflict once it was, NotAllowed for who may do neither."""
    ensure_may(act.by, Act.TELL_PARTNERS)
    hold_newsletter(act.session, newsletter)
    if newsletter.sent_at is not None or newsletter.discarded_at is not None:
        raise Conflict("This newsletter was already sent or discarded. Nothing was changed.")


def hold_newsletter(session: Session, newsletter: Newsletter) -> None:
    """No one else changes or sends this newsletter, adds a name, or changes who gets it meanwhile; it is read again."""
    hold_names(session, only_reading=True)
    hold_people(session)
    session.refresh(newsletter)


def ensure_not_scheduled(newsletter: Newsletter) -> None:
    """Conflict while a newsletter waits to be sent."""
    if newsletter.due_at is not None:
        raise Conflict("This newsletter is scheduled. Cancel that first. Nothing was changed.")


def naming_problems(session: Session, form: NewsletterForm) -> dict[str, str]:
    """Of each field whose words name a partner, why it cannot be sent: names are added when the email leaves."""
    words = {field: said for field, said in form.shown_words.items() if said}
    naming = words_naming_others(session, words.values())
    return {
        field: f"{_passage(naming[said])} Signoff adds the names of signatories and new partners itself."
        for field, said in words.items()
        if said in naming
    }


def _passage(problem: str) -> str:
    # A whole paragraph stands at its own field; saying it again helps no one.
    _, _, reason = problem.rpartition("” names ")
    return f"This names {reason}"


def form_of(newsletter: Newsletter) -> NewsletterForm:
    """What was written, as a form holds it."""
    return NewsletterForm(newsletter.subject, newsletter.opening, read_parts(newsletter.parts))


def next_since(session: Session, *, at: datetime) -> datetime:
    """From when on a newsletter tells of what happened: from the end of what the last one covered."""
    last = session.scalar(select(func.max(Newsletter.until)).where(Newsletter.sent_at.is_not(None)))
    return last or at - FIRST_COVERS


def _sound(act: ActContext, form: NewsletterForm) -> dict[str, Any]:
    form = form.cleaned()
    if problems := {**naming_problems(act.session, form), **form.problems}:
        raise Invalid(problems)
    at = act.at()
    said = {"subject": form.subject, "opening": form.opening, "parts": stored_parts(form.parts)}
    return {**said, "since": next_since(act.session, at=at), "until": at}


def _record_saved(act: ActContext, newsletter: Newsletter) -> None:
    facts = {"newsletter": newsletter.id, "revision": newsletter.revision}
    record(act.session, "newsletter_saved", by=act.by, at=newsletter.until, facts=facts)


def get_newsletter(session: Session, number: int) -> Newsletter:
    """The newsletter with this id; NotFound otherwise, and once it was discarded."""
    newsletter = session.get(Newsletter, number)
    if newsletter is None or newsletter.discarded_at is not None:
        raise NotFound("There is no such newsletter.")
    return newsletter


def newsletters(session: Session) -> Sequence[Newsletter]:
    """All newsletters but those that were discarded, the newest first."""
    return session.scalars(
        select(Newsletter).where(Newsletter.discarded_at.is_(None)).order_by(Newsletter.id.desc())
    ).all()


def letters_by_state(session: Session, newsletter: Newsletter) -> Mapping[str, int]:
    """How many of the emails to contacts that bring a newsletter are in each state."""
    query = select(Letter.state, func.count()).where(Letter.newsletter_id == newsletter.id)
    query = query.where(Letter.contact_id.is_not(None)).group_by(Letter.state)
    return dict(session.execute(query).all())
