"""Letters about accounts that did not arrive: tried again, each goes to its own address or nowhere."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from signoff.models import AccountLink, Letter
from signoff.services.accounts import address_change
from signoff.services.outbox.bounces import mark_bounced
from signoff.services.outbox.outbox import retry_letters
from tests.house import House
from tests.letters.sink import Sink, text_of
from tests.letters.test_accounts import LINK, OLD

Turn = Callable[[], list[str]]
NEW = "dora@new.example"
FULL = "550 5.2.2 This mailbox is full"


def ask_for_another_address(house: House) -> AccountLink:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        return address_change.ask_for_address(house.act(session, user.actor), user, NEW)


def confirm_it(house: House, link: AccountLink) -> None:
    with house.database.unit_of_work() as session:
        address_change.confirm_address(session, session.merge(link), clock=house.clock)


def bounce(house: House) -> None:
    """Whatever was sent comes back."""
    with house.database.unit_of_work() as session:
        for letter in session.scalars(select(Letter).where(Letter.state == "sent")).all():
            mark_bounced(session, letter, FULL, clock=house.clock)


def retry(house: House) -> None:
    with house.database.unit_of_work() as session:
        lost = session.scalars(select(Letter.id).where(Letter.state.in_(["failed", "bounced"]))).all()
        retry_letters(house.act(session, house.user(session, "publisher").actor), lost)


def empty(sink: Sink) -> None:
    sink.raw.clear()
    sink.recipients.clear()


def subjects(sink: Sink, address: str = "") -> list[str]:
    """Of the letters taken, or of those to one address."""
    return [str(letter["Subject"]) for letter in (sink.to(address) if address else sink.letters)]


def kept_addresses(house: House) -> set[str | None]:
    with house.database.reading() as session:
        return set(session.scalars(select(Letter.address)))


def test_the_way_to_a_new_address_is_tried_again_there_alone(house: House, sink: Sink, deliver: Turn) -> None:
    sink.refusals[NEW] = FULL
    ask_for_another_address(house)
    assert deliver() == ["failed"]
    retry(house)
    deliver()
    assert subjects(sink) == []  # in the old mailbox the link would prove an address that no one looked into
    sink.refusals.clear()
    retry(house)
    assert deliver() == ["sent"]
    assert LINK.search(text_of(sink.to(NEW)[0])) and subjects(sink, OLD) == []
    assert kept_addresses(house) == {None}


def test_the_word_of_a_changed_address_reaches_the_old_one_or_no_one(house: House, sink: Sink, deliver: Turn) -> None:
    link = ask_for_another_address(house)
    deliver()
    empty(sink)
    sink.refusals[OLD] = FULL
    confirm_it(house, link)
    assert deliver() == ["failed"]
    retry(house)
    deliver()
    assert subjects(sink) == []  # whoever took the account over would be told instead of its user
    sink.refusals.clear()
    retry(house)
    deliver()
    assert set(sink.recipients) <= {OLD} and kept_addresses(house) == {None}


@pytest.mark.parametrize(("confirmed", "own", "other"), [(False, NEW, OLD), (True, OLD, NEW)])
def test_what_came_back_is_never_sent_to_the_other_mailbox(
    house: House, sink: Sink, deliver: Turn, confirmed: bool, own: str, other: str
) -> None:
    link = ask_for_another_address(house)
    if confirmed:
        deliver()
        empty(sink)
        confirm_it(house, link)
    deliver()
    assert sink.recipients == [own]
    bounce(house)
    retry(house)
    deliver()
    assert subjects(sink, other) == []
