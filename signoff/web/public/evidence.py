"""Evidence for everyone: the public log with its heads and tiles, and a position's bundle."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound, NotSealedYet
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import read_tile_path
from signoff.models import LogHead
from signoff.services.publications.bundles import bundle_of
from signoff.services.publications.log_reading import entries_of, newest_head
from signoff.services.publications.witnessed_heads import cosigned_note
from signoff.services.record.stored_tree import PUBLIC_LOG
from signoff.web.access import public
from signoff.web.file_names import named
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published


@pages.get("/log/checkpoint")
@kept(log=True)
@public
def checkpoint() -> Response:
    """The newest signed head of the public log with its cosignatures, as a C2SP checkpoint."""
    return _note(_newest())


@pages.get("/log/heads/<int:size>")
@public
def head_of_size(size: int) -> Response:
    """The signed head of the public log at a size."""
    head = db().get(LogHead, size) if size <= _newest().size else None
    if head is None:
        raise NotFound("The public log has no head of this size.")
    return _note(head)


@pages.get("/log/tile/<path:address>")
@public
def tile(address: str) -> Response:
    """Hashes or leaves of the public log, as C2SP's tlog-tiles lays them out."""
    size = _newest().size
    try:
        wanted = read_tile_path(address)
    except Refused as problem:
        raise NotFound(str(problem)) from None
    if not wanted.is_in(size):
        raise NotFound("The public log does not have this tile.")
    content = entries_of(db(), wanted) if wanted.level < 0 else PUBLIC_LOG.tile(db(), wanted)
    return Response(content, content_type="application/octet-stream")


def _newest() -> LogHead:
    head = newest_head(db())
    if head is None:
        raise NotSealedYet
    return head


def _note(head: LogHead) -> Response:
    return Response(cosigned_note(db(), head), content_type="text/plain; charset=utf-8")


@pages.get("/record/checkpoint")
@public
def record_checkpoint() -> Response:
    """The former address of the newest head."""
    return redirect(url_for("public.checkpoint"))


@pages.get("/record")
@public
def record() -> Response:
    """The name of the record is an address too; it leads to how anyone can check it."""
    return redirect(url_for("public.verify"))


@pages.get("/positions/<slug:slug>/proof")
@public
def proof(slug: str) -> Response:
    """The bundle of a published position: a file that proves, offline, what its page said at the newest head."""
    _, publication = published(slug)
    bundle = bundle_of(db(), publication)
    if request.accept_encodings.best_match(["gzip", "identity"]) == "gzip":
        response = Response(bundle.gzipped, content_type="application/json", headers={"Content-Encoding": "gzip"})
    else:
        response = Response(bundle.text, content_type="application/json")
    response.vary.add("Accept-Encoding")
    return named(response, f"{slug}.bundle.json")
