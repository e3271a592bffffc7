"""Mail servers that are down, slow, full, confused or hostile: no letter is lost, none is sent twice, none waits."""

import email
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import select

from signoff.domain.letters import MOST_ATTEMPTS, LetterState
from signoff.models import Letter, MailPause
from signoff.services.outbox.mail_state import find_pause
from signoff.worker.turn import work_once
from tests.house import House
from tests.letters.delivery.hostile import (
    Act,
    Hostile,
    Stage,
    babbles,
    drips,
    drops,
    is_silent,
    says,
    says_and_closes,
    standing,
)

SHORT = 0.25  # seconds the client waits for a reply where none will come
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")


@dataclass(frozen=True)
class Row:
    """How far a letter to a partner came, as staff see it."""

    state: str
    words: str
    attempts: int


@pytest.fixture
def server(house: House) -> Iterator[Hostile]:
    """A mail server that the house's settings point to."""
    with standing() as made:
        configure(house, port=made.port)
        yield made


def configure(house: House, **mail: object) -> None:
    house.settings = replace(house.settings, mail=replace(house.settings.mail, **mail))  # type: ignore[arg-type]


def sign_in(house: House, server: Hostile) -> None:
    """From now on the worker and the server know a name and a password."""
    configure(house, username="signoff", password="open sesame")
    server.sign_in = ("signoff", "open sesame")


def queue(house: House, *names: str) -> None:
    """One letter for each name, to leave in this order."""
    with house.database.unit_of_work() as session:
        house.asked(session, *names)


def turn(house: House, *, force: bool = False) -> list[str]:
    """One turn of a worker that runs; with `force`, of one that was just started."""
    told: list[str] = []

    def tell(state: str) -> None:
        told.append(state)
        assert len(told) < 1_000, "the turn has no end"

    work_once(house.worker(tell), force=force)
    return told


def differs_by_database(house: House) -> bool:
    """Two manners of a server, one on each database: what it does must not depend on the database."""
    return house.database.engine.dialect.name == "sqlite"


def to(name: str) -> str:
    return f"ana@{name.lower()}.example"


def rows(house: House) -> dict[str, Row]:
    """The letters to partners, by address."""
    with house.database.reading() as session:
        letters = session.scalars(select(Letter).where(Letter.contact_id.is_not(None)).order_by(Letter.id)).all()
        return {
            letter.contact.email: Row(letter.state, letter.last_reply, letter.attempts)
            for letter in letters
            if letter.contact
        }


def states(house: House) -> list[str]:
    return [row.state for row in rows(house).values()]


def pause_of(house: House) -> MailPause | None:
    with house.database.reading() as session:
        return find_pause(session)


def settle(house: House, server: Hostile) -> None:
    """The server behaves, time passes; then each letter was taken once or failed, and the database says so too."""
    server.behave()
    for _ in range(24):
        turn(house, force=True)
        with house.database.reading() as session:
            waiting = session.scalar(select(Letter.id).where(Letter.state.in_(("queued", "sending"))).limit(1))
        if waiting is None:
            break
        house.clock.advance(hours=1)
    assert_agreed(house, server)


def assert_agreed(house: House, server: Hostile) -> None:
    """What the server said it took is what the database says was sent; what it did not say may have come besides."""
    assert (server.rude, server.held_up) == ([], [])
    said = Counter((item.message_id, item.recipient) for item in server.taken if item.said)
    known = set()
    with house.database.reading() as session:
        for letter in session.scalars(select(Letter)):
            addressee = letter.contact or letter.user
            assert addressee is not None
            key = (f"<{letter.message_id}@127.0.0.1>", addressee.email)
            known.add(key)
            assert letter.state in (LetterState.SENT, LetterState.FAILED), (letter.state, key)
            assert said[key] == (letter.state == LetterState.SENT), (letter.state, letter.last_reply, key)
    assert {(item.message_id, item.recipient) for item in server.taken} <= known
    assert pause_of(house) is None


