"""Attacks on the guards of a referral that is taken back, and lawful acts beside them; see `conditions.py`.

On version 4, Bo and Cy Hazel each named a colleague who is in force: Cleo Colleague twice, at two addresses. On
version 1, Cedar's contact named a colleague and took that back.
"""

from sqlalchemy import Connection

from tests.promise.attacking import EARLIER, LATER, Attack, after, answered, asked, copied, sql
from tests.promise.full import row

_CLEO = "email = 'cleo@hazel.example'"
_BO_NAMED_CLEO = f"id = (SELECT MIN(link_id) FROM referral WHERE {_CLEO})"
CLEO_TAKEN_BACK = sql(f"UPDATE referral SET taken_back_at = '{LATER}' WHERE {_CLEO}")
_BO_ANSWERS_AGAIN = sql(f"UPDATE link SET referred_at = NULL WHERE {_BO_NAMED_CLEO}")
_CEDARS_LINK = "id = (SELECT MIN(link_id) FROM referral WHERE taken_back_at IS NOT NULL)"
_CEDARS_COLLEAGUE = "contact_id = (SELECT MIN(contact_id) FROM referral WHERE taken_back_at IS NOT NULL)"
_CEDAR_ELSEWHERE = "partner_id = (SELECT id FROM partner WHERE name = 'Cedar') AND id > 800000"


def cleo_declines(connection: Connection) -> None:
    """The colleague whom Bo Hazel named declines."""
    own = f"contact_id = (SELECT MIN(contact_id) FROM referral WHERE {_CLEO})"
    answered("Hazel", "decline", version=4, link_id=row(connection, "link", own).id)(connection)


def _named(where: str) -> Attack:
    """A link reads only, and then answers again."""
    return after(
        sql(f"UPDATE link SET referred_at = '{EARLIER}' WHERE {where}"),
        sql(f"UPDATE link SET referred_at = NULL WHERE {where}"),
    )


def _named_elsewhere(connection: Connection, **settled: object) -> None:
    number = row(connection, "link", _CEDAR_ELSEWHERE).id
    own = {"id": 900_000, "link_id": number, "request_id": number, "taken_back_at": None, **settled}
    copied("referral", "taken_back_at IS NOT NULL", **own)(connection)


def _named_elsewhere_in_vain(connection: Connection) -> None:
    """Cedar's contact named a colleague on another question, whom staff did not accept."""
    _named_elsewhere(connection, accepted=0, contact_id=None)


def _cleo_answers_elsewhere(connection: Connection) -> None:
    """Cleo Hazel has a link to another question too, and declines there."""
    asked("Hazel", 2)(connection)
    partner = row(connection, "partner", "name = 'Hazel'").id
    contact = row(connection, "referral", _CLEO).contact_id
    request = row(connection, "request", f"partner_id = {partner} AND version_id = 2").id
    own = {"id": 900_001, "request_id": request, "contact_id": contact, "partner_id": partner, "lookup": "5" * 64}
    copied("link", "referred_at IS NULL AND revoked_at IS NULL", **own)(connection)
    answered("Hazel", "decline", version=2, link_id=900_001)(connection)


ATTACKS: dict[str, list[Attack]] = {
    "link_of_referrer_answers_once_taken_back": [
        sql(f"UPDATE link SET referred_at = NULL WHERE {_BO_NAMED_CLEO}"),
        after(CLEO_TAKEN_BACK, sql(f"UPDATE link SET referred_at = '{LATER}' WHERE {_BO_NAMED_CLEO}")),
        # Only who took it back, on that question, and no one who named no colleague that way.
        _named("id = 1"),
        _named(_CEDARS_COLLEAGUE),
        after(asked("Cedar", 2), _named(_CEDAR_ELSEWHERE)),
        after(asked("Cedar", 2), _named_elsewhere_in_vain, _named(_CEDAR_ELSEWHERE)),
        after(
            CLEO_TAKEN_BACK,
            copied("referral", _CLEO, id=900_000, taken_back_at=None),
            _BO_ANSWERS_AGAIN,
        ),
        after(
            copied("referral", _CLEO, id=900_000, accepted=0, contact_id=None, taken_back_at=None),
            _BO_ANSWERS_AGAIN,
        ),
    ],
    "referral_taken_back_in_time": [after(cleo_declines, CLEO_TAKEN_BACK)],
}
LAWFUL: dict[str, list[Attack]] = {
    "link_of_referrer_answers_once_taken_back": [
        after(CLEO_TAKEN_BACK, _BO_ANSWERS_AGAIN),
        after(
            CLEO_TAKEN_BACK,
            copied("referral", _CLEO, id=900_000, accepted=0, contact_id=None, taken_back_at=None),
            _BO_ANSWERS_AGAIN,
        ),
        after(asked("Cedar", 2), _named_elsewhere, _named(_CEDARS_LINK)),
        sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE {_BO_NAMED_CLEO}"),
    ],
    "referral_taken_back_in_time": [
        after(answered("Hazel", "decline", version=4), CLEO_TAKEN_BACK),
        after(_cleo_answers_elsewhere, CLEO_TAKEN_BACK),
        after(cleo_declines, sql(f"UPDATE referral SET job_title = NULL WHERE {_CLEO}")),
    ],
}
