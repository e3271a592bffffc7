"""The demo's story: a dozen partners, three positions in different stages, told through the services alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.demo.commitments import tell_commitments
from signoff.demo.directory import EXPERTISE, PARTICULARS
from signoff.demo.profiles import tell_profiles
from signoff.demo.texts import (
    ATTENDANCE,
    COORDINATOR,
    COORDINATOR_FINDINGS,
    LETTERHEAD,
    SCHOOLYARDS,
    SCHOOLYARDS_FINDINGS,
    SCHOOLYARDS_LATER,
)
from signoff.domain.answers.answers import AnswerForm
from signoff.domain.permissions import OPERATOR, Actor, Role
from signoff.domain.positions.text import Wording
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.models import Invitation, Link, Partner, Version
from signoff.services.accounts.passwords import Passwords
from signoff.services.accounts.users import FirstPassword, add_user
from signoff.services.act import ActContext
from signoff.services.answers.answers import answer, withdraw
from signoff.services.coalition import describe_coalition
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.name_proposals import propose_name
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partners import ContactForm, PartnerForm
from signoff.services.partners.referrals import refer
from signoff.services.positions.checks import complete_check, put_finding
from signoff.services.positions.positions import changed_wording, save_version, start_position
from signoff.services.principles.editions import adopt_edition, first_edition
from signoff.services.publications.publications import publish
from signoff.services.rounds.consultations import comment, invite
from signoff.services.rounds.rounds import RoundTerms, ask

PASSWORD = "seven lanterns by the gate"  # noqa: S105 - printed on purpose; the demo runs on loopback alone
ACCOUNTS = (
    ("dora@coalition.example", "Dora Drafter", Role.DRAFTER, "Policy analyst"),
    ("rita@coalition.example", "Rita Reviewer", Role.REVIEWER, "Senior fellow"),
    ("paul@coalition.example", "Paul Publisher", Role.PUBLISHER, "Director of policy"),
    ("ada@coalition.example", "Ada Administrator", Role.ADMINISTRATOR, "Operations manager"),
)

PARTNERS = (
    ("Alder Foundation for Learning", "national", ("Anna Becker", "anna@alder.example", "Program director"), None),
    (
        "Asociación Familias Unidas de Tejas",
        "state",
        ("Inés Márquez", "ines@familias-unidas.example", "Presidenta"),
        ("Luz Ortega", "luz@familias-unidas.example", "Secretaria"),
    ),
    ("Birch County Libraries", "local", ("Ben Cole", "ben@birch-libraries.example", "Director"), None),
    ("Cedar Street Health Network", "local", ("Carmen Diaz", "carmen@cedar-health.example", "Chief of staff"), None),
    ("Delta Teachers’ Union", "state", ("Dev Ellis", "dev@delta-union.example", "Policy secretary"), None),
    ("Every Child by Eight", "national", ("Esther Fong", "esther@child-by-eight.example", "Executive director"), None),
    (
        "Federation of Neighborhood Houses",
        "national",
        ("Farid Gomez", "farid@neighborhood-houses.example", "President"),
        ("Grace Hall", "grace@neighborhood-houses.example", "Board clerk"),
    ),
    ("Great Lakes Youth Congress", "state", ("Hana Iqbal", "hana@lakes-youth.example", "Speaker"), None),
    ("Harbor Parents’ League", "local", ("Ivy Jones", "ivy@harbor-parents.example", "Chair"), None),
    ("Juniper School Superintendents", "state", ("Jamal King", "jamal@juniper.example", "Executive secretary"), None),
    ("Mesa Food Bank", "local", ("Kim Lopez", "kim@mesa-food.example", "Operations lead"), None),
    ("National Circle of School Nurses", "national", ("Lena Moss", "lena@school-nurses.example", "Director"), None),
)


# How many days after the one before, who, and with what.
APPROVALS: tuple[tuple[float, str, dict[str, str]], ...] = (
    (1, "Alder Foundation for Learning", {"authority": "executive"}),
    (0.4, "Asociación Familias Unidas de Tejas", {"authority": "board"}),
    (1.2, "Cedar Street Health Network", {"authority": "delegate"}),
    (0.9, "Great Lakes Youth Congress", {"authority": "committee"}),
    (
        1.1,
        "Birch County Libraries",
        {
            "authority": "board",
            "public_note": "For the first and third requests; our charter does not let us speak on hiring.",
        },
    ),
    (0.6, "Every Child by Eight", {"authority": "executive"}),
    (0.3, "Mesa Food Bank", {"authority": "delegate"}),
)


@dataclass
class _Calendar:
    """A clock that stands still until the story turns its page."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def days_later(self, days: float) -> None:
        self.now += timedelta(days=days)


