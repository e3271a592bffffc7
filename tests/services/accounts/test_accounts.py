"""Accounts: roles, ends, mailed ways, passwords and second factors; what ends stays ended."""

import json
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.accounts import LINK_LASTS, AccountLinkPurpose
from signoff.domain.errors import Conflict, Invalid, LinkDead, NotAllowed, NotFound, TooMany
from signoff.domain.permissions import NOBODY, Role
from signoff.domain.rounds.links import secret_of
from signoff.models import AccountLink, Entry, StaffSession, StaffUser
from signoff.services.accounts import address_change, authenticators, sessions, users
from signoff.services.accounts.api_tokens import find_token_user, make_token
from signoff.services.accounts.mailed_links import get_account_link, send_account_link
from signoff.services.accounts.passwords import (
    NO_PASSWORD,
    Passwords,
    change_password,
    choose_password,
    new_password_problem,
)
from signoff.services.accounts.sessions import find_session, start_session
from tests.house import House

RESET = AccountLinkPurpose.RESET


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(Entry.kind).order_by(Entry.id)))


def give_codes(session: Session) -> None:
    """What a commit does, without one."""
    session.dispatch.before_commit(session)


def opened(house: House, session: Session, secret: str) -> AccountLink:
    give_codes(session)
    return get_account_link(session, secret, clock=house.clock)


def way(
    house: House, session: Session, user: StaffUser, purpose: AccountLinkPurpose = RESET
) -> tuple[AccountLink, str]:
    key = house.settings.secret_key
    link = send_account_link(house.act(session, NOBODY), user, purpose)
    secret = secret_of([key], link.nonce, link.lookup, purpose="account")
    assert secret is not None
    return link, secret


def test_deactivating_kills_sessions_tokens_and_ways_at_once(house: House, session: Session) -> None:
    user, admin = house.user(session, "drafter"), house.user(session, "administrator").actor
    cookie = start_session(session, user, clock=house.clock)
    token = make_token(house.act(session, user.actor), user, name="")
    _, secret = way(house, session, user)
    give_codes(session)
    assert find_session(session, cookie, clock=house.clock) and find_token_user(session, token)
    before = len(kinds(session))
    users.deactivate_user(house.act(session, admin), user)
    users.deactivate_user(house.act(session, admin), user)
    assert kinds(session)[before:] == ["user_deactivated"]
    users.reactivate_user(house.act(session, admin), user)
    session.expire_all()
    # What died with the account does not come back with it.
    assert find_session(session, cookie, clock=house.clock) is None
    assert find_token_user(session, token) is None
    with pytest.raises(LinkDead):
        opened(house, session, secret)


def test_someone_can_always_administer(house: House, session: Session) -> None:
    user = house.user(session, "administrator")
    with pytest.raises(Conflict, match="only administrator"):
        users.change_user(house.act(session, user.actor), user, name="Ada", roles=["drafter"], job_title="")
    other = house.add_user(session, "Bo", [Role.ADMINISTRATOR])
    password, other.password_hash = other.password_hash, NO_PASSWORD
    session.flush()
    with pytest.raises(Conflict, match="only administrator"):  # the other one cannot sign in yet
        users.change_user(house.act(session, user.actor), user, name="Ada", roles=["drafter"], job_title="")
    other.password_hash = password
    session.flush()
    with pytest.raises(Conflict, match="own account"):
        users.deactivate_user(house.act(session, user.actor), user)
    users.deactivate_user(house.act(session, other.actor), user)
    with pytest.raises(Conflict, match="only administrator"):
        users.change_user(house.act(session, other.actor), other, name="Bo", roles=["drafter"], job_title="")


