"""The door: tries that count for no one else, a second factor for programs too, proof before whoever may approve."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from signoff.domain.errors import TooMany
from signoff.models import ApiToken, Entry, Letter, StaffSession, StaffUser
from signoff.services.accounts.api_tokens import make_token
from signoff.services.accounts.sessions import drop_sessions
from signoff.services.accounts.throttling import MOST_FAILURES, attempt_at_address, begin_attempt
from signoff.web.app import create_app
from signoff.web.staff.accounts import password_reset
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient
from tests.web.staff.test_accounts import newest_way, set_up

EMAIL = "publisher@coalition.example"
STRANGER = "203.0.113.9"
HERE = "127.0.0.1"
BOARD = "/staff/positions/fund-the-coordinator/versions/1/round"


def tries(client: InspectingClient, email: str, password: str, *sources: str) -> list[int]:
    """What is answered to one browser that signs in from each of these addresses in turn."""
    target, served = client.form("/login", "/login")
    fields = dict(served) | {"email": email, "password": password}
    return [client.post(target, data=fields, environ_base={"REMOTE_ADDR": source}).status_code for source in sources]


def newest(house: House) -> str:
    with house.database.reading() as session:
        return str(session.scalars(select(Entry.kind).order_by(Entry.id.desc())).first())


def account_letters(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "account")) or 0


@pytest.fixture
def strict(house: House) -> Iterator[InspectingClient]:
    """A client of a house that requires a second factor."""
    house.settings = replace(house.settings, two_factor="required")
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    app.testing = True
    yield InspectingClient(app)
    app.extensions["signoff"].database.engine.dispose()


def test_tries_under_an_odd_address_keep_no_one_out(client: InspectingClient) -> None:
    tries(client, f"{EMAIL} {HERE}", "wrong wrong wrong", *[STRANGER] * MOST_FAILURES)
    assert tries(client, EMAIL, PASSWORD, HERE) == [303]


def test_one_address_is_tried_eighty_times_from_everywhere_and_no_more(house: House) -> None:
    whose = attempt_at_address(EMAIL)
    with house.database.unit_of_work() as session:
        for number in range(80):
            begin_attempt(session, whose, f"198.51.100.{number}", clock=house.clock)
        with pytest.raises(TooMany):
            begin_attempt(session, whose, "203.0.113.200", clock=house.clock)
        begin_attempt(session, attempt_at_address("reviewer@coalition.example"), "203.0.113.200", clock=house.clock)
        house.clock.advance(minutes=15)
        begin_attempt(session, whose, "203.0.113.200", clock=house.clock)


def test_tries_under_an_odd_address_keep_no_one_from_a_proof(
    app: Flask, client: InspectingClient, house: House
) -> None:
    client.sign_in("publisher")
    with house.database.reading() as session:
        number = session.scalars(select(StaffSession.id)).one()
    house.clock.advance(minutes=31)
    odd = f"session {number} {HERE}"
    tries(InspectingClient(app), odd, "wrong wrong wrong", *[STRANGER] * MOST_FAILURES)
    made = client.submit("/staff/account", "tokens", token_name="Nightly", _more={"prove_password": PASSWORD})
    assert made.status_code == 200 and "signoff_" in made.text


def test_a_network_of_the_sixth_protocol_is_one_source(client: InspectingClient) -> None:
    hosts = [f"2001:db8:1:2::{host:x}" for host in range(1, 11) for _ in range(MOST_FAILURES)]
    refused = tries(client, EMAIL, "wrong wrong wrong", *hosts)
    assert (refused.count(422), refused.count(429)) == (MOST_FAILURES, len(hosts) - MOST_FAILURES)
    assert tries(client, EMAIL, PASSWORD, HERE) == [303]


def test_characters_that_cannot_be_kept_are_refused_at_the_door(client: InspectingClient) -> None:
    for page, odd, least in (("/login", "%00", 400), ("/login", "%ED%A0%80", 400), ("/login/forgotten", "%00", 200)):
        target, served = client.form(page, page)
        body = f"csrf_token={dict(served)['csrf_token']}&email=a{odd}b%40coalition.example&password={odd}"
        answer = client.post(target, data=body, content_type="application/x-www-form-urlencoded")
        assert least <= answer.status_code < 500, (page, odd, answer.status_code)


ACTS: dict[str, tuple[str, Any]] = {
    "publisher": ("/api/v1/positions/fund-the-coordinator/publish", {"version": 1}),
    "administrator": (
        "/api/v1/partners",
        {"name": "Birch", "contacts": [{"name": "Bo Birch", "email": "bo@birch.example"}]},
    ),
}


@pytest.mark.parametrize("role", ACTS)
def test_where_a_second_factor_is_required_a_token_does_not_do_without(
    strict: InspectingClient, house: House, role: str
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        tokens = {}
        for name in (role, "drafter"):
            user = house.user(session, name)
            tokens[name] = make_token(house.act(session, user.actor), user, name="Nightly")
    path, body = ACTS[role]
    before = newest(house)
    refused = strict.call("POST", path, tokens[role], json=body)
    assert (refused.status_code, refused.content_type) == (403, "application/problem+json")
    assert newest(house) == before
    assert strict.call("GET", "/api/v1/positions", tokens[role]).status_code == 403
    assert strict.call("GET", "/api/v1/positions").status_code == 200
    wording = {"title": "Open the yards", "summary": "Open them.", "body": "Unlock every yard."}
    assert strict.call("POST", "/api/v1/positions", tokens["drafter"], json=wording).status_code == 201
    with house.database.unit_of_work() as session:
        house.authenticate(session, house.user(session, role))
    assert strict.call("POST", path, tokens[role], json=body).status_code in (200, 201)


@pytest.mark.parametrize(
    ("declined", "accepted", "entry"),
    [("/proposals/1", "/referrals/1", "referral_settled"), ("/referrals/1", "/proposals/1", "name_settled")],
)
def test_anyone_who_is_let_in_to_approve_is_let_in_after_a_proof(
    client: InspectingClient, house: House, declined: str, accepted: str, entry: str
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.propose(session, version, "Alder", "Alder of Ohio")
        house.refer(session, version, "Alder", "cleo@outside.example")
    client.sign_in("publisher")
    house.clock.advance(minutes=31)
    assert client.submit(BOARD, declined, settle="refuse").status_code == 303
    before = newest(house)
    asked = client.submit(BOARD, accepted, settle="accept")
    assert asked.status_code == 401 and 'name="settle" value="accept"' in asked.text and newest(house) == before
    assert client.submit(BOARD, accepted, settle="accept", prove_password=PASSWORD).status_code == 303
    assert newest(house) == entry


def ask_as_a_stranger(app: Flask, email: str) -> None:
    stranger = InspectingClient(app)
    for _ in range(6):
        assert stranger.submit("/login/forgotten", "/forgotten", email=email).status_code == 200


def test_whatever_strangers_ask_for_an_invitation_goes_on(app: Flask, client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    client.submit("/staff/users/new", "new", name="Nia New", email="nia@coalition.example", role=["drafter"])
    way = newest_way(house)
    ask_as_a_stranger(app, "nia@coalition.example")
    house.clock.advance(hours=2)
    assert InspectingClient(app).get(way).status_code == 200


@pytest.mark.parametrize("email", [EMAIL, "nobody@outside.example"])
def test_an_answer_that_takes_its_time_keeps_no_one_from_the_database(
    app: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    pool, held = app.extensions["signoff"].database.engine.pool, []
    monkeypatch.setattr(password_reset.time, "sleep", lambda _seconds: held.append(pool.checkedout()))
    assert client.submit("/login/forgotten", "/forgotten", email=email).status_code == 200
    assert held == [0]


@pytest.mark.parametrize("email", ["nia@coalition.example", "drafter@coalition.example"])
def test_an_administrator_mails_a_way_however_often_strangers_asked(
    app: Flask, client: InspectingClient, house: House, email: str
) -> None:
    client.sign_in("administrator")
    client.submit("/staff/users/new", "new", name="Nia New", email="nia@coalition.example", role=["drafter"])
    ask_as_a_stranger(app, email)
    with house.database.reading() as session:
        number = session.scalars(select(StaffUser.id).where(StaffUser.email == email)).one()
    assert client.submit(f"/staff/users/{number}", "/way").status_code == 303
    assert newest(house) == "account_link_sent"


def test_a_session_that_ended_while_its_proof_was_judged_does_no_grave_act(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in("administrator")
    house.clock.advance(minutes=31)
    fits = house.passwords.fits

    def slow(typed: str, stored: str | None) -> bool:
        with house.database.unit_of_work() as session:
            drop_sessions(session, house.user(session, "administrator"), at=house.clock())
        return fits(typed, stored)

    target, served = client.form("/staff/account", "tokens")
    monkeypatch.setattr(house.passwords, "fits", slow)
    fields = dict(served) | {"token_name": "Nightly", "prove_password": PASSWORD}
    assert client.post(target, data=fields).status_code == 401
    with house.database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_new_recovery_codes_are_told_to_their_user(client: InspectingClient, house: House) -> None:
    client.sign_in("publisher")
    set_up(client, house)
    before = account_letters(house)
    assert client.submit("/staff/account/authenticator", "/codes").status_code == 200
    assert newest(house) == "recovery_codes_renewed" and account_letters(house) == before + 1
