"""Where mail services post what became of emails; each address answers 404 unless its setting is given."""

from collections.abc import Callable, Iterator
from functools import partial

from flask import request
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.letters.hooks import mailgun, postmark, sendgrid, ses
from signoff.letters.hooks.reports import HookRequest
from signoff.letters.marking import ServiceReport, take_reports
from signoff.oversight.http_client import Unreachable, exchange
from signoff.settings import MailHooks
from signoff.web.access import public
from signoff.web.forms import Done, form_view
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages

_PATIENCE = 5.0  # seconds for Amazon's certificate
_MOST = 20_000  # bytes of it
Reader = Callable[[HookRequest], Iterator[ServiceReport]]


@pages.post("/hooks/mail/<service>")
@public
@form_view()
def mail_hook(service: str) -> Done:
    """Take the reports of a mail service: checked first, then read, each once."""
    read = _reader(service, installation().settings.mail_hooks)
    given = HookRequest(dict(request.headers), request.get_data(), installation().clock())
    try:
        # All of them before the database is asked for anything: a stranger's request never waits for a lock.
        reports = list(read(given))
    except Unreachable:
        raise ServiceUnavailable from None
    take_reports(db(), reports, clock=installation().clock)
    return Done(page=lambda: Response(status=204))


def _reader(service: str, hooks: MailHooks) -> Reader:
    readers: dict[str, tuple[str, Reader]] = {
        ses.NAME: (hooks.ses_topic, partial(ses.read, topic=hooks.ses_topic, fetch=_fetch)),
        postmark.NAME: (hooks.postmark_login, partial(postmark.read, login=hooks.postmark_login)),
        mailgun.NAME: (hooks.mailgun_key, partial(mailgun.read, key=hooks.mailgun_key)),
        sendgrid.NAME: (hooks.sendgrid_key, partial(sendgrid.read, key=hooks.sendgrid_key)),
    }
    given = {name: reader for name, (secret, reader) in readers.items() if secret}
    if service not in given:
        raise NotFound
    return given[service]


def _fetch(address: str) -> bytes:
    answer = exchange(address, patience=_PATIENCE, most=_MOST)
    if answer.status != 200:
        raise Unreachable(f"{address} answered {answer.status}.")
    return answer.body
