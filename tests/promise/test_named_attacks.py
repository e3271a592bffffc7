"""Attacks by the owner of the database, one by one: what verify says of each, and that nothing is signed after it."""

import json

import pytest
from sqlalchemy import text

from signoff.db import guards
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import leaf_hash
from signoff.services.record.sealing import SealingStopped
from tests.house import House
from tests.services.publications.logged import bent, first, public_list, sealed, wrong_in


@pytest.fixture
def public(house: House) -> House:
    public_list(house)
    with house.database.unit_of_work() as session:
        house.checked(session, house.revised(session, first(session)))
    sealed(house)
    return house


def _by_hand(house: House, *, with_entry: bool) -> None:
    """Version 2 is published past the program; with an entry as the program would have written it, but for its code."""
    retire = "UPDATE publication SET ended_at = published_at, ended_as = 'superseded' WHERE version_id = 1"
    publish = (
        "INSERT INTO publication (id, position_id, version_id, published_by, published_at, ended_reason, grouping) "
        "SELECT 2, position_id, 2, published_by, published_at, '', grouping FROM publication WHERE version_id = 1"
    )
    entries = []
    if with_entry:
        for kind in ("position_published", "position_superseded"):
            entries.append(
                "INSERT INTO entry (id, kind, at, actor, position_id, leaf, body, code) SELECT "
                f"(SELECT MAX(id) + 1 FROM entry), '{kind}', at, actor, position_id, leaf, body, code FROM entry "
                "WHERE kind = 'position_published' ORDER BY id LIMIT 1"
            )
    bent(house, retire, publish, *entries)
    if with_entry:
        _tell_of_it(house)


def _tell_of_it(house: House) -> None:
    facts = {
        "position_published": {"version": 2, "signatories": 0},
        "position_superseded": {"version": 1, "by_version": 2},
    }
    with house.database.migrating.begin() as connection:
        guards.set_aside(connection)
        digest = connection.scalar(text("SELECT digest FROM version WHERE id = 2"))
        told = connection.execute(text("SELECT id, kind, body FROM entry ORDER BY id DESC LIMIT 2")).all()
        for number, kind, body in told:
            entry = json.loads(body)
            own = {"position": entry["facts"]["position"], **facts[kind]}
            if kind == "position_published":
                own["digest"] = digest
            entry |= {"kind": kind, "facts": own, "salt": f"{number:032x}"}
            written = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            leaf = leaf_hash(leaf_of(written)).hex()
            change = text("UPDATE entry SET body = :body, leaf = :leaf WHERE id = :id")
            connection.execute(change, {"body": written, "leaf": leaf, "id": number})
        guards.lay(connection)


@pytest.mark.parametrize("with_entry", [False, True])
def test_a_publication_by_hand_is_found_and_never_signed(public: House, with_entry: bool) -> None:
    _by_hand(public, with_entry=with_entry)
    said = "\n".join(wrong_in(public))
    assert "The publication of version 2 of “fund-the-coordinator” is not as this program wrote it." in said
    assert "The publication of version 1 of “fund-the-coordinator” is not as this program wrote it." in said
    if with_entry:
        assert said.count("does not have the code of this installation") == 2
    else:
        assert "The record does not say so of version 2 of “fund-the-coordinator”: published." in said
    with pytest.raises(SealingStopped, match="no entry says why" if not with_entry else "code of this installation"):
        sealed(public)


def test_an_act_by_hand_beside_a_genuine_one_is_not_signed_with_it(public: House) -> None:
    """The next genuine act of the position gives the sealer a reason to look; the forged rows still have no code."""
    bent(public, "UPDATE partner SET left_at = '2026-11-01 12:00:00.000000+00:00' WHERE name = 'Alder'")
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Cedar")
    with pytest.raises(SealingStopped, match="A partner that version 1 of “fund-the-coordinator” depends on"):
        sealed(public)
    assert "The partner Alder is not as this program wrote it." in wrong_in(public)


def test_an_approval_that_was_erased_is_missed(public: House) -> None:
    bent(
        public,
        "UPDATE letter SET answer_id = NULL WHERE answer_id = 1",
        "DELETE FROM answer_person WHERE answer_id = 1",
        "DELETE FROM answer WHERE id = 1",
    )
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Cedar")
    with pytest.raises(SealingStopped, match="does not name alder, whose last answer approves it"):
        sealed(public)
    assert any("approve of alder to version 1 of “fund-the-coordinator”" in sentence for sentence in wrong_in(public))


GONE_OR_UNREADABLE = {
    "DELETE FROM position": "position that was written as number 1 no longer exists",
    "DELETE FROM version WHERE id = 1": "version that was written as number 1 no longer exists",
    "DELETE FROM principles_edition": "edition of the principles that was written as number 1 no longer exists",
    "UPDATE publication SET version_id = 70000": "The publication of “fund-the-coordinator” points at no version that",
    "UPDATE finding SET quotes = 'x'": "The finding of version 1 of “fund-the-coordinator” is not as this program",
    "UPDATE log_head SET frontier = 'x'": "root or frontier",
    "UPDATE entry SET body = '[]' WHERE kind = 'position_published'": "lacks what an entry consists of",
    "UPDATE entry SET body = 'x' WHERE kind = 'partner_answered'": "cannot be read",
    "UPDATE answer SET mac = 'é'": "does not have the code of this installation",
    "UPDATE row_code SET code = 'é:é'": "is not as this program wrote it",
    "UPDATE staff_role SET role = 'administrator' WHERE role = 'publisher'": "has other roles than the record says",
    "UPDATE entry SET position_id = NULL WHERE kind = 'partner_answered'": "kept beside another position",
}


@pytest.mark.parametrize("statement", GONE_OR_UNREADABLE)
def test_verify_names_what_is_gone_or_cannot_be_read_and_does_not_fail_at_it(public: House, statement: str) -> None:
    bent(public, statement)
    assert GONE_OR_UNREADABLE[statement] in "\n".join(wrong_in(public))
    try:
        sealed(public)
    except SealingStopped as refusal:
        assert str(refusal)


def test_words_of_a_person_cannot_be_put_in_the_place_of_erased_ones(public: House) -> None:
    bent(public, "UPDATE answer_person SET salt = NULL, full_name = 'Someone Else' WHERE answer_id = 1")
    said = "Answer 1 of Alder to version 1 of “fund-the-coordinator” has words of a person that were erased before."
    assert said in wrong_in(public)
