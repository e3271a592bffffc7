"""What a head of the public log that someone kept says about this database: that it goes on from it, or lacks some."""

from sqlalchemy.orm import Session

from signoff.domain.phrasing import counted
from signoff.evidence.consistency import root_of
from signoff.evidence.heads import Head, bears_signature, read_head
from signoff.evidence.strict_json import Refused
from signoff.services.publications.log_reading import log_keys, newest_head
from signoff.services.record.stored_tree import PUBLIC_LOG


def compared_with_kept(session: Session, kept: str) -> str:
    """A sentence on what this database has of the log that a kept head was signed over. Refused for what is no head."""
    head, log = read_head(kept.replace("\r\n", "\n").lstrip()), log_keys(session)
    if log.changes and not any(bears_signature(kept.replace("\r\n", "\n").lstrip(), key) for key in log.verifiers):
        return "This head is not signed by a key of this log."
    newest = newest_head(session)
    size = newest.size if newest else 0
    if head.size > size:
        until = f"what was made public after {newest.time:%Y-%m-%d %H:%M} UTC" if newest else "all that was made public"
        return (
            f"This copy is older than your head: the log had {counted(head.size, 'leaf', 'leaves')} when the head was "
            f"signed, and this copy has {size:,}. It lacks {until}, and private answers from then on."
        )
    if _has(session, head):
        return "Nothing that was signed up to your head is missing from this copy."
    return "The log was forked: at the size of your head, this copy has other leaves."


def _has(session: Session, head: Head) -> bool:
    try:
        return root_of(PUBLIC_LOG.nodes(session, head.size), head.size) == head.root
    except Refused:
        return False
