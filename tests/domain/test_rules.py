"""The rules without a database: tables of cases."""

import hashlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain import letters, text_input, time
from signoff.domain.answers import answers, signatures
from signoff.domain.answers.answers import AnswerForm, Verdict, ensure_legal
from signoff.domain.errors import Invalid, NothingStands, Reason, Refusal, RoundClosed
from signoff.domain.formats import Formats
from signoff.domain.partners import mentions, names
from signoff.domain.permissions import ALLOWED, OPERATOR, WORKER, Act, Actor, Role, may
from signoff.domain.positions import slugs, text
from signoff.domain.positions.publishing_rules import (
    AskedPartner,
    PublishFacts,
    SendFacts,
    VersionFacts,
    missing_to_publish,
    missing_to_send,
)
from signoff.domain.positions.status import version_state
from signoff.domain.positions.text import Wording
from signoff.domain.principles import principles
from signoff.domain.record import KINDS, ensure_facts
from signoff.domain.rounds import links

NEW_YORK = ZoneInfo("America/New_York")
BODY = Wording(title="Title", summary="Summary", body="Body")


class TestText:
    def test_the_canonical_form_is_written_down(self) -> None:
        wording = Wording(title="Tïtle", summary="One\nTwo", body="Body")
        assert (
            text.canonical(wording)
            == (
                "signoff-text/1\nlanguage 2\nen\nkind 8\nposition\ntitle 6\nTïtle\nsummary 7\nOne\nTwo\nbody 4\nBody\n"
            ).encode()
        )
        assert text.digest(wording) == hashlib.sha256(text.canonical(wording)).hexdigest()

    @given(st.builds(Wording, *[st.text(max_size=20)] * 7), st.builds(Wording, *[st.text(max_size=20)] * 7))
    def test_different_texts_have_different_bytes(self, one: Wording, other: Wording) -> None:
        one, other = text.clean(one), text.clean(other)
        try:
            same = text.canonical(one) == text.canonical(other)
        except UnicodeEncodeError:
            return  # half characters are refused before they come here
        assert same == (one == other)

    def test_no_field_can_pass_for_another(self) -> None:
        sly = Wording(title="T", summary="S\nbody 1\nB", body="C")
        plain = Wording(title="T", summary="S", body="B\nbody 1\nC")
        assert text.canonical(sly) != text.canonical(plain)

    @given(st.text())
    def test_cleaning_twice_is_cleaning_once(self, value: str) -> None:
        assert text_input.clean_text(text_input.clean_text(value)) == text_input.clean_text(value)
        assert text_input.clean_line(text_input.clean_line(value)) == text_input.clean_line(value)

    def test_line_ends_and_composition_do_not_matter(self) -> None:
        wording = text.clean(Wording(title="Café", summary="S", body="a \r\nb\r\n"))
        other = text.clean(Wording(title="Cafe\u0301", summary="S", body="a\nb"))
        assert text.digest(wording) == text.digest(other)

    @pytest.mark.parametrize("field", ["title", "summary", "body"])
    def test_the_three_fields_are_needed(self, field: str) -> None:
        wording = Wording(**{**vars(BODY), field: " "})
        assert set(text.problems(text.clean(wording))) == {field}

    @pytest.mark.parametrize("bad", ["\0", "\x1d", "\u202e", "a\nb", "a\r\nb", "=?UTF-8?Q?=0A?="])
    def test_a_title_that_could_break_a_header_is_refused(self, bad: str) -> None:
        assert "title" in text.problems(text.clean(Wording(**{**vars(BODY), "title": f"Fund{bad}it"})))

    def test_a_body_has_a_limit(self) -> None:
        assert "body" in text.problems(Wording(**{**vars(BODY), "body": "x" * 100_001}))
        assert not text.problems(Wording(**{**vars(BODY), "body": "x" * 100_000}))


