"""Letters about accounts: the way in stands in the mail alone, and each goes where its user is, or was."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from signoff.domain.accounts import AccountLinkPurpose, AccountNews
from signoff.domain.permissions import NOBODY
from signoff.models import Letter
from signoff.services.accounts import address_change
from signoff.services.accounts.mailed_links import end_account_links, send_account_link
from signoff.services.outbox.letter_queue import queue_account_news
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, html_of, text_of
from tests.web.dump import everything

Turn = Callable[[], list[str]]
LINK = re.compile(r"^http://127\.0\.0\.1:8000(/login/link/([A-Za-z0-9_-]{43}))$", re.MULTILINE)
OLD = "drafter@coalition.example"


@pytest.mark.parametrize("purpose", [AccountLinkPurpose.INVITE, AccountLinkPurpose.RESET])
def test_the_way_in_stands_in_the_mail_alone(
    house: House, sink: Sink, deliver: Turn, client: InspectingClient, purpose: AccountLinkPurpose
) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        send_account_link(house.act(session, NOBODY), user, purpose)
    assert deliver() == ["sent"]
    letter = sink.to(OLD)[0]
    search_result = LINK.search(text_of(letter))
    assert search_result is not None and f"http://127.0.0.1:8000{search_result[1]}" in html_of(letter)
    assert client.get(search_result[1]).status_code == 200
    kept = str(everything(house.database))
    assert search_result[2] not in kept and "/login/link/***" in kept


def test_a_new_address_is_asked_and_the_old_one_told(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        link = address_change.ask_for_address(house.act(session, user.actor), user, "dora@new.example")
    deliver()
    assert sink.to(OLD) == [] and LINK.search(text_of(sink.to("dora@new.example")[0]))
    with house.database.unit_of_work() as session:
        address_change.confirm_address(session, session.merge(link), clock=house.clock)
    deliver()
    assert sink.to(OLD)[0]["Subject"] == "Your email address was changed" and len(sink.letters) == 2
    with house.database.reading() as session:
        assert [letter.address for letter in session.scalars(select(Letter))] == [None, None]  # forgotten once sent


def test_a_way_that_has_ended_is_not_mailed(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)
        end_account_links(session, user, clock=house.clock)
    assert deliver() == ["canceled"] and sink.letters == []


def test_every_news_of_an_account_says_what_happened_and_whom_to_tell(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        for news in AccountNews:
            old = "dora@old.example" if news == AccountNews.ADDRESS_CHANGED else None
            queue_account_news(session, house.user(session, "drafter"), news, at=house.clock(), address=old)
    assert deliver() == ["sent"] * len(AccountNews)
    told = [letter["To"] for letter in sink.letters]
    assert sum("dora@old.example" in to for to in told) == 1 and len(told) == len(AccountNews)
    subjects = {letter["Subject"] for letter in sink.letters}
    assert len(subjects) == len(AccountNews)
    for letter in sink.letters:
        text = text_of(letter)
        assert "If you did not expect this, reply to this email at once." in text and len(text.splitlines()) < 25
        assert LINK.search(text) is None