def test_roles_change_by_one_act_and_only_when_they_differ(house: House, session: Session) -> None:
    user, admin = house.user(session, "drafter"), house.user(session, "administrator").actor
    before = len(kinds(session))
    act, change = house.act(session, admin), {"name": user.name, "job_title": ""}
    assert users.change_user(act, user, roles=["publisher", "reviewer"], **change)  # type: ignore[arg-type]
    assert not users.change_user(act, user, roles=["reviewer", "publisher"], **change)  # type: ignore[arg-type]
    assert kinds(session)[before:] == ["user_changed"]
    assert user.actor.roles == {Role.PUBLISHER, Role.REVIEWER}
    with pytest.raises(NotAllowed):
        users.change_user(house.act(session, user.actor), user, name="Me", roles=["administrator"], job_title="")
    with pytest.raises(Invalid):
        users.change_user(house.act(session, admin), user, name="Me", roles=["king"], job_title="")


def test_a_job_title_is_one_line_and_its_change_alone_is_recorded(house: House, session: Session) -> None:
    user, act = house.user(session, "publisher"), house.act(session, house.user(session, "administrator").actor)
    kept = {"name": user.name, "roles": ["publisher"]}
    assert users.change_user(act, user, job_title=" Director of policy ", **kept)  # type: ignore[arg-type]
    assert user.job_title == "Director of policy"
    last = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert last is not None and json.loads(last.body)["facts"] == {
        "user": user.id,
        "roles": ["publisher"],
        "name_changed": False,
        "job_title_changed": True,
    }
    with pytest.raises(Invalid) as refused:
        users.change_user(act, user, job_title="x" * 201, **kept)  # type: ignore[arg-type]
    assert set(refused.value.errors) == {"job_title"}


def test_a_mailed_way_works_once_for_its_time_and_ends_every_session(house: House, session: Session) -> None:
    user = house.user(session, "drafter")
    cookie = start_session(session, user, clock=house.clock)
    first, first_secret = way(house, session, user)
    link, secret = way(house, session, user)
    with pytest.raises(LinkDead):
        opened(house, session, first_secret)
    with pytest.raises(NotFound):
        opened(house, session, "-" * 43)
    assert opened(house, session, secret) is link
    password = "four unlikely lanterns drift"
    choose_password(session, link, password, hashed=house.passwords.hash(password), clock=house.clock)
    assert house.passwords.fits(password, user.password_hash)
    assert find_session(session, cookie, clock=house.clock) is None
    with pytest.raises(LinkDead):
        opened(house, session, secret)
    late, late_secret = way(house, session, user)
    house.clock.advance(seconds=LINK_LASTS[RESET].total_seconds())
    with pytest.raises(LinkDead):
        opened(house, session, late_secret)
    assert late.expires_at == house.clock() and first.ended_at is not None


def test_no_more_than_five_ways_an_hour(house: House, session: Session) -> None:
    user = house.user(session, "drafter")
    for _ in range(5):
        way(house, session, user)
    with pytest.raises(TooMany):
        way(house, session, user)
    house.clock.advance(hours=1, seconds=1)
    way(house, session, user)


def test_a_new_address_counts_once_it_was_proven(house: House, session: Session) -> None:
    user = house.user(session, "drafter")
    partner = house.partner(session, "Alder")
    for taken in ("publisher@coalition.example", "ana+x@alder.example", partner.contacts[0].email, user.email, "x"):
        with pytest.raises(Invalid):
            address_change.ask_for_address(house.act(session, user.actor), user, taken)
    link = address_change.ask_for_address(house.act(session, user.actor), user, "Dora@New.example")
    assert user.email == "drafter@coalition.example"
    with pytest.raises(NotFound):
        choose_password(session, link, "four unlikely lanterns drift", hashed="x", clock=house.clock)
    address_change.confirm_address(session, link, clock=house.clock)
    assert user.email == "dora@new.example"
    with pytest.raises(NotFound):
        address_change.confirm_address(session, way(house, session, user)[0], clock=house.clock)