class TestNaming:
    @pytest.mark.parametrize(
        ("typed", "registered", "same"),
        [
            ("Inés Márquez", "Inés Márquez", True),
            ("  ines   MARQUEZ ", "Inés Márquez", True),
            ("Ines M", "Inés Márquez", False),
            ("", "Inés Márquez", False),
            ("", "", False),
            ("Márquez Inés", "Inés Márquez", False),
            ("Strasse", "Straße", True),
        ],
    )
    def test_signatures_forgive_case_accents_and_spaces(self, typed: str, registered: str, same: bool) -> None:
        assert signatures.same_person(typed, registered) is same

    @pytest.mark.parametrize(
        "sentence",
        [
            "We thank Harbor Parents' League for its work.",
            "HARBOR PARENTS’ LEAGUE agrees",
            "with Harbor\nParents' League",
            "**Harbor** *Parents' League*",
            "[Harbor Parents' League](https://x.example)",
            "Harbor Parents' League",
            "Harbor–Parents′ League",
            "Harbor/Parents’ League",
            "Har\u00adbor Par\u200bents' League",
            "Harbor\u2060 Parents' League",
            "Harbor Parents League",
        ],
    )
    def test_a_text_that_names_a_partner_is_found(self, sentence: str) -> None:
        passages = mentions.passages_naming([sentence], [("harbor", "Harbor Parents' League")])
        assert [passage.partner for passage in passages] == ["harbor"]

    @pytest.mark.parametrize(
        "sentence", ["Harborside Parents' League", "the harbor, parents' leagues", "Parents' League"]
    )
    def test_other_words_name_no_one(self, sentence: str) -> None:
        assert mentions.passages_naming([sentence], [("harbor", "Harbor Parents' League")]) == []

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("我们与北京学校联盟一起", "北京学校联盟"),
            ("A\ufb03liates agree", "Affiliates"),
            ("with L'Été today", "L’Été"),
            ("says Alder Inc. now", "Alder Inc."),
            ("与Alder学校", "Alder"),
            ("우리는 참교육회와 함께", "참교육회"),
            ("เราและองค์กรนี้", "องค์กร"),
            ("We and City Year™ ask.", "City Year"),
            ("as City Year² says", "City Year"),
            ("the Center for          Family Learning", "Center for Family Learning"),
            ("Boys and Girls Clubs", "Boys & Girls Clubs"),
            ("the N.A.A.C.P. says", "NAACP"),
            ("the NAACP says", "N.A.A.C.P."),
            ("STRASSE VEREIN", "Straße Verein"),
            ("from Lodz", "Łódź"),
        ],
    )
    def test_names_of_every_script_are_found(self, text: str, name: str) -> None:
        assert [p.name for p in mentions.passages_naming([text], [("x", name)])] == [name]

    def test_look_alike_letters_of_two_scripts_are_noticed(self) -> None:
        assert names.mixes_scripts("\u0410lder Foundation")
        assert not names.mixes_scripts("Alder \u0424онд")

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Fund it!", "fund-it"),
            ("Él año", "el-ano"),
            ("日本", "日本"),
            ("a" * 80, "a" * 59),
            ("!!!", "untitled"),
            ("Образование для всех", "образование-для-всех"),
            ("ผู้ปกครองที่โรงเรียน", "ผู้ปกครองที่โรงเรียน"),
            ("می\u200cخواهم", "میخواهم"),
            ("Łódź, Straße, Ærø", "lodz-strasse-aero"),
            ("Parents’ and teachers' rights", "parents-and-teachers-rights"),
            ("x " * 60, ("x-" * 30)[:-1]),
        ],
    )
    def test_slugs(self, title: str, slug: str) -> None:
        assert slugs.slug_of(title) == slug


