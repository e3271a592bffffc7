"""Names are asked about before they are agreed: in public texts, beside what else is wrong, and with semicolons."""

import pytest
from sqlalchemy import select

from signoff.models import NameProposal, Partner, PartnerName
from signoff.services.partners.partners import agreed_name
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_as_shown import PERSON, shown_form

BOARD = "/staff/positions/fund-the-coordinator/versions/1/round"
NEW = "/staff/partners/new"
EDIT = "/staff/partners/alder/edit"
LEAGUE = "Northern Forest League"
QUESTION = "A public text already contains this name"


def settled(house: House) -> tuple[int | None, list[str]]:
    """Whether the one proposal was accepted, and the names of its partner."""
    with house.database.reading() as session:
        proposal = session.scalars(select(NameProposal)).one()
        return proposal.accepted, sorted(name.name for name in proposal.partner.names)


@pytest.fixture
def proposed(client: InspectingClient, house: House) -> None:
    """A publisher; a partner has proposed a name that another public text holds."""
    with house.database.unit_of_work() as session:
        other = house.position(session, "Another matter", body=f"We thank the {LEAGUE} for this.")
        house.publish(session, house.checked(session, other))
        house.propose(session, house.asked(session, "Alder"), "Alder", LEAGUE)
    client.sign_in("publisher")


@pytest.mark.usefixtures("proposed")
def test_a_proposed_name_that_a_public_text_holds_is_asked_about_before_it_is_accepted(
    client: InspectingClient, house: House
) -> None:
    shown = client.submit(BOARD, "/proposals/1", settle="accept")
    assert shown.status_code == 409 and QUESTION in shown.text and "Another matter" in shown.text
    assert settled(house) == (None, ["Alder"])
    fields = shown_form(shown, "/proposals/1") | {"settle": "accept"}
    assert client.post("/staff/proposals/1", data=fields).status_code == 409
    assert settled(house) == (None, ["Alder"])
    assert client.post("/staff/proposals/1", data=fields | {"different": "yes"}).status_code == 303
    assert settled(house) == (1, ["Alder", LEAGUE])


@pytest.mark.usefixtures("proposed")
def test_a_proposed_name_is_not_accepted_without_any_question(client: InspectingClient, house: House) -> None:
    assert client.submit(BOARD, "/proposals/1", settle="refuse").status_code == 303
    assert settled(house) == (0, ["Alder"])


@pytest.mark.usefixtures("proposed")
def test_what_is_public_since_is_asked_about_anew(client: InspectingClient, house: House) -> None:
    shown = client.submit(BOARD, "/proposals/1", settle="accept")
    with house.database.unit_of_work() as session:
        later = house.position(session, "A later matter", body=f"Again we thank the {LEAGUE}.")
        house.publish(session, house.checked(session, later))
    fields = shown_form(shown, "/proposals/1") | {"settle": "accept", "different": "yes"}
    again = client.post("/staff/proposals/1", data=fields)
    assert again.status_code == 409 and "A later matter" in again.text
    assert settled(house) == (None, ["Alder"])


@pytest.fixture
def cut_in_two(client: InspectingClient, house: House) -> None:
    """An administrator; a partner has names with semicolons, from before these were refused."""
    with house.database.unit_of_work() as session:
        alder = house.partner(session, "Alder")
        alder.names.append(agreed_name("Alder; Birch and Co", "public", house.clock()))
        alder.names.append(agreed_name("A;B", "alias", house.clock()))
    client.sign_in("administrator")


@pytest.mark.usefixtures("cut_in_two")
def test_a_partner_of_a_name_with_a_semicolon_can_be_changed(client: InspectingClient, house: House) -> None:
    assert client.submit(EDIT, "/edit", website="https://new.example/").status_code == 303
    with house.database.reading() as session:
        assert session.get_one(Partner, 1).website == "https://new.example/"
        assert len(session.scalars(select(PartnerName).where(PartnerName.until.is_(None))).all()) == 3


@pytest.mark.usefixtures("cut_in_two")
@pytest.mark.parametrize("field", ["name", "public_names", "aliases"])
def test_a_partner_gets_no_new_name_with_a_semicolon(client: InspectingClient, field: str) -> None:
    refused = client.submit(EDIT, "/edit", **{field: "Alder; Sons"})
    assert refused.status_code == 422 and "remove the semicolon" in refused.text


def test_a_proposal_with_a_semicolon_is_not_accepted(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        link, at = house.link(session, house.asked(session, "Alder"), "Alder"), house.clock()
        session.add(NameProposal(partner_id=link.partner_id, link_id=link.id, name="Alder; Sons", proposed_at=at))
    client.sign_in("publisher")
    refused = client.submit(BOARD, "/proposals/1", settle="accept")
    assert refused.status_code == 422 and "remove the semicolon" in refused.text
    assert settled(house) == (None, ["Alder"])
    assert client.submit(BOARD, "/proposals/1", settle="refuse").status_code == 303


@pytest.mark.parametrize(("page", "more"), [(NEW, PERSON), (EDIT, {})])
def test_a_question_is_asked_again_beside_what_else_is_wrong(
    client: InspectingClient, house: House, page: str, more: dict[str, str]
) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Ash Oak Fund")
        house.partner(session, "Alder")
    client.sign_in("administrator")
    shown = client.submit(page, page, name="Ash Oak Funds", website="nonsense", **more)
    assert shown.status_code == 409
    answer = {"answer:ash-oak-fund:Ash Oak Funds": "different"}
    wrong = client.post(page, data=shown_form(shown, page) | answer)
    assert wrong.status_code == 422 and "is close to “Ash Oak Fund”" in wrong.text
    # What was answered stays answered beside what else is wrong.
    mended = shown_form(wrong, page) | {"website": "https://ash.example/"}
    assert mended[next(iter(answer))] == ["different"]
    assert client.post(page, data=mended).status_code == 303
    with house.database.reading() as session:
        result = session.scalars(select(Partner.website).where(Partner.name == "Ash Oak Funds")).one()
    assert result == "https://ash.example/"


def test_a_row_let_in_by_an_answer_is_asked_about_for_public_texts_too(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Ash Oak Fund")
        other = house.position(session, "Another matter", body="We thank the Ash Oak Funds for this.")
        house.publish(session, house.checked(session, other))
    client.sign_in("administrator")
    page = "/staff/partners/import"
    shown = client.submit(page, "/import", csv="name,contact_name,contact_email\nAsh Oak Funds,Ana,ana@a.example\n")
    assert shown.status_code == 200 and QUESTION not in shown.text
    act = {"act": "import", "answer:2:ash-oak-fund": "affiliate"}
    asked = client.post(page, data=shown_form(shown, "/import") | act | {"different": "yes"})
    assert asked.status_code == 409 and QUESTION in asked.text and "Another matter" in asked.text
    # What was answered stays answered.
    fields = shown_form(asked, "/import") | {"act": "import"}
    assert fields["answer:2:ash-oak-fund"] == ["affiliate"]
    assert client.post(page, data=fields).status_code == 409
    assert client.post(page, data=fields | {"different": "yes"}).status_code == 303
    with house.database.reading() as session:
        assert "Ash Oak Funds" in session.scalars(select(Partner.name)).all()