@dataclass(frozen=True)
class _Cast:
    drafter: Actor
    reviewer: Actor
    publisher: Actor
    partners: Mapping[str, Partner]


def tell_story(
    session: Session, *, keys: SealingKeys, link_key: str, now: datetime, deliver: Callable[[Clock], None]
) -> None:
    """Write the whole story into an empty database; it ends at `now`.

    `deliver` sends the letters that are due, as the worker would have done on that day.
    """
    calendar = _Calendar(now - timedelta(days=24))
    cast = _cast(ActContext(session, OPERATOR, calendar, keys, link_key))
    story = _Telling(session, cast, calendar, keys, link_key, deliver)
    story.coordinator()
    story.schoolyards()
    story.attendance()
    tell_profiles(story._act, cast.publisher, cast.partners)
    story.post()


def _cast(act: ActContext) -> _Cast:
    describe_coalition(
        act, name="Coalition for Community Schools", reply_to="paul@coalition.example", letterhead=LETTERHEAD
    )
    adopt_edition(act, first_edition())
    users = {
        role: add_user(
            act,
            email=email,
            name=name,
            roles=[role],
            job_title=job_title,
            password=FirstPassword(PASSWORD, Passwords().hash(PASSWORD), is_own=True),
        ).actor
        for email, name, role, job_title in ACCOUNTS
    }
    partners, administrator = {}, act.acting_as(users[Role.ADMINISTRATOR])
    for word in EXPERTISE:
        add_expertise(administrator, word)
    for name, level, *people in PARTNERS:
        contacts = tuple(ContactForm(*person) for person in people if person)
        domain = contacts[0].email.split("@")[1]
        form = PartnerForm(name=name, level=level, website=f"https://www.{domain}/", contacts=contacts)
        partners[name], _ = add_partner(administrator, replace(form, **PARTICULARS[name]))  # type: ignore[arg-type]
    tell_commitments(administrator, partners)
    return _Cast(users[Role.DRAFTER], users[Role.REVIEWER], users[Role.PUBLISHER], partners)


