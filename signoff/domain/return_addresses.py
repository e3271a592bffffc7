"""Envelope senders: each letter has one of its own, so that whatever returns there is about that letter and no other.

The code in it is the letter's Message-ID and a proof, made with the secret key, that we wrote it. Addresses are not
kept as they were written in upper or lower case everywhere, so the code is spelled in base32.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection

_PROOF = 9  # bytes; together with the 16 of a Message-ID 40 characters of base32, without padding


def return_address(base: str, key: str, message_id: str) -> str:
    """The envelope sender of a letter, by the 32 hexadecimal digits of its Message-ID: bounces+CODE@…."""
    name, _, domain = base.rpartition("@")
    code = base64.b32encode(bytes.fromhex(message_id) + _proof(key, message_id)).decode().lower()
    return f"{name}+{code}@{domain}"


def returned_letter(address: str, base: str, keys: Collection[str]) -> str | None:
    """Whose envelope sender this is: a Message-ID's digits; None when none of the keys made it."""
    name, _, domain = address.strip().strip("<>").lower().rpartition("@")
    given, _, code = name.partition("+")
    if not base or f"{given}@{domain}" != base.lower() or len(code) != 40:
        return None
    try:
        decoded = base64.b32decode(code.upper())
    except ValueError:
        return None
    message_id, proof = decoded[:-_PROOF].hex(), decoded[-_PROOF:]
    is_ours = [hmac.compare_digest(proof, _proof(key, message_id)) for key in keys]
    return message_id if any(is_ours) else None


def _proof(key: str, message_id: str) -> bytes:
    said = f"signoff-bounce/1\n{message_id}".encode()
    return hmac.digest(key.encode(), said, hashlib.sha256)[:_PROOF]