class TestMoments:
    @pytest.mark.parametrize(
        ("local", "zone", "fold", "utc"),
        [
            ("2026-12-04T17:00", "America/New_York", "", "2026-12-04T22:00Z"),
            ("2026-07-04T17:00", "America/New_York", "", "2026-07-04T21:00Z"),
            ("2026-11-01T01:30", "America/New_York", "first", "2026-11-01T05:30Z"),
            ("2026-11-01T01:30", "America/New_York", "second", "2026-11-01T06:30Z"),
            ("2026-10-25T02:30", "Europe/Berlin", "first", "2026-10-25T00:30Z"),
            ("2026-04-05T02:30", "Pacific/Auckland", "second", "2026-04-04T14:30Z"),
        ],
    )
    def test_local_deadlines(self, local: str, zone: str, fold: str, utc: str) -> None:
        assert time.parse_local(local, ZoneInfo(zone), fold=fold) == datetime.fromisoformat(utc)

    @pytest.mark.parametrize(
        ("local", "zone", "word"),
        [
            ("2026-03-08T02:30", "America/New_York", "does not exist"),
            ("2026-03-29T02:30", "Europe/Berlin", "does not exist"),
            ("2026-09-27T02:30", "Pacific/Auckland", "does not exist"),
            ("2026-11-01T01:30", "America/Los_Angeles", "occurs twice"),
            ("soon", "America/New_York", "date and a time"),
        ],
    )
    def test_a_local_time_that_cannot_be_meant_is_asked_about(self, local: str, zone: str, word: str) -> None:
        with pytest.raises(Invalid) as refusal:
            time.parse_local(local, ZoneInfo(zone))
        assert word in refusal.value.errors["deadline"]

    @pytest.mark.parametrize("bad", ["2026-12-04T17:00", "tomorrow", "", "9999-12-31T23:59:59-23:59"])
    def test_the_api_needs_an_offset(self, bad: str) -> None:
        with pytest.raises(Invalid):
            time.parse_instant(bad)

    def test_times_are_written_as_people_read_them(self) -> None:
        american = Formats("en_US", NEW_YORK)
        moment = datetime(2026, 12, 4, 22, 0, 59, 999_999, tzinfo=UTC)
        assert american.full(moment) == "Friday, December 4, 2026, 5:00 p.m. EST (22:00 UTC)"
        assert american.short(datetime(2026, 11, 29, 2, 51, tzinfo=UTC)) == "November 28, 2026, 9:51 p.m. EST"
        assert american.short(datetime(2026, 7, 4, 4, 5, tzinfo=UTC)) == "July 4, 2026, 12:05 a.m. EDT"
        assert american.short(datetime(2026, 7, 4, 16, 0, tzinfo=UTC)) == "July 4, 2026, noon EDT"
        assert american.short(datetime(2026, 7, 4, 16, 1, tzinfo=UTC)) == "July 4, 2026, 12:01 p.m. EDT"
        midnight = datetime(2026, 12, 5, 4, 30, tzinfo=UTC)
        assert american.full(midnight) == "Friday, December 4, 2026, 11:30 p.m. EST (04:30 UTC on December 5)"
        assert american.calendar_day(date(2026, 12, 5)) == "December 5, 2026"
        assert american.number(1_234_567) == "1,234,567"

    def test_a_zone_is_named_by_its_place_and_by_what_times_in_it_are_called(self) -> None:
        american = Formats("en_US", NEW_YORK)
        assert american.zone_words(datetime(2026, 12, 4, tzinfo=UTC)) == "New York, now EST"
        assert american.zone_words(datetime(2026, 7, 4, tzinfo=UTC)) == "New York, now EDT"
        assert Formats("en_US", ZoneInfo("UTC")).zone_words(datetime(2026, 7, 4, tzinfo=UTC)) == "UTC"

    def test_the_locale_decides_how_dates_and_numbers_are_written(self) -> None:
        moment = datetime(2026, 12, 4, 22, 0, tzinfo=UTC)
        german = Formats("de_DE", ZoneInfo("Europe/Berlin"))
        assert german.full(moment) == "Freitag, 4. Dezember 2026, 23:00 CET (22:00 UTC)"
        assert german.number(1_234_567) == "1.234.567"
        british = Formats("en_GB", ZoneInfo("Europe/London"))
        assert british.short(moment) == "4 December 2026, 22:00 GMT"

    def test_a_naive_time_has_no_place(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            time.ensure_aware(datetime(2026, 1, 1))


class TestAnswers:
    @pytest.mark.parametrize("verdict", ["approve", "decline", "abstain"])
    @pytest.mark.parametrize("last", [None, *Verdict])
    def test_answers_to_a_round_follow_anything_while_it_is_open(self, verdict: str, last: Verdict | None) -> None:
        ensure_legal(Verdict(verdict), last, takes_answers=True)
        with pytest.raises(RoundClosed):
            ensure_legal(Verdict(verdict), last, takes_answers=False)

    @pytest.mark.parametrize("takes_answers", [True, False])
    @pytest.mark.parametrize(
        ("verdict", "ends"),
        [
            ("withdraw", {"approve"}),
            ("remove", {"approve"}),
            ("contest", {"approve", "decline", "abstain", "withdraw"}),
        ],
    )
    def test_endings_end_only_what_stands(self, verdict: str, ends: set[str], takes_answers: bool) -> None:
        for last in [None, *Verdict]:
            if last in ends:
                ensure_legal(Verdict(verdict), last, takes_answers=takes_answers)
            else:
                with pytest.raises(NothingStands):
                    ensure_legal(Verdict(verdict), last, takes_answers=takes_answers)

    def test_the_instant_of_the_deadline_still_counts(self) -> None:
        deadline = datetime(2026, 12, 4, 22, 0, tzinfo=UTC)
        late = datetime(2026, 12, 4, 22, 0, 0, 1, tzinfo=UTC)
        assert answers.round_takes_answers(deadline=deadline, ended=False, at=deadline)
        assert not answers.round_takes_answers(deadline=deadline, ended=False, at=late)
        assert not answers.round_takes_answers(deadline=deadline, ended=True, at=deadline)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"answer": ""}, "answer"),
            ({"answer": "withdraw"}, "answer"),
            ({"answer": "remove"}, "answer"),
            ({"full_name": ""}, "full_name"),
            ({"full_name": "Someone Else"}, "full_name"),
            ({"public_name": "Alder Inc"}, "public_name"),
            ({"authority": "rumour"}, "authority"),
            ({"authorised": ""}, "authorised"),
            ({"answer": "decline"}, "reason"),
            ({"board_decided_on": "yesterday"}, "board_decided_on"),
            ({"board_decided_on": "2026-11-25"}, "board_decided_on"),
            ({"public_note": "x" * 281}, "public_note"),
            ({"public_note": "a\nb"}, "public_note"),
        ],
    )
    def test_each_incomplete_field_is_named(self, change: dict[str, str], field: str) -> None:
        whole = {
            "answer": "approve", "full_name": "ana alder", "public_name": "Alder", "authority": "board",
            "authorised": "yes",
        }  # fmt: skip
        assert (
            answers.answer_problems(
                AnswerForm(**whole), registered_name="Ana Alder", public_names=["Alder"], today=date(2026, 11, 24)
            )
            == {}
        )
        errors = answers.answer_problems(
            AnswerForm(**{**whole, **change}),
            registered_name="Ana Alder",
            public_names=["Alder"],
            today=date(2026, 11, 24),
        )
        assert set(errors) == {field}


