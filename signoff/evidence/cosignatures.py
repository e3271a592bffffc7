"""Cosignatures of witnesses as C2SP's tlog-cosignature has them: an Ed25519 signature over a time and a checkpoint."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signoff.evidence.heads import read_head
from signoff.evidence.key_changes import is_signed
from signoff.evidence.notes import Signer, Verifier, read_base64
from signoff.evidence.strict_json import Refused

_COSIGNATURE = b"\x04"


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, printed as `name+id+key` with the type of timestamped cosignatures."""

    name: str
    public: bytes

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self._id.hex()}+{b64encode(_COSIGNATURE + self.public).decode()}"

    @staticmethod
    def read(text: str) -> "WitnessKey":
        """The key of a witness as it is printed; Refused for anything else."""
        name, _, rest = text.strip().partition("+")
        key = read_base64(rest.partition("+")[2]) or b""
        found = WitnessKey(name, key[1:])
        if not name or len(key) != 33 or str(found) != text.strip() or not name.isprintable() or " " in name:
            raise Refused("This is not the public key of a witness.")
        return found

    def seen_at(self, note: str) -> int | None:
        """When the witness cosigned this checkpoint, in seconds since 1970; None when it did not."""
        text = read_head(note).text
        found = (self._time_of(line, text) for line in note[len(text) + 1 :].split("\n")[:100])
        return max((time for time in found if time is not None), default=None)

    def _time_of(self, line: str, text: str) -> int | None:
        name, _, encoded = line.removeprefix("— ").rpartition(" ")
        signed = read_base64(encoded) or b""
        if not line.startswith("— ") or name != self.name or signed[:4] != self._id or len(signed) != 76:
            return None
        time = int.from_bytes(signed[4:12], "big")
        message = cosigned_message(text, time)
        return time if time < 2**63 and is_signed(Verifier(name, self.public), signed[12:], message) else None


@dataclass(frozen=True)
class Witness:
    """A witness that heads are posted to: the key of its cosignatures, and where it answers."""

    key: WitnessKey
    url: str

    @property
    def name(self) -> str:
        """What people call it."""
        return self.key.name


def read_witnesses(text: str) -> tuple[Witness, ...]:
    """Witnesses as settings name them, `KEY@ADDRESS` separated by spaces; Refused for anything else, or one twice."""
    found = list[Witness]()
    for part in text.split():
        key, scheme, rest = part.partition("@http")
        found.append(Witness(WitnessKey.read(key), f"{scheme[1:]}{rest}".rstrip("/")))
    if len({one.name for one in found}) != len(found):
        raise Refused("A witness is named twice.")
    return tuple(found)


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs: a header, the time in seconds since 1970, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def witness_key(signer: Signer) -> WitnessKey:
    """The public key under which the signer's cosignatures are verified."""
    return WitnessKey(signer.name, signer.verifier.public)


def cosign(note: str, signer: Signer, time: int) -> str:
    """The line by which a witness cosigns a checkpoint; it has verified its consistency with the one before."""
    message = cosigned_message(read_head(note).text, time)
    signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(message)
    key = witness_key(signer)
    line = b64encode(bytes.fromhex(str(key).split("+")[1]) + time.to_bytes(8, "big") + signature).decode()
    return f"— {signer.name} {line}\n"
