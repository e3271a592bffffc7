"""American spelling and plain words in comments and docstrings: prose.py ROOT. Strings that people see are left alone."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

PAIRS = [
    (r"\b([Oo])rganisation", r"\1rganization"), (r"\b([Rr])ecognis", r"\1ecogniz"), (r"\b([Nn])eighbour", r"\1eighbor"),
    (r"\b([Bb])ehaviour", r"\1ehavior"), (r"\b([Cc])olour", r"\1olor"), (r"\b([Hh])onour", r"\1onor"), (r"\b([Ff])avour", r"\1avor"),
    (r"\b([Cc])ancell(ed|ing)", r"\1ancel\2"), (r"\b([Ll])abell(ed|ing)", r"\1abel\2"), (r"\b([Ee])nrolment", r"\1nrollment"),
    (r"\b([Jj])udgement", r"\1udgment"), (r"\b([Ss])ummaris", r"\1ummariz"), (r"\b([Nn])ormalis", r"\1ormaliz"), (r"\b([Ii])nitialis", r"\1nitializ"),
    (r"\bLinkUnmakeable\b", "LinkUnavailable"),
    (r"\bis asked for anew\b", "is asked for again"), (r"\banew\b", "again"), (r"\b([Mm])ail address", r"email address"), (r"\bWhilst\b", "While"),
]


def plain(text: str) -> str:
    for pattern, better in PAIRS:
        text = re.sub(pattern, better, text)
    return text


def main() -> None:
    root = Path(sys.argv[1])
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True).stdout.split("\n")
    changed = 0
    for name in listed:
        if not name.endswith(".py") or name.split("/")[0] not in ("signoff", "tests", "bench", "docs", "config.py", "migrations"):
            continue
        path = root / name
        if not path.exists():
            continue
        text = path.read_text()
        if plain(text) == text:
            continue
        lines = text.splitlines(keepends=True)
        rows: set[int] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) and ast.get_docstring(node):
                # Click shows a command's docstring to people: those are left to whoever writes for people.
                if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(d) or "group" in ast.unparse(d) for d in node.decorator_list):
                    continue
                rows |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        for row in rows:
            lines[row - 1] = plain(lines[row - 1])
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                row, col = token.start
                if row not in rows:
                    lines[row - 1] = lines[row - 1][:col] + plain(lines[row - 1][col:])
        new = "".join(lines)
        if new != text:
            path.write_text(new)
            changed += 1
    print("prose in", changed, "files")


main()
