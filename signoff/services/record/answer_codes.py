"""What an answer's code is made of."""

from typing import Any

from signoff.domain.time import rfc3339
from signoff.models import Answer


def sealed_facts(answer: Answer, *, entry_body: str) -> dict[str, Any]:
    """What an answer's code is made of: all its columns, and the entry that tells of it."""
    return {
        "version": answer.version_id,
        "partner": answer.partner_id,
        "sequence": answer.sequence,
        "digest": answer.digest,
        "verdict": answer.verdict,
        "public_name": answer.public_name,
        "order_key": answer.order_key.hex() if answer.order_key is not None else None,
        "public_note": answer.public_note,
        "authority": answer.authority,
        "board_decided_on": answer.board_decided_on.isoformat() if answer.board_decided_on else None,
        "at": rfc3339(answer.at),
        "request": answer.request_id,
        "link": answer.link_id,
        "removed_by": answer.removed_by,
        "entry": answer.entry_id,
        "entry_body": entry_body,
    }
