"""The application factory: wires settings, database, pages and API together, and does nothing else."""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from signoff.db.write_queue import Limits
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.services.accounts.passwords import Passwords
from signoff.settings import PACKAGE, PROJECT, Settings
from signoff.web import api, demo, partner, public, setup, staff
from signoff.web.access import check_access, ensure_all_marked
from signoff.web.closing import refuse_while_closed
from signoff.web.converters import NumberConverter, SlugConverter
from signoff.web.cross_origin import install_cross_origin
from signoff.web.error_page import LastResort
from signoff.web.errors import install_error_pages
from signoff.web.fast_path import FastPath
from signoff.web.headers import install_headers
from signoff.web.installation import WebInstallation, close_session
from signoff.web.kept_pages import begin_page, noticed
from signoff.web.log_masking import mask, mask_logs
from signoff.web.mounting import ProxyCheck, UnderPath, path_of
from signoff.web.one_time_address import SetUp
from signoff.web.request_log import RequestLog
from signoff.web.request_parsing import refuse_unstorable
from signoff.web.staff.accounts.sessions import install_sign_in
from signoff.web.static_files import install_static_files
from signoff.web.template_filters import install_showing
from signoff.worker.engines import open_database
from signoff.worker.installation import utc_now

LARGEST_REQUEST = 1_000_000  # bytes
# At most 24 threads of a process serve writers or hold them in line (on SQLite nineteen); all others read.
WRITERS = Limits(at_once=6, in_line=18, seconds=4.5, turn_seconds=20)


class SignoffFlask(Flask):
    """Flask, except that no log line ever holds a partner's link."""

    def log_exception(
        self,
        exc_info: "tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]",
    ) -> None:
        """Log a failure under an address whose secret is masked."""
        self.logger.error("Exception on %s [%s]", mask(request.path), request.method, exc_info=exc_info)


def create_app(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    passwords: Passwords | None = None,
    demo_inbox: "Callable[[], list[Any]] | None" = None,
    set_up: SetUp | None = None,
) -> Flask:
    """Make the web application of one installation.

    `demo_inbox` reads what the demo's mail catcher took; only `signoff demo` gives it. With `set_up`, which
    `signoff up` gives while there is no administrator, only the set-up pages are served.
    """
    mask_logs()
    app = SignoffFlask("signoff", template_folder=str(PROJECT / "templates"), static_folder=str(PACKAGE / "static"))
    app.config.update(_flask_settings(settings))
    install_static_files(app, PACKAGE / "static")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    SealingKeys.read(settings.sealing_key_file)  # a file that is none is refused at start, not at the first answer
    app.extensions["signoff"] = WebInstallation(
        open_database(settings, limits=WRITERS), settings, noticed(clock), passwords or Passwords(), demo_inbox, set_up
    )
    app.url_map.converters |= {"slug": SlugConverter, "number": NumberConverter}
    CSRFProtect(app)
    install_sign_in(app)
    install_showing(app)
    install_error_pages(app)
    install_headers(app, https=settings.is_https)
    _check_requests(app)
    app.teardown_request(close_session)
    for pages in (public.pages, partner.pages, staff.pages, api.calls):
        app.register_blueprint(pages)
    if demo_inbox is not None:
        app.register_blueprint(demo.pages)
    if set_up is not None:
        app.register_blueprint(setup.pages)
    ensure_all_marked(app)
    _wrap(app, settings)
    return app


def _check_requests(app: Flask) -> None:
    app.before_request(refuse_unstorable)
    install_cross_origin(app)
    app.before_request(refuse_while_closed)
    app.before_request(check_access(app))
    app.before_request(begin_page)


def _wrap(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = LastResort(app, app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = proxies = ProxyCheck(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    app.extensions["signoff_proxies"] = proxies
    # Outside of what pages from memory have no need of; each layer around it is paid for by every one of them.
    app.wsgi_app = FastPath(app, app.wsgi_app)  # type: ignore[method-assign]
    if path := path_of(settings.base_url):
        app.wsgi_app = UnderPath(app.wsgi_app, path)  # type: ignore[method-assign]
    trusts_id, seen = settings.trusted_proxies > 0, app.extensions["signoff"].metrics.see
    app.wsgi_app = RequestLog(app, app.wsgi_app, trusts_id=trusts_id, seen=seen)  # type: ignore[method-assign]


def _flask_settings(settings: Settings) -> dict[str, Any]:
    path = path_of(settings.base_url)
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        # A cookie with the prefix __Host- is for the whole host.
        "SESSION_COOKIE_NAME": ("__Secure-signoff" if path else "__Host-signoff") if settings.is_https else "signoff",
        "SESSION_COOKIE_PATH": path or "/",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 20_000,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }
