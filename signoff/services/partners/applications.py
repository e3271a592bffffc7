"""Applications to sign a position: typed by a stranger, confirmed from the mailbox; no answer tells what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid, LinkDead, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.applications import CONFIRM_WITHIN, COUNTED_FOR, ApplicationTries, address_problem
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.partners.levels import UNKNOWN_LEVEL
from signoff.domain.permissions import Role
from signoff.domain.rounds.links import link_lookup, link_secret
from signoff.domain.text_input import clean_line, clean_web_address, line_problem, web_address_problem
from signoff.models import Application, Position, SignOn
from signoff.models.partners import LEVELS
from signoff.services.accounts.throttling import network_of
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses, hold_position
from signoff.services.outbox.letter_queue import queue_applicant_letter, queue_staff_letters, staff_in_role
from signoff.services.partners.partners import LONGEST_NAME, name_problem
from signoff.services.partners.sign_on import find_sign_on
from signoff.services.record.record import record
from signoff.services.rounds.links import new_nonce

_PURPOSE, _NETWORK = "application", "network"
_TOLD = "This application can no longer be confirmed. Applications for this position have ended."


@dataclass(frozen=True)
class ApplicationForm:
    """An application as it was typed."""

    organization: str = ""
    website: str = ""
    full_name: str = ""
    email: str = ""
    job_title: str = ""
    level: str = ""
    state: str = ""

    def cleaned(self) -> "ApplicationForm":
        """The same in canonical characters."""
        lines = {field.name: clean_line(getattr(self, field.name)) for field in fields(self)}
        lines["website"], lines["email"] = clean_web_address(self.website), clean_email(self.email)
        return ApplicationForm(**{**lines, "level": lines["level"].lower()})

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with a cleaned form by itself: nothing here depends on what is known of anyone."""
        errors = {
            "organization": name_problem(self.organization) or address_problem(self.organization),
            "website": web_address_problem(self.website),
            "full_name": line_problem(self.full_name, longest=LONGEST_NAME) or address_problem(self.full_name),
            "email": email_problem(self.email),
            "job_title": line_problem(self.job_title, longest=LONGEST_NAME) or address_problem(self.job_title),
            "level": "" if self.level in ("", *LEVELS) else UNKNOWN_LEVEL,
            "state": line_problem(self.state, longest=100, needed=False),
        }
        return {name: sentence for name, sentence in errors.items() if sentence}


def apply_to_sign(act: ActContext, position: Position, form: ApplicationForm, *, source: str) -> Application | None:
    """Take an application, and mail its address a link to confirm it; an applicant has not signed in.

    None, with nothing stored, once the address waits for a decision already or too many came within the hour:
    applicants must hear the same. NotFound while the position takes no applications, Invalid for an unusable form.
    """
    form = form.cleaned()
    hold_addresses(act.session, [form.email])
    hold_position(act.session, position.id)
    at = act.at()
    opened = find_sign_on(act.session, position, at=at)
    if opened is None:
        raise NotFound
    if form.problems:
        raise Invalid(form.problems)
    network = link_secret(act.link_key, network_of(source).encode(), purpose=_NETWORK)
    if _waits(act.session, position, form.email) or _tries(act.session, position, form.email, network, at).are_too_many:
        return None
    nonce, lookup = new_nonce(act.link_key, purpose=_PURPOSE)
    made = Application(sign_on=opened, **vars(form), network=network, nonce=nonce, lookup=lookup, applied_at=at)
    made.expires_at = at + CONFIRM_WITHIN
    act.session.add(made)
    act.session.flush()
    queue_applicant_letter(act.session, LetterKind.APPLICATION_CONFIRM, made, at=at)
    return made


def _waits(session: Session, position: Position, email: str) -> bool:
    of_address = _of_position(position), Application.email == email
    waits = Application.confirmed_at.is_not(None), Application.decided_at.is_(None)
    return session.scalar(select(Application.id).where(*of_address, *waits).limit(1)) is not None


def _of_position(position: Position) -> ColumnElement[bool]:
    return Application.sign_on_id.in_(select(SignOn.id).where(SignOn.position_id == position.id))


def _tries(session: Session, position: Position, email: str, network: str, at: datetime) -> ApplicationTries:
    def number(which: ColumnElement[bool]) -> int:
        lately = Application.applied_at > at - COUNTED_FOR
        return session.scalar(select(func.count()).select_from(Application).where(which, lately)) or 0

    return ApplicationTries(
        number(Application.email == email), number(Application.network == network), number(_of_position(position))
    )


