"""The API and the command ask about names as the form does, and the answer is recorded."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from signoff.cli import main
from signoff.domain.partners.folding import name_key
from signoff.models import Entry, NameProposal, Partner, PartnerName
from signoff.services.accounts.api_tokens import make_token
from signoff.services.record.record import facts_of
from tests.house import House
from tests.inspection import InspectingClient

BIRCH = {"name": "Birch Union", "contacts": [{"name": "Bo Birch", "email": "bo@birch.example"}]}
TWINS = ["Birch Union", "BIRCH UNION", "The Birch Union", "B1rch UNlON", "Birch-Union", "Bïrch Ünion", "𝐁irch Union"]


class Api:
    """An administrator's calls about partners."""

    def __init__(self, client: InspectingClient, house: House) -> None:
        self._client = client
        with house.database.unit_of_work() as session:
            user = house.user(session, "administrator")
            self._token = make_token(house.act(session, user.actor), user, name="t")

    def add(self, name: str, **more: Any) -> tuple[int, dict[str, Any]]:
        contacts = [{"name": "Cy Cedar", "email": "cy@cedar.example"}]
        body = {"name": name, "contacts": contacts, **more}
        response = self._client.call("POST", "/api/v1/partners", self._token, body)
        return response.status_code, response.get_json()


@pytest.fixture
def api(client: InspectingClient, house: House) -> Api:
    made = Api(client, house)
    assert made.add(**BIRCH)[0] == 201  # type: ignore[arg-type]
    return made


def names(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Partner.name).order_by(Partner.id)))


def answered(house: House) -> list[dict[str, Any]]:
    with house.database.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.kind == "name_question_answered").order_by(Entry.id))
        return [facts_of(entry) for entry in entries]


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_is_the_same_or_gets_another_name_and_no_answer_lets_it_in(api: Api, house: House, name: str) -> None:
    status, said = api.add(name)
    assert status == 409
    assert [(item["name"], item["partner"], item["reads_alike"], item["answers"]) for item in said["questions"]] == [
        (name, "birch-union", True, ["same"])
    ]
    for answer in ("different", "affiliate"):
        again, refused = api.add(name, answers=[{"name": name, "partner": "birch-union", "answer": answer}])
        assert again == 409 and refused["questions"] == said["questions"]
    assert names(house) == ["Birch Union"] and answered(house) == []
    status, same = api.add(name, answers=[{"name": name, "partner": "birch-union", "answer": "same"}])
    assert (status, same["slug"]) == (200, "birch-union") and len(same["contacts"]) == 1
    assert names(house) == ["Birch Union"]
    assert answered(house) == [{"name": name, "partner": "birch-union", "other": "birch-union", "answer": "same"}]


@pytest.mark.parametrize("field", ["public_names", "aliases"])
def test_every_name_of_a_form_is_asked_about(api: Api, house: House, field: str) -> None:
    status, said = api.add("Cedar", **{field: ["B1rch UNlON", "Cedars"]})
    assert status == 409 and [item["name"] for item in said["questions"]] == ["B1rch UNlON"]
    assert names(house) == ["Birch Union"]


def test_a_near_name_is_asked_about_once_and_the_answer_is_recorded(api: Api, house: House) -> None:
    name = "Birch Union of Ohio"
    status, said = api.add(name)
    (question,) = said["questions"]
    assert status == 409 and question["answers"] == ["same", "affiliate", "different"] and not question["reads_alike"]
    for junk in ({"answer": "yes"}, {"name": "Birch"}, {"partner": "cedar"}):
        answer = {"name": name, "partner": "birch-union", "answer": "affiliate", **junk}
        assert api.add(name, answers=[answer])[0] == 409
    status, added = api.add(name, answers=[{"name": name, "partner": "birch-union", "answer": "affiliate"}])
    assert (status, added["slug"]) == (201, "birch-union-of-ohio")
    assert answered(house) == [
        {"name": name, "partner": "birch-union-of-ohio", "other": "birch-union", "answer": "affiliate"}
    ]


def test_names_that_differ_in_a_number_are_not_asked_about(api: Api, house: House) -> None:
    assert api.add("Teachers Local 12")[0] == 201
    assert api.add("Teachers Local 21")[0] == 201
    assert api.add("Teachers Local l2")[0] == 409  # reads like 12


def test_a_shared_website_or_mail_domain_is_shown_and_never_asked_about(api: Api) -> None:
    assert api.add("Cedar", website="https://www.cedar.example/")[1]["warnings"] == []
    status, said = api.add("Willow House", website="http://cedar.example")
    assert status == 201
    assert said["warnings"] == [
        "Cedar has the same website, cedar.example.",
        "A contact of Cedar has an address at cedar.example too.",
    ]