@dataclass(frozen=True)
class _Telling:
    session: Session
    cast: _Cast
    calendar: _Calendar
    keys: SealingKeys
    link_key: str
    deliver: Callable[[Clock], None]

    def _act(self, by: Actor) -> ActContext:
        return ActContext(self.session, by, self.calendar, self.keys, self.link_key)

    def post(self) -> None:
        """A turn of the worker: what was done is kept, and its letters leave."""
        self.session.commit()
        self.deliver(self.calendar)

    def coordinator(self) -> None:
        """Drafted twice, checked, asked, answered by most, published; one partner withdrew afterwards."""
        early = Wording(**{**vars(COORDINATOR), "body": COORDINATOR.body.split("\n\n## What it costs")[0]})
        first = start_position(self._act(self.cast.drafter), early)
        self.calendar.days_later(1)
        version, _ = save_version(
            self._act(self.cast.drafter),
            first.position,
            changed_wording(first, {"body": COORDINATOR.body}),
            change_note="Says what it costs, and asks that it be measured",
        )
        self._check(version, COORDINATOR_FINDINGS)
        self._ask(version, days=16, message="Our hearing is in December; your board may want to see this first.")
        for days, name, more in APPROVALS:
            self.calendar.days_later(days)
            self._say(version, name, "approve", **more)
            self.post()
        self._say(version, "Delta Teachers’ Union", "decline", reason="Our delegates decide in January, not before.")
        self._say(version, "Juniper School Superintendents", "abstain")
        self.calendar.days_later(2)
        publish(self._act(self.cast.publisher), version)
        self.post()
        self.calendar.days_later(1)
        link = self._link(version, "Mesa Food Bank")
        form = AnswerForm(full_name=link.contact.full_name, reason="Our board has changed its rules.")
        withdraw(self._act(link.actor), link, form, shown_digest=version.digest)

    def schoolyards(self) -> None:
        """Asked, answered by four, changed, and asked about again: one approved again, the others are waited for."""
        version = start_position(self._act(self.cast.drafter), SCHOOLYARDS)
        self._check(version, SCHOOLYARDS_FINDINGS)
        self._ask(version, days=21, message="")
        self.calendar.days_later(1)
        self._say(version, "Harbor Parents’ League", "approve", authority="board")
        self._say(version, "National Circle of School Nurses", "approve", authority="executive")
        self._say(version, "Federation of Neighborhood Houses", "approve", authority="committee")
        self._say(version, "Every Child by Eight", "decline", reason="This lies outside what our bylaws let us say.")
        self.post()
        self.calendar.days_later(2)
        later, _ = save_version(
            self._act(self.cast.drafter),
            version.position,
            changed_wording(version, SCHOOLYARDS_LATER),
            change_note="A fixed sum each year, and signs on every gate",
        )
        self._check(later, SCHOOLYARDS_FINDINGS)
        self._ask(later, days=14, message="Thank you for your answers on version 1. Two sentences have changed since.")
        self.calendar.days_later(0.5)
        self._say(later, "Harbor Parents’ League", "approve", authority="board")
        link = self._link(later, "Birch County Libraries")
        name = "Libraries of Birch County"
        signed = link.contact.full_name
        propose_name(self.session, link, name, signed=signed, shown_digest=later.digest, clock=self.calendar)
        colleague = ContactForm("Cyrus Dunn", "cyrus@cedar-clinics.example", "Medical director")
        refer(
            self.session,
            self._link(later, "Cedar Street Health Network"),
            colleague,
            shown_digest=later.digest,
            key=self.link_key,
            clock=self.calendar,
        )

    def attendance(self) -> None:
        """A draft on which two partners were invited to comment, and one did."""
        draft = start_position(self._act(self.cast.drafter), ATTENDANCE)
        invited = [self.cast.partners[name] for name in ("Great Lakes Youth Congress", "Every Child by Eight")]
        invite(self._act(self.cast.drafter), draft, invited)
        self.post()
        invitation = self.session.scalars(select(Invitation).order_by(Invitation.id)).all()[-1]
        comment(
            self.session,
            invitation,
            quote="None of these is mended by a fine.",
            words="Our members would say: none of these is mended by a letter either. Could you name the visit first?",
            shown_digest=draft.digest,
            clock=self.calendar,
        )

    def _check(self, version: Version, findings: Mapping[str, tuple[str, str, tuple[str, ...]]]) -> None:
        self.calendar.days_later(0.5)
        for key, (verdict, rationale, quotes) in findings.items():
            put_finding(
                self._act(self.cast.reviewer),
                version,
                key,
                verdict=verdict,
                rationale=rationale,
                quotes=quotes,
            )
        complete_check(self._act(self.cast.reviewer), version)

    def _ask(self, version: Version, *, days: int, message: str) -> None:
        self.calendar.days_later(0.5)
        evening = (self.calendar.now + timedelta(days=days)).replace(hour=22, minute=0, second=0, microsecond=0)
        ask(
            self._act(self.cast.publisher),
            version,
            list(self.cast.partners.values()),
            RoundTerms(evening, message),
        )
        self.post()

    def _say(self, version: Version, name: str, verdict: str, **more: str) -> None:
        link = self._link(version, name)
        form = AnswerForm(
            answer=verdict,
            full_name=link.contact.full_name,
            job_title=link.contact.job_title,
            public_name=name,
            authorised="yes",
            **more,
        )
        answer(self._act(link.actor), link, form, shown_digest=version.digest)

    def _link(self, version: Version, name: str) -> Link:
        partner = self.cast.partners[name]
        links = select(Link).where(Link.partner_id == partner.id).order_by(Link.id)
        return next(link for link in self.session.scalars(links) if link.request.version_id == version.id)
