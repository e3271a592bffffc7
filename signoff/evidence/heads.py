"""Heads: the signed state of a log at a size, as C2SP's tlog-checkpoint has them, read in one spelling only."""

import re
from base64 import b64encode
from dataclasses import dataclass

from signoff.evidence.notes import NotANote, Signer, Verifier, read_base64
from signoff.evidence.strict_json import MOST_INTEGER, Refused

LONGEST_HEAD = 100_000  # characters, with the signatures of witnesses

_ORIGIN = re.compile(r"[!-*,-~]{1,200}")


@dataclass(frozen=True)
class Head:
    """How many leaves a log has and the root over them; `origin` is the name of the log."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, signer: Signer) -> str:
        """The head as a signed note; the key has the name of the log."""
        if signer.name != self.origin or not is_origin(self.origin):
            raise ValueError("the key of another log, or a name that no log can have")
        return signer.sign(self.text)


def is_origin(name: str) -> bool:
    """Whether a log, and so its keys, can have this name: 1 to 200 visible characters of ASCII without a plus sign."""
    return _ORIGIN.fullmatch(name) is not None


def read_head(note: str) -> Head:
    """What a head says, without looking at its signatures; Refused unless it is three lines before an empty one."""
    text = note.partition("\n\n")[0] + "\n" if len(note) <= LONGEST_HEAD else ""
    lines = text.split("\n")
    if len(lines) == 4 and is_origin(lines[0]) and lines[1].isascii() and lines[1].isdecimal():
        root, size = read_base64(lines[2]) or b"", int(lines[1][:17])
        head = Head(lines[0], size, root)
        if len(root) == 32 and size <= MOST_INTEGER and head.text == text:
            return head
    raise Refused("The head is not a checkpoint: a name, a size and a root, each on a line of its own.")


def open_sole(note: str, key: Verifier) -> Head:
    """The head in a note that bears one signature, by this key, and nothing else; Refused otherwise."""
    head = read_head(note)
    signatures = note[len(head.text) + 1 :]
    if signatures.count("\n") != 1 or not signatures.endswith("\n"):
        raise Refused("The head must have exactly one signature line.")
    return _opened(note, head, key)


def open_head(note: str, key: Verifier) -> Head:
    """The head in a note that this key signed; signatures of others, such as witnesses, are passed over."""
    return _opened(note, read_head(note), key)


def bears_signature(note: str, key: Verifier) -> bool:
    """Whether a note has a head that this key signed."""
    try:
        open_head(note, key)
    except Refused:
        return False
    return True


def _opened(note: str, head: Head, key: Verifier) -> Head:
    if key.name != head.origin:
        raise Refused(f"The key belongs to the log “{key.name}”, the head to the log “{head.origin}”.")
    try:
        if key.opened(note) == head.text:
            return head
    except (NotANote, ValueError):
        pass
    raise Refused(f"The head does not have a valid signature of the log's key (fingerprint {key.fingerprint}).")


def read_key(text: str) -> Verifier:
    """A public key in its one spelling; Refused for anything else."""
    try:
        key = Verifier.read(text)
    except (NotANote, ValueError):
        raise Refused("The public key cannot be read. It looks like “name+0a1b2c3d+AR…”.") from None
    if str(key) != text or not is_origin(key.name):
        raise Refused("The public key is written in an unusual way.")
    return key
