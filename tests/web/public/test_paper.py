"""The PDF of a position: what its page says, every kind of Markdown, nothing that people typed read as markup."""

from collections import OrderedDict
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest
import segno
import typst
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from signoff.evidence.position_bundles import BundleVerdict
from signoff.evidence.strict_json import Refused
from signoff.evidence.verifier import verify_file
from signoff.models import Partner, PartnerPlace, Version
from signoff.paper import typesetting
from signoff.services.publications.name_grouping import group_names
from tests.dialects import POSTGRESQL_IN_TORTURE
from tests.house import House
from tests.inspection import InspectingClient, words_of
from tests.services.publications.logged import sealed
from tests.web.test_queries import counted

PDF = "/positions/fund-the-coordinator.pdf"
PROOF = "/positions/fund-the-coordinator/proof"
HOSTILE = '#emph[x] $a^2$ \\ `raw` @label <tag> //x *b* _e_ "q" #panic("x") = h'
EVERYTHING = """First *emphasis*, **strong**, `#panic("code")` and [a link](https://example.org/#x).

## Second

### Third

###### Sixth

- one
  - two
    1. three

7. seven
8. eight

> A quotation.
> In two lines.

```
  #let pre = "kept"
    as typed
```

---

| Who | What |
|-----|------|
| Alder | #emph[x] |
| Birch | two |

Hard\\
break. {{signatory_count}} stand here. [Mail](mailto:ana@alder.example) & \\<b>"""


def published(house: House, **fields: str) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, **fields))
        house.ask(session, version, [house.partner(session, "Alder")])
        house.say(session, version, "Alder", public_note=HOSTILE[:60])
        house.publish(session, version)


def read(client: InspectingClient) -> str:
    response = client.get(PDF)
    assert (response.status_code, response.content_type) == (200, "application/pdf")
    return " ".join(words_of(response).split())


def test_it_says_what_the_page_says(client: InspectingClient, house: House) -> None:
    published(house)
    words = read(client)
    digest = client.get("/positions/fund-the-coordinator.json").get_json()["digest"]  # type: ignore[index]
    for said in (
        "Fund the coordinator", "published November 24, 2026", "version 1", "We ask for five-year grants.",
        "Schools need a coordinator.", "What we ask", "Two seats for families.", "Who signed Alder*",
        f"* Alder: “{HOSTILE[:60]}”",
        "One signatory when this file was made. Each approved exactly this text.", "How it was checked",
        "against the principles of September 2016, edition 1",
        "Public education: advances. Because it says so.", digest, "http://127.0.0.1:8000/positions/fund-the-coordinator",
        "page 1 of 1",
    ):  # fmt: skip
        assert said in words, said
    reader = PdfReader(BytesIO(client.get(PDF).data))
    assert reader.metadata and reader.metadata.title == "Fund the coordinator"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]


def test_every_kind_of_markdown_stands_on_paper_and_nothing_is_run(client: InspectingClient, house: House) -> None:
    published(house, body=EVERYTHING, summary=HOSTILE, addressed_to=HOSTILE[:50])
    words = read(client)
    for said in (
        "emphasis, strong", '#panic("code")', "a link", "Second", "Third", "Sixth", "three", "7. seven",
        "A quotation. In two lines.", '#let pre = "kept" as typed', "Who What", "#emph[x]", "Birch two", "1 stand here",
        "& <b>", "#emph[x] $a^2$", '#panic("x") = h',
    ):  # fmt: skip
        assert said in words, said
    links = {
        note.get_object()["/A"]["/URI"]
        for page in PdfReader(BytesIO(client.get(PDF).data)).pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }
    assert {"https://example.org/#x", "mailto:ana@alder.example", "https://alder.example/"} <= links