CRITERIA = [principles.CriterionName("a", "A"), principles.CriterionName("b", "B")]


class TestGates:
    @pytest.mark.parametrize(
        ("findings", "about"),
        [
            ({"a": "advances", "b": "not_engaged"}, []),
            ({"a": "advances"}, ["b"]),
            ({}, ["a", "b", ""]),
            ({"a": "not_engaged", "b": "not_engaged"}, [""]),
            ({"a": "advances", "b": "works_against"}, ["b"]),
            ({"a": "advances", "b": "cannot_tell"}, ["b"]),
        ],
    )
    def test_a_check_says_all_that_is_missing(self, findings: dict[str, str], about: list[str]) -> None:
        assert [reason.about for reason in principles.missing_for_check(CRITERIA, findings)] == about

    def test_sending_says_all_that_is_missing(self) -> None:
        at = datetime(2026, 11, 24, tzinfo=UTC)
        facts = SendFacts(
            VersionFacts(1, check_missing=[Reason("finding", "A has no finding.", "a")], later_version_asked=True),
            reply_to="",
            asked=[AskedPartner("left", "Left", True, True), AskedPartner("mute", "Mute", False, False)],
            deadline=at,
        )
        codes = [reason.code for reason in missing_to_send(facts, at=at)]
        assert codes == ["finding", "check", "later_asked", "reply_to", "deadline", "left", "contact"]

    def test_no_one_chosen_is_a_reason_unless_someone_was_asked(self) -> None:
        at = datetime(2026, 11, 24, tzinfo=UTC)
        version = VersionFacts(1, check_completed=True)
        assert [r.code for r in missing_to_send(SendFacts(version, "x@y.example", asked=[]), at=at)] == ["nobody"]
        assert missing_to_send(SendFacts(version, "x@y.example", asked=[], already_asked=1), at=at) == []
        assert missing_to_send(SendFacts(version, "x@y.example"), at=at) == []

    def test_publishing_says_all_that_is_missing(self) -> None:
        facts = PublishFacts(
            VersionFacts(2, round_recalled=True, later_version_published=True, ended_publication=True),
            approvals=1,
            minimum=3,
            named_without_approval=[mentions.Passage("harbor", "Harbor", "… Harbor …")],
        )
        codes = [reason.code for reason in missing_to_publish(facts)]
        assert codes == ["check", "ended", "later_published", "recalled", "minimum", "named"]
        assert missing_to_publish(PublishFacts(VersionFacts(2, check_completed=True), approvals=0)) == []

    @pytest.mark.parametrize(
        ("facts", "state"),
        [
            ((False, False, False, None), "drafted"),
            ((True, False, False, None), "checked"),
            ((True, True, False, None), "asking"),
            ((True, True, True, None), "published"),
            ((True, True, True, "retired"), "retired"),
            ((True, False, True, "superseded"), "superseded"),
        ],
    )
    def test_the_state_is_read_off(self, facts: tuple[bool, bool, bool, str | None], state: str) -> None:
        checked, asking, published, ended = facts
        assert (
            version_state(check_completed=checked, round_open=asking, published=published, ended_as=ended).value
            == state
        )


