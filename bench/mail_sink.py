"""An SMTP server on loopback that takes every letter, throws it away and counts it: where bench.letters sends to.

Run with `python -m bench.mail_sink PORT`; with 0 the system chooses a free one. Its only output is the port, once it
accepts connections. `VRFY count` answers how many letters it has taken.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_COMMAND = 2048  # bytes; RFC 5321 allows 512, and the parameters of extensions come on top
END = b"\r\n.\r\n"
EXTENSIONS = b"250-mail-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SIZE 0\r\n"
OK = b"250 OK\r\n"
BYE = b"221 Bye\r\n"
TOO_LONG = b"500 Too long\r\n"


@dataclass
class Taken:
    """What all connections count together."""

    letters: int = 0


class Conversation(asyncio.Protocol):
    """One connection. Each byte is looked at once; at most an unfinished command or four bytes of a letter are kept."""

    transport: asyncio.Transport

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.command = bytearray()  # one whose end has not arrived
        self.in_letter = False
        self.tail = b""  # of the letter so far: its end may be split over two reads
        self.has_sender = self.has_recipient = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 mail-sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer everything that came together, in one write."""
        replies: list[bytes] = []
        position = 0
        while position < len(data):
            read = self.read_letter if self.in_letter else self.read_command
            position, reply = read(data, position)
            replies.append(reply)
            if reply in (BYE, TOO_LONG):
                break
        self.transport.write(b"".join(replies))
        if replies[-1] in (BYE, TOO_LONG):
            self.transport.close()

    def read_letter(self, data: bytes, start: int) -> tuple[int, bytes]:
        """The place after the letter or after all data, and the answer to a letter that ended."""
        result = (self.tail + data[start : start + len(END) - 1]).find(END)
        if result >= 0:
            after = start + result + len(END) - len(self.tail)
        else:
            result = data.find(END, start)
            after = result + len(END)
        if result < 0:
            # The tail alone can be too short to fill four bytes, hence the old one in front.
            self.tail = (self.tail + data[max(start, len(data) - len(END) + 1) :])[1 - len(END) :]
            return len(data), b""
        self.in_letter = False
        self.taken.letters += 1
        return after, b"250 Taken\r\n"

    def read_command(self, data: bytes, start: int) -> tuple[int, bytes]:
        """The place after the command or after all data, and the answer to a command that is complete."""
        end = data.find(b"\n", start)
        if end < 0:
            self.command += data[start:]
            return len(data), TOO_LONG if len(self.command) > LONGEST_COMMAND else b""
        command = bytes(self.command) + data[start:end]
        self.command.clear()
        return end + 1, self.answer(command.strip().upper())

    def answer(self, command: bytes) -> bytes:
        match command[:4]:
            case b"MAIL" if not self.has_sender:
                self.has_sender = True
            case b"RCPT" if self.has_sender:
                self.has_recipient = True
            case b"DATA" if self.has_recipient:
                self.has_sender = self.has_recipient = False
                # The line break before the lone dot may be the one that ended this command.
                self.in_letter, self.tail = True, b"\r\n"
                return b"354 Go on\r\n"
            case b"MAIL" | b"RCPT" | b"DATA":
                return b"503 Not now\r\n"
            case b"EHLO" | b"HELO" | b"RSET":
                self.has_sender = self.has_recipient = False
                return EXTENSIONS if command.startswith(b"EHLO") else OK
            case b"VRFY" if command == b"VRFY COUNT":
                return b"252 %d\r\n" % self.taken.letters
            case b"QUIT":
                return BYE
            case b"NOOP":
                return OK
            case _:
                return b"502 Not known here\r\n"
        return OK


@contextlib.contextmanager
def listening() -> Iterator[int]:
    """The port of a sink in a process of its own, which ends with the block."""
    with subprocess.Popen([sys.executable, "-m", "bench.mail_sink", "0"], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        try:
            yield int(sink.stdout.readline())
        finally:
            sink.terminate()


async def serve(port: int) -> None:
    taken = Taken()
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(taken), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1])))
