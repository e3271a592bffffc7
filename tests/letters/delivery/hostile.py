"""A mail server on loopback that does what no mail server should, when told to, and keeps every letter it took."""

from __future__ import annotations

import re
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

_DRIP = 0.02  # seconds between two bytes
_LONGEST = 15.0  # seconds; whoever still waits then is sent away, so that a test fails instead of hanging
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Stage(StrEnum):
    """What the server is about to answer."""

    GREETING = "greeting"
    EHLO = "EHLO"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "end of data"
    RSET = "RSET"
    QUIT = "QUIT"


class Then(StrEnum):
    """What the server does once it has said what it says."""

    GOES_ON = "goes on"
    CLOSES = "closes"
    RESETS = "resets"
    WAITS = "waits for the client to go"


@dataclass(frozen=True)
class Act:
    """What the server says at a stage, and what it does then.

    `takes` is for the end of data: the letter counts as taken although no 250 is said. `apart` is how many seconds
    pass before each byte, `for_ever` repeats the words without end, `late` is how many seconds pass before them.
    """

    words: bytes = b""
    then: Then = Then.GOES_ON
    takes: bool = False
    for_ever: bool = False
    apart: float = 0.0
    late: float = 0.0

    @property
    def is_yes(self) -> bool:
        """Whether it is a 250 for whoever waits for one."""
        return re.match(rb"(250-.*\r\n)*250 ", self.words) is not None and not self.for_ever


def says(*lines: str, late: float = 0.0) -> Act:
    """The server answers with these lines."""
    return Act(_lines(lines), late=late)


def says_and_closes(*lines: str) -> Act:
    """The server answers with these lines and hangs up."""
    return Act(_lines(lines), Then.CLOSES)


def drops(*, taking: bool = False, reset: bool = False) -> Act:
    """The server hangs up instead of answering; at the end of data, having taken the letter or not."""
    return Act(then=Then.RESETS if reset else Then.CLOSES, takes=taking)


def is_silent(*, taking: bool = False) -> Act:
    """The server never answers; at the end of data, having taken the letter or not."""
    return Act(then=Then.WAITS, takes=taking)


def drips(words: bytes = b"250-") -> Act:
    """The server answers byte by byte, and never comes to an end."""
    return Act(words, for_ever=True, apart=_DRIP)


def babbles(words: bytes, *, for_ever: bool = False) -> Act:
    """The server answers with what is no answer."""
    return Act(words, for_ever=for_ever)


def _lines(lines: tuple[str, ...]) -> bytes:
    return b"".join(line.encode() + b"\r\n" for line in lines)


@dataclass
class Rule:
    """When an act is due: at a stage, perhaps for one recipient, after so many times, so many times."""

    stage: Stage
    act: Act
    to: str | None
    after: int
    times: int | None

    def applies(self, stage: Stage, recipient: str) -> bool:
        """Whether it is due now; each time it could be, counts."""
        if stage != self.stage or self.to not in (None, recipient):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


@dataclass(frozen=True)
class Taken:
    """A letter the server took, and whether it said so."""

    message_id: str
    recipient: str
    raw: bytes
    said: bool


class _Gone(Exception):
    """The connection is over."""


