"""The commitments in the browser: staff ask, a contact reads them word for word and answers, staff see it."""

import pytest
from sqlalchemy import select

from signoff.models import Partner
from signoff.services.principles.editions import first_edition
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of
from tests.web.dump import everything

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
OVERVIEW = "/staff/partners/commitments"


@pytest.fixture
def register(house: House) -> House:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", "Ana Alder", "Bo Alder", level="local")
        house.partner(session, "Birch", level="national")
    return house


def deliver(register: House) -> list[str]:
    """One turn of the worker; answers with the state each email came to."""
    states: list[str] = []
    work_once(register.worker(states.append))
    return sorted(states)


def secret_of(register: House, email: str) -> str:
    with register.database.reading() as session:
        return register.secret(register.acceptance_link(session, email))


def test_staff_ask_a_contact_accepts_by_its_link_and_staff_see_it(
    client: InspectingClient, register: House, sink: Sink
) -> None:
    client.sign_in("administrator")
    assert "Not asked to accept the commitments of edition 1" in client.get("/staff/partners/alder").text
    preview = f"{OVERVIEW}/ask?level=local"
    shown = client.get(preview).text
    assert "Two contacts at one partner" in shown and "ana@birch.example" not in shown
    assert client.submit(preview, "/ask?level=local").location == f"{OVERVIEW}?level=local"
    assert "no answer yet" in client.get("/staff/partners/alder").text
    deliver(register)
    (letter,) = sink.to("ana@alder.example")
    words = " ".join(text_of(letter).split())
    assert letter["Subject"] == "Please accept the Coalition's commitments for Alder"
    assert "Administrator Person of the Coalition for Community Schools asks Alder to accept" in words
    link = next(line for line in text_of(letter).splitlines() if "/r/" in line).strip()
    client.sign_out()
    path = "/r/" + link.rpartition("/")[2]
    page = client.soup(path)
    text = page.get_text("\n", strip=True)
    assert all(line.removeprefix("- ") in text for line in first_edition().commitments.splitlines() if line)
    assert not page.select("form input[checked]")
    said = client.submit(path, "/commitments", answer="accept", full_name="Ana  Alder", authorised="yes")
    assert said.status_code == 303 and said.location == f"{path}#recorded"
    assert "Alder accepted these commitments" in client.get(path).text
    assert client.get(f"{path}/commitments").location == path
    deliver(register)
    for email in ("ana@alder.example", "bo@alder.example"):
        told = sink.to(email)[-1]
        assert told["Subject"] == "Alder accepted the Coalition's commitments"
        assert "Ana Alder" in text_of(told) and text_of(told).count("/r/") == 1
    client.sign_in("reviewer")
    assert "Accepted the commitments of edition 1 on November 24, 2026, signed by Ana Alder." in " ".join(
        client.soup("/staff/partners/alder").get_text(" ", strip=True).split()
    ).replace(" .", ".").replace(" ,", ",")
    assert "Alder" in client.get(f"{OVERVIEW}?answer=accepted").text
    assert "Alder" not in client.get(f"{OVERVIEW}?answer=not_asked").text


def test_what_a_mail_scanner_does_records_nothing(client: InspectingClient, register: House) -> None:
    with register.database.unit_of_work() as session:
        register.ask_to_accept(session, *session.scalars(select(Partner)))
    secret = secret_of(register, "ana@alder.example")
    other = secret_of(register, "ana@birch.example")
    before = everything(register.database)
    path = f"/r/{secret}"
    assert client.get(path).headers["Cache-Control"] == "no-store"
    assert client.head(path).status_code == 200
    assert client.submit(path, "/commitments").status_code == 422
    junk = dict.fromkeys(("answer", "full_name", "job_title", "authorised"), "junk")
    assert client.submit(path, "/commitments", **junk).status_code == 422
    served = client.fields_of(client.get(path), "/commitments")
    whole = {**served, "answer": "accept", "full_name": "Ana Birch", "authorised": "yes"}
    # The form of another link, one from another site, and one of another text.
    assert client.post(f"/r/{other}/commitments", data=whole).status_code == 422
    own = {**whole, "full_name": "Ana Alder"}
    twofold = {**own, "answer": ["accept", "decline"]}
    assert client.post(f"{path}/commitments", data=twofold).status_code == 422
    elsewhere = client.post(f"{path}/commitments", data=own, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert client.post(f"{path}/commitments", data={**own, "digest": "0" * 64}).status_code == 422
    # It is a way to nothing else.
    for act in ("answer", "withdraw", "contest", "refer", "comment"):
        assert client.post(f"{path}/{act}", data=own).status_code == 404
    assert client.get(f"{path}/organization").status_code == 404
    assert everything(register.database) == before


def test_an_older_link_and_an_older_letter_lapse(client: InspectingClient, register: House, sink: Sink) -> None:
    client.sign_in("administrator")
    preview = f"{OVERVIEW}/ask?partner=alder"
    assert client.submit(preview, "/ask?partner=alder").location == "/staff/partners/alder"
    old = secret_of(register, "ana@alder.example")
    assert client.submit(preview, "/ask?partner=alder").status_code == 303
    assert client.get(f"/r/{old}").status_code == 410
    assert deliver(register) == ["canceled", "canceled", "sent", "sent"]
    with register.database.unit_of_work() as session:
        register.ask_to_accept(session, session.scalars(select(Partner).where(Partner.name == "Alder")).one())
        register.say_of_commitments(session, "bo@alder.example", "decline")
    # Asked again, and answered before the email left: it says nothing that is over.
    assert deliver(register) == ["canceled", "canceled", "sent", "sent"]
    page = client.get("/staff/partners/alder").text
    assert "Did not accept the commitments of edition 1" in page and "Ask again" in page
