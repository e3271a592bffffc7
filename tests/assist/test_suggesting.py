"""Suggestions show where to look: whole sentences, the words that matched, what was not found, what deceives."""

import json

import pytest

from bench import positions
from bench.suggestions import by_suggestions, by_tfidf, looked_for, right, texts
from signoff.assist.stems import matches_of, phrase, sentences
from signoff.assist.suggesting import CriterionWords, likeliest, suggest
from signoff.domain.principles.principles import quotes_gone
from signoff.services.principles.editions import first_edition

NAMES = [("child tax credit", "It names families.")]
FAMILY = CriterionWords("family", ["voting seat", "home language", "interpreters"], NAMES)
RESULTS = CriterionWords("results", ["target", "report … each year"])


def test_a_phrase_is_found_whatever_its_endings_and_capitals() -> None:
    [sentence] = sentences(["Two Voting Seats for families; a seat without a vote is none."])
    [match] = matches_of(phrase("voting seat"), sentence)
    assert [sentence.standing(*span) for span in match.spans] == ["Voting Seats"]
    assert list(matches_of(phrase("seat voting"), sentence)) == []


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
    assert any(list(matches_of(phrase("report … each year"), sentence)) for sentence in sentences([text])) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Students hold a vote.", True),
        ("The vote belongs to young people.", True),
        ("A seat for every student.", True),
        ("Students meet. A vote is held.", False),
        ("A student pays for one two three four five six seven eight nine ten a vote.", False),
        ("People vote while they are young.", False),
    ],
)
def test_either_of_several_words_near_each_other_in_any_order(text: str, found: bool) -> None:
    wanted = phrase("students/young people & vote/seat")
    assert any(list(matches_of(wanted, sentence)) for sentence in sentences([text])) is found


def test_only_the_words_themselves_are_marked_not_what_stands_between() -> None:
    looked = CriterionWords("k", ["student/pupil & vote"])
    [passage] = suggest(["A vote for each and every pupil."], [looked])["k"].passages
    assert passage.matched == ("vote", "pupil")


def test_words_that_are_only_a_piece_of_excepted_or_deceptive_words_do_not_count() -> None:
    looked = CriterionWords("k", ["student", "not: student pilot/student loan"], [("student ambassador", "No vote.")])
    texts = ["Student pilots pay.", "Ask a student ambassador.", "Student loans weigh on one student."]
    result = [suggest([text], [looked])["k"] for text in texts]
    assert [[passage.matched for passage in one.passages] for one in result] == [[], [], [("student",)]]
    assert [one.not_found for one in result] == [("student",), ("student",), ()]


def test_words_that_are_looked_for_and_deceive_alike_still_count() -> None:
    looked = CriterionWords("k", ["school choice"], [("school choice", "Ask which schools.")])
    result = suggest(["We speak of school choice."], [looked])["k"]
    assert result.passages and result.deceptions


@pytest.mark.parametrize(
    ("others", "words", "shown"),
    [
        (20, "vote", False),
        (150, "vote and seat", True),
        (250, "vote and seat", False),
        (250, "vote, seat, panel", True),
    ],
)
def test_a_single_word_is_not_enough_and_in_a_longer_text_two_are_not(others: int, words: str, shown: bool) -> None:
    looked = CriterionWords("k", ["vote", "seat", "panel", "stipend"])
    assert bool(suggest([f"There is {words}.", "word " * others], [looked])["k"].passages) is shown


def test_a_list_of_one_word_is_found_by_that_word() -> None:
    assert suggest(["There is a vote.", "word " * 200], [CriterionWords("k", ["vote"])])["k"].passages


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


def test_the_whole_positions_are_whole() -> None:
    written = positions.labeled_positions()
    assert len({item.number for item in written}) == len(written) == 99
    assert all(200 <= sum(len(block.split()) for block in item.blocks) <= 500 for item in written)
    development, held_out = positions.halves()
    assert not {item.number for item in development} & {item.number for item in held_out}
    assert len(development) + len(held_out) == positions.FIRST
    assert sum(not item.bears_on for item in written) >= 40