def test_a_server_that_is_down_is_tried_again_by_itself_and_nothing_is_lost(house: House, server: Hostile) -> None:
    queue(house, *NAMES[:4])
    server.down()
    assert turn(house) == []
    assert set(rows(house).values()) == {Row("queued", "", 0)}
    pause = pause_of(house)
    assert pause is not None and pause.try_again_at is not None
    assert "cannot be reached" in pause.reason
    server.up()
    assert turn(house) == [] and server.connections == 0
    house.clock.now = pause.try_again_at
    assert turn(house) == ["sent"] * 4
    assert pause_of(house) is None
    assert server.connections == 1
    settle(house, server)


def test_a_server_that_stays_away_is_tried_ever_more_rarely_but_for_ever(house: House, server: Hostile) -> None:
    queue(house, "Alder")
    server.down()
    waits = []
    for _ in range(12):
        assert turn(house) == []
        pause = pause_of(house)
        assert pause is not None and pause.try_again_at is not None
        waits.append(pause.try_again_at - house.clock())
        house.clock.now = pause.try_again_at
    assert timedelta(seconds=15) <= waits[0] < timedelta(seconds=20)
    assert timedelta(minutes=10) <= waits[-1] <= timedelta(minutes=12.5)
    assert rows(house) == {to("Alder"): Row("queued", "", 0)}
    server.up()
    assert turn(house) == ["sent"]
    settle(house, server)


# What the server refuses before it has seen any letter, and whether a person must look.
DOOR = [
    (Stage.GREETING, says("554 No service"), True),
    (Stage.GREETING, says("450 Not now"), False),
    (Stage.GREETING, says_and_closes("421 Busy"), False),
    (Stage.GREETING, drops(), False),
    (Stage.EHLO, says("550 Who are you?"), True),
    (Stage.EHLO, says("451 Not now"), False),
    (Stage.EHLO, says_and_closes("421 Busy"), False),
    (Stage.AUTH, says("535 5.7.8 Wrong password"), True),
    (Stage.AUTH, says("454 4.7.0 Cannot look it up"), False),
    (Stage.AUTH, says_and_closes("421 Busy"), False),
    (Stage.AUTH, drops(), False),
    (Stage.MAIL, says("550 Not from you"), True),
    (Stage.MAIL, says("451 Not now"), False),
    (Stage.MAIL, says("452 Insufficient system storage"), False),
]


def test_who_is_turned_away_at_the_door_waits_with_all_letters(house: House, server: Hostile) -> None:
    sign_in(house, server)
    server.pipelining = differs_by_database(house)
    queue(house, *NAMES[:3])
    for stage, act, needs_a_person in DOOR:
        server.when(stage, act)
        turn(house, force=True)
        assert set(rows(house).values()) == {Row("queued", "", 0)}, (stage, act)
        pause = pause_of(house)
        assert pause is not None, (stage, act)
        assert (pause.try_again_at is None) == needs_a_person, (stage, act, pause.reason)
        if act.words.startswith((b"5", b"45")):
            assert act.words.decode().strip() in pause.reason
        server.behave()
        if needs_a_person:
            house.clock.advance(hours=5)
            before = server.connections
            assert turn(house) == [] and server.connections == before, (stage, act)
    assert server.taken == []
    house.clock.advance(minutes=15)
    assert turn(house, force=True) == ["sent"] * 3
    settle(house, server)


def test_a_server_that_offers_no_sign_in_is_one_for_a_person(house: House, server: Hostile) -> None:
    configure(house, username="signoff", password="open sesame")
    queue(house, "Alder")
    assert turn(house) == []
    pause = pause_of(house)
    assert pause is not None and pause.try_again_at is None
    server.sign_in = ("signoff", "open sesame")
    settle(house, server)


# What becomes of one letter by what the server says to it; all of them in one turn.
FATES = {
    "Alder": (Stage.RCPT, says("550 5.1.1 No such user"), Row("failed", "550 5.1.1 No such user", 1)),
    "Birch": (Stage.RCPT, says("450 4.2.0 Greylisted"), Row("queued", "450 4.2.0 Greylisted", 1)),
    "Cedar": (Stage.DATA, says("554 5.5.1 No"), Row("failed", "554 5.5.1 No", 1)),
    "Dogwood": (Stage.DATA, says("451 4.3.0 Later"), Row("queued", "451 4.3.0 Later", 1)),
    "Elm": (Stage.END, says("554-5.7.1 Looks", "554 like spam"), Row("failed", "554 5.7.1 Looks like spam", 1)),
    "Fir": (Stage.END, says("452 4.3.1 Disk full"), Row("queued", "452 4.3.1 Disk full", 1)),
    "Ginkgo": (Stage.RCPT, says("552 5.2.2 Mailbox full"), Row("failed", "552 5.2.2 Mailbox full", 1)),
}  # fmt: skip


