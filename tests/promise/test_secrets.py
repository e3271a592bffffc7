"""A link's secret is in one place only: the letter to its contact. No table, log, page or API answer holds it."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from signoff.domain.answers.answers import AnswerForm
from signoff.domain.errors import Invalid
from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from signoff.services.answers import answers
from tests.house import House
from tests.inspection import InspectingClient, words_of
from tests.letters.conftest import deliver  # noqa: F401 - a fixture
from tests.letters.sink import Sink, text_of
from tests.web.addresses import address, furnish_addresses, rules
from tests.web.dump import everything


def test_the_secret_is_found_nowhere_but_in_the_letter(
    app: Flask,
    client: InspectingClient,
    house: House,
    sink: Sink,
    deliver: Callable[[], list[str]],  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
        user = house.user(session, Role.PUBLISHER)
        token = make_token(house.act(session, user.actor), user, name="test")
    deliver()
    assert any(filled.secret in text_of(letter) for letter in sink.letters)  # it was there to be found
    client.get(f"/r/{filled.secret}")
    client.post(f"/r/{filled.secret}/answer", data={})

    assert filled.secret not in repr(everything(house.database))
    # The mail server of this test logs every line it gets, the link too.
    assert "/r/***" in caplog.text and filled.secret not in caplog.text
    client.sign_in(Role.PUBLISHER)
    looked_at = 0
    for rule in rules(app, "GET"):
        if not rule.rule.startswith("/r/"):
            path = address(app, rule, filled)
            assert filled.secret not in words_of(client.get(path)), path
            assert filled.secret not in words_of(client.get(path, headers={"Authorization": f"Bearer {token}"})), path
            looked_at += 1
    assert looked_at > 30


def test_a_failure_on_a_links_page_is_logged_without_the_secret(
    app: Flask, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(secret: str) -> str:
        raise RuntimeError("broken on purpose")

    broken.access = app.view_functions["partner.show"].access  # type: ignore[attr-defined]
    app.view_functions["partner.show"] = broken
    secret = "s" * 43
    response = app.test_client().get(f"/r/{secret}")
    assert response.status_code == 500
    assert "broken on purpose" in caplog.text and "/r/***" in caplog.text
    assert secret not in caplog.text
    assert "broken on purpose" not in response.text and "Traceback" not in response.text


MARKS = ("{}", "{}_", "{}-", "{}-thanks", "{}%20", "_http://127.0.0.1:8000/r/{}_", "/r/%{first:02X}{rest}")


@pytest.mark.parametrize("mark", MARKS)
def test_what_a_contact_types_holds_no_link_that_opens(house: House, mark: str) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        link = house.link(session, version, "Alder")
        secret = house.secret(link)
        typed = "See " + mark.format(secret, first=ord(secret[0]), rest=secret[1:])
        house.say(session, version, "Birch")
        birch = house.link(session, version, "Birch")
        acts: dict[str, Callable[[], object]] = {
            "public_note": lambda: house.say(session, version, "Alder", public_note=typed),
            "reason": lambda: house.say(session, version, "Alder", "decline", reason=typed),
            "note": lambda: house.say(session, version, "Alder", note=typed),
            "job_title": lambda: house.say(session, version, "Alder", job_title=typed),
            "comment": lambda: house.comment(session, link, typed),
            "proposed_name": lambda: house.propose(session, version, "Alder", f"Alder {typed[4:]}"),
            "full_name": lambda: answers.withdraw(
                house.act(session, birch.actor),
                birch,
                AnswerForm(full_name=typed, is_me="yes"),
                shown_digest=version.digest,
            ),
        }
        for field, act in acts.items():
            with pytest.raises(Invalid) as refusal:
                act()
            assert field in refusal.value.errors, field
    assert secret not in repr(everything(house.database))
    assert secret[1:] not in repr(everything(house.database))
