"""The language: plain American English in pages, email, refusals, docs, and comments; no word of the banned list."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Nowhere: not in code either. Each with what an American editor would write.
EVERYWHERE = {
    r"somebody": "someone",
    r"nobody": "no one",
    r"anybody": "anyone",
    r"whoever|whomever|whosoever": "say who",
    r"anew": "again",
    r"e-mails?": "email",
    r"organisations?|recognise[ds]?|authorise[ds]?|summarise[ds]?": "with a z",
    r"neighbours?|neighbourhoods?|colours?|favours?|labour|behaviours?|centres?": "American spelling",
    r"cancelled|cancelling|travelled|labelled|counsellors?": "American spelling",
    r"whilst|amongst|thereof|hereby|shall": "plain words",
}
# Not where people read; the code may need the word.
TO_PEOPLE = {
    r"tick(s|ed)?": "check the box",
    r"any more(?=[.,;:!?]|$)": "anymore, or no longer",
    r"log(ged)? (in|out)(?=[.,;:])": "sign in",
    r"at present": "right now, currently",
    r"present (password|address)": "current",
    r"mail address(es)?": "email address",
    r"telephones?(?! )": "phone",
    r"works no more": "no longer works",
    r"(partners?|organizations?|signator(y|ies)) who": "that, for an organization",
    r"pupils?": "students",
    r"(is|are) let be": "left alone",
}


def _banned(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.@`-])(?:{'|'.join(words)})(?![\w@(=/`-])", re.IGNORECASE | re.MULTILINE)


def shown_by_template(file: Path) -> str:
    """The words of a template without its code: comments, tags and expressions gone, labels and titles kept."""
    text = re.sub(r"{#.*?#}", " ", file.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r'<[^>]*?(?:aria-label|title|alt|placeholder)="([^"]*)"[^>]*>', r" \1 ", text)
    text = re.sub(r"<[^>]+>", " ", text)
    return re.sub(r"{%.*?%}|{{.*?}}", _sentences_in_code, text, flags=re.DOTALL)


def _sentences_in_code(code: re.Match[str]) -> str:
    return " ".join(words for words in re.findall(r'"([^"]*)"', code[0]) if " " in words)


def prose(file: Path) -> str:
    """The words of a Markdown file, without what stands in code marks."""
    return re.sub(r"```.*?```|`[^`]*`", " ", file.read_text("utf-8"), flags=re.DOTALL)


def said(file: Path) -> Iterator[str]:
    """The strings of a module that are sentences, without its docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained
        if is_text and re.search(r"[A-Za-z,]{2,} [a-z]", node.value):
            yield node.value


def explained(file: Path) -> Iterator[str]:
    """The comments and docstrings of a module."""
    text = file.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    yield from (token.string for token in tokens if token.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


PAGES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
# Holds the headings that spreadsheets of other countries have.
FOREIGN_HEADINGS = "signoff/domain/partners/import_columns.py"
CODE = sorted((ROOT / "signoff").rglob("*.py"))


def test_pages_and_docs_are_written_as_a_careful_american_writes() -> None:
    unwanted = _banned(EVERYWHERE | TO_PEOPLE)
    words = {file: shown_by_template(file) for file in PAGES} | {file: prose(file) for file in DOCS}
    found = [f"{file.relative_to(ROOT)}: {hit[0]}" for file, text in words.items() for hit in unwanted.finditer(text)]
    assert found == []
    assert len(words) > 100


def test_what_the_program_says_is_too() -> None:
    unwanted = _banned(EVERYWHERE | TO_PEOPLE)
    found = [
        f"{file.relative_to(ROOT)}: {words[:80]}" for file in CODE for words in said(file) if unwanted.search(words)
    ]
    assert [one for one in found if not one.startswith(FOREIGN_HEADINGS)] == []


def test_comments_are_too() -> None:
    unwanted = _banned(EVERYWHERE)
    found = [
        f"{file.relative_to(ROOT)}: {words}" for file in CODE for words in explained(file) if unwanted.search(words)
    ]
    assert found == []


@pytest.mark.parametrize(
    "words",
    ["Ask somebody.", "You can't do it any more.", "This was cancelled", "Tick the box", "partners who approve"],
)
def test_a_banned_word_would_be_found(words: str) -> None:
    assert _banned(EVERYWHERE | TO_PEOPLE).search(words)


# A word chosen inside a sentence; what may stand so are labels, which begin with a capital.
GLUED = re.compile(
    r"""["'](?:is|are|was|were|has|have|does|do|it|they|them|not|was not)\b[^"']*["'] if [^}\n]* else """
)


def test_no_sentence_is_glued_from_parts() -> None:
    code = [*(ROOT / "signoff").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    glued = {str(file.relative_to(ROOT)): found for file in code if (found := GLUED.findall(file.read_text("utf-8")))}
    assert glued == {}, "write each sentence whole, for one and for many with sentence_for"


@pytest.mark.parametrize(
    "text", ["""{{ "is" if many == 1 else "are" }} left""", """f"{'was' if one else 'were'} asked\""""]
)
def test_a_glued_sentence_would_be_found(text: str) -> None:
    assert GLUED.search(text)
