"""The command line as an operator uses it: a real process, exit codes, one sentence on stderr."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from signoff.db import schema
from signoff.db.database import Database
from signoff.domain.return_addresses import return_address
from signoff.evidence.codes import SealingKeys

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
CSV = Path(__file__).parents[2] / "examples" / "partners.csv"


class Shell:
    """Runs `signoff` in an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'signoff.db'}"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")},
            "SIGNOFF_DATABASE_URL": self.url,
            "SIGNOFF_SECRET_KEY": secrets.token_urlsafe(48),
            "SIGNOFF_SEALING_KEY_FILE": str(folder / "sealing_key.json"),
            "SIGNOFF_MAIL_PORT": "9",
        }

    def run(self, *words: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "signoff", *words],
            input=typed,
            capture_output=True,
            text=True,
            env={**self.environ, **environ},
            cwd=self.folder,
            check=False,
        )

    def ok(self, *words: str, **more: str) -> str:
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *words: str, code: int = 1, **more: str) -> str:
        done = self.run(*words, **more)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return _with_a_key(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An installation for commands that change nothing, so that one serves them all."""
    made = _with_a_key(tmp_path_factory.mktemp("installed"))
    made.ok("db", "upgrade")
    made.ok("init")
    return made


def _with_a_key(folder: Path) -> Shell:
    made = Shell(folder)
    made.ok("sealing-key", str(folder / "sealing_key.json"))
    return made


def test_an_installation_from_nothing(shell: Shell) -> None:
    assert "signoff db upgrade" in shell.fails("init")
    assert shell.ok("db", "current") == "base\n"
    assert shell.ok("db", "upgrade") == f"The database is at revision {schema.newest()}.\n"
    done = shell.ok(
        "init",
        "--admin",
        "Ada@Coalition.example",
        "--name",
        "Ada",
        "--password-stdin",
        typed="four green hills far off\n",
    )
    assert "Added the administrator" in done
    assert shell.ok("init") == ""  # again is nothing
    shell.ok("user", "add", "dora@coalition.example", "--name", "Dora", "--role", "drafter", "--role", "reviewer")
    given = ("user", "add", "eva@coalition.example", "--name", "Eva", "--role", "publisher", "--password-stdin")
    shell.ok(*given, typed="nine quiet rivers beyond\n")
    token = shell.ok("token", "add", "dora@coalition.example").split()[-1]
    assert token.startswith("signoff_")
    assert "2 partners" in shell.ok("partners", "import", "--dry-run", str(CSV))
    database = Database(shell.url)
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM partner")) == 0
        connection.rollback()
    assert "Added 2 partners" in shell.ok("partners", "import", str(CSV))
    assert "Added 0 partners and 0 contacts" in shell.ok("partners", "import", str(CSV))
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, may_answer FROM contact JOIN partner ON partner.id = partner_id"))
        assert [tuple(row) for row in rows] == [
            ("Alder Foundation for Learning", 1), ("Birch County Libraries", 1), ("Birch County Libraries", 0),
        ]  # fmt: skip
        assert connection.scalar(text("SELECT reply_to FROM coalition")) == "ada@coalition.example"
        # The administrator typed their own password; what is typed for someone else is not theirs.
        own = connection.execute(text("SELECT name FROM staff_user WHERE password_chosen_at IS NOT NULL")).scalars()
        assert list(own) == ["Ada"]
        connection.rollback()
    database.engine.dispose()
    assert shell.ok("worker", "--once") == "No email was sent.\n"  # the word about the token, with no mail server there
    verified = shell.ok("verify")
    assert "0 versions, 0 answers" in verified and "Everything is as it was recorded." in verified


def test_it_says_its_version(shell: Shell) -> None:
    (written,) = re.findall(r'^version = "(.+)"$', PYPROJECT.read_text(), re.MULTILINE)
    assert shell.ok("--version") == f"signoff {written}\n"


HEAVY = {"signoff.worker.turn", "openpyxl", "procrastinate"}


@pytest.mark.parametrize(("module", "loaded"), [("users", set()), ("worker", HEAVY)])
def test_a_command_loads_no_worker_but_to_work(module: str, loaded: set[str]) -> None:
    script = f"import sys, signoff.cli.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == loaded


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (("user", "add", "nobody", "--name", "N", "--role", "drafter"), 1, "email address"),
        (("user", "add", "n@c.example", "--name", "N", "--role", "emperor"), 2, "emperor"),
        (("user", "add", "n@c.example", "--name", "N", "--role", "drafter", "--password-stdin"), 1, "15 characters"),
        (("token", "add", "nobody@c.example"), 1, "There is no user"),
        (("partners", "import", "/nowhere.csv"), 2, "nowhere.csv"),
        (("db", "downgrade", "9999"), 1, "9999"),
        (("serve", "--port", "99999"), 2, "99999"),
        (("init", "--admin", "a@c.example"), 2, "--name"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(installed: Shell, words: tuple[str, ...], code: int, word: str) -> None:
    assert word in installed.fails(*words, code=code, typed="short\n")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfe", "no rows"),
        (b"shoe_size,color\n44,red\n", "which column has the organization"),
        (b"name,contact_name,contact_email\nA,B,nonsense\n", "mail address"),
        (b"name,contact_name,contact_email\n,B,a@b.example\n", "names no organization"),
        (b"name,contact_name,contact_email\nA\0,B,a@b.example\n", "neither a CSV nor an Excel file"),
        (b'name,contact_name,contact_email\n"A,B,a@b.example\n', "CSV"),
    ],
)
def test_a_bad_partner_file_is_refused_whole(installed: Shell, content: bytes, word: str) -> None:
    path = installed.folder / "partners.csv"
    path.write_bytes(content)
    assert word in installed.fails("partners", "import", str(path))
    database = Database(installed.url)
    with database.reading() as session:
        assert session.scalar(text("SELECT COUNT(*) FROM partner")) == 0
    database.engine.dispose()


def test_what_a_partner_file_has_no_use_for_is_said(installed: Shell) -> None:
    path = installed.folder / "partners.csv"
    path.write_bytes(b"Group;Mail;Who;shoe_size\nA;a@b.example;B;44\nC;;D;45;more\nA;e@f.example;E;46\n")
    said = installed.ok("partners", "import", "--map", "Who=contact_name", "--dry-run", str(path))
    assert "Mail → contact_email" in said and "Columns left out: shoe_size, column E." in said
    assert "row 3, Mail (B3): D has no email address and was left out." in said
    assert "+ A (a@b.example, e@f.example)" in said and "Would add 2 partners" in said


def test_bad_settings_are_refused_before_anything_happens(shell: Shell) -> None:
    assert "not a setting" in shell.fails("db", "current", SIGNOFF_COLOUR="blue")
    assert "https" in shell.fails("serve", SIGNOFF_BASE_URL="http://signoff.example")


def test_a_sealing_key_file_is_never_overwritten(shell: Shell) -> None:
    before = (shell.folder / "sealing_key.json").read_text()
    shell.fails("sealing-key", str(shell.folder / "sealing_key.json"))
    assert (shell.folder / "sealing_key.json").read_text() == before


def test_a_renewed_sealing_key_file_signs_anew_and_proves_what_was_before(shell: Shell) -> None:
    file = shell.folder / "sealing_key.json"
    before = SealingKeys.read(file)
    assert "has a new key" in shell.ok("sealing-key", "--renew", str(file))
    after = SealingKeys.read(file)
    assert after.mac[1:] == before.mac and after.mac[0] not in before.mac
    assert file.stat().st_mode & 0o777 == 0o600
    file.with_name("other.json").write_text("{}")
    assert "not a sealing key file" in shell.fails("sealing-key", "--renew", str(file.with_name("other.json")))
    assert "No such file" in shell.fails("sealing-key", "--renew", str(file.with_name("none.json")))


def test_a_database_with_a_hollowed_guard_is_not_worked_with(shell: Shell) -> None:
    shell.ok("db", "upgrade")
    hollowed = "CREATE TRIGGER answer_in_open_round BEFORE INSERT ON answer WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END"
    database = Database(shell.url)
    with database.unit_of_work() as session:
        session.execute(text("DROP TRIGGER answer_in_open_round"))
        session.execute(text(hollowed))
    database.engine.dispose()
    for command in (["serve"], ["worker", "--once"], ["verify"]):
        assert "The trigger answer_in_open_round is not as this program made it." in shell.fails(*command)
    shell.ok("db", "upgrade")
    assert "trigger" not in shell.ok("verify")


UNREADABLE = "From: MAILER-DAEMON@mx.example\nSubject: =?utf-8?q?=E3=81=8A=E7=9F=A5?=\n\nkono adoresu wa arimasen\n"


def _a_pipe_of_a_mail_server_finds_settings_and_letter(shell: Shell) -> None:
    # As docs/operators.md tells mail servers to run it: no environment but the recipient, settings in `.env`.
    given = {name: value for name, value in shell.environ.items() if name.startswith("SIGNOFF_")}
    given["SIGNOFF_MAIL_BOUNCE_ADDRESS"] = "bounces@coalition.example"
    (shell.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    database = Database(shell.url)
    with database.unit_of_work() as session:
        session.execute(text("UPDATE letter SET state = 'sending', claimed_until = due_at"))
        session.execute(text("UPDATE letter SET state = 'sent', claimed_until = NULL, sent_at = due_at"))
        message_id = session.execute(text("SELECT message_id FROM letter")).scalar_one()
    recipient = return_address(given["SIGNOFF_MAIL_BOUNCE_ADDRESS"], given["SIGNOFF_SECRET_KEY"], message_id)
    piped = subprocess.run(
        ["/bin/sh", "-c", f"cd {shell.folder} && exec {sys.executable} -m signoff bounce"],
        input=UNREADABLE.encode(),
        capture_output=True,
        env={"ORIGINAL_RECIPIENT": recipient, "PYTHONPATH": str(CSV.parents[1])},
        cwd="/",
        check=False,
    )
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert piped.stdout.startswith(b"One email marked as bounced. ")
    with database.reading() as session:
        assert session.execute(text("SELECT state FROM letter")).scalar_one() == "bounced"
    database.engine.dispose()
    (shell.folder / ".env").unlink()


def test_the_mail_from_the_command_line(shell: Shell) -> None:
    shell.ok("db", "upgrade")
    shell.ok(
        "init", "--admin", "ada@coalition.example", "--name", "Ada", "--password-stdin", typed="four green hills\n"
    )
    shell.ok("token", "add", "ada@coalition.example")
    assert "worker has not been seen" in shell.fails("letters", "status")
    away = shell.run("worker", "--once")  # the server cannot be reached, and nothing is lost
    assert (away.returncode, away.stdout) == (0, "No email was sent.\n") and "cannot be reached" in away.stderr
    assert "Email has been paused since" in shell.fails("letters", "status")
    assert "queued     1" in shell.run("letters", "status").stdout
    assert shell.ok("letters", "retry") == "No email failed or waits to be tried again.\nDue anyway: one email.\n"
    assert shell.ok("bounce", typed="Subject: Re: hello\n\nYes please\n") == "Ignored: not a delivery notification.\n"
    odd = shell.run("bounce", typed="")
    assert (odd.returncode, odd.stderr) == (0, "")
    assert "Ignored: an automatic reply" in shell.ok("bounce", typed="Auto-Submitted: auto-replied\n\nAway\n")
    _a_pipe_of_a_mail_server_finds_settings_and_letter(shell)
    # Told to try again, a mail server keeps the message.
    away = shell.fails("bounce", code=75, typed=UNREADABLE, SIGNOFF_DATABASE_URL=f"sqlite:///{shell.folder}/none.db")
    assert away.startswith("Not done; the mail server should try again: ")
    assert shell.fails("worker", "--once", SIGNOFF_WORKER="distributed") == (
        "SIGNOFF_WORKER can be distributed only with PostgreSQL.\n"
    )
