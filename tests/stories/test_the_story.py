"""The whole story in pages: draft, check, ask, approve, publish; ending at the public page."""

from datetime import timedelta

from bs4 import BeautifulSoup

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient


def test_from_the_first_draft_to_the_public_page(house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        for name in ("Alder Trust", "Birch Libraries", "Cedar Health"):
            house.partner(session, name)

    client.sign_in("drafter")
    response = client.submit(
        "/staff/positions/new", "/new", title="Open the yards", summary="Open them.", body="Unlock *every* yard."
    )
    assert response.location == "/staff/positions/open-the-yards"

    client.sign_in("reviewer")
    check = "/staff/positions/open-the-yards/versions/1/check"
    findings = {}
    for criterion in client.soup(check).select("fieldset.criterion"):
        findings[f"{criterion['id']}.verdict"] = "not_engaged"
    findings |= {"equity.verdict": "advances", "equity.rationale": "It opens.", "equity.quotes": "Unlock every yard."}
    response = client.submit(check, "/check", act="complete", _more=findings)
    assert (response.status_code, response.location) == (303, "/staff/positions/open-the-yards")

    client.sign_in("publisher")
    ask = "/staff/positions/open-the-yards/versions/1/ask"
    partners = {label.text.split("\n")[0]: label.input["value"] for label in client.soup(ask).select(".pick label")}
    deadline = (house.clock() + timedelta(days=3)).strftime("%Y-%m-%dT17:00")
    confirm = client.submit(ask, "/ask", deadline=deadline, act="preview", partner=list(partners.values()))
    page = BeautifulSoup(confirm.text, "html.parser")
    assert page.h1 and page.h1.text == "Email three contacts at three partners"
    assert "/r/…" in confirm.text
    form = page.find("form", action=ask)
    assert form
    shown = {i["name"]: i["value"] for i in form.find_all("input", type="hidden") if i["name"] != "partner"}
    ids = [i["value"] for i in form.find_all("input", attrs={"name": "partner"})]
    response = client.post(ask, data={**shown, "partner": ids, "act": "send"})
    assert response.location == "/staff/positions/open-the-yards/versions/1/round"

    secrets = {}
    with house.database.reading() as session:
        for name in ("Alder Trust", "Birch Libraries", "Cedar Health"):
            secrets[name] = house.secret(house.link(session, session.get_one(Version, 1), name))

    client.sign_out()
    approved = client.submit(
        f"/r/{secrets['Alder Trust']}",
        "/answer",
        answer="approve",
        authority="board",
        authorised="yes",
        full_name="Ana Alder Trust",
    )
    assert approved.status_code == 303
    recorded = client.soup(f"/r/{secrets['Alder Trust']}").select_one(".recorded")
    assert recorded and "approved" in recorded.text and "Alder Trust" in recorded.text
    declined = client.submit(
        f"/r/{secrets['Birch Libraries']}",
        "/answer",
        answer="decline",
        reason="Our charter forbids it.",
        full_name="ana  BIRCH libraries",
    )
    assert declined.status_code == 303

    client.sign_in("publisher")
    publish = "/staff/positions/open-the-yards/versions/1/publish"
    assert client.submit(publish, "/publish").status_code == 303

    client.sign_out()
    public = client.soup("/positions/open-the-yards")
    assert public.h1 and public.h1.text == "Open the yards"
    named = [(link.text, link["href"]) for link in public.select(".signatories li > a")]
    assert named == [("Alder Trust", "https://alder-trust.example/")]
    assert "Cedar Health" in client.get("/partners/").text  # it could have been named
    assert "Birch Libraries" not in public.text and "Cedar Health" not in public.text

    house.clock.advance(hours=1)
    withdrawn = client.submit(f"/r/{secrets['Alder Trust']}", "/withdraw", full_name="Ana Alder Trust")
    assert withdrawn.status_code == 303
    after = client.soup("/positions/open-the-yards")
    assert after.select(".signatories li") == []
    assert "One partner withdrew on November 24, 2026." in after.text
