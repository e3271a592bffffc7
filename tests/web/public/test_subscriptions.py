"""Subscribing by email as people and mail programs meet it: the form, the link, one click, and what staff see."""

import pytest
from sqlalchemy import func, select

from signoff.models import Subscription
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of
from tests.subscribing import secret_behind, subscribed

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

SLUG, ADA = "fund-the-coordinator", "ada@press.example"


@pytest.fixture
def published(house: House) -> House:
    """A house with one published position."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    return house


def count(house: House, *which: object) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Subscription).where(*which)) or 0  # type: ignore[arg-type]


def test_from_the_page_of_a_position_to_a_subscription_and_out_again(
    published: House, client: InspectingClient, sink: Sink
) -> None:
    assert f"/subscribe?position={SLUG}" in client.get(f"/positions/{SLUG}").text
    page = client.get(f"/subscribe?position={SLUG}")
    assert "Set-Cookie" not in page.headers and "Fund the coordinator" in page.text
    sent = client.submit(f"/subscribe?position={SLUG}", "/subscribe", email=ADA, position=SLUG)
    assert sent.status_code == 200 and "Check your email" in sent.text
    work_once(published.worker())
    (mailed,) = sink.to(ADA)
    assert "the position “Fund the coordinator”" in text_of(mailed).replace("\n", " ")
    (link,) = [line for line in text_of(mailed).splitlines() if "/subscriptions/" in line]
    path = link.removeprefix("http://127.0.0.1:8000")
    for response in (client.get(path), client.head(path), client.get(f"{path}/unsubscribe")):
        assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    assert count(published, Subscription.confirmed_at.is_not(None)) == 0
    assert client.submit(path, path).status_code == 303
    assert "Your subscription" in client.get(path).text
    # As a mail program does: no cookies, no origin, and no redirect.
    out = client.post(f"{path}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
    assert out.status_code == 200 and "You are unsubscribed" in out.text
    assert "You are unsubscribed" in client.get(path).text and count(published, Subscription.email.is_not(None)) == 0


def test_whatever_is_known_the_answer_is_the_same(published: House, client: InspectingClient) -> None:
    with published.database.unit_of_work() as session:
        subscribed(published, session, ADA)
    answers = set()
    for email in (ADA, "ana@alder.example", "drafter@coalition.example", *["bo@press.example"] * 4):
        response = client.post("/subscribe", data={"email": email, "position": ""})
        assert response.status_code == 200 and "Set-Cookie" not in response.headers
        answers.add(response.text.replace(email, "…"))
    trapped = client.post("/subscribe", data={"email": "cy@press.example", "leave_empty": "https://spam.example"})
    answers.add(trapped.text.replace("cy@press.example", "…"))
    assert len(answers) == 1
    assert count(published) == 1 + 3 + 3  # three a day of one address, none of what filled in the hidden field


def test_an_unusable_form_comes_back_and_other_sites_are_refused(published: House, client: InspectingClient) -> None:
    wrong = client.post("/subscribe", data={"email": "nobody", "position": SLUG})
    assert wrong.status_code == 422 and 'value="nobody"' in wrong.text and "Fund the coordinator" in wrong.text
    gone = client.post("/subscribe", data={"email": ADA, "position": "nothing-here"})
    assert gone.status_code == 422 and "This position is not published" in gone.text
    assert client.post("/subscribe", data={"email": ADA}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/subscriptions/unknown").status_code == 404 and count(published) == 0


def test_one_of_several_is_ended_on_the_page(published: House, client: InspectingClient) -> None:
    with published.database.unit_of_work() as session:
        every, one = (subscribed(published, session, ADA, slug) for slug in ("", SLUG))
        path = f"/subscriptions/{secret_behind(published, every)}"
        number = one.id
    page = client.get(path).text
    assert "All positions" in page and "Fund the coordinator" in page
    rest = client.post(f"{path}/unsubscribe", data={"subscription": "x"})
    assert "Fund the coordinator" in rest.text
    rest = client.post(f"{path}/unsubscribe", data={"subscription": str(number)})
    assert "All positions" in rest.text and "Fund the coordinator" not in rest.text


def test_staff_see_how_many_and_never_who(published: House, client: InspectingClient, sink: Sink) -> None:
    with published.database.unit_of_work() as session:
        subscribed(published, session, ADA, SLUG)
    sink.refusals[ADA] = f"550 <{ADA}> unknown"
    work_once(published.worker())
    client.sign_in("administrator")
    page = client.get("/staff/news").text
    assert "Fund the coordinator" in page and ADA not in page
    listed = client.get("/staff/letters").text
    (number,) = [part.split('"')[0] for part in listed.split('href="/staff/letters/')[1:] if "a subscriber" in part]
    for text in (listed, client.get(f"/staff/letters/{number}").text, client.get("/staff/").text):
        assert ADA not in text and "a subscriber" in listed
    assert "a subscriber" not in client.get(f"/staff/letters?q={ADA}").text