@pytest.mark.parametrize("manner", ["step by step", "pipelining", "go on anyway"])
def test_a_refused_letter_has_its_own_fate_and_keeps_no_other_back(house: House, server: Hostile, manner: str) -> None:
    server.pipelining, server.goes_on_anyway = manner != "step by step", manner == "go on anyway"
    for name, (stage, act, _) in FATES.items():
        server.when(stage, act, to=to(name))
    queue(house, *NAMES)
    turn(house)
    assert rows(house) == {to(name): row for name, (_, _, row) in FATES.items()} | {to("Hazel"): Row("sent", "", 1)}
    assert [item.recipient for item in server.taken] == [to("Hazel")]
    assert server.connections == 1
    assert pause_of(house) is None
    settle(house, server)
    assert Counter(states(house)) == {"failed": 4, "sent": 4}
    assert [item.recipient for item in server.taken if "publisher" in item.recipient]  # staff were told of the failures


def test_what_a_server_does_after_it_refused_a_letter_keeps_no_other_back(house: House, server: Hostile) -> None:
    """What it does when asked to forget the letter."""
    configure(house, timeout=SHORT)
    ends = (drops(), is_silent(), says_and_closes("421 Enough"), says("500 What?"), babbles(b"\x00\xff\r\n"), drips())
    queue(house, *NAMES[: len(ends) + 1])
    for name, act in zip(NAMES, ends, strict=False):
        server.when(Stage.RCPT, says("550 No"), to=to(name))
        server.when(Stage.RSET, act, times=1)
    turn(house)
    assert states(house) == ["failed"] * len(ends) + ["sent"]
    settle(house, server)


@pytest.mark.parametrize("ending", ["closes", "421", "reset", "silent at goodbye"])
def test_a_server_that_takes_a_letter_and_goes_has_taken_it(house: House, server: Hostile, ending: str) -> None:
    queue(house, *NAMES[:4])
    if ending == "silent at goodbye":
        configure(house, timeout=SHORT)
        server.when(Stage.QUIT, is_silent())
        connections = 1
    else:
        goodbye = ("421 Idle for too long",) if ending == "421" else ()
        act = says_and_closes("250 Taken", *goodbye)
        # A server that resets a connection in use, not only closes it, is met by the next letter's first command.
        server.when(Stage.END, act if ending != "reset" else says("250 Taken"))
        if ending == "reset":
            server.when(Stage.MAIL, drops(reset=True), after=1, times=1)
        connections = 2 if ending == "reset" else 4
    assert turn(house) == ["sent"] * 4
    assert [item.recipient for item in server.taken] == [to(name) for name in NAMES[:4]]
    assert server.connections == connections
    settle(house, server)
    assert len(server.taken) == 4


@pytest.mark.parametrize("taking", [False, True])
def test_a_letter_without_answer_is_tried_again_later_under_its_own_name(
    house: House, server: Hostile, taking: bool
) -> None:
    """First on a new connection, then on one that has served: whether the server took it cannot be known."""
    queue(house, *NAMES[:6])
    cut = {NAMES[0]: drops(taking=taking), NAMES[2]: drops(taking=taking), NAMES[4]: drops(taking=taking, reset=True)}
    for name, act in cut.items():
        server.when(Stage.END, act, to=to(name))
    assert turn(house) == ["queued", "sent"] * 3
    for name in cut:
        assert len(server.to(to(name))) == taking  # it was not sent again at once
        assert "was lost" in rows(house)[to(name)].words
    assert turn(house) == []
    settle(house, server)
    for name in NAMES[:6]:
        copies = server.to(to(name))
        assert len(copies) == (2 if taking and name in cut else 1)
        assert len({copy.message_id for copy in copies}) == 1
    assert states(house) == ["sent"] * 6


