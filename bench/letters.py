"""How fast letters are sent, as a ratio against the same number of finished letters over one bare SMTP connection.

Run with `python -m bench.letters`. Every contender sends to the same sink from a fresh process, so that its peak of
memory is its own, and the sink is asked after each whether every letter arrived. What is measured is the contender's
time from its first connection to its last goodbye; the letters of a contender with a queue are in it by then.
"""

import argparse
import json
import multiprocessing
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

# A contender imports what it sends with when it runs: the memory of the others is not its own.
from importlib import import_module

from bench.mail_sink import listening

SIZES = "1000,10000,100000"
HOST = "127.0.0.1"
SENDER = ("Coalition for Community Schools", "letters@coalition.example")
FROM = f"{SENDER[0]} <{SENDER[1]}>"
SUBJECT = "Please answer for Partner by December 1, 2026: Fund the coordinator"
FILE_NAME = "deadline.ics"
IN_HAND = 1_000  # letters built or queued at a time
# Its documentation calls a small BATCH_SIZE one for little memory; 1000 is the example in its source, 5 threads are its
# default. What is not named here is as it is by default: LOG_LEVEL 2 makes a row in its log for every letter.
POST_OFFICE = {"BATCH_SIZE": 1000, "THREADS_PER_PROCESS": 5}

STYLE = """\
body { margin: 0; background: #fbfaf6; color: #1c1f22; font: 16px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
p { margin: 0 0 1rem; }
.from { font: 600 1rem Georgia, serif; border-bottom: 1px solid #d8d4ca; padding-bottom: .75rem; }
.first { font-size: 1.125rem; }
blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid #d8d4ca; font-family: Georgia, serif; }
blockquote p:last-child { margin-bottom: 0; }
a { color: #0a5a57; text-decoration-thickness: 1px; text-underline-offset: .2em; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 0 0 1.25rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; overflow-wrap: anywhere; }
th { font-weight: 400; color: #585f66; white-space: nowrap; }
.act { display: inline-block; background: #0a5a57; color: #ffffff; font-weight: 600; padding: .75rem 1.5rem; }
.yours { font-size: .9375rem; color: #585f66; }
.reply { font-size: .9375rem; border-top: 1px solid #d8d4ca; padding-top: .75rem; margin-top: 1.5rem; }
@media (max-width: 30rem) {
main { padding: 1.25rem 1rem 2rem; }
.act { display: block; text-align: center; }
}
@media (prefers-color-scheme: dark) {
body { background: #15181a; color: #e9e6df; }
.from, blockquote, .reply { border-color: #343a3e; }
a { color: #6fc7c0; }
th { color: #a5abb0; }
.act { background: #6fc7c0; color: #0e1a1a; }
}"""
HEAD = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{SUBJECT}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<p class="from">{SENDER[0]}</p>"""
SUMMARY = """\
We ask for five-year grants, so that a coordinator can stay long enough
to know the families of a school. Today the grants end after one year,
and a third of the coordinators leave before the second one begins."""
MESSAGE = """\
The committee hears the coalition on 3 December. Whoever has answered by
the deadline can be named in what we hand in; we would be glad of yours.
If your board has to decide, tell us when it meets; the link opens a page
that can be printed for it, with the whole text and what it rests on."""
DIGEST = "9f2c41d07be85a3366e1f0a4c87d5b19e2740fac13d86b5590cf7e248ab3d615"
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Signoff//EN
METHOD:PUBLISH
BEGIN:VEVENT
SUMMARY:Answer due: Fund the coordinator
DTSTART:20261201T120000Z
DTEND:20261201T120000Z
DTSTAMP:20261102T150000Z
UID:round-1@signoff.coalition.example
SEQUENCE:0
DESCRIPTION:Your organization is asked whether it approves this text\\, un
 til Tuesday 1 December 2026\\, 7:00 am EST (12:00 UTC). The link to answer
  is in the letter.
TRANSP:TRANSPARENT
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Answer due tomorrow: Fund the coordinator
TRIGGER:-P1D
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@dataclass(frozen=True)
class Words:
    """What one letter says, and to whom."""

    name: str
    address: str
    text: str
    html: str

    @property
    def to(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True)
class Seen:
    """What a contender's own process says of its run."""

    seconds: float
    peak_mib: float
    opening: float = 0.0  # seconds that opening the round took; ours alone


