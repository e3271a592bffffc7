"""The headers every answer carries: nothing from other hosts, nothing framed, nothing kept that could be stale."""

from flask import Flask, after_this_request, request
from werkzeug.wrappers import Response

from signoff.web.kept_pages import end_page

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


# An email has its styles in its elements, and is shown to staff in a frame that can do nothing.
_EMAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox"
)


def frame_own_pages() -> None:
    """Let the page that answers this request show pages of this site in frames, if they allow it."""
    after_this_request(lambda response: _under(response, f"{_POLICY}; frame-src 'self'"))


def as_framed_email(html: str) -> Response:
    """An email's HTML for a frame in our own pages: no scripts, no forms, nothing fetched."""
    return _under(Response(html, content_type="text/html; charset=utf-8"), _EMAIL_POLICY)


def _under(response: Response, policy: str) -> Response:
    response.headers["Content-Security-Policy"] = policy
    return response


def install_headers(app: Flask, *, https: bool) -> None:
    """Add the headers after every request."""

    def add(response: Response) -> Response:
        headers = response.headers
        _stay_here(response)
        add_security_headers(response, request.path, https=https)
        if (
            request.method in ("GET", "HEAD")
            and headers.get("Cache-Control") == "no-cache"
            and response.status_code == 200
            and not response.is_streamed
        ):
            response.add_etag()
            if not end_page(response):  # what is kept is compared with what the reader has where it is kept
                response.make_conditional(request.environ)
        return response

    app.after_request(add)


def _stay_here(response: Response) -> None:
    # Whatever Host the request claimed, a redirect stays where the reader is.
    wanted = response.headers.get("Location", "")
    if "://" in wanted and wanted.startswith(request.host_url):
        response.headers["Location"] = wanted.removeprefix(request.host_url.rstrip("/"))


def add_security_headers(response: Response, path: str, *, https: bool) -> None:
    """Add the headers that every answer at this path carries, where the answer does not have them already."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    for name, value in _by_place(path).items():
        headers.setdefault(name, value)


def _by_place(path: str) -> dict[str, str]:
    if path.startswith(("/r/", "/login/link/", "/sign-on/", "/set-up/", "/subscriptions/")):
        # strict-origin keeps the secret out of every Referer and still lets a form say where it comes from.
        return {
            "Cache-Control": "no-store",
            "Referrer-Policy": "strict-origin",
            "X-Robots-Tag": "noindex, nofollow",
        }
    if path.startswith(("/staff", "/login", "/logout")):
        return {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin-when-cross-origin"}
    if path.endswith("/sign-on"):
        # Open for a time, and perhaps for a text that is not public: nothing for a search engine to keep.
        return {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}
    # No shared cache may serve a name that was withdrawn a moment ago.
    return {"Cache-Control": "no-cache", "Referrer-Policy": "strict-origin-when-cross-origin"}