GOODBYES = {"drop": drops(), "reset": drops(reset=True), "421": says_and_closes("421 Enough for today")}


@pytest.mark.parametrize("act", GOODBYES.values(), ids=GOODBYES)
def test_a_connection_that_ends_before_the_text_costs_no_letter_that_had_no_part_in_it(
    house: House, server: Hostile, act: Act
) -> None:
    """At each stage on a connection that has served: opened again, and the same letter is sent once, at once."""
    queue(house, *NAMES[:6])
    server.when(Stage.MAIL, act, after=1, times=1)
    server.when(Stage.RCPT, act, to=to(NAMES[3]), times=1)
    server.when(Stage.DATA, act, to=to(NAMES[5]), times=1)
    assert turn(house) == ["sent"] * 6
    assert {row.attempts for row in rows(house).values()} == {1}
    assert server.connections == 4
    settle(house, server)
    assert len(server.taken) == 6


def test_a_letter_over_which_a_new_connection_ends_is_tried_again_later(house: House, server: Hostile) -> None:
    queue(house, *NAMES[:5])
    server.when(Stage.MAIL, GOODBYES["drop"], times=1)
    server.when(Stage.RCPT, GOODBYES["421"], to=to(NAMES[2]))
    server.when(Stage.DATA, GOODBYES["reset"], to=to(NAMES[4]))
    assert turn(house) == ["queued", "sent", "queued", "sent", "queued"]
    assert [row.attempts for row in rows(house).values()] == [1] * 5
    assert pause_of(house) is None
    settle(house, server)
    assert states(house) == ["sent"] * 5


WAITING = {
    "silence": is_silent(),
    "drip": drips(b"250-yes\r\n"),
}
BABBLING = {
    "no code": babbles(b"good afternoon\r\n"),
    "binary": babbles(b"\xff\xfe\x01\x80\r\n"),
    "NUL": babbles(b"2\x0050 \x00\r\n"),
    "empty line": babbles(b"\r\n"),
    "line without end": babbles(b"250-" + b"x" * 5_000, for_ever=True),
    "reply without end": babbles(b"250-more to come\r\n", for_ever=True),
    "refusal without end": babbles(b"550-more to come\r\n", for_ever=True),
}


@pytest.mark.parametrize("act", [*WAITING.values(), *BABBLING.values()], ids=[*WAITING, *BABBLING])
def test_no_hostile_answer_to_a_letter_hangs_the_worker_or_keeps_another_back(
    house: House, server: Hostile, act: Act
) -> None:
    """To one letter at each stage, with letters between that are taken."""
    configure(house, timeout=SHORT if act in WAITING.values() else 5.0)
    server.pipelining = differs_by_database(house)
    queue(house, *NAMES)
    server.when(Stage.MAIL, act, times=1)
    for name, stage in zip(NAMES[2::2], (Stage.RCPT, Stage.DATA, Stage.END), strict=True):
        server.when(stage, act, to=to(name))
    began = time.monotonic()
    assert turn(house) == ["queued", "sent"] * 4
    assert time.monotonic() - began < 12 * SHORT + 3
    assert {row.attempts for row in rows(house).values()} == {1}
    settle(house, server)
    assert states(house) == ["sent"] * 8


@pytest.mark.parametrize("acts", [WAITING, BABBLING], ids=["waiting", "babbling"])
def test_no_hostile_answer_at_the_door_hangs_the_worker_and_the_queue_moves_by_itself_later(
    house: House, server: Hostile, acts: dict[str, Act]
) -> None:
    configure(house, timeout=SHORT if acts is WAITING else 5.0)
    sign_in(house, server)
    queue(house, *NAMES[:3])
    for name, act in acts.items():
        for stage in (Stage.GREETING, Stage.EHLO, Stage.AUTH):
            server.when(stage, act)
            began = time.monotonic()
            assert turn(house) == []
            assert time.monotonic() - began < 3 * SHORT + 3
            assert set(rows(house).values()) == {Row("queued", "", 0)}, (name, stage)
            pause = pause_of(house)
            assert pause is not None and pause.try_again_at is not None, (name, stage)
            house.clock.now = pause.try_again_at
            server.behave()
    assert turn(house) == ["sent"] * 3
    settle(house, server)