def words(number: int) -> Words:
    name, partner = f"Ana Alder {number:06}", f"Partner {number:06}"
    link = f"https://signoff.coalition.example/r/Zx4uPq0bT7mVw2LkE9sYc1HdJ6nRf3Ga{number:06}"
    hello = f"Hello {name},"
    asks = f"Paul Publisher, Director of policy at the Coalition for Community Schools, asks {partner} to decide by"
    until = (
        "Tuesday, December 1, 2026, 7:00 a.m. EST (12:00 UTC) whether it approves the position “Fund the coordinator”."
    )
    named = f"If you approve, this name will be listed publicly: {partner}"
    read = "Read the whole text and answer here. You do not need an account:"
    yours = "This link is for you alone, so please do not forward it."
    silence = f"{partner} is named only if you approve. Not answering is never counted as approval."
    reply = "Paul Publisher\nDirector of policy, Coalition for Community Schools"
    quoted = "> " + SUMMARY.replace("\n", "\n> ")
    facts = f"Version: 1\nDigest: {DIGEST}"
    parts = (hello, f"{asks}\n{until}", quoted, MESSAGE, named, read, link, f"{yours}\n{silence}", facts, reply)
    text = "\n\n".join(parts)
    html = f"""\
{HEAD}
<p>{hello}</p>
<p class="first">{asks}
{until}</p>
<blockquote><p>{SUMMARY}</p></blockquote>
<p>{MESSAGE}</p>
<p>{named}</p>
<p>{read}</p>
<p><a class="act" href="{link}">Read the text and answer</a></p>
<p><a href="{link}">{link}</a></p>
<p class="yours">{yours} {silence}</p>
<table>
<tr><th scope="row">Version</th><td>1</td></tr>
<tr><th scope="row">Digest</th><td>{DIGEST}</td></tr>
</table>
<p class="reply">{reply}</p>
</main>
</body>
</html>
"""
    return Words(name, f"ana.alder.{number}@partner-{number}.example", f"{text}\n", html)


def handfuls(letters: int) -> Iterator[range]:
    for start in range(0, letters, IN_HAND):
        yield range(start, min(start + IN_HAND, letters))


def raw(port: int, letters: int) -> float:
    """The floor: the same finished bytes again and again, over one connection."""
    said = words(0)
    message = EmailMessage(policy.SMTP.clone(cte_type="8bit"))
    message["Subject"], message["From"], message["To"] = SUBJECT, FROM, said.to
    message["Date"], message["Message-ID"] = "Mon, 02 Nov 2026 15:00:00 -0000", "<1@signoff.coalition.example>"
    message.set_content(said.text, cte="8bit")
    message.add_alternative(said.html, subtype="html", cte="8bit")
    message.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar", filename=FILE_NAME)
    content = bytes(message)
    began = time.perf_counter()
    with smtplib.SMTP(HOST, port) as server:
        for _ in range(letters):
            server.sendmail(SENDER[1], [said.address], content)
    return time.perf_counter() - began


def flask_mail(port: int, letters: int) -> float:
    """One connection, as Flask-Mail's documentation sends in bulk."""
    flask, library = import_module("flask"), import_module("flask_mail")
    app = flask.Flask("letters")
    app.config.update(MAIL_SERVER=HOST, MAIL_PORT=port, MAIL_DEFAULT_SENDER=SENDER)
    mail = library.Mail(app)
    with app.app_context():
        began = time.perf_counter()
        with mail.connect() as connection:
            for number in range(letters):
                said = words(number)
                message = library.Message(SUBJECT, [(said.name, said.address)], said.text, said.html)
                message.attach(FILE_NAME, "text/calendar", CALENDAR)
                connection.send(message)
        return time.perf_counter() - began


def django(port: int, letters: int) -> float:
    """One connection, a thousand messages handed over at a time."""
    import_module("django.conf").settings.configure(EMAIL_HOST=HOST, EMAIL_PORT=port)
    mail = import_module("django.core.mail")
    began = time.perf_counter()
    with mail.get_connection() as connection:
        for numbers in handfuls(letters):
            messages = []
            for said in map(words, numbers):
                message = mail.EmailMultiAlternatives(SUBJECT, said.text, FROM, [said.to])
                message.attach_alternative(said.html, "text/html")
                message.attach(FILE_NAME, CALENDAR, "text/calendar")
                messages.append(message)
            connection.send_messages(messages)
    return time.perf_counter() - began


def post_office(port: int, letters: int) -> float:
    """Delivery alone, by its own command, out of a queue that another process has filled."""
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as another:
            another.submit(fill_post_office, folder, port, letters).result()
        set_post_office_up(folder, port)
        call_command = import_module("django.core.management").call_command
        began = time.perf_counter()
        call_command("send_queued_mail", processes=1, lockfile=f"{folder}/lock")
        return time.perf_counter() - began


