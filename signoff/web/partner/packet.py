"""What a partner's board needs to decide: as a page to print, and as a PDF."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from signoff.domain.positions.changes import read_changes
from signoff.domain.positions.slugs import encoded
from signoff.models import Version
from signoff.paper.packet import Packet, packet_pdf
from signoff.services.positions.checks import ShownCheck
from signoff.web.access import link_holder
from signoff.web.file_names import named as named_file
from signoff.web.installation import coalition_name, db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.context import page_context
from signoff.web.partner.link_auth import link_from_address
from signoff.web.sheets import finding_rows, stationery

_MEANS = (
    "The name is listed publicly under this text only. If the text changes in any way, we ask again. An approval can "
    "be withdrawn at any time. Not answering never counts as an approval."
)


@pages.get("/r/<secret>/packet")
@link_holder
def packet(secret: str) -> str:
    """All a board needs to decide, on a page: who asks, until when, the text, what changed, and the check."""
    facts = _context(secret)
    return render_template("partner/packet.html", secret=secret, **facts, **_said(facts))


@pages.get("/r/<secret>/packet.pdf")
@link_holder
def packet_on_paper(secret: str) -> Response:
    """The same as a PDF."""
    facts = _context(secret)
    version, known, said = facts["version"], facts["known"], _said(facts)
    made = packet_pdf(
        Packet(
            board_of=facts["partner"].name,
            rows=[*said["question"], *said["terms"]],
            notice=said["notice"],
            since=said["since"],
            changes=read_changes(known.version.wording, version.wording) if known and known.changes else (),
            wording=version.wording,
            number=version.number,
            digest=version.digest,
            day=version.saved_at.astimezone(installation().settings.timezone).date(),
            checked=_checked(facts["checked"]),
            findings=finding_rows(facts["checked"]),
        ),
        stationery(),
    )
    return named_file(Response(made, content_type="application/pdf"), _name(version), shown=True)


def _name(version: Version) -> str:
    return f"board-{encoded(version.position.slug)}-version-{version.number}.pdf"


def _context(secret: str) -> dict[str, Any]:
    link = link_from_address(secret)
    return {"link": link, **page_context(db(), link, at=installation().clock())}


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The words of both: the question and its terms in rows, why it takes no answer, and since when it changed."""
    version, partner, round_, known = facts["version"], facts["partner"], facts["round"], facts["known"]
    over = "" if facts["open"] else " (we are no longer taking answers)"
    names = " or ".join(facts["public_names"])
    return {
        "question": [
            ("Who asks", f"{coalition_name()}, {round_.opener.name}"),
            ("What is asked", f"Whether {partner.name} approves exactly the text below, and may be named as {names}"),
            ("By when", f"{installation().settings.formats.full(round_.deadline)}{over}"),
            ("Version", f"{version.number}: {version.change_note}" if version.number > 1 else str(version.number)),
        ],
        "terms": [
            ("What an approval means", _MEANS),
            *([("From the Coalition", round_.message)] if round_.message else []),
        ],
        "notice": "" if facts["open"] else _notice(facts["later_version"]),
        "since": _since(partner.name, known) if known else "",
    }


def _notice(later: Version | None) -> str:
    if later is None:
        return "This request can no longer be answered."
    return f"This text has been replaced by version {later.number}; a decision is no longer needed."


def _since(partner: str, known: Any) -> str:
    number = known.version.number
    return f"{partner} approved version {number}" if known.approved else f"{partner} was asked about version {number}"


def _checked(shown: ShownCheck) -> str:
    if shown.check is None:
        return ""
    by, on = shown.check.completer.name, installation().settings.formats.day(shown.check.completed_at)
    return f"Checked by {by}, {on}, against the {shown.check.edition.name}."
