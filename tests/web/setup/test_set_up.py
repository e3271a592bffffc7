"""The set-up pages: a one-time way in, used up by the administrator's account and by nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.db.database import Database
from signoff.models import Coalition, PrinciplesEdition, StaffUser
from signoff.services.accounts.passwords import Passwords
from signoff.settings import Settings, keep_settings, kept_settings, read_settings
from signoff.web.app import create_app
from signoff.web.one_time_address import SetUp
from tests.house import CHEAP, StandingClock
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, free_port, listening

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

MAIL = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": "9", "MAIL_SENDER": "sign@alder.example", "encryption": "none"}
WORDS = "seven lanterns by the gate"


@dataclass
class New:
    """An installation that no one set up yet, and the way to do so."""

    folder: Path
    database: Database
    given: dict[str, str] = field(default_factory=dict)
    anywhere: bool = False
    clock: StandingClock = field(default_factory=StandingClock)
    started: int = 0

    def load(self) -> Settings:
        return read_settings({**kept_settings(self.folder), **self.given}, instance=self.folder)

    def start(self) -> None:
        self.started += 1

    def opened(self) -> tuple[Flask, str]:
        self.given.setdefault("SIGNOFF_DATABASE_URL", self.database.engine.url.render_as_string(hide_password=False))
        fixed = frozenset(name.removeprefix("SIGNOFF_") for name in self.given)
        set_up = SetUp(
            self.clock, fixed, lambda typed: keep_settings(self.folder, typed), self.load, self.start, self.anywhere
        )
        app = create_app(self.load(), clock=self.clock, passwords=Passwords(CHEAP), set_up=set_up)
        app.testing = True
        return app, f"/set-up/{set_up.secret}"


@pytest.fixture
def new(database: Database, tmp_path: Path) -> Iterator[New]:
    made = New(tmp_path / "instance", database)
    made.folder.mkdir(mode=0o700)
    yield made


@pytest.fixture
def opened(new: New) -> Iterator[tuple[InspectingClient, str]]:
    app, way = new.opened()
    yield InspectingClient(app), way
    app.extensions["signoff"].database.engine.dispose()


def the_first_two_steps(client: InspectingClient, way: str, **more: str) -> None:
    named = client.submit(way, way, name="The Alder Coalition", **more)
    assert named.status_code == 303 and named.location == f"{way}/email"
    mailed = client.submit(f"{way}/email", "/email", **MAIL, reply_to="ida@alder.example")
    assert mailed.status_code == 303 and mailed.location == f"{way}/administrator", mailed.text


def the_last(client: InspectingClient, way: str, **more: str):  # type: ignore[no-untyped-def]
    typed = {"name": "Ida", "email": "ida@alder.example", "password": WORDS, "again": WORDS, **more}
    return client.submit(f"{way}/administrator", "/administrator", **typed)


def test_three_steps_make_an_installation(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    the_first_two_steps(client, way, TIMEZONE="America/Chicago")
    done = the_last(client, way)
    assert done.status_code == 200 and "Signoff is set up" in done.text and new.started == 1
    with new.database.reading() as session:
        coalition, user = session.scalars(select(Coalition)).one(), session.scalars(select(StaffUser)).one()
        assert (coalition.name, coalition.reply_to) == ("The Alder Coalition", "ida@alder.example")
        assert (user.email, [row.role for row in user.roles]) == ("ida@alder.example", ["administrator"])
        assert user.password_chosen_at is not None
        assert session.scalars(select(PrinciplesEdition)).one().number == 1
    settings = new.load()
    assert (settings.timezone.key, settings.mail.sender) == ("America/Chicago", "sign@alder.example")
    kept = new.folder / ".env"
    assert kept.stat().st_mode & 0o777 == 0o600 and new.folder.stat().st_mode & 0o777 == 0o700
    assert WORDS not in kept.read_text()


def test_reading_uses_nothing_up_and_the_account_uses_it_up(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    the_first_two_steps(client, way)
    for page in ("", "/email", "/administrator"):
        for _ in range(3):
            assert client.get(way + page).status_code == client.head(way + page).status_code == 200
    target, served = client.form(f"{way}/administrator", "/administrator")
    assert the_last(client, way, password="short", again="short").status_code == 422
    assert the_last(client, way, again="another").status_code == 422
    assert new.started == 0 and the_last(client, way).status_code == 200
    again = {**dict(served), "name": "Eve", "email": "eve@alder.example", "password": WORDS, "again": WORDS}
    assert client.post(target, again).status_code == 404
    unknown = client.get("/set-up/unknown").text
    for page in ("", "/email", "/administrator"):
        assert client.get(way + page).status_code == 404
        assert client.get(way + page).text.replace(way + page, "/set-up/unknown") == unknown
    with new.database.reading() as session:
        assert [user.name for user in session.scalars(select(StaffUser))] == ["Ida"] and new.started == 1


def test_the_way_is_dead_after_an_hour(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    new.clock.advance(minutes=59)
    assert client.get(way).status_code == 200
    new.clock.advance(minutes=2)
    assert client.get(way).status_code == 404
    assert client.post(way, {"name": "Eve"}).status_code == 404


def test_it_answers_this_machine_alone_unless_asked(new: New) -> None:
    elsewhere = [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("::1", {"Forwarded": "for=_x"}),
    ]
    for anywhere, status in ((False, 404), (True, 200)):
        new.anywhere = anywhere
        app, way = new.opened()
        for source, headers in elsewhere:
            got = app.test_client().get(way, headers=headers, environ_base={"REMOTE_ADDR": source})
            assert got.status_code == status, source
        assert app.test_client().get(way, environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
        app.extensions["signoff"].database.engine.dispose()


def test_nothing_else_is_served_before(opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    assert client.get("/staff/").location.startswith("/login")
    for path in ("/", "/positions/", "/login", "/api/v1/positions", "/r/abc", "/nothing"):
        got = client.get(path)
        assert got.status_code == 503 and way not in got.text
    assert client.post("/login", {"email": "a@b.example"}).status_code == 503
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    page = client.get(way)
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert "Set-Cookie" not in page.headers
    assert client.post(way, {"name": "Eve"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_test_email_is_sent_by_what_was_typed(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    assert client.submit(way, way, name="The Alder Coalition").status_code == 303
    port = free_port()
    typed = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_SENDER": "sign@alder.example", "do": "try"}
    typed |= {"reply_to": "ida@alder.example", "trial_to": "ida@alder.example", "encryption": "none"}
    refused = client.submit(f"{way}/email", "/email", **typed)
    assert "The test email was not sent" in refused.text and "cannot be reached" in refused.text
    with listening(Sink(), port) as sink:
        sent = client.submit(f"{way}/email", "/email", **typed)
        assert "accepted a test email to ida@alder.example" in sent.text
        assert [letter["Subject"] for letter in sink.to("ida@alder.example")] == ["Test email from Signoff"]
        assert way not in str(sink.letters[0])


def test_a_password_is_kept_and_never_shown(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    assert client.submit(way, way, name="The Alder Coalition").status_code == 303
    odd = """p'a\\\\s"s ${HOME} #1"""
    with_password = {**MAIL, "reply_to": "ida@alder.example", "MAIL_USERNAME": "alder", "MAIL_PASSWORD": odd}
    assert client.submit(f"{way}/email", "/email", **with_password).status_code == 303
    assert new.load().mail.password == odd
    page = client.get(f"{way}/email")
    assert "p&#39;a" not in page.text and "A password is stored" in page.text
    assert client.submit(f"{way}/email", "/email", MAIL_PASSWORD="").status_code == 303
    assert new.load().mail.password == odd
    assert client.submit(f"{way}/email", "/email", MAIL_USERNAME="other").status_code == 422
    assert client.submit(f"{way}/email", "/email", MAIL_USERNAME="", MAIL_PASSWORD="").status_code == 303
    assert new.load().mail.password == ""


