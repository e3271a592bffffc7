"""Entries about backups and restored copies as sentences for people, made from their facts alone."""

from collections.abc import Mapping
from typing import Any

from signoff.domain.phrasing import counted


def backup_made(facts: Mapping[str, Any]) -> str:
    """That a backup was made, up to where, and whether the keys are in it."""
    keys = "with" if facts["with_keys"] else "without"
    return f"A backup was made, up to entry {facts['newest_entry']}, {keys} the keys"


def restoration_opened(facts: Mapping[str, Any]) -> str:
    """That public pages were opened on a restored copy, and how much of the log it lacks."""
    lost = facts["signed_size"] - facts["log_size"]
    missing = f"; it lacks {counted(lost, 'signed leaf', 'signed leaves')} of the public log" if lost else ""
    return f"Public pages were opened again on a restored copy, which ended at entry {facts['newest_entry']}{missing}"
