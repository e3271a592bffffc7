"""One spelling of JSON, and shapes that leave nothing open."""

import json
import re
import time

import pytest

from signoff.evidence import shapes
from signoff.evidence.strict_json import MOST_BYTES, Refused, printable, read_canonical

GOOD = '{"a":[1,{"b":"é\\n\\"\\u0001 \U0001f600"}],"c":9007199254740991,"d":null}'


def test_the_canonical_spelling_is_read() -> None:
    assert read_canonical(GOOD) == read_canonical(GOOD.encode()) == json.loads(GOOD)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "is empty"),
        (b"\xff{}", "not text in UTF-8: look at byte 1"),
        ("\ud800", "not text in UTF-8"),
        ("\ufeff{}", "not JSON"),
        (" {}", "canonical JSON: look at character 1"),
        ("{}\n", "canonical JSON: look at character 3"),
        ('{"b":1,"a":2}', "canonical JSON: look at character 3"),
        ('{"a": 1}', "canonical JSON: look at character 6"),
        ('{"a":1,"a":1}', "“a” appears twice"),
        ('{"x":{"a":1,"a":2}}', "“a” appears twice"),
        ('{"a":1.0}', "not a whole number"),
        ('{"a":1e3}', "not a whole number"),
        ('{"a":1E400}', "not a whole number"),
        ('{"a":NaN}', "not a whole number"),
        ('{"a":-Infinity}', "not a whole number"),
        ('{"a":-1}', "negative, too large"),
        ('{"a":-0}', "negative, too large"),
        ('{"a":9007199254740992}', "negative, too large"),
        ('{"a":' + "9" * 100_000 + "}", "negative, too large"),
        ('{"a":01}', "not JSON"),
        ('{"a":"\\u0041"}', "canonical JSON"),
        ('{"a":"\\/"}', "canonical JSON"),
        ('{"a":"\\ud83d\\ude00"}', "canonical JSON"),
        ('{"a":"\\ud800"}', "canonical JSON"),
        ('{"a":"\\u00E9"}', "canonical JSON"),
        ('{"a":"\\u001F"}', "canonical JSON"),
        ('{"a":"\n"}', "not JSON"),
        ('{"a":1}{"a":1}', "not JSON"),
        ('{"a":1,}', "not JSON"),
        ("{'a':1}", "not JSON"),
        ("[1]", "canonical JSON"),
        ("7", "canonical JSON"),
        ('"{}"', "canonical JSON"),
        ("null", "canonical JSON"),
        ("{" * 300_000, "not JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"a":' + "[" * 1_100_000, "more parts"),
        ('{"a":[' + "[]," * 900_000 + "[]]}", "more parts"),
        ("x" * (MOST_BYTES + 1), "larger than 16,777,216 bytes"),
        ('{"a":"' + "x" * 1_000_000, "not JSON"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_one_sentence_and_soon(file: str | bytes, sentence: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Refused, match=re.escape(sentence)) as caught:
        read_canonical(file)
    assert time.perf_counter() - start < 5
    assert len(str(caught.value)) < 200 and str(caught.value).isprintable()


SHAPE = shapes.object_of(
    words=shapes.line(5),
    many=shapes.list_of(shapes.object_of(n=shapes.whole(1, 9)), most=2, least=1),
    hash=shapes.DIGEST,
    at=shapes.moment,
    on=shapes.day,
    one=shapes.word("x", None),
    maybe=shapes.nothing_or(shapes.lines(9)),
    named=shapes.map_of(shapes.whole(0, 1), names=re.compile(r"[ab]"), most=2),
)
FITS = {
    "words": "Birch", "many": [{"n": 1}], "hash": "0a" * 32, "at": "2026-11-29T14:03:00.000001Z", "on": "2016-09-01",
    "one": None, "maybe": "a\nb", "named": {"a": 0},
}  # fmt: skip


def test_what_fits_is_let_through() -> None:
    SHAPE(FITS, "")
    SHAPE({**FITS, "maybe": None, "one": "x", "at": "2100-02-28T23:59:59Z"}, "")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("words", "", "“words” must have 1 to 5 characters"),
        ("words", "Birch!", "“words” must have"),
        ("words", 7, "“words” must be words"),
        ("words", "a\nb", "cannot be shown"),
        ("words", "a\tb", "cannot be shown"),
        ("words", "a\x00b", "cannot be shown"),
        ("words", "a\x9fb", "cannot be shown"),
        ("words", "\ud800", "cannot be shown"),
        ("many", [], "“many” must have 1 to 2 items; it has 0"),
        ("many", [{"n": 1}] * 3, "it has 3"),
        ("many", {"n": 1}, "must be a list"),
        ("many", [{"n": 1}, {"n": 0}], "“many[1].n” must be a whole number from 1 to 9"),
        ("many", [{"n": True}], "“many[0].n”"),
        ("many", [{"n": 1.0}], "“many[0].n”"),
        ("many", [{"n": "1"}], "“many[0].n”"),
        ("many", [{"n": 1, "m": 1}], "“many[0]” has an unknown key: “m”"),
        ("many", [{}], "“many[0]” lacks the key “n”"),
        ("many", [[]], "“many[0]” must be an object"),
        ("hash", "0A" * 32, "64 hexadecimal digits"),
        ("hash", "0a" * 31, "64 hexadecimal digits"),
        ("hash", None, "64 hexadecimal digits"),
        ("at", "2026-11-29T14:03:00.000000Z", "must be a time in UTC"),
        ("at", "2026-11-29T14:03:00+00:00", "must be a time"),
        ("at", "2026-11-29T14:03:00.1Z", "must be a time"),
        ("at", "2026-02-30T14:03:00Z", "must be a time"),
        ("at", "2026-11-29T24:00:00Z", "must be a time"),
        ("at", "9999-11-29T14:03:00Z", "must be a time"),
        ("at", "٢٠٢٦-11-29T14:03:00Z", "must be a time"),
        ("at", "2026-11-29T14:03:00Z\n", "must be a time"),
        ("on", "2016-13-01", "must be a date"),
        ("on", "20160901", "must be a date"),
        ("one", "y", "must be 'x' or None"),
        ("one", 0, "must be 'x'"),
        ("maybe", "", "“maybe”"),
        ("named", {}, "1 to 2 keys"),
        ("named", {"c": 0}, "unknown key: “c”"),
        ("named", {"a": 2}, "“named.a”"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(key: str, value: object, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        SHAPE({**FITS, key: value}, "")


def test_nothing_may_be_more_or_less() -> None:
    for key in FITS:
        with pytest.raises(Refused, match=f"The file lacks the key “{key}”"):
            SHAPE({other: value for other, value in FITS.items() if other != key}, "")
    with pytest.raises(Refused, match="unknown key: “extra”"):
        SHAPE({**FITS, "extra": None}, "")


def test_what_is_printed_cannot_steer_a_terminal() -> None:
    assert printable("a\x1b[31mb\u202e") == "a\ufffd[31mb\ufffd"
    assert printable("x" * 100) == "x" * 59 + "…"