def test_on_whole_positions_each_criterion_is_shown_mostly_where_the_text_bears_on_it() -> None:
    looked = looked_for(first_edition().criteria)
    counted = positions.counts(lambda blocks: suggest(blocks, looked), positions.labeled_positions())
    for key, count in counted.items():
        assert count.bearing >= 10 and count.precision >= 0.75 and count.recall >= 0.75, (key, count)


def test_short_positions_are_mostly_shown_rightly() -> None:
    looked = looked_for(first_edition().criteria)
    counted = positions.counts(lambda blocks: suggest(blocks, looked), positions.short_positions()).values()
    right, shown, bearing = (sum(getattr(count, of) for count in counted) for of in ("right", "shown", "bearing"))
    assert bearing == 27 and right / shown >= 0.75 and right / bearing >= 0.8


def test_texts_of_many_writers_are_warned_about_where_their_words_deceive() -> None:
    looked = looked_for(first_edition().criteria)
    sets = positions.written_after_the_rest()
    written = [item for name in ("writers'", "second writers'") for item in sets[name]]
    assert len({item.number for item in written}) == len(written) == 50
    assert all(65 <= sum(len(block.split()) for block in item.blocks) <= 140 for item in written)
    warned, traps, needlessly, others = positions.warnings(lambda blocks: suggest(blocks, looked), written)
    assert (traps, others) == (30, 20)
    assert warned >= 27 and needlessly <= 4


def test_texts_of_every_kind_are_warned_about_where_their_words_deceive() -> None:
    looked = looked_for(first_edition().criteria)
    written = positions.genre_positions() + positions.learning_positions()
    assert len({item.number for item in written}) == len(written) == 50
    warned, traps, needlessly, others = positions.warnings(lambda blocks: suggest(blocks, looked), written)
    assert (traps, others) == (21, 29)
    assert warned >= 19 and needlessly <= 5
    learning = positions.counts(lambda blocks: suggest(blocks, looked), written)["learning_and_development"]
    assert learning.bearing == 11 and learning.precision >= 0.8 and learning.recall >= 0.8


@pytest.mark.parametrize(
    ("text", "deceives"),
    [
        ("Newsletter of the harbor office.", False),
        ("Families get a newsletter.", True),
        ("The town will set aside money for the curb.", False),
        ("The contract has a set-aside for small firms.", True),
        ("Close the campus for all grades.", False),
        ("The same sum for all twelve schools.", True),
        ("An account is opened at the bank.", False),
        ("Accountability comes first.", True),
    ],
)
def test_a_word_of_another_meaning_does_not_deceive(text: str, deceives: bool) -> None:
    found = suggest([text], looked_for(first_edition().criteria))
    assert any(one.deceptions for one in found.values()) is deceives


def test_teaching_someone_is_not_yet_learning_and_development_in_a_short_text() -> None:
    looked = [words for words in looked_for(first_edition().criteria) if words.key == "learning_and_development"]
    for text in (
        "Every child learns differently, and so an account is opened.",
        "Brokers need professional development every other year.",
        "A student enriches the firm.",
        "The early childhood alliance writes to you.",
    ):
        assert suggest([text], looked)["learning_and_development"].passages == (), text
    for text in ("Children learn to read with their teacher.", "Teachers need professional development."):
        assert suggest([text], looked)["learning_and_development"].passages, text


def test_suggestions_find_more_than_tfidf_does_on_texts_never_seen_before() -> None:
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed; CI installs it")
    criteria, unseen = first_edition().criteria, texts("unseen")
    ours = right(by_suggestions(criteria), unseen)
    assert ours > right(by_tfidf(criteria, with_words=True), unseen) > len(unseen) / 3
    assert ours >= 60
