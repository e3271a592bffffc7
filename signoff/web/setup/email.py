"""The second step: the mail server, tried with an email to oneself, and where replies are read."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import render_template, request, url_for

from signoff.domain import setting_values
from signoff.domain.errors import Invalid
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.permissions import OPERATOR
from signoff.letters.delivery.trial import send_trial
from signoff.models import Coalition
from signoff.services.coalition import describe_coalition, find_coalition
from signoff.settings import PREFIX, MailSettings
from signoff.web.access import link_holder
from signoff.web.forms import Done, form_view
from signoff.web.installation import close_session, current_act, db
from signoff.web.setup.blueprint import pages, set_up
from signoff.web.setup.typed_settings import read_typed

_READERS: dict[str, Callable[[str], Any]] = {
    "MAIL_SERVER": setting_values.host_name,
    "MAIL_PORT": setting_values.between(1, 65535),
    "MAIL_USERNAME": str,
    "MAIL_SENDER": setting_values.mail_address,
}
_ENCRYPTION = {"starttls": ("yes", "no"), "tls": ("no", "yes"), "none": ("no", "no")}  # MAIL_USE_TLS, MAIL_USE_SSL
_NOT_CHOSEN = "signoff@localhost"  # the default sender, which no mail server in the world takes
_TRIES_FOR = 10.0  # seconds; a person who waits for the page gives up sooner than a worker


@pages.get("/<secret>/email")
@link_holder
def email() -> str:
    """How email leaves now."""
    return _page(_known(), {})


@pages.post("/<secret>/email")
@link_holder
@form_view(invalid=lambda refusal: _page({**_known(), **request.form}, refusal.errors))
def save_email() -> Done:
    """Keep what was typed; then send a test email, or go on to the administrator."""
    coalition = find_coalition(db())
    if coalition is None:
        return Done(url_for("setup.coalition"))
    values, problems = _typed()
    trial_to = clean_email(request.form.get("trial_to", "")) if request.form.get("do") == "try" else ""
    reply_to = clean_email(request.form.get("reply_to", ""))
    problems |= {"reply_to": "Please fill this in."} if not reply_to else {}
    if request.form.get("do") == "try" and (problem := email_problem(trial_to)):
        problems["trial_to"] = problem
    if problems:
        raise Invalid(problems)
    describe_coalition(current_act(OPERATOR), name=coalition.name, reply_to=reply_to)
    set_up().keep(values)
    return Done(page=lambda: _tried(coalition, trial_to)) if trial_to else Done(url_for("setup.administrator"))


def _tried(coalition: Coalition, to: str) -> str:
    # A mail server may take its time; the database is not held meanwhile.
    close_session()
    settings = set_up().load()
    mail = MailSettings(**{**vars(settings.mail), "timeout": min(settings.mail.timeout, _TRIES_FOR)})
    host = urlsplit(settings.base_url).hostname or "localhost"
    problem = send_trial(mail, to=to, sender=coalition.name, host=host).problem
    return _page({**_known(), "trial_to": to}, {}, trial=problem or "sent")


def _typed() -> tuple[dict[str, str], dict[str, str]]:
    fixed = set_up().fixed
    if _is_fixed():
        return {}, {}
    values, problems = read_typed(_READERS, fixed=fixed)
    uses = _ENCRYPTION.get(request.form.get("encryption", ""))
    if uses is None:
        problems["encryption"] = "Please choose one."
    else:
        values |= {f"{PREFIX}MAIL_USE_TLS": uses[0], f"{PREFIX}MAIL_USE_SSL": uses[1]}
    password, username = request.form.get("MAIL_PASSWORD", ""), values[f"{PREFIX}MAIL_USERNAME"]
    stored = set_up().load().mail
    password = password or (stored.password if username == stored.username else "")
    problems |= {"MAIL_PASSWORD": problem} if (problem := _password_problem(username, password)) else {}
    return values | {f"{PREFIX}MAIL_PASSWORD": password}, problems


def _password_problem(username: str, password: str) -> str:
    if bool(username) != bool(password):
        return "A user name and a password belong together. Please fill in both or neither."
    return "" if password.isprintable() else "This contains a character that cannot be typed. Please type it again."


def _is_fixed() -> bool:
    """Whether the operator gave the mail server, so that nothing about it is asked."""
    return any(name.startswith("MAIL_") for name in set_up().fixed)


def _known() -> dict[str, str]:
    mail, coalition = set_up().load().mail, find_coalition(db())
    encryption = "tls" if mail.use_ssl else "starttls" if mail.use_tls else "none"
    reply_to = coalition.reply_to if coalition else ""
    if mail.sender == _NOT_CHOSEN and not _is_fixed():
        # What most mail servers take, instead of the defaults for one on this machine.
        return {"encryption": "starttls", "MAIL_PORT": "587", "reply_to": reply_to}
    return {
        "MAIL_SERVER": mail.server,
        "MAIL_PORT": str(mail.port),
        "MAIL_USERNAME": mail.username,
        "MAIL_SENDER": mail.sender,
        "encryption": encryption,
        "reply_to": reply_to,
    }


def _page(typed: Mapping[str, str], errors: Mapping[str, str], *, trial: str = "") -> str:
    has_password = bool(set_up().load().mail.password)
    return render_template(
        "setup/email.html", typed=typed, errors=errors, fixed=_is_fixed(), has_password=has_password, trial=trial
    )