def get_by_secret(session: Session, secret: str, *, at: datetime) -> Application:
    """The application behind a mailed link; NotFound for an unknown one, LinkDead once it is too old or erased."""
    made = _behind(session, secret)
    _ensure_alive(made, at=at)
    return made


def _behind(session: Session, secret: str) -> Application:
    made = session.scalar(select(Application).where(Application.lookup == link_lookup(secret)))
    if made is None:
        raise NotFound("There is no such page.")
    return made


def _ensure_alive(made: Application, *, at: datetime) -> None:
    if made.is_erased or (made.confirmed_at is None and at > made.expires_at):
        raise LinkDead("This link no longer works. You can apply again while applications are open.")


def may_confirm(session: Session, made: Application, *, at: datetime) -> bool:
    """Whether an application can be confirmed at this moment."""
    return made.confirmed_at is None and find_sign_on(session, made.position, at=at) is not None


def confirm_application(act: ActContext, secret: str, *, signed: str) -> Application:
    """Confirm an application from its mailbox; administrators are told. Again, it changes nothing.

    Invalid unless it is signed with the applicant's name; Conflict once the position takes no applications anymore.
    NotFound and LinkDead as for the link.
    """
    made = _behind(act.session, secret)
    hold_addresses(act.session, [made.email or ""])
    hold_position(act.session, made.position.id)
    act.session.refresh(made)
    at = act.at()
    _ensure_alive(made, at=at)
    if made.confirmed_at is not None:
        return made
    if problem := signature_problem(clean_line(signed), made.full_name or ""):
        raise Invalid({"full_name": problem})
    if not may_confirm(act.session, made, at=at):
        raise Conflict(_TOLD)
    if _waits(act.session, made.position, made.email or ""):
        raise Conflict("We have your application already. There is nothing more to do.")
    made.confirmed_at = at
    act.session.flush()
    facts = {"position": made.position.slug, "application": made.id}
    record(act.session, "application_confirmed", by=made.actor, at=at, facts=facts, position=made.position)
    administrators = staff_in_role(act.session, Role.ADMINISTRATOR)
    queue_staff_letters(act.session, LetterKind.APPLICATION, None, administrators, at=at, application_id=made.id)
    return made


def applications_of(
    session: Session, position: Position, *, after: int = 0, limit: int | None = None
) -> Sequence[Application]:
    """The confirmed applications for a position, oldest first; those that were not confirmed are no one's word."""
    query = select(Application).where(_of_position(position), Application.confirmed_at.is_not(None))
    query = query.where(Application.id > after).order_by(Application.id).limit(limit)
    return session.scalars(query.options(joinedload(Application.partner), joinedload(Application.decider))).all()


def waiting_applications(session: Session) -> Sequence[Application]:
    """Every confirmed application that no one has decided about, oldest first."""
    query = select(Application).where(Application.confirmed_at.is_not(None), Application.decided_at.is_(None))
    return session.scalars(query.order_by(Application.id)).all()


def count_unconfirmed(session: Session, position: Position) -> int:
    """How many applications for a position were never confirmed from their mailbox."""
    unconfirmed = select(func.count()).select_from(Application)
    return session.scalar(unconfirmed.where(_of_position(position), Application.confirmed_at.is_(None))) or 0


def get_application(session: Session, position: Position, number: int) -> Application:
    """A confirmed application for a position; NotFound otherwise."""
    made = session.get(Application, number)
    if made is None or made.position.id != position.id or made.confirmed_at is None:
        raise NotFound("This position has no such application.")
    return made


def forget_old_applications(session: Session, *, at: datetime, before: datetime) -> None:
    """Erase what was typed in applications that no one confirmed in time, and in those decided before a moment.

    From which network one came is forgotten once it counts no more.
    """
    words = dict.fromkeys(field.name for field in fields(ApplicationForm))
    unproven = Application.confirmed_at.is_(None) & (Application.expires_at < at)
    is_over = (unproven | (Application.decided_at < before)) & Application.email.is_not(None)
    counts_no_more = (Application.applied_at < at - COUNTED_FOR) & Application.network.is_not(None)
    for which, emptied in ((is_over, words), (counts_no_more, {"network": None})):
        session.execute(update(Application).where(which).values(**emptied).execution_options(synchronize_session=False))
