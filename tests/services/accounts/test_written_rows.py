"""Rows of access that the owner of the database wrote without a key let no one in, and `signoff verify` names them."""

from dataclasses import dataclass

import pyotp
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from signoff.domain.rounds.links import link_lookup
from signoff.models import Authenticator, StaffUser
from signoff.services.accounts import users
from signoff.services.accounts.api_tokens import find_token_user, make_token
from signoff.services.accounts.authenticators import lacks_second_factor, takes_code
from signoff.services.accounts.sessions import find_session, start_session
from signoff.services.accounts.written_rows import acting_later
from tests.house import House
from tests.services.publications.logged import bent, wrong_in

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@dataclass
class Staff:
    """One user, signed in, with a token and an authenticator."""

    house: House
    cookie: str
    token: str
    app: pyotp.TOTP
    codes: list[str]

    def user(self, session: Session) -> StaffUser:
        return self.house.user(session, "reviewer")

    def gets_in(self) -> dict[str, bool]:
        """By which ways the user gets in now."""
        clock = self.house.clock
        with self.house.database.unit_of_work() as session:
            user = self.user(session)
            same = users.find_unchanged_user(session, user.id, password_hash=user.password_hash)
            return {
                "password": same is not None,
                "session": find_session(session, self.cookie, clock=clock) is not None,
                "token": find_token_user(session, self.token) is not None,
                "later": bool(acting_later(session, user).roles),
            }

    def takes(self, code: str) -> bool:
        with self.house.database.unit_of_work() as session:
            keys = self.house.settings.secret_keys
            return takes_code(session, self.user(session), code, keys=keys, clock=self.house.clock)

    def fresh_code(self) -> str:
        self.house.clock.advance(seconds=30)
        return self.app.at(self.house.clock())


@pytest.fixture
def staff(house: House) -> Staff:
    with house.database.unit_of_work() as session:
        user = house.user(session, "reviewer")
        app, codes = house.authenticate(session, user)
        token = make_token(house.act(session, user.actor), user, name="")
        cookie = start_session(session, user, clock=house.clock)
        admin = house.act(session, house.user(session, "administrator").actor)
        for roles in (["reviewer", "publisher"], ["reviewer"]):
            users.change_user(admin, user, name=user.name, roles=roles, job_title="")
    return Staff(house, cookie, token, app, codes)


def test_what_the_program_wrote_lets_in(staff: Staff) -> None:
    assert all(staff.gets_in().values())
    assert staff.takes(staff.fresh_code()) and staff.takes(staff.codes[0])
    assert wrong_in(staff.house) == []


OWN = "user_id = (SELECT id FROM staff_user WHERE email = 'reviewer@coalition.example')"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO staff_role (user_id, role) SELECT id, 'administrator' FROM staff_user "
        "WHERE email = 'reviewer@coalition.example'",
        f"UPDATE staff_role SET role = 'publisher' WHERE ended_at IS NULL AND {OWN}",
        f"UPDATE staff_role SET ended_at = NULL WHERE {OWN}",
    ],
    ids=["added", "changed", "given back"],
)
def test_a_role_written_past_the_program_lets_no_one_in(staff: Staff, statement: str) -> None:
    bent(staff.house, statement)
    assert not any(staff.gets_in().values())
    wrong = wrong_in(staff.house)
    assert "The role of Reviewer Person is not as this program wrote it." in wrong
    assert "Reviewer Person has other roles than the record says." in wrong


def test_another_authenticator_takes_no_code(staff: Staff) -> None:
    house = staff.house
    with house.database.unit_of_work() as session:
        other, _ = house.authenticate(session, house.user(session, "drafter"))
    bent(
        house,
        "UPDATE authenticator SET (nonce, lookup) = (SELECT nonce, lookup FROM authenticator o "
        "WHERE o.user_id = (SELECT id FROM staff_user WHERE email = 'drafter@coalition.example')) "
        f"WHERE {OWN}",
    )
    house.clock.advance(seconds=30)
    assert not staff.takes(other.at(house.clock())) and not staff.takes(staff.codes[0])
    assert not staff.gets_in()["password"]
    assert "The authenticator of Reviewer Person is not as this program wrote it." in wrong_in(house)


def test_an_authenticator_removed_past_the_program_does_not_make_the_password_enough(staff: Staff) -> None:
    bent(staff.house, f"UPDATE authenticator SET removed_at = added_at WHERE {OWN}")
    assert not staff.gets_in()["password"]
    assert "The authenticator of Reviewer Person is not as this program wrote it." in wrong_in(staff.house)


def test_an_authenticator_added_past_the_program_is_no_second_factor(staff: Staff) -> None:
    added = "INSERT INTO authenticator (user_id, nonce, lookup, added_at, last_step) "
    whose = "(SELECT id FROM staff_user WHERE email = 'publisher@coalition.example')"
    bent(staff.house, f"{added} SELECT {whose}, nonce, lookup, added_at, last_step FROM authenticator")
    with staff.house.database.reading() as session:
        assert lacks_second_factor(session, staff.house.user(session, "publisher"))


def test_a_recovery_code_written_past_the_program_is_taken_by_no_one(staff: Staff) -> None:
    with staff.house.database.reading() as session:
        number = session.scalar(select(Authenticator.id))
    lookup = link_lookup("aaaaabbbbb")
    bent(staff.house, f"INSERT INTO recovery_code (authenticator_id, lookup) VALUES ({number}, '{lookup}')")
    assert not staff.takes("aaaaa-bbbbb") and staff.takes(staff.codes[0])
    bent(
        staff.house,
        f"UPDATE recovery_code SET used_at = NULL WHERE lookup = '{link_lookup(staff.codes[0].replace('-', ''))}'",
    )
    assert not staff.takes(staff.codes[0])
    wrong = wrong_in(staff.house)
    assert wrong.count("The recovery code of Reviewer Person is not as this program wrote it.") == 2


def test_a_session_given_to_someone_else_is_no_ones(staff: Staff) -> None:
    administrator = "(SELECT id FROM staff_user WHERE email = 'administrator@coalition.example')"
    with staff.house.database.migrating.begin() as connection:
        connection.execute(text("DROP TRIGGER staff_session_frozen"))
        connection.execute(text(f"UPDATE staff_session SET user_id = {administrator}"))
    assert not staff.gets_in()["session"]