def test_a_silent_server_that_took_the_letter_gets_it_once_more_and_no_oftener(house: House, server: Hostile) -> None:
    configure(house, timeout=SHORT)
    queue(house, "Alder")
    server.when(Stage.END, is_silent(taking=True))
    assert turn(house) == ["queued"] and turn(house) == []
    settle(house, server)
    assert [item.said for item in server.taken] == [False, True]
    assert len({item.message_id for item in server.taken}) == 1


def test_a_slow_server_is_waited_for(house: House, server: Hostile) -> None:
    queue(house, "Alder", "Birch")
    for stage, words in ((Stage.GREETING, "220 Hm"), (Stage.MAIL, "250 Hm"), (Stage.END, "250 Hm")):
        server.when(stage, says(words, late=0.1))
    assert turn(house) == ["sent", "sent"]
    settle(house, server)


def test_a_server_that_answers_twice_confuses_no_one_for_long(house: House, server: Hostile) -> None:
    """What it says too much must not be taken for the answer to a later letter."""
    server.pipelining = differs_by_database(house)
    queue(house, *NAMES[:6])
    server.when(Stage.END, says("250 Taken", "250 Taken, as I said"), to=to(NAMES[0]))
    server.when(Stage.RCPT, says("550 No", "250 Or perhaps yes"), to=to(NAMES[2]))
    server.when(Stage.MAIL, says("250 OK", "250 OK"), after=6)
    turn(house)
    assert rows(house)[to(NAMES[2])].state == "failed"
    said = {item.recipient for item in server.taken if item.said}
    assert {address for address, row in rows(house).items() if row.state == "sent"} == said
    settle(house, server)


def test_three_connections_in_a_row_that_break_off_hold_the_line(house: House, server: Hostile) -> None:
    queue(house, *NAMES[:6])
    server.when(Stage.END, drops(), after=1)
    assert turn(house) == ["sent"] + ["queued"] * 5
    assert [row.attempts for row in rows(house).values()] == [1, 1, 1, 1, 0, 0]
    assert server.connections == 3  # the first of the three had served
    pause = pause_of(house)
    assert pause is not None and pause.try_again_at is not None and "was lost" in pause.reason
    server.behave()
    assert turn(house) == []
    house.clock.now = pause.try_again_at
    assert turn(house) == ["sent", "sent"]  # those that had no part in it
    settle(house, server)
    assert states(house) == ["sent"] * 6


def test_connections_that_break_off_now_and_then_hold_nothing(house: House, server: Hostile) -> None:
    queue(house, *NAMES)
    for name in (*NAMES[:2], *NAMES[3:5], *NAMES[6:]):
        server.when(Stage.END, drops(), to=to(name))
    assert turn(house) == ["queued", "queued", "sent"] * 2 + ["queued", "queued"]
    assert pause_of(house) is None
    settle(house, server)


MANY = [f"Partner {number}" for number in range(31)]


@pytest.mark.parametrize(
    ("stage", "words", "state", "needs_a_person"),
    [(Stage.RCPT, "450 Later", "queued", False), (Stage.END, "554 Looks like spam", "failed", True)],
)
def test_twenty_five_letters_in_a_row_that_are_not_taken_hold_the_line(
    house: House, server: Hostile, stage: Stage, words: str, state: str, needs_a_person: bool
) -> None:
    queue(house, *MANY)
    server.when(stage, says(words), after=2)
    assert turn(house)[:28] == ["sent"] * 2 + [state] * 25 + ["queued"]
    assert [row.attempts for row in rows(house).values()] == [1] * 27 + [0] * 4
    pause = pause_of(house)
    assert pause is not None and words in pause.reason
    assert (pause.try_again_at is None) == needs_a_person
    settle(house, server)
    assert states(house) == ["sent"] * 2 + ["failed" if state == "failed" else "sent"] * 25 + ["sent"] * 4