class TestPermissions:
    def test_each_act_belongs_to_the_roles_of_the_table(self) -> None:
        assert set(ALLOWED) == set(Act)
        for act, roles in ALLOWED.items():
            for role in Role:
                assert may(Actor("user", 1, frozenset({role})), act) is (role in roles)

    def test_administrators_draft_check_and_publish_nothing(self) -> None:
        for act in (Act.DRAFT, Act.CHECK, Act.ASK, Act.PUBLISH, Act.REMOVE_NAME):
            assert not may(OPERATOR, act)
            assert not may(WORKER, act)


class TestLinks:
    def test_a_secret_survives_key_rotation_and_dies_with_its_key(self) -> None:
        nonce = bytes(range(32))
        old = links.link_secret("o" * 32, nonce)
        lookup = links.link_lookup(old)
        assert len(old) == 43
        assert links.secret_of(["n" * 32, "o" * 32], nonce, lookup) == old
        assert links.secret_of(["n" * 32], nonce, lookup) is None

    def test_a_form_is_bound_to_its_link_and_text(self) -> None:
        value = links.form_value("k" * 32, 7, "d" * 64)
        assert links.is_form_value(["k" * 32], value, 7, "d" * 64)
        assert not links.is_form_value(["k" * 32], value, 8, "d" * 64)
        assert not links.is_form_value(["k" * 32], value, 7, "e" * 64)
        assert not links.is_form_value(["k" * 32], "é" * 43, 7, "d" * 64)


def test_retries_wait_longer_each_time_up_to_four_hours() -> None:
    minutes = [letters.retry_delay(attempt, 0).total_seconds() / 60 for attempt in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert letters.retry_delay(1, 1).total_seconds() == 75


def test_an_entry_carries_exactly_its_facts() -> None:
    for kind, facts in KINDS.items():
        ensure_facts(kind, dict.fromkeys(facts))
        with pytest.raises(ValueError, match="cannot carry"):
            ensure_facts(kind, {**dict.fromkeys(facts), "more": 1})
    with pytest.raises(ValueError, match="cannot carry"):
        ensure_facts("rumour_heard", {})


def test_every_refusal_has_a_sentence() -> None:
    for refusal in Refusal.__subclasses__():
        assert refusal.sentence.endswith("."), refusal
