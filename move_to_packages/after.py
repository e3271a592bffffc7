"""What is left to be done after the move: lines that grew too long, the architecture test, pyproject."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
HERE = Path(__file__).parent
shutil.copyfile(HERE / "test_architecture.py", ROOT / "tests/project/test_architecture.py")


def cut_of(text: str, most: int) -> int:
    """The place after the last space outside of braces, within so many characters."""
    depth, last = 0, 0
    for place, character in enumerate(text[:most]):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == " " and depth == 0:
            last = place + 1
    return last


def split_long_strings() -> None:
    """A string that grew too long, alone on its line, becomes two; what else grew too long is printed."""
    out = subprocess.run([".venv/bin/ruff", "check", "--select", "E501", "--output-format", "json", "."], cwd=ROOT, capture_output=True, text=True).stdout
    for problem in sorted(json.loads(out), key=lambda p: -p["location"]["row"]):
        path, row = Path(problem["filename"]), problem["location"]["row"]
        lines = path.read_text().splitlines(keepends=True)
        line = lines[row - 1]
        alone = re.fullmatch(r"(\s*)(f?)\"([^\"]*)\"(,?)\n", line)
        call = re.fullmatch(r"(\s*)([\w.]+\()(f?)\"([^\"]*)\"(\))\n", line)
        if alone:
            indent, f, text, end = alone.groups()
            cut = cut_of(text, 100)
            lines[row - 1] = f'{indent}{f}"{text[:cut]}"\n{indent}{f}"{text[cut:]}"{end}\n'
        elif call:
            indent, name, f, text, end = call.groups()
            cut = cut_of(text, 96)
            inner = indent + "    "
            lines[row - 1] = f'{indent}{name}\n{inner}{f}"{text[:cut]}"\n{inner}{f}"{text[cut:]}"\n{indent}{end}\n'
        else:
            print("too long:", path.relative_to(ROOT), row)
        path.write_text("".join(lines))


split_long_strings()

def section(text: str, new: str) -> str:
    """The document with the section of the same heading replaced."""
    heading = new.splitlines()[0]
    start = text.index(f"{heading}\n")
    end = text.find("\n## ", start)
    return text[:start] + new.rstrip() + "\n" + (text[end:] if end >= 0 else "")


developers = ROOT / "docs/developers.md"
for part in ("house_section.md", "letter_section.md"):
    try:
        developers.write_text(section(developers.read_text(), (HERE / "docs" / part).read_text()))
    except ValueError:
        print("docs/developers.md has no section for", part)

readme = ROOT / "README.md"
readme.write_text(section(readme.read_text(), (HERE / "docs" / "readme_section.md").read_text()))
shutil.copyfile(HERE / "docs" / "CONTRIBUTING.md", ROOT / "CONTRIBUTING.md")



# The decisions by topic, where nobody changed the file they were made of.
decisions = ROOT / "docs/decisions.md"
if decisions.read_text() == (HERE / "docs" / "decisions.base.md").read_text() or "--decisions" in sys.argv:
    shutil.copyfile(HERE / "docs" / "decisions.md", decisions)
else:
    print("docs/decisions.md was changed since the draft; merge by hand: diff ./docs/decisions.base.md docs/decisions.md")


def docstring(name: str, function: str, sentence: str) -> None:
    """Give a function that was private until now a docstring, unless it has one."""
    import ast

    path = ROOT / name
    if not path.exists():
        print("after: no", name)
        return
    lines = path.read_text().splitlines(keepends=True)
    for node in ast.parse("".join(lines)).body:
        if isinstance(node, ast.FunctionDef) and node.name == function and not ast.get_docstring(node):
            lines.insert(node.body[0].lineno - 1, f'    """{sentence}"""\n')
            path.write_text("".join(lines))


docstring("signoff/cli/users.py", "add_staff_user", "Add a staff user in the name of the operator who runs this command.")
docstring("signoff/cli/users.py", "read_password", "The password from standard input or typed twice; without a terminal one that nobody knows.")
docstring("signoff/services/accounts/api_tokens.py", "drop_tokens", "Revoke every API token of a user.")

TEXT: list[tuple[str, str, str]] = []
for name, old, new in TEXT:
    path = ROOT / name
    text = path.read_text() if path.exists() else ""
    if old in text:
        path.write_text(text.replace(old, new))
    elif new not in text:
        print("after: text not found in", name, old[:50])