@POSTGRESQL_IN_TORTURE
@pytest.mark.parametrize(
    "fields",
    [
        {"body": "العربية من اليمين", "language": "ar"},
        {"body": "每个孩子 — 中文", "title": "Fund the coordinator", "language": "zh"},
        {"body": "Mọi trẻ em 🙂 Ω Ж"},
        {"body": "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(40))},
        {"body": "\n".join(f"{'> ' * depth}- **b *c* `d`**" for depth in range(1, 20))},
        {"body": "> " * 80 + "deep"},
        {"body": "*_" * 60 + "deep" + "_*" * 60},
        {"body": "Before.\n\n```\n```\n\nAfter."},
        {"body": f"[far](https://example.org/{'x' * 9_000})"},
        {"body": "| a |\n|---|"},
        {"body": "word " * 19_000},
        {"body": "| " + " | ".join("abcdefgh"[:8]) + " |\n|" + "---|" * 8 + "\n" + "| x " * 8 + "|"},
        {"body": "One[^1], `two` and one again[^1].\n\n[^1]: A *note*.\n\n    > In two parts."},
        {"body": "0. zero\n\n1. one\n\nSo:\n\n999999999. big"},
        {"summary": "One line.\n\nAnother paragraph."},
    ],
    ids=range(15),
)
def test_odd_texts_give_a_pdf(client: InspectingClient, house: House, fields: dict[str, str]) -> None:
    published(house, **fields)
    assert "Alder" in read(client)


MISSING = "Some characters of this text are not in any font on this server."


def test_a_heading_of_a_lower_level_or_without_words_is_no_missing_character(
    client: InspectingClient, house: House
) -> None:
    published(house, body="### What we ask\n\nTwo seats.\n\n##\n\n# And more")
    words = read(client)
    assert "What we ask Two seats. And more" in words and MISSING not in words


@pytest.mark.parametrize(
    ("refused", "missing", "standards"),
    [
        ({}, False, ["ua-1", "a-3a"]),
        ({"a-3a": "PDF/A-3a error: a rule of tomorrow"}, False, ["ua-1"]),
        ({"ua-1": "PDF/UA-1 error: a rule of tomorrow"}, False, ["a-3b"]),
        ({"ua-1": 'the text `"x"` could not be displayed with font `"y"`'}, True, ["a-3b"]),
        ({"ua-1": "PDF/UA-1 error", "a-3b": 'the text `"x"` could not be displayed with font `"y"`'}, True, []),
        ({"ua-1": "PDF/UA-1 error", "a-3b": "PDF/A-3b error"}, False, []),
    ],
)
def test_only_a_character_without_a_shape_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, refused: dict[str, str], missing: bool, standards: list[str]
) -> None:
    def typeset(facts: dict[str, Any], asked: list[str]) -> bytes:
        for standard in asked:
            if standard in refused:
                raise typst.TypstError(refused[standard])
        return f"{facts['incomplete']} {asked}".encode()

    monkeypatch.setattr(typesetting, "_typeset", typeset)
    assert typesetting._compiled({"incomplete": False}) == f"{missing} {standards}".encode()


def test_a_character_without_a_shape_is_said_to_be_missing(client: InspectingClient, house: House) -> None:
    published(house, body="Here: \U0001e290.")
    words = read(client)
    assert MISSING in words and "Here: [U+1E290]." in words


