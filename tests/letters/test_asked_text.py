"""Every receipt brings the text it is about as a PDF: whole, of bounded size, and made once for a version."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from signoff.domain.positions.text import Wording
from signoff.models import Link, Version
from signoff.paper import typesetting
from signoff.paper.asked import asked_on_paper
from signoff.paper.stationery import Stationery
from tests.house import House
from tests.letters.sink import Sink

BODY = "We ask for {{signatory_count}} *things*.\n\n| Place | 2027 |\n|---|---|\n| Mesa | $19,700 |"


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_each_receipt_holds_the_text_for_good(
    house: House, sink: Sink, deliver: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    real = typesetting._compiled
    monkeypatch.setattr(typesetting, "_compiled", lambda facts: (made.append(facts), real(facts))[1])
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Fund them at Mesa", body=BODY))
        house.ask(session, version, [house.partner(session, name) for name in ("Alder", "Birch", "Cedar")])
    deliver()
    with house.database.unit_of_work() as session:
        for name, said in (("Alder", "approve"), ("Birch", "decline"), ("Cedar", "abstain")):
            house.say(session, session.get_one(Version, 1), name, said)
        session.get_one(Link, 1).revoked_at = house.clock()
        digest = session.get_one(Version, 1).digest
    asked = len(sink.letters)
    house.clock.advance(minutes=11)
    deliver()
    receipts = [letter for letter in sink.letters[asked:] if letter["Subject"].startswith("Receipt")]
    assert len(receipts) == 3 and len(made) == 1
    for receipt in receipts:
        (file,) = (part for part in receipt.iter_attachments() if part.get_content_type() == "application/pdf")
        assert file.get_filename() == "position-version-1.pdf"
        words = words_of(file.get_payload(decode=True))  # type: ignore[arg-type]
        for part in ("Fund them at Mesa", "version 1", "We ask for [number of signatories] things.", "$19,700", digest):
            assert part in words, (part, words)


def test_the_longest_text_makes_a_file_of_bounded_size() -> None:
    text = "\n\n".join(" ".join(f"word{number}x{line}" for number in range(90)) for line in range(110))[:100_000]
    pdf = asked_on_paper(
        Wording(title="T", summary="S", body=text),
        number=2,
        digest="ab" * 32,
        saved_on=date(2026, 11, 1),
        stationery=Stationery("C", (), "letter"),
    )
    assert len(pdf) < 1_000_000
