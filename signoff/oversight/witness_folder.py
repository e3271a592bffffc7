"""What a witness keeps: its key, the keys of the logs that it knows, and the newest head of each that it cosigned."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signoff.evidence.cosignatures import WitnessKey
from signoff.evidence.heads import Head, read_head, read_key
from signoff.evidence.key_files import made_once
from signoff.evidence.notes import Signer, Verifier
from signoff.evidence.strict_json import Refused
from signoff.evidence.whole_files import append, write_whole

_FORMAT = "signoff-witness-key/1"
_MOST_REFUSED = 1_000_000  # bytes a day


@dataclass(frozen=True)
class WitnessFolder:
    """The folder of one witness."""

    path: Path

    def signer(self, name: str) -> Signer:
        """The witness's key, made at first, readable by its owner alone. Refused without a name for a new one.

        The name stays as it was: a key under another name would be another witness.
        """
        path = self.path / "key.json"
        if not name and not path.exists():
            raise Refused("A new witness needs a name, such as --name witness.example/w1.")
        made = {"format": _FORMAT, "name": name, "seed": secrets.token_bytes(32).hex()}
        try:
            if not path.exists():
                _ensure_name(name)
            content = json.loads(made_once(path, lambda: json.dumps(made, indent=2) + "\n"))
            signer = Signer(content["name"], bytes.fromhex(content["seed"]))
            if content["format"] != _FORMAT or len(signer.seed) != 32:
                raise ValueError("another format")
        except (json.JSONDecodeError, ValueError, KeyError, TypeError) as problem:
            raise problem if isinstance(problem, Refused) else Refused(f"{path} is not the key of a witness.") from None
        if name and name != signer.name:
            raise Refused(f"The key in {path} has the name “{signer.name}”. Another witness needs a folder of its own.")
        return signer

    def logs(self) -> tuple[Verifier, ...]:
        """The keys of the logs that are known, one a line of `logs.txt`; Refused for a line that is none."""
        path, keys = self.path / "logs.txt", list[Verifier]()
        lines = path.read_text().splitlines() if path.exists() else []
        for number, line in enumerate(map(str.strip, lines), start=1):
            if line and not line.startswith("#"):
                try:
                    keys.append(read_key(line))
                except Refused as problem:
                    raise Refused(f"{path}, line {number}: {problem}") from None
        if not keys:
            raise Refused(f"Write the public keys of the logs to witness into {path}, one a line.")
        return tuple(keys)

    def latest(self, origin: str) -> Head | None:
        """The newest head of a log that was cosigned; None when there is none yet. Refused when it cannot be read."""
        path = self._head_of(origin)
        if not path.exists():
            return None
        head = read_head(path.read_text())
        if head.origin != origin:
            raise Refused(f"{path} holds the head of another log.")
        return head

    def keep(self, head: Head, note: str) -> None:
        """From here on no other head of this size, and no smaller one, is cosigned."""
        path = self._head_of(head.origin)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, note, mode=0o644)

    def keep_refused(self, note: str, at: datetime) -> None:
        """Keep a head that bears its log's signature and does not follow; beside the good one it is the evidence."""
        path = self.path / f"wrong-heads-{at:%Y-%m-%d}.txt"
        if not path.exists() or path.stat().st_size < _MOST_REFUSED:
            append(path, f"\n{note}\n")

    def _head_of(self, origin: str) -> Path:
        return self.path / "heads" / f"{hashlib.sha256(origin.encode()).hexdigest()}.txt"


def _ensure_name(name: str) -> None:
    # As in C2SP's signed-note; the printed key is read in one spelling only.
    if len(name) > 200 or not name.isascii():
        raise Refused("The name of a witness has at most 200 letters of ASCII, such as witness.example/w1.")
    try:
        WitnessKey.read(str(WitnessKey(name, bytes(32))))
    except Refused:
        raise Refused("The name of a witness has no space and no plus sign, such as witness.example/w1.") from None


def names_of(keys: Sequence[Verifier]) -> list[str]:
    """The names of the logs that these keys are of, each once."""
    return sorted({key.name for key in keys})
