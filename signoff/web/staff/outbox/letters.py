"""The outbox: letters by state, kind and round; one letter's life; trying again and keeping back what was chosen."""

from flask import render_template, request, url_for

from signoff.domain.letters import LetterKind, LetterState
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.letters.mail_check import check_mail
from signoff.letters.sender_dns import system_resolver
from signoff.models import Version
from signoff.services.outbox import outbox
from signoff.services.outbox.complaints import open_complaints
from signoff.services.outbox.mail_state import resume as resume_mail
from signoff.services.outbox.outbox import LetterFilter, cancel_letters, retry_letters
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting_user, close_session, current_act, db, installation
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages

_ON_ONE_PAGE = 100


@pages.get("/staff/letters")
@staff(Act.READ)
def letters() -> str:
    """Up to a hundred letters, newest first, filtered by the address: `state`, `kind`, `round`, `q`, `before`."""
    letter_filter = _wanted()
    result = outbox.letters(db(), letter_filter, before=_number("before") or 0, limit=_ON_ONE_PAGE)
    about = db().get(Version, letter_filter.version_id) if letter_filter.version_id else None
    counts = outbox.count_by_state(db(), letter_filter)
    return render_template(
        "staff/outbox/letters.html",
        section="staff.letters",
        letters=result,
        wanted=letter_filter,
        about=about,
        counts=counts,
        in_all=sum(counts.values()),
        states=[state.value for state in LetterState],
        kinds=[kind.value for kind in LetterKind],
        full=len(result) == _ON_ONE_PAGE,
        overtaken=outbox.overtaken(db(), result),
        complaints=open_complaints(db()),
        tendable={item.id for item in result if outbox.may_retry(item) or outbox.may_cancel(item)},
    )


def _wanted() -> LetterFilter:
    # What names no state, kind or version of ours filters nothing out.
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return LetterFilter(
        state if state in set(LetterState) else "",
        kind if kind in set(LetterKind) else "",
        _number("round"),
        request.args.get("q", "").strip()[:200],
    )


def _number(name: str) -> int | None:
    return whole_number(request.args.get(name, ""))


@pages.get("/staff/letters/<number:number>")
@staff(Act.READ)
def letter(number: int) -> str:
    """One letter: to whom, about what, how far it came, in which words it was sent."""
    result = outbox.get_letter(db(), number)
    return render_template(
        "staff/outbox/letter.html",
        section="staff.letters",
        letter=result,
        newer=outbox.overtaken(db(), [result]).get(result.id),
        may_retry=outbox.may_retry(result),
        may_cancel=outbox.may_cancel(result),
    )


@pages.post("/staff/letters", endpoint="tend_letters")
@staff(Act.TEND_LETTERS)
@form_view()
def tend() -> Done:
    """Try the chosen letters again, or keep them back; nothing chosen does nothing."""
    ids = {number for text in request.form.getlist("letter") if (number := whole_number(text))}
    if request.form.get("act") == "cancel":
        done = cancel_letters(current_act(), ids)
        said = f"{counted(done, 'email').capitalize()} held back."
    else:
        done = retry_letters(current_act(), ids)
        said = f"{counted(done, 'email').capitalize()} will be tried again."
    left = len(ids) - done
    said += f" {left} could not be and stay as they are." if left else ""
    return Done(_back(), said if done else _nothing(ids))


def _nothing(ids: "set[int]") -> str:
    return (
        "None of these emails can be changed. Nothing was done." if ids else "No email is selected. Nothing was done."
    )


@pages.post("/staff/letters/test", endpoint="try_mail")
@staff(Act.TEND_LETTERS)
@form_view()
def try_mail() -> Done:
    """Send a test email to who asks, and show what is wrong."""
    to, settings, sender = acting_user().email, installation().settings, installation().coalition_name
    # Mail and name servers take their time; the database is not held meanwhile.
    close_session()
    findings = list(check_mail(settings, to=to, sender=sender, resolver=system_resolver()))
    template, section = "staff/outbox/mail_check.html", "staff.letters"
    return Done(page=lambda: render_template(template, section=section, findings=findings))


def _back() -> str:
    here_again = {
        name: request.args[name] for name in ("state", "kind", "round", "before", "q") if name in request.args
    }
    return url_for("staff.letters", **here_again)  # type: ignore[arg-type]


@pages.post("/staff/letters/resume", endpoint="resume_letters")
@staff(Act.TEND_LETTERS)
@form_view()
def resume() -> Done:
    """Have the mail server tried again now."""
    resumed = resume_mail(current_act())
    said = "The worker is trying the mail server now." if resumed else "Email was not paused."
    return Done(url_for("staff.letters"), said)
