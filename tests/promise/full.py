"""A database in which every table has rows that matter: published, withdrawn, declined, waiting, retired."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import Connection, Row, select, text, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.errors import Conflict
from signoff.domain.letterhead import Letterhead
from signoff.domain.permissions import NOBODY, OPERATOR
from signoff.domain.pictures import picture_of
from signoff.domain.positions.drafts import DraftText
from signoff.domain.positions.text import Wording
from signoff.evidence.cosignatures import cosign, witness_key
from signoff.evidence.notes import Signer
from signoff.models import (
    AccountLink,
    ApiToken,
    Authenticator,
    Contact,
    Cosignature,
    IdempotentCall,
    ImportColumns,
    Letter,
    LogHead,
    MailPause,
    MailReport,
    PartnerName,
    PartnerTag,
    Publication,
    Restoration,
    SignInFailure,
    StaffSession,
    TurnNotice,
    Version,
    WitnessProblem,
    WorkerBeat,
)
from signoff.services.accounts import address_change, email_choices
from signoff.services.accounts.api_tokens import make_token
from signoff.services.accounts.authenticators import takes_code
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.accounts.sessions import start_session
from signoff.services.accounts.throttling import attempt_at_address, record_failure
from signoff.services.accounts.users import change_user
from signoff.services.answers import digests
from signoff.services.coalition import describe_coalition
from signoff.services.outbox.complaints import mark_complained, settle_complaint
from signoff.services.outbox.undeliverable import notify_undeliverable
from signoff.services.partners import contacts, name_proposals, referrals
from signoff.services.partners.expertise import add_expertise, remove_expertise
from signoff.services.partners.meetings import cancel_meeting, show_meeting
from signoff.services.partners.newsletters import discard_newsletter
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.postings import post_for_partner, remove_posting
from signoff.services.partners.register import PartnerFilter
from signoff.services.partners.segments import save_segment
from signoff.services.partners.staged_imports import end_import
from signoff.services.positions.drafts import begin_draft, discard_draft, save_draft
from signoff.services.positions.presence import note_presence
from signoff.services.positions.reviewers import ask_reviewer
from signoff.services.principles import editions
from signoff.services.publications import schedules
from signoff.services.publications.news import begin_news
from signoff.services.publications.problem_reports import settle_report
from signoff.services.rounds import consultations
from tests.house import House
from tests.importing import file_of, staged
from tests.meeting import planned, publisher, tell_all
from tests.newsletter import send_all, written
from tests.posting import DESCRIPTION, NOTICE, PICTURE, ZONE, proposed, settled
from tests.subscribing import ask_for_news, subscribed, unsubscribed


def fill(house: House) -> None:
    """Alder stands on a published version; Birch declined, Cedar is silent, Delta withdrew, Elm's name was removed."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm", "Fir")
        for name in ("Alder", "Delta", "Elm"):
            house.say(session, version, name)
        house.say(session, version, "Birch", "decline")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, "Delta")
        house.remove(session, version, "Elm")
        _second_position(house, session)
        _turns(house, session)
        _second_edition(house, session)
        _everything_else(house, session)
        _letters(house, session)
        _accounts(house, session)
        _ends(house, session)
        _whose_turn(house, session)
        _scheduled(house, session)
        _directory(house, session)
        _postings(house, session)
        _delivered(house, session, version)
        _merged(house, session)
        _applications(house, session)
        _subscriptions(house, session, version)
        house.take_back(session, house.deliver(session, version))
        _taken_back(house, session, version)
        _commitments(house, session)
        house.seal(session)
        _witnesses(house, session)


def _second_position(house: House, session: Session) -> None:
    drafted = house.position(session, "Open the yards")
    checked = house.checked(session, drafted)
    house.ask(session, checked, [house.partner(session, "Gum")])
    house.revised(session, checked)


def _turns(house: House, session: Session) -> None:
    """A consulted and contested text: comments, a referral of each kind, a proposed name, a corrected address."""
    drafted = house.position(session, "Seat the parents", body="Every hazel counts.")
    hazel = house.partner(session, "Hazel", "Ana Hazel", "Bo Hazel", "Cy Hazel")
    iris = house.partner(session, "Iris", "Ana Iris", "Bo Iris")
    invitations = house.invite(session, drafted, hazel, iris)
    made = house.comment(session, invitations[0], "Say which parents.", "Every hazel counts.")
    drafter, publisher = (house.user(session, role).actor for role in ("drafter", "publisher"))
    consultations.settle_comment(house.act(session, drafter), made, outcome="taken_up", note="We did.")
    house.exempt(session, drafted, hazel)
    house.ask(session, house.checked(session, drafted), [hazel, iris])
    house.comment(session, house.link(session, drafted, "Hazel"), "Thank you.")
    house.refer(session, drafted, "Hazel", "cleo@hazel.example", contact=1)
    outside = house.refer(session, drafted, "Hazel", "cleo@elsewhere.example", contact=2)
    referrals.settle_referral(house.act(session, publisher), outside.referral, accepted=True)
    name_proposals.settle_name(
        house.act(session, publisher), house.propose(session, drafted, "Iris", "Iris of Ohio"), accepted=True
    )
    contact = iris.contacts[1]
    house.correct(session, contact, email="bo@iris-new.example")
    contacts.confirm_contact(house.act(session, publisher), contact)
    house.fresh(session, house.link(session, drafted, "Iris"))


