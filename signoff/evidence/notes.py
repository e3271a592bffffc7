"""Signed notes and their Ed25519 keys as C2SP's signed-note has them, so that other people's tools verify ours."""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"


class NotANote(ValueError):
    """The text is no signed note, or the key no verifier key; its sentence says what is wrong."""


def read_base64(text: str) -> bytes | None:
    """The bytes that a text stands for; None when it is no Base64, or one of several spellings that is not the one."""
    try:
        result = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
    return result if b64encode(result).decode() == text else None


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class Signer:
    """A private key under a name; `seed` are its 32 bytes."""

    name: str
    seed: bytes

    def sign(self, text: str) -> str:
        """The text as a signed note: the text, an empty line, and one line of signature."""
        if not text.endswith("\n") or any(ord(character) < 32 and character != "\n" for character in text):
            raise NotANote("A note ends with a line break and holds no control characters.")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        line = b64encode(_key_id(self.name, self._public) + signature).decode()
        return f"{text}\n— {self.name} {line}\n"

    @property
    def _public(self) -> bytes:
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def verifier(self) -> "Verifier":
        """The public half."""
        return Verifier(self.name, self._public)


@dataclass(frozen=True)
class Verifier:
    """A public key under a name; printed as `name+id+key`."""

    name: str
    public: bytes

    @staticmethod
    def read(text: str) -> "Verifier":
        """A key as it is printed; NotANote when it is none."""
        # The name holds no plus sign; the key, being base64, may.
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = read_base64(encoded) or b""
        if (
            not name
            or not name.isprintable()
            or " " in name
            or len(key) != 33
            or key[:1] != _ED25519
            or key_id != _key_id(name, key[1:]).hex()
        ):
            raise NotANote("This is not a public key such as “name+0a1b2c3d+AR…”.")
        return Verifier(name, key[1:])

    def __str__(self) -> str:
        return f"{self.name}+{_key_id(self.name, self.public).hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @property
    def fingerprint(self) -> str:
        """A short name of the key for people to compare: the first 16 hexadecimal characters of its SHA-256."""
        return hashlib.sha256(self.public).hexdigest()[:16]

    def opened(self, note: str) -> str:
        """The text of a note that this key has signed; NotANote when it has not. Other signatures are passed over."""
        text, separator, signatures = note.rpartition("\n\n")
        if not separator or not signatures.endswith("\n"):
            raise NotANote("This is not a signed note.")
        text += "\n"
        # Not `splitlines`, which also splits at characters that would then be passed over.
        for line in signatures.split("\n"):
            if self._is_signature(line, text):
                return text
        raise NotANote(f"The note does not have the signature of the key {self.name}, {self.fingerprint}.")

    def _is_signature(self, line: str, text: str) -> bool:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.rpartition(" ")
        signed = read_base64(encoded) or b""
        if (dash, name, signed[:4]) != ("—", self.name, _key_id(self.name, self.public)):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed[4:], text.encode())
        except InvalidSignature:
            return False
        return True
