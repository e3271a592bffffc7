"""A version as a Word file for staff, published or not; without names, since it claims no one's approval."""

from werkzeug.wrappers import Response

from signoff.domain.permissions import Act
from signoff.domain.positions.slugs import encoded
from signoff.paper.word.sheet import WorkingCopy, working_copy
from signoff.services.positions.positions import get_position, get_version
from signoff.web.access import staff
from signoff.web.file_names import named
from signoff.web.installation import db, installation
from signoff.web.public.word import WORD
from signoff.web.sheets import stationery
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>.docx")
@staff(Act.READ)
def version_word(slug: str, number: int) -> Response:
    """The text of one version for word processors; words that are filled in later are named."""
    version = get_version(db(), get_position(db(), slug), number)
    saved_on = installation().settings.formats.day(version.saved_at)
    copy = WorkingCopy(version.wording, version.number, version.digest, version.saved_at, saved_on)
    made = working_copy(copy, stationery())
    return named(Response(made, content_type=WORD), f"{encoded(slug)}-version-{number}.docx")
