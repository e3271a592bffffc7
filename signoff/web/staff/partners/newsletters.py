"""Staff pages of newsletters: written, looked at as a partner reads them, tested, sent, scheduled and discarded."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid, NotAsShown
from signoff.domain.partners.newsletters import NewsletterForm, Topic, TopicKind, read_topic
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.letters.blocks import Draft, as_text
from signoff.letters.html_part import as_html
from signoff.letters.preview import LetterPreview
from signoff.models import Meeting, Newsletter, Partner
from signoff.services.partners.news_readers import news_contacts
from signoff.services.partners.newsletter_contents import (
    NewExpertise,
    NewPartners,
    News,
    proposed_topics,
    proposed_words,
)
from signoff.services.partners.newsletter_sending import (
    digest_of,
    schedule_newsletter,
    send_newsletter,
    send_test,
    unschedule_newsletter,
)
from signoff.services.partners.newsletters import (
    change_newsletter,
    discard_newsletter,
    form_of,
    get_newsletter,
    letters_by_state,
    next_since,
    write_newsletter,
)
from signoff.services.partners.register import PartnerFilter, find_partners
from signoff.services.publications.news import PositionNews
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.headers import as_framed_email, frame_own_pages
from signoff.web.installation import acting, acting_user, coalition_name, current_act, db, installation
from signoff.web.request_parsing import digest_shown, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.publications.schedules import due_typed


@pages.get("/staff/newsletters/new")
@staff(Act.TELL_PARTNERS)
def new_newsletter() -> str:
    """The form for a new newsletter, with everything that it could tell."""
    day = installation().settings.formats.day(installation().clock())
    return _form(NewsletterForm(f"News for partners, {day}"), {}, None)


@pages.post("/staff/newsletters/new")
@staff(Act.TELL_PARTNERS)
@form_view(invalid=lambda refusal: _form(_typed(), refusal.errors, None))
def save_new_newsletter() -> Done:
    """Keep a new newsletter."""
    newsletter = write_newsletter(current_act(), _typed())
    return Done(url_for("staff.newsletter", number=newsletter.id), "Saved. No one has been emailed yet.")


@pages.get("/staff/newsletters/<number:number>")
@staff(Act.READ)
def newsletter(number: int) -> str:
    """One newsletter as it reads now, and what can be done with it."""
    return _page(get_newsletter(db(), number))


@pages.get("/staff/newsletters/<number:number>/email")
@staff(Act.READ)
def newsletter_email(number: int) -> Response:
    """The email's HTML part as it reads now, for the frame on the newsletter's page."""
    _, partner = _read_as()
    return as_framed_email(as_html(_draft(get_newsletter(db(), number), partner), coalition=coalition_name()))


@pages.get("/staff/newsletters/<number:number>/edit")
@staff(Act.TELL_PARTNERS)
def edit_newsletter(number: int) -> str:
    """The form to change a newsletter."""
    newsletter = get_newsletter(db(), number)
    return _form(form_of(newsletter), {}, newsletter)


@pages.post("/staff/newsletters/<number:number>/edit")
@staff(Act.TELL_PARTNERS)
@form_view(
    invalid=lambda refusal, number: _form(_typed(), refusal.errors, get_newsletter(db(), number)),
    conflict=lambda refusal, number: _page(get_newsletter(db(), number), refusal),
)
def save_newsletter(number: int) -> Done:
    """Change a newsletter."""
    shown = whole_number(request.form.get("revision", "")) or 0
    change_newsletter(current_act(), get_newsletter(db(), number), _typed(), revision=shown)
    return Done(url_for("staff.newsletter", number=number), "Saved. No one has been emailed yet.")


@pages.post("/staff/newsletters/<number:number>/test")
@staff(Act.TELL_PARTNERS)
@form_view()
def test_newsletter(number: int) -> Done:
    """Email it to oneself."""
    send_test(current_act(), get_newsletter(db(), number))
    return Done(url_for("staff.newsletter", number=number), f"A test will be sent to {acting_user().email} now.")


@pages.post("/staff/newsletters/<number:number>/send")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_newsletter(db(), number), refusal))
def mail_newsletter(number: int) -> Done:
    """Email it to the partners' contacts."""
    sent = send_newsletter(current_act(), get_newsletter(db(), number), shown=digest_shown())
    return Done(url_for("staff.newsletter", number=number), f"{counted(sent, 'email').capitalize()} will be sent now.")


