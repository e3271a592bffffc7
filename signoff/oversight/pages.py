"""Compares what an installation shows its readers with what it signed: the texts and names of all positions."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from signoff.evidence.position_bundles import BundleVerdict, verify_bundle
from signoff.evidence.strict_json import Refused
from signoff.oversight.http_client import Unreachable
from signoff.oversight.log_reading import LogReader
from signoff.oversight.monitor import Finding, FindingKind, Followed

MOST_POSITIONS = 500  # in one look
_MOST_LISTS = 50


def wrong_with_pages(log: LogReader, followed: Followed, *, now: datetime) -> list[Finding]:
    """A finding for each position whose page is not what was signed, or that only the pages or only the log has.

    What changed a moment ago may differ until the next head: ask again before telling anyone. Of very many positions,
    another part is looked at each minute.
    """
    rows = sorted(followed.replay.rows)
    first = int(now.timestamp() // 60) * MOST_POSITIONS % max(len(rows), 1) if len(rows) > MOST_POSITIONS else 0
    chosen = (rows + rows)[first : first + min(len(rows), MOST_POSITIONS)]
    sentences = [_wrong_with_position(log, followed, slug, now) for slug in chosen]
    return [Finding(FindingKind.PAGES, one) for one in (*_wrong_with_lists(log, followed), *sentences) if one]


def _wrong_with_position(log: LogReader, followed: Followed, slug: str, now: datetime) -> str:
    address = f"positions/{quote(slug, safe='')}"
    try:
        verdict = verify_bundle(
            log.page(f"{address}/proof"), now=now, pinned=str(followed.replay.keys[0]), kept=followed.note
        )
        shown = json.loads(log.page(f"{address}.json"))
        is_same = verdict.position == slug and _as_shown(shown) == _as_signed(verdict)
    except Unreachable as problem:
        return f"“{slug}” is in the log, but its page or its evidence cannot be read: {problem}"
    except Refused as problem:
        return f"The evidence of “{slug}” is not valid: {problem}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"What the page of “{slug}” shows cannot be read."
    return "" if is_same else f"The page of “{slug}” does not show the text and the names that were signed."


def _as_shown(shown: Mapping[str, Any]) -> tuple[Any, ...]:
    names = sorted((one["partner"], one["name"], one["note"] or "") for one in shown["signatories"])
    return shown["version"], shown["title"], shown["summary"] or "", shown["body"] or "", names


def _as_signed(verdict: BundleVerdict) -> tuple[Any, ...]:
    names = sorted((one.partner, one.name, one.note) for one in verdict.signatories)
    fields = verdict.fields
    return verdict.version, fields["title"], fields.get("summary", ""), fields.get("body", ""), names


def _wrong_with_lists(log: LogReader, followed: Followed) -> list[str]:
    listed, after = set[str](), ""
    try:
        for _ in range(_MOST_LISTS):
            answer = json.loads(log.page(f"api/v1/positions?limit=100{after}"))
            listed |= {str(item["slug"]) for item in answer["items"]}
            if not answer.get("next"):
                break
            after = f"&after={quote(str(answer['next']), safe='')}"
    except Unreachable as problem:
        return [str(problem)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["The list of positions cannot be read."]
    return [f"The pages list “{slug}”, which is not in the log." for slug in sorted(listed - {*followed.replay.rows})]
