"""The promise as the invariant of whatever order of acts: names in public are exactly the standing approvals."""

import shutil
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, text

from signoff.db.database import Database
from signoff.domain.errors import Conflict, Refusal
from signoff.models import Application, Link, Partner, Position, Request, Round, Version
from signoff.models.publications import signatory
from signoff.services.act import ActContext
from signoff.services.partners import applications
from signoff.services.partners.contacts import confirm_contact
from signoff.services.partners.membership import rejoin
from signoff.services.partners.partners import present_partners
from signoff.services.positions.positions import latest_version
from signoff.services.record.verification import verify_record
from signoff.services.rounds.large_rounds import Part, ask_part, plan_round
from signoff.services.rounds.rounds import RoundTerms
from signoff.web.app import create_app
from signoff.worker.asking import ask_in_parts
from tests.house import House, StandingClock, settings_for

NAMES = ("Alder", "Birch", "Cedar")
APPLICANTS = ("Damson", "Quince")  # organizations that become partners by an application, if at all
EVERYONE = (*NAMES, *APPLICANTS)
VERDICTS = ("approve", "decline", "abstain")
partner = st.sampled_from(NAMES)
back = st.integers(0, 2)


def machine_over(new_database: Callable[[Path], str]) -> type[RuleBasedStateMachine]:
    """A machine whose every run starts from a migrated database of its own, by the address that is given for it."""

    class SignOff(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(tempfile.mkdtemp(prefix="signoff-machine-"))
            url = new_database(self.folder)
            self.house = House(settings_for(url, self.folder / "instance"), Database(url), StandingClock())
            # One application for the whole story, as it serves in life: a page that it kept too long is found here.
            self.app = create_app(self.house.settings, clock=self.house.clock, passwords=self.house.passwords)
            # What should be true, kept apart from the database: (version number, partner) → last verdict and name.
            self.stands: dict[tuple[int, str], str] = {}
            self.public: int | None = None
            self.ever_public: set[int] = set()
            self.merged: dict[str, str] = {}

        def teardown(self) -> None:
            with self.house.database.reading() as session:
                assert verify_record(session, self.house.keys).wrong == ()
            self.app.extensions["signoff"].database.engine.dispose()
            self.house.database.engine.dispose()
            shutil.rmtree(self.folder)

        @initialize()
        def begin(self) -> None:
            with self.house.database.unit_of_work() as session:
                self.house.furnish(session)
                version = self.house.position(session)
                every = [self.house.partner(session, name) for name in NAMES]
                # Beginning in the middle, so that most runs come to published names within their steps.
                self.house.ask(session, self.house.checked(session, version), every)
                for name in NAMES[:2]:
                    self.house.say(session, version, name)
                    self.stands[1, name] = "approve"
                self.house.publish(session, version)
            self.public = 1
            self.ever_public.add(1)

        def act(self, what: Any, back: int = 0) -> tuple[int, bool]:
            """Do something about the newest version or one before it: which one, and whether it was done."""
            self.house.clock.advance(minutes=1)
            try:
                with self.house.database.unit_of_work() as session:
                    latest = latest_version(session, session.get_one(Position, 1))
                    version = latest.position.versions[max(0, latest.number - 1 - back)]
                    number = version.number
                    what(session, version)
            except Refusal:
                return number, False
            return number, True

        @rule()
        def save_a_version(self) -> None:
            text = f"Body at {self.house.clock.now}"
            assert self.act(lambda session, version: self.house.revised(session, version, body=text))[1]

        @rule()
        def check(self) -> None:
            self.act(lambda session, version: self.house.checked(session, version))

        @rule(hours=st.integers(1, 72))
        def ask(self, hours: int) -> None:
            def act(session: Any, version: Version) -> None:
                ends = self.house.clock() + timedelta(hours=hours)
                self.house.ask(session, version, present_partners(session), deadline=ends)

            self.act(act)

        @rule(hours=st.integers(1, 72), then=st.sampled_from(("nothing", "recall", "close", "move")))
        def ask_one_after_the_other(self, hours: int, then: str) -> None:
            """As a large round is asked; whatever comes after the first part, the others do not undo it."""
            ended: list[Any] = []

            def ask_one(part: Part) -> Any:
                asked: list[Any] = []
                done = self.act(lambda session, _: asked.append(ask_part(self._publishing(session), planned, part)))[1]
                if not done:
                    raise Conflict
                if part is planned.parts[0]:
                    self._meanwhile(then)
                    ended.append(self._ends_of_rounds())
                return asked[0]

            try:
                with self.house.database.reading() as session:
                    version = latest_version(session, session.get_one(Position, 1))
                    terms = RoundTerms(self.house.clock() + timedelta(hours=hours))
                    planned = plan_round(self._publishing(session), version, present_partners(session), terms)
                planned = replace(planned, parts=tuple(Part((n,), None) for part in planned.parts for n in part.ids))
                if planned.parts:  # where no partner is left, a round is not large
                    ask_in_parts(planned, ask_one, self.house.database)
            except Refusal:
                pass
            assert ended in ([], [self._ends_of_rounds()])

        def _publishing(self, session: Any) -> ActContext:
            return self.house.act(session, self.house.user(session, "publisher").actor)

        def _meanwhile(self, then: str) -> None:
            if then == "recall":
                self.recall(0)
            elif then == "close":
                self.house.clock.advance(hours=80)
                self.work()
            elif then == "move":
                self.move_the_deadline(90, 0)

        def _ends_of_rounds(self) -> list[Any]:
            with self.house.database.reading() as session:
                columns = select(Round.id, Round.deadline, Round.ended_at, Round.ended_as)
                return list(session.execute(columns.order_by(Round.id)).all())

        @rule(name=st.sampled_from(EVERYONE), verdict=st.sampled_from(VERDICTS), back=back)
        def answer(self, name: str, verdict: str, back: int) -> None:
            number, done = self.act(lambda session, version: self._say(session, version, name, verdict), back)
            if done:
                self.stands[number, name] = verdict

        def _say(self, session: Any, version: Version, name: str, verdict: str) -> None:
            try:
                self.house.say(session, version, name, verdict)
            except IndexError:
                raise Conflict from None  # no one was asked about this version

        @rule(name=partner, how=st.sampled_from(("withdraw", "contest", "remove")), back=back)
        def end(self, name: str, how: str, back: int) -> None:
            def act(session: Any, version: Version) -> None:
                try:
                    getattr(self.house, how)(session, version, name)
                except IndexError:
                    raise Conflict from None

            number, done = self.act(act, back)
            if done:
                self.stands[number, name] = how

        @rule(name=partner, back=back)
        def drop(self, name: str, back: int) -> None:
            def act(session: Any, version: Version) -> None:
                if not self._still_asked(session, version, name):
                    raise Conflict
                self.house.drop(session, version, name)

            number, done = self.act(act, back)
            if done and self.stands.get((number, name)) == "approve":
                self.stands[number, name] = "remove"

        def _still_asked(self, session: Any, version: Version, name: str) -> bool:
            query = select(Request).join(Partner).where(Request.version_id == version.id, Partner.name == name)
            request = session.scalar(query)
            return request is not None and request.dropped_at is None

        @rule(back=back)
        def recall(self, back: int) -> None:
            def act(session: Any, version: Version) -> None:
                if session.scalar(select(Round).where(Round.version_id == version.id)) is None:
                    raise Conflict
                self.house.recall(session, version)

            number, done = self.act(act, back)
            if done and number not in self.ever_public:
                for name in EVERYONE:
                    if self.stands.get((number, name)) == "approve":
                        self.stands[number, name] = "remove"

        @rule(double=partner, into=partner)
        def merge(self, double: str, into: str) -> None:
            """Two entries become one; who is named, and what was answered, stays."""
            if self.act(lambda session, version: self.house.merge(session, double, into))[1]:
                self.merged[double] = into

        @rule(double=partner)
        def undo_a_merge(self, double: str) -> None:
            if self.act(lambda session, version: self.house.part(session, double))[1]:
                del self.merged[double]

        @rule(name=partner)
        def leave_or_come_back(self, name: str) -> None:
            """What is not public loses the name of the partner and its doubles; what was public once keeps it."""
            left: list[str] = []
            if name in self.merged:
                return

            def act(session: Any, version: Version) -> None:
                result = session.scalars(select(Partner).where(Partner.name == name)).one()
                if result.left_at is None:
                    self.house.leaves(session, name)
                    left.extend([name, *(double for double, into in self.merged.items() if into == name)])
                else:
                    rejoin(self.house.act(session, self.house.user(session, "administrator").actor), result)

            assert self.act(act)[1]
            for number, who in self.stands:
                if who in left and number not in self.ever_public and self.stands[number, who] == "approve":
                    self.stands[number, who] = "remove"

        @rule(
            name=partner,
            how=st.sampled_from(("fresh", "refer", "outside", "take back", "correct", "confirm")),
            back=back,
        )
        def meet_people(self, name: str, how: str, back: int) -> None:
            """Links and contacts change; whoever is named stays as the answers say."""

            def act(session: Any, version: Version) -> None:
                try:
                    link = self.house.link(session, version, name)
                except IndexError:
                    raise Conflict from None
                if how == "fresh":
                    self.house.fresh(session, link)
                elif how == "take back":
                    self.house.take_colleague_back(session, version, name)
                elif how == "correct":
                    at = self.house.clock.now.strftime("%d%H%M")
                    self.house.correct(session, link.contact, email=f"ana{at}@{name.lower()}.example")
                elif how == "confirm":
                    publisher = self.house.user(session, "publisher").actor
                    confirm_contact(self.house.act(session, publisher), link.contact)
                else:
                    domain = "elsewhere" if how == "outside" else name.lower()
                    at = self.house.clock.now.strftime("%d%H%M")
                    self.house.refer(session, version, name, f"cleo{at}@{domain}.example")

            self.act(act, back)

        @rule(name=st.sampled_from(APPLICANTS), opens=st.booleans())
        def apply(self, name: str, opens: bool) -> None:
            """An organization asks to sign; nothing is public by that, and nothing stands."""

            def act(session: Any, version: Version) -> None:
                if opens:
                    self.house.open_sign_on(session, version, hours=1)
                if self.house.apply(session, version, name) is not None:
                    made = session.scalars(select(Application).order_by(Application.id.desc())).first()
                    signed, secret = made.full_name, self.house.application_secret(made)
                    applications.confirm_application(self.house.act(session, made.actor), secret, signed=signed)

            self.act(act)

        @rule(how=st.sampled_from(("accept", "link", "reject", "agree", "refuse")), name=partner)
        def decide(self, how: str, name: str) -> None:
            """Staff decide about an application, or a contact of the partner it was linked to."""

            def act(session: Any, version: Version) -> None:
                settles = how in ("agree", "refuse")
                waits = Application.settled_at if settles else Application.decided_at
                which = Application.decision == "link" if settles else Application.confirmed_at.is_not(None)
                made = session.scalars(select(Application).where(waits.is_(None), which)).first()
                if made is None:
                    raise Conflict
                if how == "link":
                    self.house.link_to(
                        session, made, session.scalars(select(Partner).where(Partner.name == name)).one()
                    )
                elif settles:
                    link = select(Link).where(Link.partner_id == made.partner_id, Link.revoked_at.is_(None))
                    link = session.scalars(link.order_by(Link.id.desc())).first()
                    self.house.agree(session, link, made, agreed=how == "agree")
                else:
                    getattr(self.house, how)(session, made)

            self.act(act)

        @rule(hours=st.integers(1, 72), back=back)
        def move_the_deadline(self, hours: int, back: int) -> None:
            def act(session: Any, version: Version) -> None:
                if session.scalar(select(Round).where(Round.version_id == version.id)) is None:
                    raise Conflict
                self.house.move(session, version, self.house.clock() + timedelta(hours=hours))

            self.act(act, back)

        @rule()
        def work(self) -> None:
            with self.house.database.unit_of_work() as session:
                self.house.close_due(session)
                self.house.remind_due(session)

        @rule(back=back)
        def publish(self, back: int) -> None:
            number, done = self.act(lambda session, version: self.house.publish(session, version), back)
            if done:
                self.public = number
                self.ever_public.add(number)

        @precondition(lambda self: self.public is not None)
        @rule()
        def retire(self) -> None:
            assert self.act(lambda session, version: self.house.retire(session, version))[1]
            self.public = None

        @rule(hours=st.integers(1, 40))
        def wait(self, hours: int) -> None:
            self.house.clock.advance(hours=hours)

        @invariant()
        def names_in_public_are_the_standing_approvals(self) -> None:
            expected = {
                name
                for (number, name), verdict in self.stands.items()
                if number == self.public and verdict == "approve"
            }
            with self.house.database.reading() as session:
                named = set(session.scalars(select(signatory.c.public_name)))
            assert named == expected

        @invariant()
        def the_public_page_names_nobody_else(self) -> None:
            if self.public is None:
                return
            page = self.app.test_client().get("/positions/fund-the-coordinator").text
            for name in EVERYONE:
                assert (name in page) == (self.stands.get((self.public, name)) == "approve")

    return SignOff


def files_like(template: Path) -> Callable[[Path], str]:
    """Copies of a SQLite file, each in the folder that is given."""

    def copied(folder: Path) -> str:
        shutil.copyfile(template, folder / "signoff.db")
        return f"sqlite:///{folder / 'signoff.db'}"

    return copied


def databases_like(template: str, admin: Engine) -> Callable[[Path], str]:
    """Copies of a PostgreSQL database; they go with the server."""

    def copied(_: Path) -> str:
        name = f"signoff_machine_{uuid.uuid4().hex[:12]}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return admin.url.set(database=name).render_as_string(hide_password=False)

    return copied


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize(("dialect", "examples", "steps"), [("sqlite", 25, 30), ("postgresql", 2, 20)])
def test_whatever_happens_the_promise_holds(
    dialect: str, examples: int, steps: int, request: pytest.FixtureRequest
) -> None:
    if dialect == "sqlite":
        new_database = files_like(request.getfixturevalue("sqlite_template"))
    else:
        admin = request.getfixturevalue("postgres_admin")
        new_database = databases_like(request.getfixturevalue("postgres_template"), admin)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine_over(new_database),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # A broken promise is told at once; `make torture` also looks for its shortest story.
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.torture
def test_whatever_happens_for_long_the_promise_holds(sqlite_template: Path) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine_over(files_like(sqlite_template)),
        settings=settings(
            max_examples=400, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
