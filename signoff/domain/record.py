"""The vocabulary of the record: every kind of entry with exactly the facts it carries."""

from collections.abc import Mapping
from typing import Any

# Facts name organisations, texts and staff by keys and ids only. What people typed of themselves enters an
# entry as a salted commitment, so that it can be erased without breaking the record.
KINDS: dict[str, frozenset[str]] = {
    "coalition_described": frozenset({"name", "reply_to_set"}),
    "user_added": frozenset({"user", "roles"}),
    "token_added": frozenset({"user", "token"}),
    "edition_adopted": frozenset({"edition", "adopted_on", "criteria"}),
    "partner_added": frozenset({"partner", "public_names", "aliases", "contacts"}),
    "contact_added": frozenset({"partner", "contact", "may_answer"}),
    "position_started": frozenset({"position"}),
    "version_saved": frozenset({"position", "version", "digest", "change_note"}),
    "finding_recorded": frozenset({"position", "version", "criterion", "verdict"}),
    "check_completed": frozenset({"position", "version", "edition", "digest", "findings"}),
    "round_opened": frozenset({"position", "version", "digest", "deadline", "minimum", "partners"}),
    "round_extended": frozenset({"position", "version", "deadline", "partners", "reopened"}),
    "round_closed": frozenset({"position", "version", "waiting"}),
    "round_replaced": frozenset({"position", "version", "by_version", "waiting"}),
    "partner_answered": frozenset(
        {
            "position",
            "version",
            "digest",
            "partner",
            "sequence",
            "verdict",
            "public_name",
            "public_note",
            "authority",
            "person",
        }
    ),
    "name_removed": frozenset({"position", "version", "digest", "partner", "sequence", "verdict", "person"}),
    "position_published": frozenset({"position", "version", "digest", "signatories"}),
    "position_superseded": frozenset({"position", "version", "by_version"}),
    "position_retired": frozenset({"position", "version", "reason"}),
}


def ensure_facts(kind: str, facts: Mapping[str, Any]) -> None:
    """Raise ValueError unless the kind is known and carries exactly its facts: a programming error otherwise."""
    if kind not in KINDS or set(facts) != KINDS[kind]:
        raise ValueError(f"an entry of kind {kind!r} cannot carry {sorted(facts)}")
