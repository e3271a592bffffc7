"""A contact is confirmed by a second person: an account made on the spot, or known to someone else, is none."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.errors import NotAllowed
from signoff.domain.permissions import NOBODY, OPERATOR, Actor, Role
from signoff.models import Contact, Letter, Referral, StaffUser, Version
from signoff.services.accounts import passwords, users
from signoff.services.accounts.api_tokens import find_token_user, make_token
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.accounts.users import add_user
from signoff.services.partners.contacts import confirm_contact, present_contacts
from signoff.services.partners.referrals import settle_referral
from tests.house import House

NEW = "four unlikely lanterns drift"
TOO_NEW = "Your account is less than 24 hours old. It can confirm contacts after that."
NOT_OWN = "Your password was set by someone else. Choose your own on your account page first."


def made_now(house: House, session: Session, name: str = "Second", **more: bool) -> StaffUser:
    return house.add_user(session, name, [Role.ADMINISTRATOR, Role.PUBLISHER], days_old=0, **more)


@pytest.fixture
def corrected(house: House, session: Session) -> Contact:
    """A contact of Alder whose new address waits; Alder has two more contacts, one of whom reads only."""
    partner = house.partner(session, "Alder", "Ana Alder", "Ben Alder", "Cleo Alder")
    house.correct(session, partner.contacts[2], may_answer=False)  # type: ignore[arg-type]
    house.correct(session, partner.contacts[0], email="ana@new.example")
    return partner.contacts[0]


def confirm(house: House, session: Session, contact: Contact, by: Actor) -> None:
    confirm_contact(house.act(session, by), contact)


def refused(house: House, session: Session, contact: Contact, by: Actor) -> str:
    with pytest.raises(NotAllowed) as refusal:
        confirm(house, session, contact, by)
    assert contact.answers_from > house.clock() and contact.confirmed_by is None
    return str(refusal.value)


def test_an_account_made_on_the_spot_confirms_nothing(house: House, session: Session, corrected: Contact) -> None:
    user = made_now(house, session)
    assert refused(house, session, corrected, user.actor) == TOO_NEW
    house.clock.advance(hours=12)
    house.correct(session, corrected, email="ana@newer.example")
    house.clock.advance(hours=12)  # exactly a day is not more than a day
    assert refused(house, session, corrected, user.actor) == TOO_NEW
    house.clock.advance(seconds=1)
    confirm(house, session, corrected, user.actor)
    assert corrected.confirmed_by == user.id


def test_all_reasons_are_said_at_once(house: House, session: Session, corrected: Contact) -> None:
    user = made_now(house, session, is_own_password=False)
    assert refused(house, session, corrected, user.actor) == f"{TOO_NEW} {NOT_OWN}"


@pytest.mark.parametrize("how", ["link", "signed in"])
def test_a_password_that_someone_else_set_does_not_count_until_its_user_chose_one(
    house: House, session: Session, corrected: Contact, how: str
) -> None:
    user = house.add_user(session, "Second", [Role.PUBLISHER], is_own_password=False)
    assert refused(house, session, corrected, user.actor) == NOT_OWN
    hashed = house.passwords.hash(NEW)
    if how == "link":
        reset = AccountLinkPurpose.RESET
        link = send_account_link(house.act(session, NOBODY), user, reset)
        passwords.choose_password(session, link, NEW, hashed=hashed, clock=house.clock)
    else:
        passwords.change_password(house.act(session, user.actor), user, NEW, hashed=hashed, keep="")
    assert user.password_chosen_at == house.clock()
    confirm(house, session, corrected, user.actor)
    assert corrected.confirmed_by == user.id


def test_an_invited_user_without_a_password_has_none_of_their_own(house: House, session: Session) -> None:
    user = add_user(
        house.act(session, OPERATOR),
        email="nia@coalition.example",
        name="Nia New",
        roles=["publisher"],
    )
    assert user.password_chosen_at is None


def test_no_one_but_a_user_confirms(house: House, session: Session, corrected: Contact) -> None:
    roles = frozenset({Role.ADMINISTRATOR, Role.PUBLISHER})
    for by in (OPERATOR, Actor("worker", roles=roles), Actor("contact", 3, roles), Actor("user", 999, roles)):
        refused(house, session, corrected, by)


def letters_of(session: Session) -> list[str]:
    letters = session.scalars(select(Letter).where(Letter.kind == "contact_confirmed").order_by(Letter.id))
    return [letter.address or "" for letter in letters]


def test_the_other_contacts_and_every_administrator_are_told(
    house: House, session: Session, corrected: Contact
) -> None:
    house.add_user(session, "Ada", [Role.ADMINISTRATOR, Role.REVIEWER])
    gone = house.add_user(session, "Gone", [Role.ADMINISTRATOR])
    administrator, publisher = (house.user(session, role).actor for role in ("administrator", "publisher"))
    users.deactivate_user(house.act(session, administrator), gone)
    confirm(house, session, corrected, publisher)
    assert letters_of(session) == [
        "ben@alder.example",
        "cleo@alder.example",
        "administrator@coalition.example",
        "ada@coalition.example",
    ]


@pytest.fixture
def named(house: House, session: Session) -> Referral:
    """A colleague in another mail domain, named by Ana; Dan of the same partner only reads."""
    version: Version = house.checked(session, house.position(session))
    partner = house.partner(session, "Alder", "Ana Alder", "Ben Alder", "Dan Alder")
    house.correct(session, partner.contacts[2], may_answer=False)  # type: ignore[arg-type]
    house.ask(session, version, [partner])
    return house.refer(session, version, "Alder", "cleo@elsewhere.example").referral


def settle(house: House, session: Session, referral: Referral, by: Actor, *, accepted: bool = True) -> None:
    settle_referral(house.act(session, by), referral, accepted=accepted)


def test_a_colleague_from_outside_is_accepted_by_such_an_account_only(
    house: House, session: Session, named: Referral
) -> None:
    for user, reason in (
        (made_now(house, session), TOO_NEW),
        (house.add_user(session, "Third", [Role.PUBLISHER], is_own_password=False), NOT_OWN),
    ):
        with pytest.raises(NotAllowed) as refusal:
            settle(house, session, named, user.actor)
        assert str(refusal.value) == reason
    assert named.settled_at is None
    assert [c.email for c in present_contacts(session, named.link.request.partner)][3:] == []
    house.clock.advance(seconds=1)
    publisher = house.user(session, "publisher")
    settle(house, session, named, publisher.actor)
    colleague = session.get_one(Contact, named.contact_id)
    assert (colleague.email, colleague.confirmed_by) == ("cleo@elsewhere.example", publisher.id)
    assert colleague.address_changed_by is None
    assert letters_of(session) == ["administrator@coalition.example", "second@coalition.example"]
    # The partner's contacts hear of it by the letter about the referral.
    referred = session.scalars(select(Letter).where(Letter.kind == "referred", Letter.referral_id == named.id))
    told = {letter.contact.email for letter in referred if letter.contact and letter.queued_at == house.clock()}
    assert told == {"ana@alder.example", "ben@alder.example", "dan@alder.example", "cleo@elsewhere.example"}


def test_a_new_account_may_refuse_a_colleague(house: House, session: Session, named: Referral) -> None:
    settle(house, session, named, made_now(house, session).actor, accepted=False)
    assert named.accepted == 0 and letters_of(session) == []


def test_a_changed_password_ends_every_api_token(house: House, session: Session) -> None:
    user, other = house.user(session, "drafter"), house.user(session, "reviewer")
    kept = make_token(house.act(session, other.actor), other, name="")
    for change in ("signed in", "link"):
        tokens = [make_token(house.act(session, user.actor), user, name=name) for name in ("a", "b")]
        session.commit()  # what is written gets its code by then
        assert all(find_token_user(session, token) is user for token in tokens)
        hashed = house.passwords.hash(NEW)
        if change == "signed in":
            passwords.change_password(house.act(session, user.actor), user, NEW, hashed=hashed, keep="")
        else:
            reset = AccountLinkPurpose.RESET
            link = send_account_link(house.act(session, NOBODY), user, reset)
            passwords.choose_password(session, link, NEW, hashed=hashed, clock=house.clock)
        session.expire_all()
        assert [find_token_user(session, token) for token in tokens] == [None, None]
    assert find_token_user(session, kept) is other