def test_twenty_four_letters_in_a_row_that_are_not_taken_hold_nothing(house: House, server: Hostile) -> None:
    queue(house, *MANY)
    server.when(Stage.RCPT, says("250 OK"), after=24, times=1)
    server.when(Stage.RCPT, says("450 Later"))
    assert turn(house) == ["queued"] * 24 + ["sent"] + ["queued"] * 6
    assert pause_of(house) is None
    settle(house, server)


@pytest.mark.parametrize("needs_a_person", [True, False])
def test_a_pause_ends_with_the_first_letter_that_the_server_judges_and_not_before(
    house: House, server: Hostile, needs_a_person: bool
) -> None:
    """Whoever looks at a letter lets us in; a connection that breaks over one does not say so."""
    queue(house, *NAMES[:3])
    server.when(Stage.GREETING, says("554 No service" if needs_a_person else "421 Busy"))
    assert turn(house) == []
    server.behave()
    server.when(Stage.RCPT, drops(), to=to(NAMES[0]), times=1)
    server.when(Stage.RCPT, says("450 Later"), to=to(NAMES[1]), times=1)
    worked = []
    work_once(house.worker(lambda state: worked.append((state, pause_of(house) is None))), force=True)
    assert worked == [("queued", False), ("queued", True), ("sent", True)]
    settle(house, server)


def test_a_server_that_goes_away_and_comes_back_in_the_middle_of_a_batch(house: House, server: Hostile) -> None:
    queue(house, *NAMES)
    told: list[str] = []

    def away_after_the_third(state: str) -> None:
        told.append(state)
        if len(told) == 3:
            server.down()

    work_once(house.worker(away_after_the_third))
    assert told == ["sent"] * 3 + ["queued"] * 5
    assert [row.attempts for row in rows(house).values()] == [1] * 3 + [0] * 5
    server.up()
    settle(house, server)
    assert states(house) == ["sent"] * 8


DOTS = "." * 300


class Dies(BaseException):
    """The end of a worker, seen from inside."""


def test_letters_that_dying_workers_had_in_hand_but_never_tried_keep_their_tries(house: House, server: Hostile) -> None:
    """A letter that is greylisted the first time it is tried is tried again soon, however many workers died before."""
    queue(house, *MANY[: MOST_ATTEMPTS + 1])

    def dies(_state: str) -> None:
        raise Dies

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Dies):
            work_once(house.worker(dies))
    assert len(server.taken) == MOST_ATTEMPTS
    server.when(Stage.RCPT, says("450 Greylisted"), times=1)
    assert turn(house) == ["queued"]
    house.clock.advance(seconds=75)
    assert turn(house) == ["sent"]
    settle(house, server)


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.MAIL, Stage.RCPT, Stage.END])
def test_no_character_in_a_servers_words_stops_the_worker(house: House, server: Hostile, stage: Stage) -> None:
    queue(house, "Alder", "Birch")
    words = b"550 No\x00 such \x07 user \x1b[31m\xff\xc3 " + "“é” ".encode() + b"x" * 3_000 + b"\r\n"
    server.when(stage, babbles(words), times=1)
    turn(house)
    assert "sending" not in states(house)
    settle(house, server)
    assert states(house)[1] == "sent"


def test_letters_arrive_whole_whatever_the_server_offers(house: House, server: Hostile) -> None:
    server.pipelining = differs_by_database(house)
    for eight_bit, knows_ehlo, name in ((True, True, "Alder"), (False, True, "Birch"), (True, False, "Cedar")):
        server.eight_bit, server.knows_ehlo = eight_bit, knows_ehlo
        with house.database.unit_of_work() as session:
            # Broken into short lines for a server that takes no others, some of these begin with a dot.
            summary = "Schools “need” it" + DOTS
            version = house.checked(session, house.position(session, f"Fünd {name}", summary=summary))
            house.ask(session, version, [house.partner(session, name)])
            secret = house.secret(house.link(session, version, name))
        assert turn(house) == ["sent"]
        (taken,) = server.to(to(name))
        letter = email.message_from_bytes(taken.raw, policy=policy.default)
        for kind in ("plain", "html"):
            part = letter.get_body((kind,))
            assert part is not None
            assert secret in part.get_content()
        assert f"it{DOTS}<" in part.get_content()
    settle(house, server)