def _taken_back(house: House, session: Session, version: Version) -> None:
    """Cedar's contact named a colleague, and took that back."""
    house.refer(session, version, "Cedar", "cleo@cedar.example")
    house.take_colleague_back(session, version, "Cedar")


def _second_edition(house: House, session: Session) -> None:
    """A second edition with one position moved to it, other word lists, and a draft of the third."""
    buses = house.position(session, "Count the buses")
    edition = house.adopted(session, source="Second edition")
    house.moved(session, edition, buses)
    reviewer = house.user(session, "reviewer").actor
    editions.change_word_lists(house.act(session, reviewer), edition, {"equity": (["bus fare"], [])})
    house.draft(session, source="Third edition")


def _whose_turn(house: House, session: Session) -> None:
    """A reviewer asked in place of another, a turn that was told, a summary of answers, and an email switched off."""
    other = house.add_user(session, "second", ["reviewer", "publisher"])
    gates = house.position(session, "Open the gates")
    for reviewer in (other, house.user(session, "reviewer")):
        ask_reviewer(house.act(session, house.user(session, "drafter").actor), gates, reviewer.id)
    session.add(TurnNotice(version_id=gates.id, kind="to_check", at=house.clock()))
    note_presence(house.act(session, house.user(session, "drafter").actor), gates.position)
    words = DraftText(replace(gates.wording, body="Open all gates."), "", gates.number)
    act = house.act(session, house.user(session, "drafter").actor)
    save_draft(act, gates.position, words, shown="")
    note_presence(act, begin_draft(act, Wording(title="Widen the gates")))
    discard_draft(act, begin_draft(act, Wording(title="Close the gates")))
    later = house.clock() + timedelta(days=1)
    assert digests.begin_digest(session, zone=house.settings.timezone, clock=lambda: later)
    wanted = [email.kind for email in email_choices.emails_offered(other) if email.kind != "digest"]
    assert email_choices.choose_emails(house.act(session, other.actor), other, wanted)


def _scheduled(house: House, session: Session) -> None:
    """One round that waits to be sent, one that was canceled, and one that was refused because a version was saved."""
    act = house.act(session, house.user(session, "publisher").actor)
    doors = house.checked(session, house.position(session, "Widen the doors"))
    house.schedule_asking(session, doors, house.partner(session, "Kauri"))
    paths = house.checked(session, house.position(session, "Light the paths"))
    schedules.cancel_scheduled(act, house.schedule_publishing(session, paths))
    windows = house.checked(session, house.position(session, "Clean the windows"))
    refused = house.schedule_asking(session, windows, house.partner(session, "Lime"))
    schedules.note_failure(act, refused, Conflict("A newer version was saved."))
    house.finding(session, house.position(session, "Sweep the yards"), "equity", "It names who sweeps.")


def _directory(house: House, session: Session) -> None:
    """Places and expertise that are shown, those that are over, and an affiliate."""
    act = house.act(session, house.user(session, "administrator").actor)
    for word in ("literacy", "attendance"):
        add_expertise(act, word)
    remove_expertise(act, add_expertise(act, "dance"))
    places = ("Cuyahoga County, OH", "Cleveland, OH", "nationwide")
    maple = house.partner(session, "Maple", places=places, expertise=("literacy", "attendance"))
    change_partner(act, maple, replace(form_of(maple), places=places[:1], expertise=("literacy",)))
    save_segment(act, "Readers of Ohio", PartnerFilter(place="OH", expertise="literacy"))
    house.partner(session, "Maple Chapter", parent="Maple", networks=("Schools Together",), places=("OH",))
    end_import(act, staged(house, session, file_of(range(2))).id, reason="The register changed.")
    staged(house, session, file_of(range(3)))


def _postings(house: House, session: Session) -> None:
    """One thing of each kind that partners say of themselves, in each state."""
    version = house.asked(session, "Willow", "Yarrow", title="Paint the doors")
    willow, yarrow = (house.link(session, version, name) for name in ("Willow", "Yarrow"))
    for form in (DESCRIPTION, PICTURE, NOTICE):
        settled(house, session, proposed(house, session, willow, form))
        proposed(house, session, yarrow, form)
    settled(house, session, proposed(house, session, willow, NOTICE), reason="It says nothing new.")
    act = house.act(session, house.user(session, "publisher").actor)
    removed = post_for_partner(act, yarrow.request.partner, DESCRIPTION, zone=ZONE)
    remove_posting(act, removed, reason="It is out of date.")
    house.finding(session, house.position(session, "Oil the doors"), "equity", "It names who oils.")


