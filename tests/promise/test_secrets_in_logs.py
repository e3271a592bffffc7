"""What a serving process prints holds no secret: whichever logger says it, in whatever spelling, whatever fails."""

import json
import logging
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from signoff.services.accounts.sessions import start_session
from signoff.web.log_masking import MaskedRecord, mask, mask_crashes
from tests.house import House
from tests.served import Served, served, take_away

SECRET = "Zq7_" + "aB3-" * 9 + "xYz"
TOKEN = f"signoff_{SECRET}"
ODD_HOSTS = (
    ".",
    "xn--",
    "x" * 300,
    "..",
    "a..b",
    "[::1",
    "xn--a.example",
    "127.0.0.1:99999999",
    "é.example",
    "a b",
    "",
)
SPELLINGS = (
    f"/r/{SECRET}",
    f"/r/{SECRET}/answer",
    f"/login/link/{SECRET}",
    f"https://coalition.example/sign/r/{SECRET}?x=1",
    f"//r//{SECRET}",
    f"/login?next=%2Fr%2F{SECRET}",
    f"/login?next=%252Fr%252f{SECRET}%252Fanswer",
    f"/login?next={quote(f'/login/link/{SECRET}', safe='')}",
    f"/r/%5A%71{SECRET[2:]}",
    f"/r/{SECRET[:20]}",
    f"/r/{SECRET}/x /r/{SECRET}x and /r/{SECRET}.",
    f"GET /%72/{SECRET} HTTP/1.1",
    f"/R/{SECRET}",
    f"the secret {SECRET} alone",
    f"('{SECRET}',)",
    f"secret={SECRET}&",
    f"next%3D{SECRET}",
    f"Authorization: Bearer {TOKEN}",
    f"'HTTP_AUTHORIZATION': 'Bearer {TOKEN}'",
    f"authorization=Basic {SECRET}",
    f"Bearer {SECRET}.{SECRET}",
    f"a token {TOKEN} in words",
    f"Cookie: signoff=.eJw{SECRET}.x; other=1",
    f"HTTP_COOKIE='__Host-signoff={SECRET}'",
    f"Set-Cookie: signoff={SECRET}; HttpOnly",
    f"postgresql+psycopg://signoff:{SECRET}@db.example/signoff",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_masked(spelling: str) -> None:
    said = mask(spelling)
    assert SECRET[4:16] not in said and SECRET[-12:] not in said and "***" in said


@pytest.mark.parametrize(
    "plain",
    [
        "GET /positions/fund-the-coordinator 200",
        "the database is locked",
        "0f" * 32,
        'File "/srv/signoff/signoff/web/errors.py", line 87, in _on_failure',
        "PRAGMA signoff_foreign_keys",
        "/positions/a-very-long-address-made-of-many-plain-words",
    ],
)
def test_what_is_no_secret_stays(plain: str) -> None:
    assert mask(plain) == plain


def test_no_record_holds_a_secret_whoever_made_the_logger(capsys: pytest.CaptureFixture[str]) -> None:
    logging.setLogRecordFactory(MaskedRecord)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    for name in ("waitress", "werkzeug", "sqlalchemy.engine", "signoff", "gunicorn.access", "made.tomorrow", ""):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        try:
            logger.error("Exception while serving /r/%s", SECRET)
            logger.error("Exception while serving %s", f"/r/{SECRET}")
            logger.error('"%(r)s" %(s)s', {"r": f"GET /r/{SECRET} HTTP/1.1", "s": 500})
            logger.error("two %s %s %s", f"/r/{SECRET}")
            logger.error("an object %s", {"token": TOKEN}, stack_info=True)
            try:
                raise RuntimeError(f"broken at /r/{SECRET}") from ValueError(TOKEN)
            except RuntimeError:
                logger.exception("failed")
        finally:
            logger.removeHandler(handler)
    printed = capsys.readouterr().err
    assert SECRET not in printed and printed.count("/r/***") > 30 and printed.count("broken at") > 6


def test_what_ends_a_thread_is_printed_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    mask_crashes()

    def crash() -> None:
        raise RuntimeError(f"over /r/{SECRET}")

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    printed = capsys.readouterr().err
    assert "over /r/***" in printed and SECRET not in printed


BROKEN = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
from flask import request
from signoff.web.partner import request_page
def broken(secret):
    raise RuntimeError(f"broken over {request.url} and {request.headers.get('Authorization')}")
if %r:
    request_page.way_of = broken
"""


@pytest.mark.parametrize(("raises", "style"), [(False, "text"), (True, "json")])
def test_a_serving_process_prints_no_secret(house: House, tmp_path: Path, raises: bool, style: str) -> None:
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))
        user = house.user(session, Role.PUBLISHER)
        token = make_token(house.act(session, user.actor), user, name="test")
        cookie = start_session(session, user, clock=house.clock)
    with served(house, tmp_path, BROKEN % raises, LOG=style) as server:
        _ask_everything(server, secret, token)
        take_away(house.database)
        answers = _ask_everything(server, secret, token)
    printed = server.printed()
    assert any(" 503 " in answer and "Retry-After:" in answer for answer in answers)
    assert "the database cannot be reached" in printed and ("broken over" in printed) is raises
    if style == "json":
        lines = [json.loads(line) for line in printed.splitlines()]
        assert {line["route"] for line in lines if line["logger"] == "signoff.requests"} >= {"/r/<secret>", "/login"}
    for kept in (secret, token, token.removeprefix("signoff_"), cookie, secret[8:30]):
        assert kept not in printed


def _ask_everything(server: Served, secret: str, token: str) -> list[str]:
    answers = []
    for path in (f"/r/{secret}", f"/login/link/{secret}", f"/login?next=%2Fr%2F{secret}", f"/r/{secret}/%ff"):
        for host in ("127.0.0.1", *ODD_HOSTS):
            answer = server.ask(path, host=host, Authorization=f"Bearer {token}")
            assert "Content-Security-Policy: default-src" in answer or answer.split(" ")[1:2] != ["500"], answer
            answers.append(answer)
    answers.append(server.ask(f"/r/{secret}/answer", method="POST", body=f"answer=approve&form=x&note=/r/{secret}"))
    answers.append(server.ask("/api/v1/record", Authorization=f"Bearer {token}"))
    return answers
