"""Accounts at the same moment: what was judged before a change came in opens nothing after it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.errors import Refusal
from signoff.domain.permissions import NOBODY
from signoff.models import AccountLink, Contact, Entry, Partner, StaffUser
from signoff.services.accounts import authenticators, passwords, users
from signoff.services.accounts.api_tokens import find_token_user, make_token
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.accounts.throttling import MOST_FAILURES
from signoff.services.partners import contacts
from signoff.services.partners.partners import ContactForm
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient
from tests.meanwhile import beside, coming_between

# On SQLite a writer holds the whole database from its first statement: nothing can come in between.
pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)

EMAIL = "publisher@coalition.example"
NEW = "four unlikely lanterns drift"
Act = Callable[[House, Session], object]


def change_password(house: House, session: Session) -> None:
    user, hashed = house.user(session, "publisher"), house.passwords.hash(NEW)
    passwords.change_password(house.act(session, user.actor), user, NEW, hashed=hashed, keep="")


def set_up_authenticator(house: House, session: Session) -> None:
    house.authenticate(session, house.user(session, "publisher"))


def deactivate(house: House, session: Session) -> None:
    by = house.user(session, "administrator").actor
    users.deactivate_user(house.act(session, by), house.user(session, "publisher"))


def reactivate(house: House) -> None:
    with house.database.unit_of_work() as session:
        by = house.user(session, "administrator").actor
        users.reactivate_user(house.act(session, by), house.user(session, "publisher"))


def in_a_unit(house: House, act: Act) -> Callable[[], None]:
    def unit() -> None:
        with house.database.unit_of_work() as session:
            act(house, session)

    return unit


@pytest.mark.parametrize("act", [change_password, set_up_authenticator, deactivate])
def test_a_sign_in_judged_before_a_change_opens_nothing_after_it(
    app: Flask, client: InspectingClient, house: House, act: Act
) -> None:
    with coming_between(house, app, "INSERT INTO staff_session", in_a_unit(house, act)) as change:
        client.submit("/login", "", email=EMAIL, password=PASSWORD)
    change.result()
    reactivate(house)
    assert client.get("/staff/").status_code == 302


def test_a_token_made_while_its_user_is_deactivated_is_dead(house: House) -> None:
    with house.database.writer() as session:
        user = house.user(session, "publisher")
        token = make_token(house.act(session, user.actor), user, name="Nightly")
        with beside(house, in_a_unit(house, deactivate)) as ending:
            session.commit()
        ending.result()
    reactivate(house)
    with house.database.reading() as session:
        assert find_token_user(session, token) is None


def told_last(house: House) -> str | None:
    with house.database.reading() as session:
        return session.scalar(select(Entry.kind).order_by(Entry.id.desc()).limit(1))


@pytest.mark.parametrize(
    ("action", "fields"),
    [("/tokens", {"token_name": "Nightly"}), ("/address", {"email": "mallory@evil.example"})],
)
def test_whose_session_ends_while_they_wait_for_the_account_do_no_grave_act(
    client: InspectingClient, house: House, action: str, fields: dict[str, str]
) -> None:
    client.sign_in("publisher")
    target, served = client.form("/staff/account", action)
    with house.database.writer() as session:
        change_password(house, session)
        with beside(house, lambda: client.post(target, data=dict(served) | fields)) as acting:
            session.commit()
    assert acting.result().status_code == 401 and told_last(house) == "password_changed"


def test_whose_session_ends_while_they_wait_for_the_account_change_no_password(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in("publisher")
    other = "quiet copper walrus orchard"
    with house.database.writer() as session:

        def hash_while_the_owner_acts(typed: str) -> str:
            monkeypatch.undo()
            change_password(house, session)
            return house.passwords.hash(typed)

        monkeypatch.setattr(house.passwords, "hash", hash_while_the_owner_acts)
        fields = {"present": PASSWORD, "password": other, "again": other}
        with beside(house, lambda: client.submit("/staff/account", "/password", **fields)) as changing:
            session.commit()
    assert changing.result().status_code == 401
    with house.database.reading() as session:
        assert house.passwords.fits(NEW, house.user(session, "publisher").password_hash)


def twice_at_once(house: House, act: Act, other: Act | None = None) -> None:
    """Two acts, the second begun before the first is committed; either may be refused."""
    with house.database.writer() as session:
        act(house, session)
        with beside(house, in_a_unit(house, other or act)) as doing:
            session.commit()
    assert isinstance(doing.exception(), Refusal | None)


def test_recovery_codes_renewed_twice_at_once_are_ten(house: House) -> None:
    in_a_unit(house, set_up_authenticator)()
    codes: list[str] = []

    def renew(house: House, session: Session) -> None:
        user = house.user(session, "publisher")
        codes.extend(authenticators.renew_recovery_codes(house.act(session, user.actor), user))

    twice_at_once(house, renew)
    with house.database.unit_of_work() as session:
        user, keys = house.user(session, "publisher"), house.settings.secret_keys
        take = authenticators.takes_code
        assert sum(take(session, user, code, keys=keys, clock=house.clock) for code in codes) == 10


def test_of_ways_asked_for_at_once_one_lives_and_five_are_the_most(house: House) -> None:
    def ask(house: House, session: Session) -> None:
        user = house.user(session, "publisher")
        send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)

    def sent_and_living() -> tuple[int, int]:
        with house.database.reading() as session:
            links = session.scalars(select(AccountLink)).all()
            return len(links), sum(link.ended_at is None for link in links)

    twice_at_once(house, ask)
    assert sent_and_living() == (2, 1)
    for _ in range(2):
        in_a_unit(house, ask)()
    twice_at_once(house, ask)
    assert sent_and_living() == (5, 1)


def test_one_mailbox_becomes_a_users_or_a_contacts_but_never_both(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")

    def as_staff(house: House, session: Session) -> None:
        by = house.user(session, "administrator").actor
        users.add_user(
            house.act(session, by),
            email="mo@alder.example",
            name="Mo Mo",
            roles=["drafter"],
        )

    def as_contact(house: House, session: Session) -> None:
        form, by = ContactForm("Mo Mo", "mo+x@alder.example"), house.user(session, "administrator").actor
        alder = session.get_one(Partner, 1)
        contacts.add_contact(house.act(session, by), alder, form)

    twice_at_once(house, as_staff, as_contact)
    with house.database.reading() as session:
        emails = [*session.scalars(select(StaffUser.email)), *session.scalars(select(Contact.email))]
    assert sum(email.startswith("mo") for email in emails) == 1


def test_tries_at_once_count_as_one_addresses_however_it_is_written(
    app: Flask, client: InspectingClient, house: House
) -> None:
    def try_as(client: InspectingClient, email: str) -> int:
        return client.submit("/login", "", email=email, password="wrong wrong wrong").status_code

    for _ in range(MOST_FAILURES - 1):
        assert try_as(client, EMAIL) == 422
    other = InspectingClient(app)
    with coming_between(house, app, "INSERT INTO sign_in_failure", lambda: try_as(other, EMAIL.title())) as second:
        first = try_as(client, EMAIL)
    assert sorted([first, second.result()]) == [422, 429]
