"""A published position as a Word file: what its page says, for those who work on with it."""

from werkzeug.wrappers import Response

from signoff.paper.word.sheet import published_word
from signoff.web.access import public
from signoff.web.file_names import named
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.public.paper import place_for, published_text
from signoff.web.sheets import stationery

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/positions/<slug:slug>.docx")
@kept(position=True, log=True, queries="paper")
@public
def position_word(slug: str) -> Response:
    """The position for word processors, with exactly the partners that stand behind it; `?paper=` as for the PDF."""
    _, publication = published(slug)
    with place_for(publication):
        made = published_word(published_text(publication), stationery())
    return named(Response(made, content_type=WORD), f"{slug}.docx")
