"""Accounts in pages: invited, reset, two factors, proof before grave acts, sessions and tokens of one's own."""

from dataclasses import replace

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from signoff.domain.rounds.links import secret_of
from signoff.models import AccountLink, ApiToken, Entry, Publication, StaffUser
from signoff.services.accounts.sessions import drop_sessions
from signoff.web.app import create_app
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient

NEW = "four unlikely lanterns drift"


def newest_way(house: House) -> str:
    """The address that the newest account letter carries."""
    with house.database.reading() as session:
        link = session.scalars(select(AccountLink).order_by(AccountLink.id.desc())).first()
        assert link is not None
        secret = secret_of(house.settings.secret_keys, link.nonce, link.lookup, purpose="account")
    return f"/login/link/{secret}"


def entries(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Entry.kind).order_by(Entry.id)))


def sign_in(client: InspectingClient, email: str, password: str) -> int:
    return client.submit("/login", "", email=email, password=password).status_code


def test_an_invited_user_chooses_a_password_and_signs_in(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    made = client.submit("/staff/users/new", "new", name="Nia New", email="nia@coalition.example", role=["drafter"])
    assert (made.status_code, entries(house)[-1]) == (303, "user_added")
    client.sign_out()
    way = newest_way(house)
    assert sign_in(client, "nia@coalition.example", "none") == 422
    for _ in range(2):
        assert client.get(way).status_code == 200  # opening changes nothing
    wrong = client.submit(way, way, password=NEW, again="another")
    assert wrong.status_code == 422 and "The passwords do not match" in wrong.text
    assert client.submit(way, way, password="short", again="short").status_code == 422
    assert client.submit(way, way, password=NEW, again=NEW).status_code == 303
    assert client.get(way).status_code == 410
    assert sign_in(client, "nia@coalition.example", NEW) == 303
    assert "Start a position" in client.get("/staff/").text


def test_forgetting_says_the_same_whoever_asks(client: InspectingClient, house: House) -> None:
    said = {
        client.submit("/login/forgotten", "forgotten", email=email).text.replace(email, "X")
        for email in ("drafter@coalition.example", "nobody@coalition.example")
    }
    assert len(said) == 1
    with house.database.reading() as session:
        assert len(session.scalars(select(AccountLink)).all()) == 1
    way = newest_way(house)
    client.sign_in("drafter")
    other = client
    assert other.submit(way, way, password=NEW, again=NEW).status_code == 303
    assert client.get("/staff/").status_code == 302  # every session ended
    assert sign_in(client, "drafter@coalition.example", PASSWORD) == 422
    assert sign_in(client, "drafter@coalition.example", NEW) == 303


def test_a_new_address_is_confirmed_with_the_password(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    assert client.submit("/staff/account", "address", email="publisher@coalition.example").status_code == 422
    assert client.submit("/staff/account", "address", email="dora@new.example").status_code == 303
    way = newest_way(house)
    client.sign_out()
    assert client.submit(way, way, password="wrong wrong wrong").status_code == 422
    assert client.submit(way, way, password=PASSWORD).status_code == 303
    assert sign_in(client, "dora@new.example", PASSWORD) == 303


def set_up(client: InspectingClient, house: House) -> tuple[pyotp.TOTP, list[str]]:
    page = "/staff/account/authenticator"
    client.submit(page, "authenticator")
    shown = client.soup(page)
    app = pyotp.TOTP("".join(shown.select_one("code.key").text.split()))  # type: ignore[union-attr]
    assert client.submit(page, "authenticator", code="000000").status_code == 422
    done = client.submit(page, "authenticator", code=app.at(house.clock()))
    assert done.status_code == 200
    return app, [code.text for code in BeautifulSoup(done.text, "html.parser").select(".codes code")]


def test_an_authenticator_is_asked_for_and_recovered(client: InspectingClient, house: House) -> None:
    client.sign_in("publisher")
    app, codes = set_up(client, house)
    assert len(codes) == 10 and client.get("/staff/account/authenticator").text.count(codes[0]) == 0
    client.sign_out()
    house.clock.advance(seconds=30)
    response = client.submit("/login", "", email="publisher@coalition.example", password=PASSWORD)
    assert response.location == "/login/code" and client.get("/staff/").status_code == 302
    assert client.submit("/login/code", "code", code="000000").status_code == 422
    assert client.submit("/login/code", "code", code=app.at(house.clock())).status_code == 303
    assert client.get("/staff/").status_code == 200
    client.sign_out()
    assert client.get("/login/code").status_code == 302  # the password comes first
    client.submit("/login", "", email="publisher@coalition.example", password=PASSWORD)
    assert client.submit("/login/code", "code", code=codes[3]).status_code == 303
    client.sign_out()
    client.submit("/login", "", email="publisher@coalition.example", password=PASSWORD)
    for _ in range(7):  # one was wrong before
        assert client.submit("/login/code", "code", code=codes[3]).status_code == 422
    assert client.submit("/login/code", "code", code=codes[4]).status_code == 429


def test_where_it_is_required_nothing_else_works_without_it(house: House) -> None:
    house.settings = replace(house.settings, two_factor="required")
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    app.testing = True
    client = InspectingClient(app).sign_in("drafter")
    assert client.get("/staff/").status_code == 200
    client.sign_in("publisher")
    assert client.get("/staff/").location == "/staff/account/authenticator"
    token = client.soup("/staff/account/authenticator").find("input", attrs={"name": "csrf_token"})
    assert client.post("/staff/letters/resume", data={"csrf_token": token["value"]}).status_code == 403  # type: ignore[index]
    set_up(client, house)
    assert client.get("/staff/").status_code == 200
    app.extensions["signoff"].database.engine.dispose()


def test_a_grave_act_asks_for_the_password_and_keeps_what_was_typed(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        slug = version.position.slug
    client.sign_in("publisher")
    page = f"/staff/positions/{slug}/versions/1/publish"
    target, served = client.form(page, "publish")
    house.clock.advance(minutes=30)
    asked = client.post(target, data=dict(served) | {"note": "kept"})
    assert asked.status_code == 401 and 'name="note" value="kept"' in asked.text
    assert "csrf_token" in asked.text and asked.text.count("csrf_token") == 2  # its own, and signing out's
    wrong = client.post(target, data=dict(served) | {"prove_password": "wrong wrong wrong"})
    assert wrong.status_code == 422
    with house.database.reading() as session:
        assert session.scalars(select(Publication)).all() == []
    assert client.post(target, data=dict(served) | {"prove_password": PASSWORD}).status_code == 303
    house.clock.advance(minutes=29)
    client.submit(f"/staff/positions/{slug}/retire", "retire", reason="A slip.")
    assert entries(house)[-1] == "position_retired"
    page = client.get(f"/staff/positions/{slug}").text
    assert "Version 1 is retired and no longer names anyone." in page and "no signatories yet" not in page


def test_own_sessions_and_tokens_are_ended_by_their_user_alone(
    app: Flask, client: InspectingClient, house: House
) -> None:
    other = InspectingClient(app).sign_in("drafter")
    client.sign_in("drafter")
    assert client.submit("/staff/account", "tokens", token_name=" ").status_code == 422
    made = client.submit("/staff/account", "tokens", token_name="Nightly")
    assert made.status_code == 200 and "signoff_" in made.text and "Nightly" in made.text
    assert "signoff_" not in client.get("/staff/account").text
    assert client.submit("/staff/account", "sessions").status_code == 303  # nothing ticked
    assert other.get("/staff/").status_code == 200
    sessions = client.soup("/staff/account").find_all("input", attrs={"name": "session"})
    assert len(sessions) == 2
    client.submit("/staff/account", "sessions", session=sessions[1]["value"])
    assert other.get("/staff/").status_code == 302 and client.get("/staff/").status_code == 200
    with house.database.reading() as session:
        token = session.scalars(select(ApiToken)).one()
    client.sign_in("reviewer")
    assert client.post(f"/staff/account/tokens/{token.id}/revoke").status_code == 403
    client.sign_in("drafter").submit("/staff/account", f"tokens/{token.id}/revoke")
    assert entries(house)[-1] == "token_revoked"


def test_changing_the_password_ends_the_other_sessions(app: Flask, client: InspectingClient, house: House) -> None:
    other = InspectingClient(app).sign_in("drafter")
    client.sign_in("drafter")
    change = {"password": NEW, "again": NEW}
    assert client.submit("/staff/account", "password", present="wrong wrong wrong", **change).status_code == 422
    assert client.submit("/staff/account", "password", present=PASSWORD, **change).status_code == 303
    assert client.get("/staff/").status_code == 200 and other.get("/staff/").status_code == 302
    assert entries(house).count("password_changed") == 1


def test_deactivated_people_are_out_at_once(app: Flask, client: InspectingClient, house: House) -> None:
    other = InspectingClient(app).sign_in("drafter")
    with house.database.reading() as session:
        number = session.scalars(select(StaffUser.id).where(StaffUser.email == "drafter@coalition.example")).one()
    client.sign_in("administrator").submit(f"/staff/users/{number}", "deactivate")
    assert other.get("/staff/").status_code == 302
    assert sign_in(other, "drafter@coalition.example", PASSWORD) == 422
    client.submit(f"/staff/users/{number}", "reactivate")
    assert sign_in(other, "drafter@coalition.example", PASSWORD) == 303


@pytest.mark.parametrize("role", ["drafter", "publisher"])
def test_users_are_read_by_all_and_kept_by_administrators(client: InspectingClient, house: House, role: str) -> None:
    client.sign_in(role)
    assert "administrator@coalition.example" in client.get("/staff/users/").text
    page = client.soup("/staff/users/1")
    assert [form["action"] for form in page.find_all("form", method="post")] == ["/logout"]


def test_a_forged_form_is_refused_before_the_password_is_asked_for(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    token = dict(client.form("/staff/users/new", "new")[1])["csrf_token"]
    house.clock.advance(minutes=31)
    forged = {"name": "Eve", "email": "eve@evil.example", "role": "administrator"}
    for more in ({}, {"csrf_token": "another"}):
        assert client.post("/staff/users/new", data=forged | more).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "same-site"}
    assert client.post("/staff/users/new", data=forged | {"csrf_token": token}, headers=elsewhere).status_code == 403
    assert client.post("/staff/users/new", data=forged | {"csrf_token": token}).status_code == 401


def test_removing_a_name_is_never_kept_back(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    client.sign_in("publisher")
    house.clock.advance(hours=2)
    page = "/staff/positions/fund-the-coordinator/versions/1/signatories/alder/remove"
    assert client.submit(page, "remove", reason="They asked by telephone.").status_code == 303
    assert entries(house)[-1] == "name_removed"
    assert "Alder is no longer named. It will be told." in client.get(page.split("/signatories")[0] + "/round").text


def test_a_stranger_keeps_no_one_out(app: Flask, client: InspectingClient, house: House) -> None:
    wrong = {"email": "publisher@coalition.example", "password": "wrong wrong wrong"}
    stranger = app.test_client()
    token = client.form("/login", "login")[1][0][1]
    assert token
    for number in range(9):
        page = stranger.get("/login", environ_base={"REMOTE_ADDR": "203.0.113.9"}).text
        served = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = stranger.post(
            "/login", data=wrong | {"csrf_token": served}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
        )
        assert answer.status_code == (422 if number < 8 else 429)
    assert sign_in(client, "publisher@coalition.example", PASSWORD) == 303


def test_a_password_that_changes_while_it_is_judged_lets_no_one_in(
    app: Flask, client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = house.passwords.fits

    def slow(typed: str, stored: str | None) -> bool:
        with house.database.unit_of_work() as session:
            house.user(session, "drafter").password_hash = house.passwords.hash(NEW)
        return fits(typed, stored)

    monkeypatch.setattr(house.passwords, "fits", slow)
    assert sign_in(client, "drafter@coalition.example", PASSWORD) == 422
    monkeypatch.setattr(house.passwords, "fits", fits)
    assert sign_in(client, "drafter@coalition.example", NEW) == 303


def test_half_a_sign_in_ends_with_the_password_it_was_made_with(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        app, _ = house.authenticate(session, house.user(session, "publisher"))
    house.clock.advance(seconds=30)
    client.submit("/login", "", email="publisher@coalition.example", password=PASSWORD)
    with house.database.unit_of_work() as session:
        house.user(session, "publisher").password_hash = house.passwords.hash(NEW)
    assert client.get("/login/code").status_code == 302


def test_an_authenticator_ends_what_the_password_alone_began(
    app: Flask, client: InspectingClient, house: House
) -> None:
    other = InspectingClient(app).sign_in("publisher")
    client.sign_in("publisher")
    assert other.get("/staff/").status_code == 200
    set_up(client, house)
    assert other.get("/staff/").status_code == 302 and client.get("/staff/").status_code == 200


def test_a_session_that_ended_meanwhile_changes_no_password(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in("drafter")
    hashed = house.passwords.hash

    def slow(password: str) -> str:
        with house.database.unit_of_work() as session:
            drop_sessions(session, house.user(session, "drafter"), at=house.clock())
        return hashed(password)

    monkeypatch.setattr(house.passwords, "hash", slow)
    change = {"present": PASSWORD, "password": NEW, "again": NEW}
    assert client.submit("/staff/account", "password", **change).status_code == 401
    assert "password_changed" not in entries(house)