def _delivered(house: House, session: Session, version: Version) -> None:
    """One handed over, and an email that adds to it."""
    first, clerk = house.deliver(session, version), {"address": "clerk@committee.example", "note": "Asked for it."}
    house.deliver(session, version, supplements=first, way="email", **clerk)


def _merged(house: House, session: Session) -> None:
    """One entry of the register that was merged into another, and one whose merge was undone."""
    for name in ("Osier", "Nutmeg", "Oak"):
        house.partner(session, name)
    house.merge(session, "Osier", "Nutmeg")
    house.merge(session, "Oak", "Nutmeg")
    house.part(session, "Oak")


def described(house: House, session: Session) -> None:
    """The Coalition with a letterhead and a logo."""
    drawn = BytesIO()
    Image.new("RGB", (48, 32), "teal").save(drawn, "PNG")
    describe_coalition(
        house.act(session, OPERATOR),
        name="Coalition for Community Schools",
        reply_to="help@coalition.example",
        letterhead=Letterhead(address="4301 Example Avenue NW\nWashington, DC 20008", email="press@coalition.example"),
        logo=picture_of(drawn.getvalue()),
    )


def _applications(house: House, session: Session) -> None:
    """A position opened twice for applications: one accepted, one rejected, one linked and agreed to, two waiting."""
    halls = house.asked(session, "Tamarack", title="Heat the halls")
    house.open_sign_on(session, halls, hours=24)
    house.open_sign_on(session, halls)
    house.accept(session, house.applied(session, halls, "Sorrel", level="local", state="Ohio"))
    house.reject(session, house.applied(session, halls, "Oleander"))
    tamarack = house.link(session, halls, "Tamarack")
    linked = house.applied(session, halls, "Tamarack Friends")
    house.link_to(session, linked, tamarack.request.partner)
    house.agree(session, tamarack, linked)
    house.link_to(session, house.applied(session, halls, "Tamarack Parents"), tamarack.request.partner)
    house.applied(session, halls, "Pine")
    house.apply(session, halls, "Quince")
    house.finding(session, house.position(session, "Oil the hinges"), "equity", "It names who oils.")


def _subscriptions(house: House, session: Session, version: Version) -> None:
    """An address that follows a position, one that unsubscribed, one that never confirmed, and the news of a day."""
    slug = version.position.slug
    subscribed(house, session, "ada@press.example", slug)
    unsubscribed(house, session, subscribed(house, session, "bo@press.example"))
    ask_for_news(house, session, "cy@press.example")
    planned(house, session, "Spring meeting", version.position.slug)
    told = planned(house, session, "Fall meeting")
    tell_all(house, session, told)
    show_meeting(publisher(house, session), told, in_public=True, revision=1)
    cancel_meeting(publisher(house, session), told)
    send_all(house, session, written(house, session, "News of the spring"))
    discard_newsletter(publisher(house, session), written(house, session, "News of the fall"))
    later = house.clock() + timedelta(days=1)
    assert begin_news(session, zone=house.settings.timezone, clock=lambda: later) == 1


def _commitments(house: House, session: Session) -> None:
    """A partner that accepted the commitments, and one that did not and is asked again."""
    teak, upas = house.partner(session, "Teak", "Ana Teak", "Bo Teak"), house.partner(session, "Upas")
    house.ask_to_accept(session, teak, upas)
    house.say_of_commitments(session, "ana@teak.example")
    house.say_of_commitments(session, "ana@upas.example", "decline")
    house.ask_to_accept(session, upas)


def _reports(house: House, session: Session) -> None:
    """An open report about a public list, and one that was settled."""
    live = session.scalars(select(Publication).where(Publication.ended_at.is_(None))).first()
    assert live is not None
    for source in ("192.0.2.7", "192.0.2.8"):
        house.report(session, live.version, source=source)
    settle_report(house.act(session, house.user(session, "publisher").actor), 1)


def _everything_else(house: House, session: Session) -> None:
    described(house, session)
    _reports(house, session)
    user = house.user(session, "drafter")
    start_session(session, user, clock=house.clock)
    session.add(ApiToken(user_id=user.id, name="test", lookup="0" * 64, made_at=house.clock()))
    record_failure(session, attempt_at_address("nobody@coalition.example"), "127.0.0.1", clock=house.clock)
    session.add(WorkerBeat(id=1, at=house.clock()))
    session.add(IdempotentCall(user_id=user.id, key="k", request_digest="d", status=200, answer="{}", at=house.clock()))
    session.add(PartnerTag(partner_id=1, tag="health"))
    session.add(ImportColumns(headings="0" * 64, fields=["name"], changed_at=house.clock()))
    assert session.get_one(Version, 1).number == 1
    assert session.query(SignInFailure).count() == 2


