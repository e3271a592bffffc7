"""How the names on a publication are grouped on its sheets, which its publisher chooses and may change at any time."""

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.publications.name_groups import ensure_known
from signoff.models import Position
from signoff.services.act import ActContext
from signoff.services.locks import hold_live_publication
from signoff.services.publications.publications import find_live_publication
from signoff.services.record.record import record


def group_names(act: ActContext, position: Position, *, grouping: str) -> None:
    """Group the names of the live publication otherwise; nothing happens when they are grouped like that already.

    Invalid for an unknown grouping, Conflict when the position is not published.
    """
    ensure_may(act.by, Act.PUBLISH)
    ensure_known(grouping)
    hold_live_publication(act.session, position.id)
    live = find_live_publication(act.session, position)
    if live is None:
        raise Conflict("This position is not published; there are no names to group.")
    if live.grouping == grouping:
        return
    live.grouping = grouping
    facts = {"position": position.slug, "version": live.version.number, "grouping": grouping}
    record(act.session, "names_grouped", by=act.by, at=act.at(), facts=facts, position=position)
