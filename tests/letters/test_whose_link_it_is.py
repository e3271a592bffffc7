"""Whoever owns the database and not the keys gets no one's link, emails no words, and is let in as no one."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.errors import NotFound
from signoff.domain.rounds.links import link_secret
from signoff.evidence.canonical import sha256_hex
from signoff.models import Letter
from signoff.services.accounts.api_tokens import find_token_user, make_token
from signoff.services.accounts.mailed_links import get_account_link, send_account_link
from signoff.services.accounts.users import find_unchanged_user
from signoff.services.partners.newsletter_sending import send_test
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of
from tests.meeting import publisher
from tests.newsletter import send_all, written
from tests.services.publications.logged import bent, wrong_in

Deliver = Callable[[], list[str]]
EVE = "(SELECT id FROM contact WHERE email = 'ana@eve.example')"
OUTSIDE = "changed outside this program"


@pytest.fixture
def dialect() -> str:
    """What is refused is refused by the program, alike on both databases."""
    return "sqlite"


def contact(name: str) -> str:
    return f"(SELECT id FROM contact WHERE email = 'ana@{name}.example')"


def request_to(name: str) -> str:
    return f"kind = 'request' AND contact_id = {contact(name)}"


# By the partner whose link is to be had; Eve answers for a partner of her own.
ATTACKS = {
    "alder": f"UPDATE contact SET email = 'eve@evil.example' WHERE id = {contact('alder')}",
    "birch": f"UPDATE link SET contact_id = {EVE} WHERE contact_id = {contact('birch')}",
    "cedar": f"UPDATE letter SET contact_id = {EVE} WHERE {request_to('cedar')}",
    "delta": f"UPDATE letter SET contact_id = NULL, user_id = 1 WHERE {request_to('delta')}",
    "elm": "UPDATE letter SET kind = 'contact_changed', changed_contact_id = contact_id, address = 'eve@evil.example' "
    f"WHERE {request_to('elm')}",
}


def test_a_partners_link_goes_to_its_contact_and_to_no_one_else(house: House, sink: Sink, deliver: Deliver) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *(name.title() for name in ATTACKS), "Eve", "Iris")
        secrets = {name: house.secret(house.link(session, version, name.title())) for name in (*ATTACKS, "iris")}
    bent(house, *ATTACKS.values())
    deliver()
    read = {address: "".join(text_of(one) + html_of(one) for one in sink.to(address)) for address in addressed(sink)}
    assert secrets.pop("iris") in read["ana@iris.example"]
    assert {name: address for name, secret in secrets.items() for address in read if secret in read[address]} == {}
    with house.database.reading() as session:
        failed = session.scalars(select(Letter.last_reply).where(Letter.state == "failed").order_by(Letter.id)).all()
    assert [OUTSIDE in reply for reply in failed] == [True, True, False]  # Alder's, Birch's, and the one to staff


def addressed(sink: Sink) -> set[str]:
    return {str(letter["To"].addresses[0].addr_spec) for letter in sink.letters}


def test_no_words_are_emailed_that_the_program_did_not_write_or_no_one_sent(
    house: House, sink: Sink, deliver: Deliver
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Birch")
        send_all(house, session, written(house, session, "News of the spring"))
        send_test(publisher(house, session), written(house, session, "A draft"))
    bent(
        house,
        "UPDATE version SET title = 'Words of Eve'",
        "UPDATE newsletter SET opening = 'Words of Eve' WHERE subject = 'News of the spring'",
        "UPDATE letter SET kind = 'newsletter', user_id = NULL, contact_id = 1, subscription_id = "
        "(SELECT subscription_id FROM letter WHERE kind = 'newsletter') WHERE kind = 'newsletter_test'",
    )
    assert sorted(deliver()) == ["canceled", "failed", "failed"] and sink.letters == []
    with house.database.reading() as session:
        said = session.scalars(select(Letter.last_reply).where(Letter.state != "queued").order_by(Letter.id)).all()
    assert [OUTSIDE in reply for reply in said] == [True, True, False] and said[2] == "The newsletter was not sent."


def test_what_lets_staff_in_was_written_by_the_program(house: House, sink: Sink, deliver: Deliver) -> None:
    with house.database.unit_of_work() as session:
        admin = house.user(session, "administrator")
        own = make_token(house.act(session, admin.actor), admin, name="Own")
        link = send_account_link(house.act(session, admin.actor), admin, AccountLinkPurpose.RESET)
        secret = link_secret(house.settings.secret_key, link.nonce, purpose="account")
        number, hashed = admin.id, admin.password_hash
    with house.database.reading() as session:
        assert find_token_user(session, own) and get_account_link(session, secret, clock=house.clock)
    bent(
        house,
        "INSERT INTO api_token (user_id, name, lookup, made_at) "
        f"SELECT user_id, 'Forged', '{sha256_hex('forged')}', made_at FROM api_token",
        "UPDATE account_link SET purpose = 'address', address = 'eve@evil.example'",
        "UPDATE letter SET address = 'eve@evil.example' WHERE account_link_id IS NOT NULL",
    )
    deliver()
    assert "eve@evil.example" not in addressed(sink)
    with house.database.reading() as session:
        assert find_token_user(session, own) and find_token_user(session, "forged") is None
        with pytest.raises(NotFound):
            get_account_link(session, secret, clock=house.clock)
    with house.database.unit_of_work() as session:
        assert find_unchanged_user(session, number, password_hash=hashed)
    bent(house, f"UPDATE staff_user SET password_hash = 'forged' WHERE id = {number}")
    with house.database.unit_of_work() as session:
        assert find_unchanged_user(session, number, password_hash="forged") is None  # noqa: S106
    with house.database.reading() as session:
        assert find_token_user(session, own) is None
    written = "is not as this program wrote it."
    assert {sentence for sentence in wrong_in(house) if written in sentence} == {
        f"The API token “Forged” of Administrator Person {written}",
        f"The mailed link into an account of Administrator Person {written}",
        f"The staff account “Administrator Person” {written}",
    }