def _letters(house: House, session: Session) -> None:
    """A letter about an account, a letter that was sent and came back, one that tells staff, and a pause."""
    user = house.user(session, "drafter")
    make_token(house.act(session, user.actor), user, name="another")
    first = session.scalars(select(Letter).order_by(Letter.id)).first()
    assert first is not None
    sent = {"sent_at": house.clock(), "sent_subject": "Please answer", "sent_text": "Dear Ana"}
    for state, more in (("sending", {"claimed_until": house.clock()}), ("sent", {"claimed_until": None, **sent})):
        session.execute(update(Letter).where(Letter.id == first.id).values(state=state, **more))
    notify_undeliverable(session, first, at=house.clock())
    assert mark_complained(session, first, clock=house.clock) and first.contact is not None
    settle_complaint(house.act(session, house.user(session, "administrator").actor), first.contact)
    session.add(MailReport(lookup="0" * 64, at=house.clock()))
    at = house.clock()
    session.add(
        Restoration(number=1, restored_at=at, made_at=at, newest_entry=1, log_size=0, opened_at=at, opened_by=1)
    )
    session.add(MailPause(id=1, reason="The mail server cannot be reached", since=house.clock(), tries=1))


def _accounts(house: House, session: Session) -> None:
    """Mailed ways of each kind, an authenticator with its recovery codes, and a partner that left."""
    user = house.user(session, "drafter")
    send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)
    address_change.ask_for_address(house.act(session, user.actor), user, "dora@new.example")
    house.authenticate(session, user)
    house.leaves(session, "Fir")
    two, by = house.add_user(session, "two", ["drafter", "reviewer"]), house.user(session, "administrator").actor
    change_user(house.act(session, by), two, name=two.name, roles=["drafter"], job_title="")


def _ends(house: House, session: Session) -> None:
    """One of everything that ends once has ended; what began it goes on beside it."""
    user, at = house.user(session, "reviewer"), house.clock()
    _, codes = house.authenticate(session, user)
    send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)
    make_token(house.act(session, user.actor), user, name="lost")
    start_session(session, user, clock=house.clock)
    with session.begin_nested():
        pass  # rows get their codes
    assert takes_code(session, user, codes[0], keys=house.settings.secret_keys, clock=house.clock)
    juniper = house.partner(session, "Juniper", "Ana Juniper", "Bo Juniper")
    session.add(PartnerName(partner_id=juniper.id, name="Cade", key="CADE", kind="alias", accepted_at=at, until=at))
    session.flush()
    for table, which, column in (
        (Authenticator, Authenticator.user_id == user.id, "removed_at"),
        (AccountLink, AccountLink.user_id == user.id, "ended_at"),
        (ApiToken, ApiToken.user_id == user.id, "revoked_at"),
        (StaffSession, StaffSession.user_id == user.id, "ended_at"),
        (Contact, Contact.email == "bo@juniper.example", "removed_at"),
    ):
        session.execute(update(table).where(which).values({column: at}))
    roofs = house.checked(session, house.position(session, "Mend the roofs"))
    house.publish(session, roofs)
    house.retire(session, roofs)
    house.finding(session, house.position(session, "Paint the gates"), "equity", "It names who paints.")


def _witnesses(house: House, session: Session) -> None:
    """A witness that cosigned the head, and one that does not answer."""
    head, signer = session.scalars(select(LogHead)).one(), Signer("witness.example/w1", bytes(32))
    key, line = str(witness_key(signer)), cosign(head.note, signer, int(house.clock().timestamp()))
    session.add(Cosignature(size=head.size, witness=key, line=line))
    at = house.clock()
    session.add(WitnessProblem(witness="silent.example", problem="It does not answer.", since=at, tried_at=at))


def row(connection: Connection, table: str, where: str = "1 = 1") -> Row:  # type: ignore[type-arg]
    """The first row of a table."""
    result = connection.execute(text(f"SELECT * FROM {table} WHERE {where} ORDER BY 1 LIMIT 1")).first()
    assert result is not None, f"{table} has no row where {where}"
    return result


def copy(connection: Connection, table: str, where: str = "1 = 1", verb: str = "INSERT", **changes: object) -> None:
    """Insert a copy of a row with some columns changed; its id is free unless given."""
    values = dict(row(connection, table, where)._mapping)
    if "id" in values and "id" not in changes:
        values["id"] = 900_000
    values.update(changes)
    columns = ", ".join(f'"{name}"' for name in values)
    binds = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"{verb} INTO {table} ({columns}) VALUES ({binds})"), values)
