"""After a restore nothing that names a partner answers, on any route that is not listed here, until it is opened."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.models import Entry, MailPause, Restoration
from signoff.services.publications.restorations import close_older_copy
from signoff.web.closing import OPEN_ENDPOINTS
from tests.house import House
from tests.inspection import InspectingClient
from tests.promise.surfaces import addresses, read
from tests.web.addresses import Filled, furnish_addresses
from tests.web.dump import everything

# Kept by hand, and read in reviews: what answers the public although a copy was put back and is not opened yet.
ANSWERS = re.compile(
    r"/(healthz|readyz|metrics|robots\.txt|favicon\.ico|logo/.*|log/checkpoint|log/heads/.*|log/tile/.*|api/v1/openapi\.json|login.*|logout|static/.*)"
)
POSITION = "/positions/fund-the-coordinator"


@pytest.fixture
def dialect() -> str:
    """What is closed does not depend on the database."""
    return "sqlite"


def close(house: House) -> None:
    with house.database.unit_of_work() as session:
        close_older_copy(session, at=house.clock())


def furnished(house: House) -> Filled:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    with house.database.unit_of_work() as session:
        house.seal(session)
    return filled


def test_every_public_address_but_those_of_the_list_is_closed(house: House, app: Flask) -> None:
    furnished(house)
    paths = addresses(app, house, left_out=())
    before = read(app, paths)
    assert any(b"Alder" in body for _, _, body in before.values())
    close(house)
    for path, (status, headers, body) in read(app, paths).items():
        if ANSWERS.fullmatch(path):
            assert status in (200, 301, 302, 404), path
        else:
            # What leads nowhere says so as before.
            assert status == 503 or (status, before[path][0]) == (404, 404), (path, status)
            assert status == 404 or headers["Retry-After"] == "60"
        if path != "/api/v1/openapi.json":  # its examples have the names of trees too
            assert b"Alder" not in body and b"Birch" not in body, path


def test_the_list_names_routes_that_are_there(app: Flask) -> None:
    demo = {"demo.inbox", "demo.letter"}
    assert set(app.view_functions) >= OPEN_ENDPOINTS - demo
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS - demo:
            assert ANSWERS.match(rule.rule), rule.rule


def test_no_partner_and_no_program_records_anything(house: House, app: Flask, client: InspectingClient) -> None:
    secret = furnished(house).secret
    close(house)
    before = everything(house.database)
    sent = client.post(f"/r/{secret}/answer", data={"answer": "approve", "full_name": "Ana Alder"})
    assert sent.status_code == 503 and "Nothing that you sent was recorded" in sent.text
    called = client.get("/api/v1/partners", headers={"Authorization": "Bearer signoff_x"})
    assert called.status_code == 503 and called.json["title"] == "This site is being restored"
    assert everything(house.database) == before


def test_an_administrator_opens_it(house: House, client: InspectingClient) -> None:
    furnished(house)
    close(house)
    page = client.get(POSITION)
    assert page.status_code == 503 and "This site is being restored" in page.text
    client.sign_in("publisher")
    assert "An administrator has to open public pages." in client.soup("/staff/").text
    assert client.get("/staff/restored").status_code == 403
    client.sign_in("administrator")
    assert "Review the copy and open public pages" in client.soup("/staff/").text
    shown = client.soup("/staff/restored").text
    assert "will be sent at once" in shown
    refused = client.submit("/staff/restored", "/restored/open", prove_password="")
    assert refused.status_code == 409 and "Please confirm" in refused.text
    stale = client.submit("/staff/restored", "/restored/open", seen="yes", restoration="7")
    assert stale.status_code == 409 and "Another copy" in stale.text
    assert client.get(POSITION).status_code == 503
    done = client.submit("/staff/restored", "/restored/open", seen="yes")
    assert done.status_code == 303
    assert client.get(POSITION).status_code == 200
    assert "Public pages are open." in client.soup("/staff/restored").text
    with house.database.reading() as session:
        (row,) = session.scalars(select(Restoration))
        assert (row.opened_at, row.opened_by) == (house.clock(), house.user(session, "administrator").id)
        assert session.scalar(select(MailPause)) is None
        newest = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        assert newest.kind == "restoration_opened"


def test_a_kept_head_says_what_is_missing(house: House, app: Flask, client: InspectingClient) -> None:
    furnished(house)
    old = client.get("/log/checkpoint").text
    close(house)
    client.sign_in("administrator")

    def compared(head: str) -> str:
        answer = client.get("/staff/restored", query_string={"head": head})
        assert answer.status_code == 200
        return answer.text

    assert "Nothing that was signed up to your head is missing" in compared(old)
    assert "not a checkpoint" in compared("rubbish")
    name, size, root, *rest = old.split("\n")
    assert "not signed by a key of this log" in compared("\n".join([name, str(int(size) + 5), root, *rest]))