def test_no_one_touches_anothers_account(house: House, session: Session) -> None:
    user, other = house.user(session, "drafter"), house.user(session, "administrator").actor
    with pytest.raises(NotAllowed):
        change_password(house.act(session, other), user, "x", hashed="x", keep="")
    with pytest.raises(NotAllowed):
        address_change.ask_for_address(house.act(session, other), user, "a@b.example")
    with pytest.raises(NotAllowed):
        sessions.end_sessions(house.act(session, other), user, [1])
    with pytest.raises(NotAllowed):
        authenticators.renew_recovery_codes(house.act(session, other), user)
    house.authenticate(session, user)
    with pytest.raises(NotAllowed):
        authenticators.remove_authenticator(house.act(session, house.user(session, "publisher").actor), user)
    authenticators.remove_authenticator(house.act(session, other), user)
    assert authenticators.find_authenticator(session, user) is None


def test_no_code_counts_twice(house: House, session: Session) -> None:
    user, keys = house.user(session, "publisher"), house.settings.secret_keys
    assert authenticators.lacks_second_factor(session, user)
    app, codes = house.authenticate(session, user)
    give_codes(session)
    assert not authenticators.lacks_second_factor(session, user)

    def takes(code: str) -> bool:
        give_codes(session)
        return authenticators.takes_code(session, user, code, keys=keys, clock=house.clock)

    used = app.at(house.clock())
    assert not takes(used)  # it proved the setting up
    house.clock.advance(seconds=30)
    now = app.at(house.clock())
    assert takes(f" {now[:3]} {now[3:]} ") and not takes(now)
    house.clock.advance(seconds=90)
    assert not takes(app.at(house.clock() - timedelta(seconds=60)))
    assert takes(app.at(house.clock() - timedelta(seconds=30)))
    assert takes(codes[0].upper()) and not takes(codes[0])
    renewed = authenticators.renew_recovery_codes(house.act(session, user.actor), user)
    assert not takes(codes[1]) and takes(renewed[1])
    authenticator = authenticators.find_authenticator(session, user)
    assert authenticator is not None
    session.refresh(authenticator)
    assert authenticators.unused_recovery_codes(session, authenticator) == 9


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("seven lanterns by the gate", True),
        ("kurz", False),
        ("passwordpassword", False),
        ("123456789012345", False),
        ("qwertyuiopasdfgh", False),
        ("dora drafter dora", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("x" * 201, False),
    ],
)
def test_passwords_that_are_easy_to_guess_are_refused(password: str, is_good: bool) -> None:
    assert (new_password_problem(password, email="dora@coalition.example", name="Dora Drafter") == "") == is_good


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_who_waited_for_a_way_finds_it_used(house: House) -> None:
    with house.database.unit_of_work() as session:
        _, secret = way(house, session, house.user(session, "drafter"))
    with house.database.writer() as waiting, house.database.unit_of_work() as first:
        read = get_account_link(waiting, secret, clock=house.clock)
        assert read.ended_at is None
        link = get_account_link(first, secret, clock=house.clock, hold=True)
        choose_password(first, link, "four unlikely lanterns drift", hashed="x", clock=house.clock)
        first.commit()
        with pytest.raises(LinkDead):
            get_account_link(waiting, secret, clock=house.clock, hold=True)


def test_who_has_no_password_yet_costs_as_much_to_refuse_as_anybody() -> None:
    judged = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            judged.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=64, parallelism=1))
    for stored in (None, NO_PASSWORD):
        assert not passwords.fits("seven lanterns by the gate", stored)
    assert len(judged) == 2 and judged[0] == judged[1] and judged[0].startswith("$argon2")


def test_what_a_browser_says_of_itself_is_kept_as_the_database_can(house: House, session: Session) -> None:
    start_session(session, house.user(session, "drafter"), clock=house.clock, browser="Fire\0fox " + "x" * 400)
    session.flush()
    kept = session.scalars(select(StaffSession.browser).order_by(StaffSession.id.desc())).first()
    assert kept is not None and kept.startswith("Firefox x") and len(kept) == 300