UNUSABLE = [
    ("", {"name": ""}, "name"),
    ("", {"name": "A", "TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
    ("", {"name": "A", "BASE_URL": "http://alder.example"}, "BASE_URL"),
    ("", {"name": "A", "BASE_URL": "https://alder.example\nSIGNOFF_WORKER=x"}, "BASE_URL"),
    ("/email", {"MAIL_PORT": "mail"}, "MAIL_PORT"),
    ("/email", {"MAIL_SERVER": "a b"}, "MAIL_SERVER"),
    ("/email", {"MAIL_SENDER": "nobody"}, "MAIL_SENDER"),
    ("/email", {"encryption": "rot13"}, "encryption"),
    ("/email", {"reply_to": ""}, "reply_to"),
    ("/email", {"MAIL_USERNAME": "u", "MAIL_PASSWORD": "a\nb"}, "MAIL_PASSWORD"),
    ("/email", {"do": "try", "trial_to": "x"}, "trial_to"),
]


def test_what_cannot_be_meant_is_refused_at_its_field(new: New, opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    assert client.submit(way, way, name="The Alder Coalition").status_code == 303
    before = (new.folder / ".env").read_text()
    for step, typed, name in UNUSABLE:
        usual = {**MAIL, "reply_to": "ida@alder.example"} if step else {}
        refused = client.submit(way + step, step or way, **{**usual, **typed})
        assert refused.status_code == 422 and f'id="{name}-error"' in refused.text, name
        assert (new.folder / ".env").read_text() == before


def test_an_address_that_others_reach_gets_a_given_key_and_a_proxy(
    new: New, opened: tuple[InspectingClient, str]
) -> None:
    client, way = opened
    key = new.load().secret_key
    the_first_two_steps(client, way, BASE_URL="https://sign.alder.example")
    done = the_last(client, way)
    assert 'href="https://sign.alder.example/login"' in done.text
    settings = new.load()
    assert (settings.base_url, settings.secret_key) == ("https://sign.alder.example", key)
    assert settings.trusted_proxies == 1


def test_what_the_operator_gave_is_not_asked(new: New) -> None:
    new.given = {"SIGNOFF_TIMEZONE": "Pacific/Guam", "SIGNOFF_MAIL_SERVER": "mail.alder.example"}
    app, way = new.opened()
    client = InspectingClient(app)
    assert 'name="TIMEZONE"' not in client.get(way).text
    the_first_two_steps(client, way, TIMEZONE="America/Chicago")
    assert new.load().timezone.key == "Pacific/Guam"
    page = client.get(f"{way}/email").text
    assert "mail.alder.example" in page and 'name="MAIL_SERVER"' not in page
    app.extensions["signoff"].database.engine.dispose()


def test_the_steps_are_taken_in_order(opened: tuple[InspectingClient, str]) -> None:
    client, way = opened
    assert client.get(f"{way}/administrator").location == way
    assert client.post(f"{way}/administrator", {"name": "Ida", "email": "i@b.example"}).location == way
    assert client.post(f"{way}/email", {"reply_to": "i@b.example"}).location == way
