"""Addresses of positions: in letters of every script, changed until the first publication; where the old ones lead."""

import json

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from signoff.evidence.position_bundles import verify_bundle
from signoff.models import Position, Version
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient

OLD, NEW = "fund-the-coordinator", "schools-need-people"
PAGE = f"/staff/positions/{OLD}/address"


@pytest.fixture
def drafted(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        house.position(session, "Another matter")
    client.sign_in("drafter")


def slugs(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(text("SELECT slug FROM position ORDER BY id")))


@pytest.mark.usefixtures("drafted")
def test_a_drafter_changes_the_address_and_the_old_one_leads_to_it(client: InspectingClient, house: House) -> None:
    assert client.submit(PAGE, "/address", slug=NEW).location == f"/staff/positions/{NEW}"
    assert slugs(house) == [NEW, "another-matter"]
    for path in ("", "/versions/1", "/versions/1/check?x=1", "/edit"):
        moved = client.get(f"/staff/positions/{OLD}{path}")
        assert (moved.status_code, moved.location) == (308, f"/staff/positions/{NEW}{path}")
    assert client.get(f"/positions/{OLD}").status_code == 404
    page = client.get(f"/staff/positions/{NEW}").text
    assert f"The address of the position was changed from {OLD} to {NEW}" in page
    client.sign_in("reviewer")
    assert client.get(f"/staff/positions/{NEW}/address").status_code == 403


@pytest.mark.usefixtures("drafted")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("another-matter", "Another position has this address"),
        ("new", "the address of a page"),
        ("", "an address with letters or digits"),
        ("\u2800", "an address with letters or digits"),
        ("Fund It", "such as “fund-it”"),
        ("fund_it", "such as “fund-it”"),
        ("../x", "such as “x”"),
        ("a" * 200, "such as “aaaa"),
        ("bir\u034fch", "such as “birch”"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(
    client: InspectingClient, house: House, typed: str, said: str
) -> None:
    refused = client.submit(PAGE, "/address", slug=typed)
    assert refused.status_code == 422 and said in refused.text
    assert slugs(house) == [OLD, "another-matter"]


def test_the_api_changes_it_too_and_never_after_publication(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        drafter = house.user(session, "drafter")
        token = make_token(house.act(session, drafter.actor), drafter, name="t")

    def patch(path: str, slug: str) -> tuple[int, dict[str, object]]:
        response = client.call("PATCH", f"/api/v1/positions/{path}", token, {"slug": slug})
        return response.status_code, response.json or {}

    assert patch(OLD, NEW) == (200, {"slug": NEW})
    assert patch(NEW, NEW) == (200, {"slug": NEW})
    assert patch(NEW, "No Slug")[0] == 422
    assert patch("nowhere", "x")[0] == 404
    moved = client.call("GET", f"/api/v1/positions/{OLD}", token)
    assert (moved.status_code, moved.location) == (308, f"/api/v1/positions/{NEW}")
    assert client.call("GET", f"/api/v1/positions/{OLD}").status_code == 404
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, version.id))
    status, said = patch(NEW, "later")
    assert status == 409 and "can no longer change" in str(said["detail"])
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, version.id))
    assert patch(NEW, "later")[0] == 409
    with pytest.raises(IntegrityError), house.database.unit_of_work() as session:
        session.execute(update(Position).values(slug="by-sql"))
    assert slugs(house) == [NEW]


def test_what_was_recorded_under_the_old_address_is_proven_without_it(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
    client.sign_in("drafter")
    assert client.submit(PAGE, "/address", slug=NEW).status_code == 303
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, version.id))
        house.seal(session)
    written = client.get(f"/positions/{NEW}/proof").text
    assert OLD not in written
    assert verify_bundle(written, now=house.clock()).position == NEW
    assert len(json.loads(written)["list"]["signatories"]) == 1


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Образование для всех", "образование-для-всех"),
        ("学校联盟的立场", "学校联盟的立场"),
        ("سياسات التعليم", "سياسات-التعليم"),
        ("क्षेत्रीय शिक्षा", "क्षेत्रीय-शिक्षा"),
        ("ผู้ปกครองที่โรงเรียน", "ผู้ปกครองที่โรงเรียน"),
        ("한국어 교육", "한국어-교육"),
    ],
)
def test_an_address_keeps_the_letters_of_every_script(
    app: Flask, client: InspectingClient, house: House, title: str, slug: str
) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, title))
        house.publish(session, version)
        house.seal(session)
        assert version.position.slug == slug
        assert house.position(session, title).position.slug == f"{slug}-2"
    listed = client.soup("/positions/").find("a", string=title)
    assert listed is not None and str(listed["href"]).isascii()
    assert client.get(str(listed["href"])).status_code == 200
    for more in (".json", ".md", "/text", "/signatories.csv", "/proof", "/versions/1", ".pdf", ".docx"):
        response = client.get(f"/positions/{slug}{more}")
        assert response.status_code in (200, 302), more
        response.headers.get("Content-Disposition", "").encode("ascii")
    shown = client.get(f"/positions/{slug}.json").json
    assert shown is not None and shown["slug"] == slug and shown["url"].isascii()
    assert client.get("/positions/feed.atom").status_code == 200
    client.sign_in("drafter")
    assert client.get(f"/staff/positions/{slug}").status_code == 200
