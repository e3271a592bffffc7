"""Settings: read, typed, and refused in one sentence when they are unknown, bad or unsafe."""

import json
import random
import secrets
import string
from pathlib import Path

import pytest

from signoff.evidence.codes import SealingKeys
from signoff.evidence.cosignatures import witness_key
from signoff.evidence.notes import Signer
from signoff.settings import SettingsRefused, read_settings

KEY = secrets.token_urlsafe(32)
WITNESS = str(witness_key(Signer("witness.example/w1", bytes(32))))


def read(tmp_path: Path, **given: str):  # type: ignore[no-untyped-def]
    return read_settings({f"SIGNOFF_{name}": value for name, value in given.items()}, instance=tmp_path / "instance")


def test_on_loopback_everything_has_a_default_and_keys_are_made_once(tmp_path: Path) -> None:
    first = read(tmp_path)
    before = (tmp_path / "instance").stat().st_mtime_ns
    assert read(tmp_path) == first
    # A full disk does not keep commands from starting: what is there is read, and nothing is written beside it.
    assert (tmp_path / "instance").stat().st_mtime_ns == before
    assert len(first.secret_key) >= 32
    for name in ("secret_key", "sealing_key.json"):
        assert (tmp_path / "instance" / name).stat().st_mode & 0o777 == 0o600
    assert SealingKeys.read(first.sealing_key_file).fingerprint


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"SECRET_KEYY": KEY}, "not a setting"),
        ({"BASE_URL": "http://signoff.example"}, "https://"),
        ({"BASE_URL": "signoff"}, "address"),
        ({"BASE_URL": "https://signoff.example/?"}, "address"),
        ({"BASE_URL": "https://signoff.example/a b"}, "address"),
        ({"BASE_URL": "https://signoff.example"}, "SECRET_KEY must be given"),
        ({"BASE_URL": "https://signoff.example", "SECRET_KEY": KEY}, "SEALING_KEY_FILE must be given"),
        ({"SECRET_KEY": "short"}, "32 bytes"),
        ({"SECRET_KEY": "k" * 40}, "easy to guess"),
        ({"SECRET_KEY_FALLBACKS": f"{KEY} short"}, "32 bytes"),
        ({"SEALING_KEY_FILE": "/nowhere/key.json"}, "names no file"),
        ({"DATABASE_URL": "mysql://x"}, "sqlite:///"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "sqlite:///"),
        ({"TIMEZONE": "Mars/Olympus"}, "zone name"),
        ({"LOCALE": "en_ATLANTIS"}, "name of a locale"),
        ({"LOCALE": "tlh"}, "name of a locale"),
        ({"LOCALE": "American"}, "name of a locale"),
        ({"MAIL_PORT": "0"}, "from 1 to 65535"),
        ({"MAIL_PORT": "smtp"}, "whole number"),
        ({"MAIL_USE_TLS": "maybe"}, "yes or no"),
        ({"MAIL_USE_TLS": "yes", "MAIL_USE_SSL": "yes"}, "exclude each other"),
        ({"MAIL_USERNAME": "u"}, "belong together"),
        ({"MAIL_SENDER": "nobody"}, "email address"),
        ({"TRUSTED_PROXIES": "-1"}, "from 0 to 9"),
        ({"RETENTION_DAYS": "0"}, "from 1 to 3650"),
        ({"SENTRY_DSN": "https://sentry.example/1"}, "https://KEY@HOST/PROJECT"),
        ({"SENTRY_DSN": "http://key@sentry.example/1"}, "https://KEY@HOST/PROJECT"),
        ({"WITNESSES": "https://w.example"}, "KEY@ADDRESS"),
        ({"WITNESSES": f"{WITNESS}x@https://w.example"}, "KEY@ADDRESS"),
        ({"WITNESSES": f"{WITNESS}@http://w.example"}, "KEY@ADDRESS"),
        ({"WITNESSES": f"{WITNESS}@https://w.example {WITNESS}@https://v.example"}, "each witness once"),
    ],
)
def test_what_is_unsafe_or_cannot_be_meant_is_refused(tmp_path: Path, given: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        read(tmp_path, **given)
    assert word in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_texts_become_what_they_mean(tmp_path: Path) -> None:
    settings = read(
        tmp_path, MAIL_PORT="2525", MAIL_USE_TLS="False", TRUSTED_PROXIES="2", DATABASE_URL="postgres://a@b/c"
    )
    assert (settings.mail.port, settings.mail.use_tls, settings.trusted_proxies) == (2525, False, 2)
    assert settings.database_url == "postgresql+psycopg://a@b/c"


@pytest.mark.parametrize("content", ["", "{}", '{"mac": []}', '{"mac": [{"id": "a", "key": "c2hvcnQ="}]}', "[1]"])
def test_a_file_that_is_no_sealing_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="keys.json"):
        SealingKeys.read(path)
    assert json.dumps(content)


@pytest.mark.parametrize(
    "key",
    [
        "k" * 32,
        "k" * 200,
        "x" * 31 + "y",
        "0" * 31 + "1",
        "ab" * 20,
        "x7Gq" * 10,
        "x7Gq!pZ2" * 4,
        "Tr0ub4dor&3" * 3,
        "aaaaaaaabbbbbbbbccccccccdddddddd",
        "0123456789abcdef" * 2,
        "abcdefghijklmnopqrstuvwxyz123456",
        "12345678901234567890123456789012",
        "qwertyuiopasdfghjklzxcvbnm123456",
        "deadbeef" * 4,
        "äöü" * 12,
        "changeme" * 5,
        "secret" * 8,
        "passwordpassword12345678password",
        "correct horse battery staple correct horse battery",
        "correcthorsebatterystaplecorrecthorse",
        "this-is-a-very-long-secret-key-for-signoff-production",
        "please-change-this-secret-key-before-production",
        "coalition for community schools signoff key 2026",
        "CoalitionForCommunitySchoolsSignoff",
        "MySecretKeyForTheSignoffApplication2026!",
        "seven lanterns by the gate of the old mill house",
        "django-insecure-a very secret key that no one will ever guess",
    ],
)
def test_a_secret_key_of_repetitions_rows_or_words_is_refused_even_on_loopback(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        read(tmp_path, SECRET_KEY=key)
    assert "SIGNOFF_SECRET_KEY is easy to guess" in str(refusal.value)
    assert key not in str(refusal.value)
    # What an installation used before still opens the links that were made with it.
    joined = "-".join(key.split())
    assert read(tmp_path, SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=joined).secret_keys == (KEY, joined)


@pytest.mark.parametrize(
    ("alphabet", "length"),
    [
        (string.hexdigits[:16], 32),
        (string.hexdigits[:16], 64),
        (string.digits, 40),
        (string.ascii_lowercase, 40),
        (string.ascii_letters + string.digits, 32),
        (string.ascii_letters + string.digits + "-_", 64),
        (string.ascii_letters + string.digits + string.punctuation, 200),
    ],
)
def test_a_random_secret_key_is_taken(tmp_path: Path, alphabet: str, length: int) -> None:
    chance = random.Random(length)
    for _ in range(20):
        key = "".join(chance.choice(alphabet) for _ in range(length))
        assert read(tmp_path, SECRET_KEY=key).secret_key == key
