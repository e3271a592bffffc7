"""Suggestions show where to look: whole sentences, the words that matched, what was not found, what deceives."""

import json

import pytest

from bench.suggestions import by_suggestions, by_tfidf, right, texts
from signoff.assist.stems import phrase, places_of, sentences
from signoff.assist.suggesting import CriterionWords, likeliest, suggest
from signoff.domain.principles.principles import quotes_gone
from signoff.services.principles.editions import first_edition

NAMES = [("child tax credit", "It names families.")]
FAMILY = CriterionWords("family", ["voting seat", "home language", "interpreters"], NAMES)
RESULTS = CriterionWords("results", ["target", "report … each year"])


def test_a_phrase_is_found_whatever_its_endings_and_capitals() -> None:
    [sentence] = sentences(["Two Voting Seats for families; a seat without a vote is none."])
    assert [sentence.standing(*place) for place in places_of(phrase("voting seat"), sentence)] == ["Voting Seats"]
    assert list(places_of(phrase("seat voting"), sentence)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A report is due each year.", True),
        ("A report of all that was counted is due each year.", True),
        ("Each year they report.", False),
        ("A report is due. Each year we ask.", False),
        ("A report on one two three four five six seven eight nine each year.", False),
    ],
)
def test_a_gap_lets_up_to_eight_words_stand_between_in_one_sentence_and_in_order(text: str, found: bool) -> None:
    assert any(list(places_of(phrase("report … each year"), sentence)) for sentence in sentences([text])) is found


def test_sentences_end_where_readers_end_them() -> None:
    blocks = ["We ask for 3.5 percent. “Why now?” Because it is late.", "What we ask", "Dr. Reed agrees"]
    assert [sentence.text for sentence in sentences(blocks)] == [
        "We ask for 3.5 percent.", "“Why now?", "Because it is late.", "What we ask", "Dr.", "Reed agrees",
    ]  # fmt: skip


def test_what_is_found_and_what_is_not_is_said() -> None:
    result = suggest(
        ["Families hold two voting seats. The report comes each year.", "Nothing else."], [FAMILY, RESULTS]
    )
    family = result["family"]
    assert [(passage.text, passage.matched) for passage in family.passages] == [
        ("Families hold two voting seats.", ("voting seats",))
    ]
    assert "".join(words for words, _ in family.passages[0].runs) == family.passages[0].text
    assert (family.found, family.not_found) == (("voting seat",), ("home language", "interpreters"))
    assert result["results"].passages[0].matched == ("report comes each year",)
    assert family.deceptions == ()


def test_words_that_deceive_are_named_with_their_reason_and_speak_for_nothing() -> None:
    result = suggest(["It extends the Child Tax Credits of 2021."], [FAMILY, RESULTS])
    [deception] = result["family"].deceptions
    assert (deception.words, deception.why) == ("Child Tax Credits", "It names families.")
    assert result["family"].passages == () and likeliest(result) == []


def test_a_word_that_several_criteria_look_for_says_less() -> None:
    both = [CriterionWords("one", ["council", "garden"]), CriterionWords("two", ["council", "choir"])]
    result = suggest(["The council keeps a garden."], both)
    assert likeliest(result) == ["one", "two"]
    assert result["one"].passages[0].weight > result["two"].passages[0].weight


def test_overlapping_entries_are_one_run() -> None:
    result = suggest(
        ["Give voting seats for students now."], [CriterionWords("k", ["voting seats", "seats for students"])]
    )
    assert result["k"].passages[0].matched == ("voting seats for students",)


def test_every_passage_can_be_quoted_word_for_word() -> None:
    looked = [CriterionWords(c.key, c.words) for c in first_edition().criteria]
    for item in texts("seen") + texts("unseen"):
        for suggestion in suggest([item["text"]], looked).values():
            for passage in suggestion.passages:
                assert quotes_gone([passage.text], [item["text"]]) == []


def test_odd_texts_and_lists_find_nothing_and_break_nothing() -> None:
    odd = CriterionWords("odd", ["", "…", "… …", "'", "a" * 300])
    for blocks in ([], [""], ["…"], ["'''"], ["١٢٣ 中文 🙂"], ["word " * 20_000]):
        assert suggest(blocks, [odd, CriterionWords("none", [])])["odd"].passages == ()


def test_the_sets_of_texts_are_whole_and_apart() -> None:
    keys = {criterion.key for criterion in first_edition().criteria}
    for name, plain, traps in (("seen", 1, 1), ("unseen", 5, 3)):
        for key in keys:
            kinds = [text["kind"] for text in texts(name) if text["criterion"] == key]
            assert (kinds.count("plain"), kinds.count("trap")) == (plain, traps), (name, key)
    assert not {text["text"] for text in texts("seen")} & {text["text"] for text in texts("unseen")}
    assert json.dumps(texts("unseen"))


def test_suggestions_find_more_than_tfidf_does_on_texts_never_seen_before() -> None:
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed; CI installs it")
    criteria, unseen = first_edition().criteria, texts("unseen")
    ours = right(by_suggestions(criteria), unseen)
    assert ours > right(by_tfidf(criteria, with_words=True), unseen) > len(unseen) / 3
    assert ours >= 60
