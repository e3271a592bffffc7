"""A partner's link: how its secret is made of a key and a nonce, and how a secret is looked up."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import unquote

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
    """The secret of a stored link under whichever key made it; None when no key fits anymore."""
    for key in keys:
        secret = link_secret(key, nonce, purpose=purpose)
        if hmac.compare_digest(link_lookup(secret), lookup):
            return secret
    return None


_ALPHABET = "[A-Za-z0-9_-]"
# A secret, whatever stands beside it: what follows a link's path, as much as a secret from its first to its last
# letter, and what is longer if it has capitals and small letters, as every secret has and a digest or a slug has not.
_SECRETS = re.compile(
    rf"(?<=/r/){_ALPHABET}{{22,}}"
    rf"|(?<!{_ALPHABET}){_ALPHABET}{{43}}(?!{_ALPHABET})"
    rf"|(?<!{_ALPHABET})(?=[a-z0-9_-]*[A-Z])(?=[A-Z0-9_-]*[a-z]){_ALPHABET}{{43,}}"
)
_BREAKS = re.compile(r"=?[\r\n\t]|[\u00ad\u200b-\u200f\u2060\ufeff]")
_MOST_ENCODED = 5


def without_secrets(text: str) -> str:
    """A text in which whatever could be a link's secret is masked."""
    return _SECRETS.sub("***", text)


def holds_secret(text: str) -> bool:
    """Whether a text could hold a link's secret: as it is, broken over lines, or with letters percent-encoded."""
    for _ in range(_MOST_ENCODED):
        if _SECRETS.search(text) or _SECRETS.search(_BREAKS.sub("", text)):
            return True
        encoded, text = text, unquote(text)
        if text == encoded:
            return False
    return True


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
