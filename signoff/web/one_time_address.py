"""The one-time way into the set-up pages: its secret, how long it lasts, and whom it answers."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from signoff.domain.errors import NotFound
from signoff.domain.time import Clock
from signoff.evidence.canonical import sha256_hex
from signoff.settings import Settings
from signoff.web.request_parsing import is_from_here

LASTS = timedelta(hours=1)


@dataclass
class SetUp:
    """What the set-up pages need of the command that serves them.

    `fixed` are the settings that the operator gave, which go before whatever is typed. `keep` keeps what was typed,
    `load` reads all settings again, `start` is called once there is an administrator.
    """

    clock: Clock
    fixed: frozenset[str]
    keep: Callable[[Mapping[str, str]], None]
    load: Callable[[], Settings]
    start: Callable[[], None]
    anywhere: bool = False
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    turn: Lock = field(default_factory=Lock)
    used: bool = False

    def __post_init__(self) -> None:
        self._digest = sha256_hex(self.secret)
        self._until: datetime = self.clock() + LASTS

    def ensure_open(self, secret: str) -> None:
        """NotFound, as for any unknown address, unless this is the secret: in time, unused, asked from this machine."""
        known = hmac.compare_digest(self._digest, sha256_hex(secret))
        if not known or self.used or self.clock() > self._until or not (self.anywhere or is_from_here()):
            raise NotFound
