"""What a witness or a monitor decides: whether a log only grew, and what C2SP's tlog-witness answers to a new head."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from signoff.evidence.consistency import is_consistent
from signoff.evidence.heads import LONGEST_HEAD, Head, bears_signature, read_head
from signoff.evidence.notes import Verifier, read_base64
from signoff.evidence.strict_json import MOST_INTEGER, Refused

MOST_PROOF = 63
LONGEST_REQUEST = LONGEST_HEAD + 50 * MOST_PROOF


def ensure_follows(old: Head, new: Head, proof: Sequence[bytes]) -> None:
    """Refuse unless the log of the new head begins with all leaves of the old one, as the proof must show."""
    if new.origin != old.origin:
        raise Refused(f"The heads are of two logs: “{old.origin}” and “{new.origin}”.")
    if new.size < old.size:
        raise Refused(f"The log was rolled back: it had {old.size} leaves and now has {new.size}.")
    if new.size == old.size and new.root != old.root:
        raise Refused(f"The log was forked: there are two heads of {old.size} leaves.")
    if not is_consistent(old.size, old.root, new.size, new.root, proof):
        raise Refused(
            f"The head of {new.size} leaves is not shown to follow that of {old.size}; the log may be forked."
        )


@dataclass(frozen=True)
class WitnessRequest:
    """A head that is posted to a witness, with the proof that it follows the head of the size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"


def read_witness_request(body: bytes) -> WitnessRequest:
    """The request in the body of a POST to `add-checkpoint`; Refused when it is none."""
    try:
        text = body.decode() if len(body) <= LONGEST_REQUEST else ""
    except UnicodeDecodeError:
        text = ""
    lines, separator, note = text.partition("\n\n")
    first, *hashes = lines.split("\n")
    number = first.removeprefix("old ")
    old = int(number[:17]) if number.isascii() and number.isdecimal() else -1
    proof = tuple(read_base64(line) or b"" for line in hashes)
    is_read = separator and first == f"old {old}" and 0 <= old <= MOST_INTEGER and len(proof) <= MOST_PROOF
    if not is_read or any(len(one) != 32 for one in proof):
        raise Refused("This is not a request to witness a checkpoint.")
    return WitnessRequest(old, proof, note)


@dataclass(frozen=True)
class WitnessAnswer:
    """An HTTP status and a body. At 200, store the head if the latest is still the same, then cosign it."""

    status: int
    body: str = ""

    @property
    def content_type(self) -> str:
        """The type of the body."""
        return "text/x.tlog.size" if self.status == 409 else "text/plain; charset=utf-8"


def answer_of(request: WitnessRequest, keys: Sequence[Verifier], latest: Head | None) -> WitnessAnswer:
    """What a witness answers that trusts these keys and last cosigned `latest` of the log, if anything."""
    try:
        head = read_head(request.note)
    except Refused as problem:
        return WitnessAnswer(400, f"{problem}\n")
    known = [key for key in keys if key.name == head.origin]
    if not known:
        return WitnessAnswer(404, "This log is not known here.\n")
    if not any(bears_signature(request.note, key) for key in known):
        return WitnessAnswer(403, "The head does not have a valid signature of its log.\n")
    if request.old > head.size:
        return WitnessAnswer(400, "The old size is larger than the new one.\n")
    last = latest or Head(head.origin, 0, b"")
    if request.old != last.size or (head.size == last.size and latest and head.root != last.root):
        return WitnessAnswer(409, f"{last.size}\n")
    if last.size == 0:
        return WitnessAnswer(422 if request.proof else 200)
    return WitnessAnswer(200 if is_consistent(last.size, last.root, head.size, head.root, request.proof) else 422)
