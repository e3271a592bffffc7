"""A partner's link: how its secret is made of a key and a nonce, and how a secret is looked up."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence

NONCE_BYTES = 32


def link_secret(key: str, nonce: bytes, *, purpose: str = "link") -> str:
    """The secret part of a link's address: 43 characters from HMAC-SHA-256; stored nowhere.

    `purpose` keeps apart what is made of nonces: partners' links, accounts' links, authenticators.
    """
    return _encode(hmac.digest(_subkey(key, purpose), nonce, "sha256"))


def link_lookup(secret: str) -> str:
    """What the database keeps of a secret: its SHA-256 as 64 hexadecimal characters."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(keys: Sequence[str], nonce: bytes, lookup: str, *, purpose: str = "link") -> str | None:
    """The secret of a stored link under whichever key made it; None when no key fits any more."""
    for key in keys:
        secret = link_secret(key, nonce, purpose=purpose)
        if hmac.compare_digest(link_lookup(secret), lookup):
            return secret
    return None


_SECRETS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


def without_secrets(text: str) -> str:
    """A text in which whatever could be a link's secret is masked."""
    return _SECRETS.sub("***", text)


def form_value(key: str, link_id: int, digest: str) -> str:
    """The anti-forgery value of a link's forms: bound to the link and to the text that was shown."""
    return _encode(hmac.digest(_subkey(key, "form"), f"{link_id}:{digest}".encode(), "sha256"))


def is_form_value(keys: Sequence[str], value: str, link_id: int, digest: str) -> bool:
    """Whether the value was made for this link and this text, under any key still known."""
    return any(hmac.compare_digest(form_value(key, link_id, digest).encode(), value.encode()) for key in keys)


def _subkey(key: str, purpose: str) -> bytes:
    # One key for each purpose, so that no value made for one can pass for another.
    return hmac.digest(key.encode(), b"signoff/" + purpose.encode(), "sha256")


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
