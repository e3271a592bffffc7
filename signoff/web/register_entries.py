"""Entries of the record about the register of partners, as sentences for people."""

from collections.abc import Mapping
from typing import Any

from signoff.domain.phrasing import counted


def answered_about_names(facts: Mapping[str, Any]) -> str:
    """What was answered to a question about a name."""
    if facts["answer"] == "same":
        return f"“{facts['name']}” is {facts['other']}, staff said, so nothing was added"
    how = "an affiliate of" if facts["answer"] == "affiliate" else "a different organization from"
    return f"Before {facts['partner']} got the name “{facts['name']}”, staff said that it is {how} {facts['other']}"


def of_merge(facts: Mapping[str, Any]) -> str:
    """What came together with two entries that are one partner."""
    dropped = f", {counted(len(facts['dropped']), 'question')} asked twice dropped" if facts["dropped"] else ""
    tags = f", with the tags {', '.join(facts['tags'])}" if facts["tags"] else ""
    return dropped + tags


def commitments_asked(facts: Mapping[str, Any]) -> str:
    """Who was asked to accept the commitments of which edition."""
    partners = counted(len(facts["partners"]), "partner").capitalize()
    return f"{partners} asked to accept the commitments of edition {facts['edition']}"


def commitments_answered(facts: Mapping[str, Any]) -> str:
    """What a contact said of them for its partner."""
    said = "accepted" if facts["accepted"] else "did not accept"
    return f"{facts['partner']} {said} the commitments of edition {facts['edition']}"