@pages.post("/staff/newsletters/<number:number>/schedule")
@staff(Act.TELL_PARTNERS)
@form_view(
    invalid=lambda refusal, number: _page(get_newsletter(db(), number), refusal),
    conflict=lambda refusal, number: _page(get_newsletter(db(), number), refusal),
)
def plan_newsletter(number: int) -> Done:
    """Have it emailed at a set time."""
    schedule_newsletter(current_act(), get_newsletter(db(), number), due=due_typed(), shown=digest_shown())
    return Done(url_for("staff.newsletter", number=number), "Scheduled.")


@pages.post("/staff/newsletters/<number:number>/unschedule")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_newsletter(db(), number), refusal))
def unplan_newsletter(number: int) -> Done:
    """Keep it from being emailed at its time."""
    unschedule_newsletter(current_act(), get_newsletter(db(), number))
    return Done(url_for("staff.newsletter", number=number), "Canceled. Nothing will be sent at that time.")


@pages.post("/staff/newsletters/<number:number>/discard")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_newsletter(db(), number), refusal))
def drop_newsletter(number: int) -> Done:
    """Discard it."""
    discard_newsletter(current_act(), get_newsletter(db(), number))
    return Done(url_for("staff.news"), "The newsletter was discarded.")


def _page(newsletter: Newsletter, refusal: Invalid | Conflict | None = None) -> str:
    words, partner = _read_as()
    draft, contacts = _draft(newsletter, partner), news_contacts(db())
    frame_own_pages()
    return render_template(
        "staff/news/newsletter.html",
        section="staff.news",
        newsletter=newsletter,
        find=words,
        partner=partner,
        subject=draft.subject,
        text=as_text(draft.blocks),
        readers=len(contacts),
        shown=digest_of(newsletter, contacts),
        states=letters_by_state(db(), newsletter),
        has_changed=isinstance(refusal, NotAsShown),
        conflict=refusal.text if isinstance(refusal, Conflict) and not isinstance(refusal, NotAsShown) else "",
        errors=refusal.errors if isinstance(refusal, Invalid) else {},
        due=request.form.get("due", ""),
    )


def _draft(newsletter: Newsletter, partner: Partner | None) -> Draft:
    preview = LetterPreview(db(), installation().settings, installation().clock(), acting())
    return preview.newsletter(newsletter, partner)


def _read_as() -> tuple[str, Partner | None]:
    """What was typed to read it as a partner, and the first partner that it finds."""
    words = request.args.get("partner", "").strip()
    found = find_partners(db(), PartnerFilter(words), limit=1, with_particulars=False) if words else ()
    return words, next(iter(found), None)


def _form(form: NewsletterForm, errors: Mapping[str, str], newsletter: Newsletter | None) -> str:
    at = installation().clock()
    since, is_typed = next_since(db(), at=at), request.method == "POST" or newsletter is not None
    proposed = proposed_topics(db(), since, at, at=at)
    chosen = dict(form.parts)
    words = {**proposed_words(db(), proposed), **chosen}
    offered = {topic: _label(news) for topic, news in proposed.items()}
    gone = {topic: f"{_GONE[topic.kind]} (no longer current)" for topic in chosen if topic not in offered}
    return render_template(
        "staff/news/edit_newsletter.html",
        section="staff.news",
        newsletter=newsletter,
        form=form,
        errors=errors,
        since=since,
        topics=[
            (topic, label, words[topic], topic in chosen or not is_typed) for topic, label in (offered | gone).items()
        ],
    )


_GONE = {
    TopicKind.PUBLICATION: "A position",
    TopicKind.MEETING: "A meeting",
    TopicKind.PARTNERS: "New partners",
    TopicKind.EXPERTISE: "New expertise",
    TopicKind.QUESTIONS: "Open rounds",
}


def _label(news: News) -> str:
    match news:
        case PositionNews():
            happened = "Published" if news.is_published else "New signatories"
            return f"{happened}: {news.publication.version.title}"
        case Meeting():
            return f"Meeting: {news.title}, {installation().settings.formats.day(news.begins_at)}"
        case NewPartners(names):
            return counted(len(names), "new partner").capitalize()
        case NewExpertise(partners):
            return f"{counted(len(partners), 'partner').capitalize()} with new expertise"
    return "Open rounds: each partner reads only the positions that it is asked about"


def _typed() -> NewsletterForm:
    form = request.form
    topics: list[Topic] = [topic for key in form.getlist("part") if (topic := read_topic(key))]
    parts = tuple((topic, form.get(topic.key, "")) for topic in dict.fromkeys(topics))
    return NewsletterForm(form.get("subject", ""), form.get("opening", ""), parts)
