"""No way passes the gate of the check: each way to send, publish or complete, with each cause that must stop it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import click
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from signoff.cli import main
from signoff.domain.errors import Missing, NotAllowed
from signoff.domain.permissions import Role
from signoff.models import Partner, Publication, Round, Version, VersionCheck
from signoff.services.accounts.api_tokens import make_token
from signoff.services.positions import checks, positions
from signoff.services.principles import editions
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient

SLUG = "fund-the-coordinator"


def nothing_found(house: House, session: Session) -> Version:
    return house.position(session)


def one_left_out(house: House, session: Session) -> Version:
    version = house.position(session)
    house.findings(session, version, equity="skip")
    return version


def works_against(house: House, session: Session) -> Version:
    version = house.position(session)
    house.findings(session, version, public_education="works_against")
    return version


def cannot_tell(house: House, session: Session) -> Version:
    version = house.position(session)
    house.findings(session, version, mission="cannot_tell")
    return version


def nothing_advanced(house: House, session: Session) -> Version:
    version = house.position(session)
    house.findings(session, version, **{c.key: "not_engaged" for c in version.position.edition.criteria})
    return version


def not_completed(house: House, session: Session) -> Version:
    version = house.position(session)
    house.findings(session, version)
    return version


def stale_by_a_new_version(house: House, session: Session) -> Version:
    return house.revised(session, house.checked(session, house.position(session)))


def stale_by_a_new_edition(house: House, session: Session) -> Version:
    version = house.checked(session, house.position(session))
    text_ = editions.edition_text(editions.latest_edition(session))
    changed = (replace(text_.criteria[0], statement="Said otherwise."), *text_.criteria[1:])
    house.moved(session, house.adopted(session, criteria=changed), version)
    return version


CAUSES = (
    nothing_found,
    one_left_out,
    works_against,
    cannot_tell,
    nothing_advanced,
    not_completed,
    stale_by_a_new_version,
    stale_by_a_new_edition,
)
# An unfinished check of sound findings may be completed, so completing is no way around anything there.
BLOCKED = tuple(cause for cause in CAUSES if cause is not not_completed)


class Ways:
    """Every way to send, to publish and to complete; each says whether it was refused."""

    def __init__(self, house: House, client: InspectingClient, number: int) -> None:
        self.house, self.client, self.number = house, client, number
        with house.database.unit_of_work() as session:
            house.partner(session, "Alder")
            self.tokens = {
                role.value: make_token(
                    house.act(session, house.user(session, role).actor), house.user(session, role), name="t"
                )
                for role in Role
            }

    def _service(self, act: Callable[[Session, Version], Any]) -> bool:
        with self.house.database.writer() as session:
            version = session.query(Version).filter_by(number=self.number).one()
            with pytest.raises(Missing):
                act(session, version)
            session.commit()
        return True

    def _page(self, role: str, page: str, **fields: Any) -> bool:
        self.client.sign_in(role)
        address = f"/staff/positions/{SLUG}/versions/{self.number}/{page}"
        response = self.client.post(address, data={"csrf_token": _token(self.client), **fields})
        return response.status_code == 409

    def _call(self, role: str, call: str, json: Any = None) -> bool:
        response = self.client.call("POST", f"/api/v1/positions/{SLUG}{call}", self.tokens[role], json)
        return response.status_code == 409 and bool(response.get_json(force=True).get("reasons"))

    def send_by_service(self) -> bool:
        return self._service(lambda session, version: self.house.ask(session, version, [session.get_one(Partner, 1)]))

    def send_by_page(self) -> bool:
        deadline = (self.house.clock() + timedelta(days=3)).strftime("%Y-%m-%dT17:00")
        self.client.sign_in("publisher")
        address = f"/staff/positions/{SLUG}/versions/{self.number}/ask"
        asking = {"partner": "1", "deadline": deadline}
        preview = {**asking, "csrf_token": _token(self.client), "act": "preview"}
        confirmation = BeautifulSoup(self.client.post(address, data=preview).text, "html.parser")
        shown = confirmation.find("input", attrs={"name": "shown"})
        return self._page("publisher", "ask", act="send", shown=shown["value"] if shown else "", **asking)

    def send_by_api(self) -> bool:
        deadline = (self.house.clock() + timedelta(days=3)).isoformat()
        return self._call("publisher", "/rounds", {"version": self.number, "partners": "all", "deadline": deadline})

    def publish_by_service(self) -> bool:
        return self._service(lambda session, version: self.house.publish(session, version))

    def publish_by_page(self) -> bool:
        return self._page("publisher", "publish")

    def publish_by_api(self) -> bool:
        return self._call("publisher", "/publish", {"version": self.number})

    def publish_by_raw_sql(self) -> bool:
        with self.house.database.writer() as session:
            version = session.query(Version).filter_by(number=self.number).one()
            session.add(
                Publication(position=version.position, version=version, published_by=3, published_at=self.house.clock())
            )
            with pytest.raises(DBAPIError, match="the check of this version is not completed"):
                session.flush()
        return True

    def send_by_raw_sql(self) -> bool:
        with self.house.database.writer() as session:
            version = session.query(Version).filter_by(number=self.number).one()
            later = self.house.clock() + timedelta(days=1)
            session.add(
                Round(
                    position_id=version.position_id,
                    version=version,
                    deadline=later,
                    minimum=0,
                    message="",
                    reminder_days=[],
                    opened_by=3,
                    opened_at=self.house.clock(),
                    ended_reason="",
                )  # fmt: skip
            )
            with pytest.raises(DBAPIError, match="the check of this version is not completed"):
                session.flush()
        return True

    def complete_by_service(self) -> bool:
        return self._service(lambda session, version: self.house.complete(session, version))

    def complete_by_page(self) -> bool:
        return self._page("reviewer", "check", act="complete")

    def complete_by_api(self) -> bool:
        return self._call("reviewer", f"/versions/{self.number}/check")

    def complete_by_raw_sql(self) -> bool:
        with self.house.database.writer() as session:
            version = session.query(Version).filter_by(number=self.number).one()
            session.add(
                VersionCheck(
                    version_id=version.id,
                    edition=version.position.edition,
                    digest=version.digest,
                    completed_by=2,
                    completed_at=self.house.clock(),
                )  # fmt: skip
            )
            with pytest.raises(DBAPIError, match="version_check: "):
                session.flush()
        return True


def _token(client: InspectingClient) -> str:
    page = client.soup("/staff/")
    return str(page.select_one("form.leave input[name=csrf_token]")["value"])  # type: ignore[index]


def standing(house: House) -> tuple[int, int]:
    with house.database.reading() as session:
        return session.query(Round).count(), session.query(Publication).count()


@pytest.mark.parametrize("way", [name for name in vars(Ways) if name.startswith(("send_", "publish_"))])
@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_nothing_is_sent_or_published(
    house: House, client: InspectingClient, cause: Callable[[House, Session], Version], way: str
) -> None:
    with house.database.unit_of_work() as session:
        number = cause(house, session).number
    ways = Ways(house, client, number)
    assert getattr(ways, way)()
    assert standing(house) == (0, 0)


@pytest.mark.parametrize("way", [name for name in vars(Ways) if name.startswith("complete_")])
@pytest.mark.parametrize("cause", BLOCKED, ids=lambda cause: cause.__name__)
def test_no_check_is_completed(
    house: House, client: InspectingClient, cause: Callable[[House, Session], Version], way: str
) -> None:
    with house.database.unit_of_work() as session:
        number = cause(house, session).number
    with house.database.reading() as session:
        before = session.query(VersionCheck).count()
    assert getattr(Ways(house, client, number), way)()
    with house.database.reading() as session:
        assert session.query(VersionCheck).count() == before


def test_the_same_ways_pass_once_the_check_is_completed(house: House, client: InspectingClient) -> None:
    """The ways are real ones: nothing but the check stops them."""
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
    ways = Ways(house, client, 1)
    assert not ways.send_by_page() and not ways.send_by_api()
    assert not ways.publish_by_page() and not ways.publish_by_api()
    assert standing(house) == (1, 1)


def test_no_one_checks_what_they_wrote(house: House, client: InspectingClient) -> None:
    """One person, drafter and reviewer at once: by service, page, API and raw SQL."""
    with house.database.unit_of_work() as session:
        both = house.add_user(session, "both", ["drafter", "reviewer"])
        token = make_token(house.act(session, both.actor), both, name="t")
        version = house.position(session)
        wording = replace(version.wording, body="Mine.")
        from_both, _ = positions.save_version(
            house.act(session, both.actor), version.position, wording, change_note="Mine"
        )
        house.findings(session, from_both)
        with pytest.raises(NotAllowed):
            checks.complete_check(house.act(session, both.actor), from_both)
        with pytest.raises(NotAllowed):
            checks.put_finding(
                house.act(session, both.actor), from_both, "equity", verdict="advances", rationale="x", quotes=[],
            )  # fmt: skip
        number = both.id
    base = f"/api/v1/positions/{SLUG}/versions/2"
    finding = {"verdict": "advances", "rationale": "x", "quotes": []}
    assert client.call("PUT", f"{base}/findings/equity", token, finding).status_code == 403
    assert client.call("POST", f"{base}/check", token).status_code == 403
    client.sign_in("both")
    page = f"/staff/positions/{SLUG}/versions/2/check"
    assert "another reviewer checks it" in client.soup(page).text
    data = {"csrf_token": _token(client), "act": "complete", "equity.verdict": "advances", "equity.rationale": "x"}
    assert client.post(page, data=data).status_code == 403
    with house.database.writer() as session, pytest.raises(DBAPIError, match="authors do not check"):
        session.execute(text("UPDATE finding SET found_by = :both"), {"both": number})
    with house.database.reading() as session:
        assert session.query(VersionCheck).count() == 0


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_no_command_sends_or_publishes(house: House, cause: Callable[[House, Session], Version]) -> None:
    """The command line has no act on positions at all, and the worker does not begin one."""
    assert isinstance(main, click.Group)
    commands = set(main.list_commands(click.Context(main)))
    assert {"worker", "verify"} <= commands
    assert not {"ask", "round", "rounds", "check", "publish", "position", "positions"} & commands
    with house.database.unit_of_work() as session:
        cause(house, session)
        house.partner(session, "Alder")
    work_once(house.worker())
    assert standing(house) == (0, 0)