def test_a_pdf_is_made_once_for_what_it_says_and_anew_when_that_changes(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    published(house)
    monkeypatch.setattr("signoff.paper.typesetting._KEPT", OrderedDict())
    monkeypatch.setattr(
        "signoff.paper.typesetting._compiled", lambda facts: (made.append(facts), repr(facts).encode())[1]
    )
    first, second = client.get(PDF), client.get(PDF)
    assert first.data == second.data and len(made) == 1 and b"Alder" in first.data
    assert client.get(PDF, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.get_one(Version, 1), "Alder")
    assert b"Alder" not in client.get(PDF).data and len(made) == 2


def test_what_typst_cannot_set_stands_in_plain_paragraphs(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(house, body="# Heading\n\n- one\n- *two*")
    real = typesetting._typeset

    def refusing(facts: dict[str, Any], standards: list[Any]) -> bytes:
        if any(node[0] != "p" for part in facts["body"] for node in part["tree"]):
            raise typst.TypstError("cannot be set")
        return real(facts, standards)

    monkeypatch.setattr(typesetting, "_KEPT", OrderedDict())
    monkeypatch.setattr(typesetting, "_typeset", refusing)
    assert "Heading one two" in read(client)


def test_words_of_two_lines_stand_apart(client: InspectingClient, house: House) -> None:
    published(
        house, body="We are *not*\n**able** to endorse, see [one](https://a.example/)\n[two](https://b.example/)."
    )
    words = read(client)
    assert "not able to endorse" in words and "one[1] two" in words


def test_it_carries_the_evidence_of_the_list_that_it_shows(client: InspectingClient, house: House) -> None:
    published(house)
    sealed(house)
    file = client.get(PDF).data
    reader = PdfReader(BytesIO(file))
    assert list(reader.attachments) == ["evidence.bundle.json"]
    assert reader.attachments["evidence.bundle.json"] == [client.get(PROOF).data]
    associated = reader.trailer["/Root"]["/AF"][0].get_object()  # type: ignore[index]
    assert associated["/AFRelationship"] == "/Data" and associated["/EF"]["/F"]["/Subtype"] == "/application/json"
    verdict = verify_file(file, now=house.clock())
    assert isinstance(verdict, BundleVerdict) and verdict.names == ("Alder",)
    assert "Check this paper at http://127.0.0.1:8000/verify: the evidence is attached" in read(client)


def test_without_evidence_of_the_list_as_it_is_none_is_attached(client: InspectingClient, house: House) -> None:
    published(house)
    for act in ("nothing was signed yet", "a name left"):
        if act == "a name left":
            sealed(house)
            assert len(PdfReader(BytesIO(client.get(PDF).data)).attachments) == 1
            with house.database.unit_of_work() as session:
                house.withdraw(session, session.get_one(Version, 1), "Alder")
        file = client.get(PDF).data
        assert len(PdfReader(BytesIO(file)).attachments) == 0, act
        assert "so none is attached" in read(client), act
        with pytest.raises(Refused, match="carries no evidence"):
            verify_file(file, now=house.clock())


def test_the_code_is_the_address_of_the_version_with_its_digest(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(house)
    facts: list[dict[str, Any]] = []
    monkeypatch.setattr("signoff.paper.published.set_on_paper", lambda given, **_: (facts.append(given), b"")[1])
    client.get(PDF)
    address = f"http://127.0.0.1:8000/positions/fund-the-coordinator/versions/1#sha256-{facts[0]['digest']}"
    assert facts[0]["code"] == segno.make_qr(address, error="m").svg_inline(border=0)


def test_sheets_and_sizes_are_asked_for_in_the_address(client: InspectingClient, house: House) -> None:
    published(house, kind="letter")
    summary = client.get(f"{PDF}?sheet=summary&paper=a4")
    reader = PdfReader(BytesIO(summary.data))
    assert len(reader.pages) == 1 and round(float(reader.pages[0].mediabox.height)) == 842
    assert "This sheet gives the title and summary only." in " ".join(words_of(summary).split())
    assert "fund-the-coordinator-summary.pdf" in summary.headers["Content-Disposition"]
    for unknown in ("?sheet=poster", "?paper=a3"):
        assert client.get(f"{PDF}{unknown}").status_code == 404


def test_the_names_stand_as_their_publisher_groups_them(client: InspectingClient, house: House) -> None:
    published(house)
    with house.database.unit_of_work() as session:
        alder = session.scalars(select(Partner)).one()
        alder.level = "state"
        session.add(PartnerPlace(partner_id=alder.id, state="TX"))
    assert "Who signed State organizations Alder* (Texas)" in read(client)
    for grouping, said in (("state", "Who signed Texas Alder* *"), ("alphabet", "Who signed Alder* (Texas)")):
        with house.database.unit_of_work() as session:
            publisher = house.act(session, house.user(session, "publisher").actor)
            group_names(publisher, session.get_one(Version, 1).position, grouping=grouping)
        assert said in read(client)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_who_finds_no_place_in_line_reads_when_to_try_again(app: Flask, client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.publish(session, house.asked(session, "Alder", title="Wait in line"))
    files = ["/positions/wait-in-line.pdf", "/positions/wait-in-line.docx"]
    with ExitStack() as line, counted(app) as statements:
        for _ in range(4):
            line.enter_context(typesetting.ORDINARY.place())
        for file in files:
            answer = client.get(file)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert "Many files are being made right now." in answer.text
        # Names are read by who has a place: twenty who read long lists at once hold up everyone else.
        assert not [statement for statement in statements if "signatory.public_name" in statement]
        assert client.get("/positions/wait-in-line").status_code == 200
    for file in files:
        with counted(app) as statements:
            assert client.get(file).status_code == 200
        assert [statement for statement in statements if "signatory.public_name" in statement]