@dataclass
class Hostile:
    """The server. It behaves until told otherwise with `when`, or by a `decide` of the test's own.

    `rude` collects what a client did against the protocol, `held_up` the stages at which a client waited for ever.
    `goes_on_anyway` says 354 to DATA even where no recipient was taken; `sign_in` is a name and a password.
    """

    pipelining: bool = True
    eight_bit: bool = True
    knows_ehlo: bool = True
    goes_on_anyway: bool = False
    sign_in: tuple[str, str] | None = None
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    rude: list[str] = field(default_factory=list)
    held_up: list[str] = field(default_factory=list)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self._listener: socket.socket | None = None
        self._talks: dict[threading.Thread, socket.socket] = {}
        self._over = threading.Event()
        self.decide: Callable[[Stage, str], Act | None] = self.by_rule
        # Bound and never listening: while the server is down, no one else gets its port.
        self._place = _bound(0)
        self.port = self._place.getsockname()[1]

    def when(self, stage: Stage, act: Act, *, to: str | None = None, after: int = 0, times: int | None = None) -> None:
        """From now on, do this at a stage: for one recipient if given, passing over `after` times, `times` times."""
        with self._lock:
            self._rules.append(Rule(stage, act, to, after, times))

    def behave(self) -> None:
        """Do from now on what a mail server should."""
        with self._lock:
            self._rules.clear()
        self.decide, self.goes_on_anyway = self.by_rule, False

    def by_rule(self, stage: Stage, recipient: str) -> Act | None:
        """What the first rule that applies says."""
        with self._lock:
            return next((rule.act for rule in self._rules if rule.applies(stage, recipient)), None)

    def up(self) -> None:
        """Listen."""
        self._over.clear()
        self._listener = listener = _bound(self.port)
        listener.listen(50)
        self._listening = threading.Thread(target=self._accept, args=(listener,))
        self._listening.start()

    def down(self) -> None:
        """Hang up on everyone and no longer listen."""
        if self._listener is None:
            return
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listening.join()
        self._listener.close()
        self._listener = None
        for thread, connection in list(self._talks.items()):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self._talks.clear()

    def close(self) -> None:
        """Down for good."""
        self.down()
        self._place.close()

    def to(self, address: str) -> list[Taken]:
        """What was taken for one address."""
        return [item for item in self.taken if item.recipient == address]

    def wait_for(self, number: int, seconds: float) -> bool:
        """Whether so many letters have been taken before the time is over."""
        with self._arrival:
            return self._arrival.wait_for(lambda: len(self.taken) >= number, seconds)

    def keep(self, raw: bytes, recipient: str, *, said: bool) -> None:
        """A letter is taken from this moment on."""
        search_result = _MESSAGE_ID.search(raw)
        with self._arrival:
            if search_result is None:
                self.rude.append(f"a letter without Message-ID to {recipient}")
            self.taken.append(Taken(search_result[1].decode() if search_result else "", recipient, raw, said))
            self._arrival.notify_all()

    def _accept(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._talks[thread] = connection
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(_Gone, OSError):
            _Talk(self, connection, self._over).run()


class _Talk:
    """One connection."""

    def __init__(self, server: Hostile, connection: socket.socket, over: threading.Event) -> None:
        self._server, self._connection, self._over = server, connection, over
        self._until = time.monotonic() + _LONGEST
        self._read = b""
        self._sender = self._recipient = ""
        self._is_signed_in = False
        self._has_ehlo = False
        connection.settimeout(_LONGEST)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        self._answer(Stage.GREETING, says("220 hostile.example ESMTP"))
        answers: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "QUIT": lambda _: self._answer(Stage.QUIT, says_and_closes("221 Bye")),
        }
        while True:
            self._until = time.monotonic() + _LONGEST
            line = self._until_mark(b"\r\n").decode("ascii", "replace")
            verb = line[:4].upper()
            if self._read and not (self._server.pipelining and self._has_ehlo and verb in ("MAIL", "RCPT", "RSET")):
                self._server.rude.append(f"more was sent before the answer to {line!r}")
            answers.get(verb, lambda _: self._do(Stage.RSET, says("500 What?")))(line)

    def _ehlo(self, _line: str) -> None:
        offers = ["250-hostile.example", "250-SIZE 1000000"]
        offers += ["250-PIPELINING"] if self._server.pipelining else []
        offers += ["250-8BITMIME"] if self._server.eight_bit else []
        offers += ["250-AUTH PLAIN"] if self._server.sign_in else []
        usual = says(*offers, "250 HELP") if self._server.knows_ehlo else says("502 What is EHLO?")
        self._has_ehlo = self._answer(Stage.EHLO, usual)

    def _helo(self, _line: str) -> None:
        self._answer(Stage.EHLO, says("250 hostile.example"))

    def _auth(self, line: str) -> None:
        wanted = b64encode("\0{}\0{}".format(*(self._server.sign_in or ("", ""))).encode()).decode()
        usual = says("235 Welcome") if line.split()[-1] == wanted else says("535 Wrong name or password")
        act = self._server.decide(Stage.AUTH, "") or usual
        self._is_signed_in = act.words.startswith(b"235")
        self._do(Stage.AUTH, act)

    def _mail(self, line: str) -> None:
        usual = says("250 OK")
        if self._sender:
            usual = says("503 Nested MAIL")
        elif self._server.sign_in and not self._is_signed_in:
            usual = says("530 Sign in first")
        elif "8BITMIME" in line and not (self._server.eight_bit and self._has_ehlo):
            self._server.rude.append("BODY=8BITMIME was not offered")
        if self._answer(Stage.MAIL, usual):
            self._sender = _address(line)

    def _rcpt(self, line: str) -> None:
        whom = _address(line)
        # Named before it is accepted, so that a rule can tell one letter from another.
        if self._answer(Stage.RCPT, says("250 OK") if self._sender else says("503 Whose?"), whom):
            self._recipient = whom

    def _data(self, _line: str) -> None:
        is_ready = bool(self._recipient) or self._server.goes_on_anyway
        usual = says("354 Go on") if is_ready else says("554 No valid recipients")
        act = self._server.decide(Stage.DATA, self._recipient) or usual
        self._do(Stage.DATA, act)
        if act.words.startswith(b"354"):
            self._text()

    def _text(self) -> None:
        text = self._until_mark(b"\r\n.\r\n", begun=b"\r\n").replace(b"\r\n..", b"\r\n.")[2:]
        whom, self._sender, self._recipient = self._recipient, "", ""
        if not whom:
            self._do(Stage.END, says("554 No valid recipients"))
            return
        if not self._server.eight_bit and not text.isascii():
            self._server.rude.append("8-bit text was not offered")
        act = self._server.decide(Stage.END, whom) or says("250 Taken")
        if act.is_yes or act.takes:
            self._server.keep(text, whom, said=act.is_yes)
        self._do(Stage.END, act)

    def _rset(self, _line: str) -> None:
        self._sender = self._recipient = ""
        self._answer(Stage.RSET, says("250 Forgotten"))

    def _answer(self, stage: Stage, usual: Act, recipient: str = "") -> bool:
        act = self._server.decide(stage, recipient) or usual
        self._do(stage, act)
        return act.is_yes

    def _do(self, stage: Stage, act: Act) -> None:
        if act.late:
            self._over.wait(act.late)
        if act.for_ever:
            self._say_for_ever(stage, act)
        if act.words:
            self._connection.sendall(act.words)
        if act.then == Then.WAITS:
            self._wait_for_end(stage)
        elif act.then != Then.GOES_ON:
            self._hang_up(reset=act.then == Then.RESETS)

    def _say_for_ever(self, stage: Stage, act: Act) -> None:
        at_once = 1 if act.apart else len(act.words)
        while not self._over.is_set():
            for at in range(0, len(act.words), at_once):
                self._over.wait(act.apart)
                self._connection.sendall(act.words[at : at + at_once])
            if time.monotonic() > self._until:
                self._server.held_up.append(stage)
                break
        self._hang_up()

    def _wait_for_end(self, stage: Stage) -> None:
        self._connection.settimeout(_LONGEST)
        try:
            while self._connection.recv(4096):
                pass
        except TimeoutError:
            self._server.held_up.append(stage)
        self._hang_up()

    def _hang_up(self, *, reset: bool = False) -> None:
        if reset:
            # Lingering for no time at all is what makes closing a reset.
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        else:
            self._connection.shutdown(socket.SHUT_RDWR)
        raise _Gone

    def _until_mark(self, mark: bytes, *, begun: bytes = b"") -> bytes:
        read = begun + self._read
        while mark not in read:
            arrived = self._connection.recv(65536)
            if not arrived:
                raise _Gone
            read += arrived
        line, _, self._read = read.partition(mark)
        return line


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


@contextmanager
def standing() -> Iterator[Hostile]:
    """The server, up until the block ends."""
    server = Hostile()
    server.up()
    try:
        yield server
    finally:
        server.close()
