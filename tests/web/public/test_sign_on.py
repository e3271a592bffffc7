"""The public form, the mailed link, the staff's pages and the API of applications, as people and programs meet them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.models import Application, Contact, Letter, Version
from signoff.services.accounts.api_tokens import make_token
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

FORM = "/positions/fund-the-coordinator/sign-on"
STAFF = "/staff/positions/fund-the-coordinator/sign-on"
TYPED = {
    "organization": "Pine Alliance",
    "website": "pine.example",
    "full_name": "Ada Pine",
    "email": "Ada@Pine.example",
    "job_title": "Director",
    "level": "local",
    "state": "Ohio",
}


@pytest.fixture
def opened(house: House) -> House:
    """A house whose position, not public yet, is open for applications."""
    with house.database.unit_of_work() as session:
        house.open_sign_on(session, house.asked(session, "Alder"))
    return house


def count(house: House, table: type[Application] | type[Letter] | type[Contact]) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def token_of(house: House, role: str) -> str:
    with house.database.unit_of_work() as session:
        user = house.user(session, role)
        return make_token(house.act(session, user.actor), user, name="test")


def test_the_form_is_there_only_while_the_position_is_open(house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
    unknown = client.get("/positions/nothing-here/sign-on")
    for response in (client.get(FORM), client.post(FORM, data=TYPED)):
        assert response.status_code == 404 and response.text.replace(FORM, "") == unknown.text.replace(
            "/positions/nothing-here/sign-on", ""
        )
    with house.database.unit_of_work() as session:
        opened = house.open_sign_on(session, session.merge(version))
        until = opened.until
    page = client.get(FORM)
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Fund the coordinator" not in page.text and "five-year grants" not in page.text
    house.clock.now = until
    assert client.get(FORM).status_code == 200
    house.clock.advance(microseconds=1)
    assert client.get(FORM).status_code == 404


def test_whatever_is_known_the_answer_is_the_same(opened: House, client: InspectingClient) -> None:
    answers = set()
    known = ("ada@pine.example", "ana@alder.example", "drafter@coalition.example")
    for email in (*known, *["ada@pine.example"] * 4):
        response = client.post(FORM, data={**TYPED, "email": email})
        assert response.status_code == 200 and "Set-Cookie" not in response.headers
        answers.add(response.text.replace(email, "…"))
    trapped = client.post(FORM, data={**TYPED, "leave_empty": "https://spam.example"})
    answers.add(trapped.text.replace("ada@pine.example", "…"))
    assert len(answers) == 1
    # Three of one address within the hour, one each of the others, none of what filled in the hidden field.
    assert count(opened, Application) == 5


def test_an_unusable_form_comes_back_with_what_was_typed(opened: House, client: InspectingClient) -> None:
    response = client.post(FORM, data={**TYPED, "email": "nobody", "level": "galactic"})
    assert response.status_code == 422
    assert 'value="Pine Alliance"' in response.text and "There is a problem: two things to fix." in response.text
    assert client.post(FORM, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert count(opened, Application) == 0


def test_from_the_form_to_an_approval(opened: House, client: InspectingClient, sink: Sink) -> None:
    client.submit(FORM, "/sign-on", **TYPED)
    work_once(opened.worker())
    (mailed,) = sink.to("ada@pine.example")
    assert mailed["Subject"] == "Please confirm your application for Pine Alliance"
    assert mailed["Auto-Submitted"] == "auto-generated"
    body = text_of(mailed)
    assert "Fund the coordinator" not in body
    (link,) = [line for line in body.splitlines() if "/sign-on/" in line]
    path = link.removeprefix("http://127.0.0.1:8000")
    for response in (client.get(path), client.head(path)):
        assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    with opened.database.reading() as session:
        assert session.scalar(select(Application.confirmed_at)) is None
    assert client.submit(path, path).status_code == 422
    assert client.submit(path, path, full_name="Junk").status_code == 422
    assert client.submit(path, path, full_name="Ada Pine").status_code == 303
    assert "Your application is confirmed" in client.get(path).text
    work_once(opened.worker())
    (told,) = sink.to("administrator@coalition.example")
    assert told["Subject"] == "Please decide: Pine Alliance asks to sign"
    client.sign_in("administrator")
    assert "Pine Alliance" in client.get("/staff/").text
    page = client.get(f"{STAFF}/1").text
    assert "The email address is in the website&#39;s own domain." in page
    assert client.submit(f"{STAFF}/1", "/sign-on/1", decision="accept").status_code == 303
    work_once(opened.worker())
    subjects = [letter["Subject"] for letter in sink.to("ada@pine.example")[1:]]
    assert subjects[0] == "Your application for Pine Alliance was accepted" and len(subjects) == 2
    client.sign_out()
    with opened.database.reading() as session:
        answer = f"/r/{opened.secret(opened.link(session, _asked(session), 'Pine Alliance'))}"
    said = {"answer": "approve", "full_name": "Ada Pine", "authority": "executive", "authorised": "yes"}
    assert f'action="{answer}/answer"' not in client.get(answer).text
    opened.clock.advance(hours=24)
    assert client.submit(answer, "/answer", **said).status_code == 303


def _asked(session: Session) -> Version:
    return session.get_one(Version, 1)


def test_a_confirmation_is_refused_once_applications_have_ended(opened: House, client: InspectingClient) -> None:
    client.submit(FORM, "/sign-on", **TYPED)
    with opened.database.reading() as session:
        path = f"/sign-on/{opened.application_secret(session.scalars(select(Application)).one())}"
    fields = client.fields_of(client.get(path), path)
    client.sign_in("publisher")
    assert client.submit(STAFF, "/sign-on", act="end").status_code == 303
    client.sign_out()
    assert "can no longer be confirmed" in client.get(path).text
    assert client.post(path, data={**fields, "full_name": "Ada Pine"}).status_code == 409
    assert client.get("/sign-on/" + "A" * 43).status_code == 404
    assert client.get("/sign-on/short").status_code == 404
    opened.clock.advance(hours=25)
    assert client.get(path).status_code == 410


def test_a_contact_of_the_linked_partner_decides_on_its_own_page(opened: House, client: InspectingClient) -> None:
    with opened.database.unit_of_work() as session:
        version = _asked(session)
        opened.applied(session, version, "Alder Friends")
        own = f"/r/{opened.secret(opened.link(session, version, 'Alder'))}"
    client.sign_in("administrator")
    assert client.submit(f"{STAFF}/1", "/sign-on/1", decision="link", partner_name="Nobody").status_code == 422
    assert client.submit(f"{STAFF}/1", "/sign-on/1", decision="link", partner="alder").status_code == 303
    client.sign_out()
    assert "May Ada Alder Friends answer for Alder?" in client.get(own).text
    assert client.submit(own, "/applicant").status_code == 422
    assert client.submit(own, "/applicant", agreed="yes", full_name="Bot").status_code == 422
    assert count(opened, Contact) == 1
    assert client.submit(own, "/applicant", agreed="yes", full_name="Ana Alder").status_code == 303
    assert count(opened, Contact) == 2
    page = client.get(own).text
    assert "May Ada Alder Friends answer" not in page
    assert "You agreed that Ada Alder Friends may answer for Alder" in page


def test_the_public_page_links_to_the_form_while_it_is_open(opened: House, client: InspectingClient) -> None:
    with opened.database.unit_of_work() as session:
        opened.publish(session, _asked(session))
        opened.applied(session, _asked(session), "Pine")
    page = client.get("/positions/fund-the-coordinator").text
    assert "Ask to sign this position" in page and "Pine" not in page
    assert "Fund the coordinator" in client.get(FORM).text
    opened.clock.advance(hours=49)
    assert "Ask to sign" not in client.get("/positions/fund-the-coordinator").text


def test_the_calls_of_the_api(house: House, client: InspectingClient) -> None:
    call, publisher, administrator = (
        "/api/v1/positions/fund-the-coordinator/sign-on",
        *(token_of(house, role) for role in ("publisher", "administrator")),
    )
    with house.database.unit_of_work() as session:
        version = house.position(session)
    assert client.call("POST", call, publisher, {"open": True}).status_code == 409
    with house.database.unit_of_work() as session:
        version = session.merge(version)
        house.ask(session, house.checked(session, version), [house.partner(session, "Alder")])
    assert client.call("POST", call, administrator, {"open": True}).status_code == 403
    assert client.call("POST", call, publisher, {"open": True, "until": "soon"}).status_code == 422
    opened = client.call("POST", call, publisher, {"open": True})
    assert opened.json == {
        "open": True,
        "until": "2026-12-01T12:00:00Z",
        "url": "http://127.0.0.1:8000/positions/fund-the-coordinator/sign-on",
    }
    with house.database.unit_of_work() as session:
        for name in ("Alder Friends", "Pine", "Quince"):
            house.applied(session, session.merge(version), name)
    assert client.call("GET", call).status_code == 401
    listed = client.call("GET", call, publisher).json
    assert [one["organization"] for one in listed["items"]] == ["Alder Friends", "Pine", "Quince"]
    assert client.call("POST", f"{call}/1", publisher, {"decision": "reject"}).status_code == 403
    assert client.call("POST", f"{call}/1", administrator, {"decision": "ignore"}).status_code == 422
    linked = client.call("POST", f"{call}/1", administrator, {"decision": "link", "partner": "alder"})
    assert linked.json == {"id": 1, "decision": "link", "partner": "alder", "asked": True}
    accepted = client.call("POST", f"{call}/2", administrator, {"decision": "accept"})
    assert accepted.json == {"id": 2, "decision": "accept", "partner": "pine", "asked": True}
    assert client.call("POST", f"{call}/3", administrator, {"decision": "reject"}).status_code == 200
    assert client.call("POST", f"{call}/3", administrator, {"decision": "accept"}).status_code == 409
    assert client.call("POST", call, publisher, {"open": False}).json["open"] is False