def test_what_was_answered_of_two_partners_is_not_asked_again(client: InspectingClient, house: House, api: Api) -> None:
    name, page = "Birch Union of Ohio", "/staff/partners/birch-union-of-ohio/edit"
    api.add(name, answers=[{"name": name, "partner": "birch-union", "answer": "affiliate"}])
    client.sign_in("administrator")
    assert client.submit(page, "/edit", aliases="Ohio Birch Union").status_code == 303
    assert client.submit(page, "/edit", public_names="B1RCH UNION").status_code == 409  # alike is never answered
    assert client.submit("/staff/partners/birch-union/edit", "/edit", aliases="Birch Union Ohio").status_code == 409


def test_the_database_holds_one_partner_to_a_look(api: Api, house: House) -> None:
    assert api.add("Cedar")[0] == 201
    for twin in ("BIRCH UNION", "Birch  Uni0n", "Bïrch-Union"):
        row = {"partner_id": 2, "name": twin, "key": name_key(twin), "kind": "alias", "accepted_at": house.clock()}
        with pytest.raises(IntegrityError), house.database.unit_of_work() as session:
            session.execute(insert(PartnerName).values(**row))


def test_a_near_name_that_a_partner_proposes_is_answered_by_staff(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch Union")
        house.propose(session, version, "Alder", "Birch Unions")
    client.sign_in("publisher")
    board = "/staff/positions/fund-the-coordinator/versions/1/round"
    asked = client.submit(board, "/proposals/1", settle="accept")
    assert asked.status_code == 409 and "is close to “Birch Union”" in asked.text and 'value="same"' not in asked.text
    target, served = client.form(board, "/proposals/1")
    fields = {**dict(served), "settle": "accept", "answer:birch-union:Birch Unions": "different"}
    assert client.post(target, data=fields).status_code == 303
    with house.database.reading() as session:
        assert session.scalars(select(NameProposal.accepted)).one() == 1
    assert [item["answer"] for item in answered(house)] == ["different"]


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Runs the import on the house's database; the file of answers is given as its lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", house.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SIGNOFF_SEALING_KEY_FILE", str(house.settings.sealing_key_file))
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", house.settings.secret_key)

    def run(*rows: str, answers: str = "") -> Result:
        lines = ["name,contact_name,contact_email", *rows]
        (tmp_path / "partners.csv").write_text("\n".join(lines) + "\n")
        (tmp_path / "answers.csv").write_text(answers)
        more = ["--answers", "answers.csv"] if answers else []
        return CliRunner().invoke(main, ["partners", "import", "partners.csv", *more])

    return run


ROWS = (
    "Cedar House,Cy,cy@cedar.example",
    "B1rch UNlON,Bo,bo@other.example",
    "Birch Union of Ohio,Di,di@ohio.example",
    "Birch Unions,Ed,ed@unions.example",
)


def test_the_command_leaves_doubtful_rows_out_and_takes_answers(house: House, command: Any) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Birch Union")
    done = command(*ROWS)
    assert done.exit_code == 0, done.output
    assert names(house) == ["Birch Union", "Cedar House"]
    for told in ("? row 3: “B1rch UNlON” reads like “Birch Union”", "? row 4: ", "? row 5: ", "their names: 3"):
        assert told in done.output
    answers = "row,answer,slug\n3,different,birch-union\n4,affiliate,birch-union\n5,same,birch-union\n"
    again = command(*ROWS, answers=answers)
    assert again.exit_code == 0, again.output
    assert names(house) == ["Birch Union", "Cedar House", "Birch Union of Ohio"]
    assert "? row 3: " in again.output and "their names: 1" in again.output
    assert sorted((item["name"], item["answer"]) for item in answered(house)) == [
        ("Birch Union of Ohio", "affiliate"),
        ("Birch Unions", "same"),
    ]
    # What was answered is not asked again.
    third = command(*ROWS)
    assert third.exit_code == 0 and "their names: 1" in third.output
    assert "row 5" not in third.output and len(answered(house)) == 2


@pytest.mark.parametrize(
    "line", ["4,maybe,birch-union", "x,same,birch-union", "4,same", "4;same;birch-union", "٤,same,x"]
)
def test_an_answer_that_cannot_be_read_is_said_with_its_line(house: House, command: Any, line: str) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Birch Union")
    done = command(*ROWS, answers=f"row,answer,slug\n{line}\n")
    assert done.exit_code == 1 and "answers, line 2: " in done.output and names(house) == ["Birch Union"]


def test_two_rows_of_one_file_that_read_alike_are_refused(house: House, command: Any) -> None:
    done = command("Cedar House,Cy,cy@cedar.example", "CEDAR H0USE,Di,di@cedar.example")
    assert done.exit_code == 1 and "row 3, name" in done.output and names(house) == []


def test_two_organizations_of_one_file_are_two(house: House, command: Any) -> None:
    rows = ("Cedar House,Cy,cy@cedar.example", "Cedar House of Ohio,Di,di@ohio.example")
    assert command(*rows).exit_code == 0 and names(house) == ["Cedar House", "Cedar House of Ohio"]
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Partner)) == 2
