"""Many names are looked for at once: none that a text holds is left out, whatever script or spelling it is in."""

from hypothesis import example, given
from hypothesis import strategies as st

from signoff.domain.partners.mentions import passages_naming

_PARTS = [
    "O'Brien", "obrien", "O’Brien", "N.A.A.C.P.", "NAACP", "naacp", "A.", "Été", "Ete\u0301", "été", "Łódź", "lodz",
    "Straße", "STRASSE", "Ünal", "Boys & Girls", "boys and girls", "Mother-Child", "mother", "child", "3M", "4-H",
    "100", "City²", "Year™", "a\ufb03liates", "北京学校联盟", "我们与北京学校联盟一起", "参教", "참교육회", "องค์กร",
    "हिंदी", "Alder学校", "Ålder", "alder", "İris", "Æther", "par\u200bents", "&amp;", "L'", "l’",
]  # fmt: skip
_BETWEEN = ["", " ", "  ", "\n", "-", "–", "'", "’", ".", "/", "_", "*", "**", "`", "# ", "[", "](https://x.example) "]


def _made_of(parts: list[str], most: int) -> st.SearchStrategy[str]:
    pieces = st.tuples(st.sampled_from(parts) | st.text(max_size=3), st.sampled_from(_BETWEEN))
    return st.lists(pieces, min_size=1, max_size=most).map(lambda made: "".join(map("".join, made)))


def found(texts: list[str], names: list[str]) -> set[str]:
    return {passage.name for passage in passages_naming(texts, [(name, name) for name in names])}


@given(st.lists(_made_of(_PARTS, 8), max_size=3), st.lists(_made_of(_PARTS, 3), min_size=1, max_size=4, unique=True))
@example(["We thank Mr. Obrien."], ["O'Brien"])
@example(["the naacp says"], ["N.A.A.C.P."])
def test_no_name_that_is_found_alone_is_left_out_among_many(texts: list[str], names: list[str]) -> None:
    alone = {name for name in names for text in texts if found([text], [name])}
    assert found(texts, names) == alone


@given(st.sampled_from(_PARTS), st.sampled_from(_BETWEEN), st.sampled_from(_BETWEEN), _made_of(_PARTS, 4))
def test_no_name_is_left_out_that_is_found_without_words_around_it(
    name: str, before: str, after: str, rest: str
) -> None:
    """Whatever stands before and after, a name between spaces is found where it is found standing alone."""
    text = f"{rest}{before} {name} {after}{rest}"
    assert found([name], [name]) <= found([text], [name, *_PARTS])


def test_names_that_begin_no_word_are_left_out() -> None:
    names = ["lder Trust", "Birch", "---", "Alder Trust"]
    assert found(["We thank the Alder Trust."], names) == {"Alder Trust"}


def test_a_dotless_i_is_an_i() -> None:
    assert found(["ıris xiris"], ["Iris"]) == {"Iris"}
