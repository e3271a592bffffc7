"""What a monitor keeps: the log as it followed it, every head that it saw, and which problems it has told of."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signoff.evidence.log_replay import LogReplay
from signoff.evidence.strict_json import Refused
from signoff.evidence.whole_files import append, write_whole
from signoff.oversight.monitor import Followed

_FORMAT = "signoff-monitor/1"


@dataclass(frozen=True)
class MonitorFolder:
    """A folder for one log. Heads go to one file a day, and are on the disk before the log counts as followed."""

    path: Path

    def followed(self) -> Followed | None:
        """The log up to the last head that was verified; None at first. Refused when the file cannot be read."""
        if not self._log.exists():
            return None
        try:
            content = json.loads(self._log.read_text())
            if content["format"] != _FORMAT:
                raise ValueError("another format")
            result = Followed(content["head"], LogReplay.restored(content["replay"]))
            result.replay.ensure_head(result.note)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(f"{self._log} cannot be read. Put back a copy of it, or begin in an empty folder.") from None
        return result

    def keep(self, followed: Followed, *, at: datetime) -> None:
        """Keep a verified head, and go on from it the next time."""
        self._append(f"heads-{at:%Y-%m-%d}.txt", followed.note)
        content = {"format": _FORMAT, "head": followed.note, "replay": followed.replay.saved()}
        write_whole(self._log, json.dumps(content, ensure_ascii=False), mode=0o644)

    def keep_blamed(self, note: str, *, at: datetime) -> None:
        """Keep a head that was found wrong: beside a good one it is the evidence."""
        self._append(f"wrong-heads-{at:%Y-%m-%d}.txt", note)

    def _append(self, name: str, note: str) -> None:
        # An append that a crash cut off must not run into the next head.
        append(self.path / name, f"\n{note}\n")

    def told(self) -> frozenset[str]:
        """The kinds of problems that people have been told of and that were there at the last look."""
        try:
            return frozenset(map(str, json.loads(self._told.read_text())))
        except (OSError, ValueError, TypeError):
            return frozenset()

    def note_told(self, kinds: Collection[str]) -> None:
        """People know of exactly these kinds of problems."""
        write_whole(self._told, json.dumps(sorted(kinds)), mode=0o644)

    @property
    def _log(self) -> Path:
        return self.path / "log.json"

    @property
    def _told(self) -> Path:
        return self.path / "told.json"
