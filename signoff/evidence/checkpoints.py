"""Checkpoints and proofs as C2SP's tlog-checkpoint and tlog-proof have them: signed heads, and ways to them."""

from base64 import b64encode
from dataclasses import dataclass

from signoff.evidence.merkle import is_included, leaf_hash
from signoff.evidence.notes import NotANote, Signer, Verifier, read_base64

_PROOF = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Checkpoint:
    """The head of the record at a size: which record, how many leaves, and the tree's root."""

    origin: str
    size: int
    root: bytes

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a signed note."""
        return signer.sign(f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n")

    @staticmethod
    def opened(note: str, verifier: Verifier) -> "Checkpoint":
        """The checkpoint in a note that this key signed; NotANote otherwise."""
        lines = verifier.opened(note).split("\n")
        if len(lines) < 4 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
            raise NotANote("The signed note is no checkpoint.")
        return Checkpoint(lines[0], int(lines[1]), _hash(lines[2]))


@dataclass(frozen=True)
class Proof:
    """Evidence that a leaf stands at a place of the tree that a checkpoint heads; `checkpoint` is the signed note."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        hashes = "".join(f"{b64encode(item).decode()}\n" for item in self.path)
        return f"{_PROOF}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @staticmethod
    def read(text: str) -> "Proof":
        """A proof from its text; NotANote when it is none."""
        head, separator, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not separator or lines[0] != _PROOF:
            raise NotANote("This is not a proof of the form tlog-proof.")
        # “extra” belongs to whoever wrote it; nothing here is read from it.
        rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        word, _, number = rest[0].partition(" ") if rest else ("", "", "")
        if word != "index" or not number.isdecimal() or str(int(number)) != number:
            raise NotANote("The proof names no place in the record.")
        return Proof(int(number), tuple(_hash(line) for line in rest[1:]), checkpoint)

    def proves(self, leaf: bytes, verifier: Verifier) -> Checkpoint:
        """The checkpoint under which the leaf is proven; NotANote when the signature or the way to it is wrong."""
        checkpoint = Checkpoint.opened(self.checkpoint, verifier)
        if not is_included(leaf_hash(leaf), self.index, checkpoint.size, self.path, checkpoint.root):
            raise NotANote("The proof does not lead from the entry to the signed head of the record.")
        return checkpoint


def _hash(text: str) -> bytes:
    result = read_base64(text)
    if result is None or len(result) != 32:
        raise NotANote("A hash in it cannot be read.")
    return result
