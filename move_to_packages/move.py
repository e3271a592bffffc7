"""Apply the move to a clean checkout: move.py ROOT [--force]. Stops, changing nothing, at whatever it does not know."""

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import docs_text  # noqa: E402
import mapping  # noqa: E402
from engine import Move, module_path  # noqa: E402


def main() -> None:
    root, force = Path(sys.argv[1]).resolve(), "--force" in sys.argv
    mapping.DOCS |= docs_text.DOCS
    move = Move(root, mapping)
    out = move.build()
    templates = template_moves(root, move)
    if move.problems:
        print(*sorted(set(move.problems)), sep="\n")
        if not force:
            sys.exit(f"{len(set(move.problems))} problems; nothing was changed")
    print(*sorted(set(move.notes)), sep="\n")
    if move.gone:
        print("listed, but not there:", ", ".join(move.gone))
    write(root, move, out, templates)
    texts(root, move, templates)
    for command in (
        [".venv/bin/ruff", "check", "-q", "--fix", "--select", "F401,I,F811,UP", "."],
        [".venv/bin/ruff", "format", "-q", "."],
    ):
        subprocess.run(command, cwd=root, check=False)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    print("moved")


def template_moves(root: Path, move: Move) -> dict[str, str]:
    found = {}
    for path in move.files:
        if path.startswith("templates/"):
            name = path.removeprefix("templates/")
            if name in mapping.TEMPLATES:
                found[name] = mapping.TEMPLATES[name]
            elif not name.startswith(mapping.TEMPLATE_KEEP) and name not in mapping.TEMPLATES.values():
                move.problems.append(f"unknown template {name}")
    return found


def write(root: Path, move: Move, out: dict[str, str], templates: dict[str, str]) -> None:
    old_home = {name: m.path for name, m in move.modules.items()}
    new_of = {m.path: module_path(move.module_home[name], packages(out)) for name, m in move.modules.items()}
    for path in {m.path for m in move.modules.values()} - set(out):
        (root / path).unlink()
    for path, text in out.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        source = next((old for old, new in new_of.items() if new == path), "")
        text = depth(text, source, path)
        if path.startswith("signoff/cli/") and not path.endswith("__init__.py"):
            text = re.sub(r"^@main\.(command|group)\(", r"@click.\1(", text, flags=re.MULTILINE)
        if path == "signoff/cli/__init__.py":
            text = command_line(text, move)
        target.write_text(text)
    for old, new in templates.items():
        if old != new:
            rename(root, f"templates/{old}", f"templates/{new}")
    for old, new in mapping.FILES.items():
        if (root / old).exists():
            rename(root, old, new)
    for folder in sorted((p for top in ("signoff", "tests", "templates") for p in (root / top).rglob("*") if p.is_dir()), reverse=True):
        left = [p for p in folder.iterdir() if p.name != "__pycache__"]
        if not left:
            subprocess.run(["rm", "-rf", str(folder)], check=True)


def packages(out: dict[str, str]) -> set[str]:
    return {path.removesuffix("/__init__.py").replace("/", ".") for path in out if path.endswith("__init__.py")}


def rename(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    (root / old).rename(root / new)


def depth(text: str, old: str, new: str) -> str:
    if old and "__file__" in text and old.rpartition("/")[0] != new.rpartition("/")[0]:
        print("CAREFUL: __file__ in", new)
    deeper = new.count("/") - old.count("/")
    if not old or not deeper:
        return text
    return re.sub(r"(Path\(__file__\)(?:\.resolve\(\))?\.parents\[)(\d+)\]", lambda m: f"{m[1]}{int(m[2]) + deeper}]", text)


def command_line(text: str, move: Move) -> str:
    """The group with every command added, whichever module it stands in."""
    module = move.modules["signoff.cli"]
    commands = []
    for block in module.blocks:
        for decorator in getattr(block.node, "decorator_list", []):
            import ast

            source = ast.unparse(decorator)
            if source.startswith(("main.command(", "main.group(")):
                commands.append((move.symbol_home[("signoff.cli", block.names[0])], block.names[0]))
    imports = "\n".join(f"from {home} import {name}" for home, name in commands)
    adding = "\n".join(f"main.add_command({name})" for _, name in commands)
    head, _, rest = text.partition('"""\n')
    return f'{head}"""\n{imports}\n{rest.rstrip()}\n{adding}\n'


def texts(root: Path, move: Move, templates: dict[str, str]) -> None:
    paths = {}
    out_packages = {".".join(p.relative_to(root).parts[:-1]) for p in (root / "signoff").rglob("__init__.py")}
    for name, module in move.modules.items():
        if not module.is_package and move.module_home[name] != name:
            paths[module.path] = module_path(move.module_home[name], out_packages)
    short = {old.removeprefix("signoff/"): new.removeprefix("signoff/") for old, new in paths.items() if old.startswith("signoff/") and old.count("/") > 1}
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
    template = re.compile(r"([\"'])((?:staff|public|partner|layouts|parts|errors)/[\w/]+\.(?:html|md|typ|atom))\1")
    file = re.compile(r"(?<![\w/.])((?:signoff|tests)/[\w/]+\.py|(?:services|models|domain|letters|web)/[\w/]+\.py)")
    dotted = re.compile(r"(?<![\w.])signoff(?:\.\w+)+")
    for path in listed:
        target = root / path
        if not path or not target.is_file() or target.suffix in (".png", ".txt") or path == "docs/decisions.md" and False:
            continue
        try:
            text = old = target.read_text()
        except UnicodeDecodeError:
            continue
        text = template.sub(lambda m: m[1] + templates.get(m[2], m[2]) + m[1], text)
        text = file.sub(lambda m: paths.get(m[1], short.get(m[1], m[1])), text)
        if path.endswith(".py"):
            text = strings(text, move, dotted)
        elif path.endswith((".md", ".toml")) or path in ("Makefile", ".ci/run"):
            text = dotted.sub(lambda m: dotted_home(m[0], move), text)
        if text != old:
            target.write_text(text)
    for path, old_text, new_text in mapping.TEXT:
        target = root / path
        if target.exists() and old_text in target.read_text():
            target.write_text(target.read_text().replace(old_text, new_text))
        elif not (target.exists() and new_text in target.read_text()):
            print("text not found:", path, old_text[:60])


def dotted_home(name: str, move: Move) -> str:
    parts = name.split(".")
    for n in range(len(parts), 1, -1):
        module = ".".join(parts[:n])
        if module in move.modules:
            rest = parts[n:]
            if rest and (module, rest[0]) in move.symbol_home:
                home, new = move.home_of(module, rest[0])
                return ".".join([home, new, *rest[1:]])
            return ".".join([move.module_home[module], *rest])
    return name


def strings(text: str, move: Move, dotted: re.Pattern[str]) -> str:
    """Names of modules in strings that are nothing else, such as those a test patches."""
    if not re.search(r"[\"']signoff\.", text):
        return text
    lines = text.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
        if token.type == tokenize.STRING and token.start[0] == token.end[0] and dotted.fullmatch(token.string[1:-1]):
            row, col = token.start
            new = token.string[0] + dotted_home(token.string[1:-1], move) + token.string[-1]
            lines[row - 1] = lines[row - 1][:col] + new + lines[row - 1][token.end[1] :]
    return "".join(lines)


main()
