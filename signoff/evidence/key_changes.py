"""Keys of a log and their hand-over: each key is introduced by a leaf that it and the key before it have signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signoff.evidence.heads import read_key
from signoff.evidence.log_leaves import KeyChange
from signoff.evidence.notes import Signer, Verifier
from signoff.evidence.strict_json import Refused


def key_statement(key: str, after: str) -> bytes:
    """What both keys sign at a hand-over; a head can never read like it."""
    return f"signoff-key/1\n{after}\n{key}\n".encode()


def change_key(new: Signer, old: Signer | None) -> KeyChange:
    """The leaf from which on the new key signs the heads of the log; the first key of a log has none before it."""
    key, after = str(new.verifier), str(old.verifier) if old else ""
    statement = key_statement(key, after)
    both = [new, *([old] if old else [])]
    signatures = tuple(Ed25519PrivateKey.from_private_bytes(one.seed).sign(statement).hex() for one in both)
    return KeyChange(key=key, after=after, signatures=signatures)


def read_change(change: KeyChange, *, origin: str, before: Verifier | None) -> Verifier:
    """The key that a leaf introduces after the key `before`; Refused unless both have signed it."""
    key = read_key(change.key)
    if key.name != origin:
        raise Refused(f"The key of “{key.name}” cannot sign for the log “{origin}”.")
    if change.after != (str(before) if before else ""):
        raise Refused("A key does not follow the key before it.")
    signers = [key, *([before] if before else [])]
    if len(change.signatures) != len(signers) or key == before:
        raise Refused("A new key must be signed by itself and by the key before it.")
    statement = key_statement(change.key, change.after)
    for signer, signature in zip(signers, change.signatures, strict=True):
        if not is_signed(signer, bytes.fromhex(signature), statement):
            raise Refused(f"A key's introduction is not signed by the key {signer.fingerprint}.")
    return key


def is_signed(key: Verifier, signature: bytes, message: bytes) -> bool:
    """Whether the key has signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def chain_of(changes: Sequence[KeyChange], origin: str) -> tuple[Verifier, ...]:
    """All keys of a log in their order; the last one signs its newest heads."""
    keys: list[Verifier] = []
    for change in changes:
        keys.append(read_change(change, origin=origin, before=keys[-1] if keys else None))
    if len(set(keys)) != len(keys):
        raise Refused("A retired key is used again.")
    return tuple(keys)


def introduced(change: KeyChange, place: Mapping[str, Any]) -> dict[str, Any]:
    """A key change with its place in the log, as files carry it."""
    return {"key": change.key, "after": change.after, "signatures": list(change.signatures), **place}