def set_post_office_up(folder: str, port: int) -> None:
    import_module("django.conf").settings.configure(
        INSTALLED_APPS=["post_office"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/queue.db"}},
        MEDIA_ROOT=f"{folder}/media",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        EMAIL_HOST=HOST,
        EMAIL_PORT=port,
        POST_OFFICE=POST_OFFICE,
    )
    import_module("django").setup()


def fill_post_office(folder: str, port: int, letters: int) -> None:
    """Queue the letters with send_many; it takes no attachments, so all get the same file in one go afterwards."""
    set_post_office_up(folder, port)
    import_module("django.core.management").call_command("migrate", verbosity=0)
    mail, models = import_module("post_office.mail"), import_module("post_office.models")
    file = import_module("django.core.files.base").ContentFile(CALENDAR.encode())
    attachment = models.Attachment(name=FILE_NAME, mimetype="text/calendar")
    attachment.file.save(FILE_NAME, file)
    joined = models.Attachment.emails.through
    for numbers in handfuls(letters):
        emails = mail.send_many(
            [
                {
                    "sender": FROM,
                    "recipients": [said.to],
                    "subject": SUBJECT,
                    "message": said.text,
                    "html_message": said.html,
                }
                for said in map(words, numbers)
            ]
        )
        joined.objects.bulk_create(joined(email=email, attachment=attachment) for email in emails)


THEIRS: dict[str, Callable[[int, int], float]] = {
    "raw": raw,
    "flask-mail": flask_mail,
    "django": django,
    "post_office": post_office,
}
OURS = {"signoff sqlite": "sqlite", "signoff postgresql": "postgresql"}
CONTENDERS = (*THEIRS, *OURS)


def run(contender: str, port: int, letters: int) -> Seen:
    """Let one contender send from a process of its own, and see that all its letters arrived."""
    if contender in OURS:
        which = ["bench.letters_of_ours", "--database", OURS[contender]]
    else:
        which = ["bench.letters", "--contender", contender]
    command = [sys.executable, "-m", *which, "--port", str(port), "--letters", str(letters)]
    before = taken(port)
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{ended.stderr}{contender} failed")
    if taken(port) - before != letters:
        raise SystemExit(f"{ended.stderr}{contender} sent {taken(port) - before:,} letters, not {letters:,}")
    return Seen(**json.loads(ended.stdout))


def taken(port: int) -> int:
    """How many letters the sink has had so far."""
    with smtplib.SMTP(HOST, port) as sink:
        return int(sink.verify("count")[1])


def compare(contenders: list[str], letters: int, port: int) -> dict[str, float]:
    """Print a line for each contender; the ratio of its time to the floor's, where the floor was measured."""
    seen: dict[str, Seen] = {}
    for contender in contenders:
        seen[contender] = result = run(contender, port, letters)
        ratio = f"{result.seconds / seen['raw'].seconds:.2f}x" if "raw" in seen else "-"
        rate = f"{result.seconds:>9.2f} {letters / result.seconds:>10,.0f}"
        print(f"{contender:<20} {letters:>8,} {rate} {ratio:>8} {result.peak_mib:>9.1f}", flush=True)
    for name, result in seen.items():
        if result.opening:
            print(f"{name}: opening the round of {letters:,} took {result.opening:.2f} s")
    return {name: result.seconds / seen["raw"].seconds for name, result in seen.items() if "raw" in seen}


def show(contenders: list[str], sizes: list[int]) -> None:
    chosen = ", ".join(f"{name} {value}" for name, value in POST_OFFICE.items())
    print(f"post_office with {chosen}, one process; the rest by its defaults")
    print(f"{'contender':<20} {'letters':>8} {'seconds':>9} {'letters/s':>10} {'ratio':>8} {'peak MiB':>9}")
    aim = "aim: ours at most 2.0 x raw, and ahead of Django and post_office"
    with listening() as port:
        for letters in sizes:
            ratios = compare(contenders, letters, port)
            seen = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
            aim += f"; {letters:,}: {seen or 'raw not measured'}"
    print(aim)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.letters", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"how many letters, with commas between; {SIZES} if not given")
    parser.add_argument("--only", default=",".join(CONTENDERS), help="which contenders, with commas between")
    parser.add_argument("--contender", choices=THEIRS, help="send from this process and print one line of JSON")
    parser.add_argument("--port", type=int, help="of the sink, for --contender")
    parser.add_argument("--letters", type=int, help="how many, for --contender")
    given = parser.parse_args()
    if given.contender:
        if given.port is None or given.letters is None:
            parser.error("--contender needs --port and --letters")
        seconds = THEIRS[given.contender](given.port, given.letters)
        # Linux counts it in KiB.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mib": peak}))
        return
    only = given.only.split(",")
    if unknown := set(only) - set(CONTENDERS):
        parser.error(f"no such contender: {', '.join(sorted(unknown))}")
    show([name for name in CONTENDERS if name in only], [int(size) for size in given.sizes.split(",")])


if __name__ == "__main__":
    main()
