"""The title and summary of a new text that were left empty, taken from the top of the text or not at all."""

import pytest

from signoff.domain.positions.opening import with_opening
from signoff.domain.positions.text import Wording


@pytest.mark.parametrize(
    ("body", "title", "summary", "rest"),
    [
        ("## Open the yards\n\nUnlock them.\n\nNow.", "Open the yards", "Unlock them.", "Now."),
        ("# Open the yards\r\nUnlock\r\nthem.\r\n\r\n- Now\r\n", "Open the yards", "Unlock them.", "- Now\n"),
        ("\n\n##  Open the yards\n\n- Unlock\n- them", "Open the yards", "", "- Unlock\n- them"),
        # Words with marks stay, since neither field has any.
        ("## Open the yards\n\nUnlock *every* yard.\n\nNow.", "Open the yards", "", "Unlock *every* yard.\n\nNow."),
        ("## Open **the** yards\n\nUnlock them.\n\nNow.", "", "", "## Open **the** yards\n\nUnlock them.\n\nNow."),
        ("## Open the yards[^1]\n\nNow.\n\n[^1]: Law.", "", "", "## Open the yards[^1]\n\nNow.\n\n[^1]: Law."),
        # Who is addressed, or a date, does not say what is asked.
        ("## Yards\n\nTo the School Board\n\nUnlock them.", "Yards", "", "To the School Board\n\nUnlock them."),
        ("## Yards\n\nDear members:\n\nUnlock them.", "Yards", "", "Dear members:\n\nUnlock them."),
        ("## Yards\n\nWe say “Open!”\n\nNow.", "Yards", "We say “Open!”", "Now."),
        # Something of the text has to remain.
        ("## Open the yards\n\nUnlock them.", "Open the yards", "", "Unlock them."),
        ("## Open the yards", "", "", "## Open the yards"),
        ("Unlock them.\n\nNow.", "", "", "Unlock them.\n\nNow."),
        (f"## {'a' * 301}\n\nUnlock them.", "", "", f"## {'a' * 301}\n\nUnlock them."),
        ("", "", "", ""),
    ],
)
def test_what_is_taken_from_the_top_of_a_text(body: str, title: str, summary: str, rest: str) -> None:
    assert with_opening(Wording(body=body)) == Wording(title=title, summary=summary, body=rest)


def test_what_was_typed_is_kept() -> None:
    typed = Wording(title="Yards", summary="Open them.", body="## Open the yards\n\nUnlock them.\n\nNow.")
    assert with_opening(typed) == typed
    titled = Wording(title="Yards", body="Unlock them.\n\nNow.")
    assert with_opening(titled) == Wording(title="Yards", summary="Unlock them.", body="Now.")
    summed = Wording(summary="Open them.", body="## Yards\n\nUnlock them.\n\nNow.")
    assert with_opening(summed) == Wording(title="Yards", summary="Open them.", body="Unlock them.\n\nNow.")


@pytest.mark.parametrize("kind", ["letter", "testimony", "comment"])
def test_a_letter_keeps_its_first_paragraph(kind: str) -> None:
    typed = Wording(kind=kind, title="Yards", body="Unlock them.\n\nNow.")
    assert with_opening(typed) == typed
