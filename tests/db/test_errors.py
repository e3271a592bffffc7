"""What an error of a database that refuses a connection means: such an error has no code, only PostgreSQL's words."""

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from signoff.db.errors import Trouble, trouble_of

SOCKET = 'connection failed: connection to server on socket "/run/.s.PGSQL.5432" failed: '


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FATAL:  could not write init file: No space left on device", Trouble.FULL),
        ("FATAL:  sorry, too many clients already", Trouble.UNAVAILABLE),
        ("No such file or directory", Trouble.UNAVAILABLE),
    ],
)
def test_a_refused_connection_says_whether_the_disk_is_full(said: str, meant: Trouble, writing: bool) -> None:
    problem = OperationalError("", None, psycopg.OperationalError(SOCKET + said))
    assert trouble_of(problem, writing=writing) is meant
