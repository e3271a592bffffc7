"""Give local variables called `found` and `one` the names of what they hold: localnames.py ROOT (python 3.12+)."""

import ast
import builtins
import keyword
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

OLD = ("found", "one", "told", "said", "sought", "wanted")
# By file (after the move): names that are local there, and what they hold.
EXPLICIT: dict[tuple[str, str], str] = {
    ("services/rounds/board.py", "wanted"): "board_filter",
    ("services/outbox/outbox.py", "wanted"): "letter_filter",
    ("services/partners/register.py", "sought"): "partner_filter",
    ("web/staff/partners.py", "sought"): "partner_filter",
    ("web/staff/board.py", "wanted"): "board_filter",
    ("web/staff/letters.py", "wanted"): "letter_filter",
    ("web/staff/board.py", "told"): "query",
    ("services/rounds/deadlines.py", "told"): "notified",
    ("web/staff/round_actions.py", "told"): "notified",
    ("web/api/rounds.py", "told"): "notified",
    ("letters/accounts.py", "told"): "rows",
    ("demo/story.py", "told"): "story",
    ("evidence/leaves.py", "told"): "disclosed",
    ("evidence/bundles.py", "told"): "sealed",
    ("services/partners/partner_import.py", "told"): "differences",
    ("services/answers/rows.py", "said"): "columns",
    ("services/answers/answers.py", "said"): "columns",
    ("letters/bounces.py", "said"): "diagnosis",
    ("letters/consultations.py", "said"): "sentence",
    ("letters/answers.py", "said"): "sentences",
    ("letters/rounds.py", "said"): "difference",
    ("letters/snippets.py", "said"): "difference",
    ("cli/command.py", "said"): "message",
    ("services/publications/bundles.py", "said"): "facts",
    ("web/api/protocol.py", "said"): "stored",
}
PLAIN = {"found": "result", "one": "item"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


IRREGULAR = {"people": "person", "statuses": "status", "addresses": "address", "reasons": "reason", "matches": "match", "passages": "passage"}
RETURNS: dict[str, ast.expr | None] = {}
NO_NOUN = {"waits", "loads", "stands", "holds", "says", "asks", "names_in", "answers_from", "results", "is", "has", "was", "this", "less", "its", "always", "us", "as", "process", "address", "status", "class", "basis", "words_of"}


def singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(ss|sh|ch|x)es$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return ""


def plural(word: str) -> str:
    if singular(word.split("_")[-1]):
        return word  # it is a plural already
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if re.search(r"(s|sh|ch|x)$", word):
        return word + "es"
    return word + "s"


KNOWN = {
    "StaffUser": "user", "VersionCheck": "check", "FindingRow": "finding", "PartnerName": "name", "ApiToken": "token",
    "PrinciplesEdition": "edition", "EditionDraft": "draft", "NameProposal": "proposal", "StaffSession": "staff_session",
    "AccountLink": "account_link", "MailPause": "pause", "VerificationReport": "report", "Examined": "examined", "ContactForm": "contact", "PartnerForm": "form", "EditionText": "text", "str": "", "int": "",
    "bool": "", "Any": "", "float": "", "object": "", "bytes": "",
}


def noun(model: str) -> str:
    return KNOWN.get(model, snake(model))


def of_annotation(node: ast.expr | None) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return ""
    if isinstance(node, ast.BinOp):  # X | None
        sides = [of_annotation(side) for side in (node.left, node.right) if not (isinstance(side, ast.Constant) and side.value is None)]
        return sides[0] if len(sides) == 1 else ""
    if isinstance(node, ast.Name):
        return noun(node.id)
    if isinstance(node, ast.Attribute):
        return noun(node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in (
        "list", "Sequence", "set", "Iterable", "Iterator", "tuple", "Collection", "frozenset"):
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        one = of_annotation(inner)
        return plural(one) if one else ""
    return ""


def selected(node: ast.AST) -> str:
    """The model of the innermost select(Model…) or first Model argument."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "select" and call.args:
            first = call.args[0]
            if len(call.args) == 1 and isinstance(first, ast.Name) and first.id[:1].isupper():
                return noun(first.id)
            return ""
    return ""


def of_value(node: ast.expr) -> str:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return of_value(node.values[0])
    if isinstance(node, ast.IfExp):
        return of_value(node.body)
    if isinstance(node, ast.Await):
        return of_value(node.value)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("scalar", "get_one", "get", "one", "one_or_none", "first"):
            inner = selected(node)
            if inner:
                return inner
            if name in ("get", "get_one") and node.args and isinstance(node.args[0], ast.Name) and node.args[0].id[:1].isupper():
                return noun(node.args[0].id)
            return ""
        if name in ("scalars", "all", "unique", "list", "sorted", "list_of"):
            inner = selected(node)
            return plural(inner) if inner else ""
        if RETURNS.get(name) is not None:
            known = of_annotation(RETURNS[name])
            if known:
                return known
        match = re.fullmatch(r"(?:get|find|read|load|hold|latest|newest|ensure)_([a-z_]+)", name.lstrip("_"))
        if match:
            return re.sub(r"_(of|by|at|for|in|on|from|to|with|under)(_\w+)?$", "", match[1])
        if name[:1].isupper() and isinstance(node.func, ast.Name):
            return noun(name)
        if re.fullmatch(r"(?:all|live|open|present|waiting|published|own)_[a-z]+s", name):
            return name.removeprefix("all_")
        if re.fullmatch(r"[a-z_]+s_of", name.lstrip("_")):
            return name.lstrip("_").removesuffix("_of")
    return ""


def of_items(node: ast.expr) -> str:
    """What one item of an iterable is called."""
    name = ""
    if isinstance(node, ast.Name):
        name = node.id
    elif isinstance(node, ast.Attribute):
        name = node.attr
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        if called in ("sorted", "reversed", "list", "set", "tuple", "filter", "enumerate") and node.args:
            return of_items(node.args[-1] if called == "filter" else node.args[0])
        if called in ("scalars",):
            return selected(node)
        if called in ("all", "unique", "values", "items", "execute", "get", "splitlines", "split", "keys"):
            if called == "splitlines":
                return "line"
            if called == "values" and isinstance(node.func, ast.Attribute):
                return of_items(node.func.value)
            return selected(node) or ("" if called != "all" or not isinstance(node.func, ast.Attribute) else of_items(node.func.value))
        if RETURNS.get(called) is not None:
            many = of_annotation(RETURNS[called])
            if singular(many.split("_")[-1] if many else ""):
                return "_".join([*many.split("_")[:-1], singular(many.split("_")[-1])])
        name = re.sub(r"_(of|by|at|for|in|on|from|to|with|under)(_\w+)?$", "", called)
    elif isinstance(node, ast.Subscript):
        return of_items(node.value)
    name = name.strip("_")
    if not name or name in OLD:
        return ""
    last = name.split("_")[-1]
    if last in NO_NOUN:
        return ""
    one = singular(last)
    if not one:
        return ""
    rest = [part for part in name.split("_")[:-1] if part not in ("all", "the", "get", "find", "read", "load", "some")]
    return "_".join([*rest, one]) if len(rest) < 2 else one


def candidates(fn: ast.AST, old: str) -> list[str]:
    found: list[str] = []

    def binds(target: ast.AST) -> bool:
        return isinstance(target, ast.Name) and target.id == old

    for node in ast.walk(fn):
        if isinstance(node, ast.Assign) and any(binds(t) for t in node.targets):
            found.append(of_value(node.value))
        elif isinstance(node, ast.AnnAssign) and binds(node.target):
            found.append(of_annotation(node.annotation) or (of_value(node.value) if node.value else ""))
        elif isinstance(node, ast.NamedExpr) and binds(node.target):
            found.append(of_value(node.value))
        elif isinstance(node, (ast.For, ast.comprehension)) and binds(node.target):
            found.append(of_items(node.iter))
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Tuple) and any(binds(t) for t in node.target.elts):
            found.append("")
        elif isinstance(node, ast.arg) and node.arg == old:
            found.append(of_annotation(node.annotation))
        elif isinstance(node, (ast.withitem,)) and node.optional_vars is not None and binds(node.optional_vars):
            found.append("")
    return found


def identifiers(fn: ast.AST) -> set[str]:
    names = {n.id for n in ast.walk(fn) if isinstance(n, ast.Name)} | {n.arg for n in ast.walk(fn) if isinstance(n, ast.arg)}
    return names | {n.name for n in ast.walk(fn) if isinstance(n, (*FUNCTIONS, ast.ClassDef))} | {
        n.name for n in ast.walk(fn) if isinstance(n, ast.ExceptHandler) and n.name}


def of_return(fn: ast.AST) -> str:
    """What a function collects: named by its return annotation, or by the last word of its own name."""
    literal = any(
        isinstance(n, (ast.Assign, ast.AnnAssign)) and isinstance(n.value, (ast.List, ast.Dict, ast.Set, ast.Call, ast.DictComp, ast.ListComp))
        and any(isinstance(t, ast.Name) and t.id == "found" for t in (n.targets if isinstance(n, ast.Assign) else [n.target]))
        for n in ast.walk(fn)
    )
    returned = any(isinstance(n, ast.Return) and n.value is not None and any(isinstance(m, ast.Name) and m.id == "found" for m in ast.walk(n.value))
                   for n in ast.walk(fn))
    if not (literal and returned):
        return ""
    named = of_annotation(fn.returns)
    if named:
        return named
    for word in reversed(fn.name.strip("_").split("_")):
        if singular(word) and word not in NO_NOUN:
            return word
    return ""


def bound(fn: ast.AST, old: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == old and isinstance(n.ctx, ast.Store) or isinstance(n, ast.arg) and n.arg == old for n in ast.walk(fn)
    )


def text_parameter(fn: ast.AST, old: str) -> bool:
    return any(isinstance(n, ast.arg) and n.arg == old and isinstance(n.annotation, ast.Name) and n.annotation.id == "str" for n in ast.walk(fn))


def choose(fn: ast.AST, old: str, module_names: set[str]) -> str:
    options = candidates(fn, old)
    named = [option for option in options if option]
    wanted = named[0] if named and len(set(named)) == 1 and len(named) == len(options) else ""
    if named and not wanted and len(set(named)) == 1 and len(named) * 2 >= len(options):
        wanted = named[0]
    if not wanted and old == "found":
        wanted = of_return(fn)
    taken = identifiers(fn) - {old} | set(keyword.kwlist)
    for name in filter(None, (wanted, PLAIN[old])):
        if hasattr(builtins, name):
            name += "_"
        if name not in taken and name.isidentifier():
            return name
    return {"found": "matching", "one": "each"}[old] if {"found": "matching", "one": "each"}[old] not in taken else ""


def edits_of(path: Path, tree: ast.Module, text_lines: list[str], by_keyword: set[str], count: Counter) -> list[tuple[int, int, int, str]]:
    edits = []
    module_names = {n.asname or n.name for node in tree.body if isinstance(node, (ast.ImportFrom, ast.Import)) for n in node.names}
    module_names |= {node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
    module_names |= {t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}

    def outer(node: ast.AST):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, FUNCTIONS):
                yield child
            else:
                yield from outer(child)

    for fn in outer(tree):
        mentioned = identifiers(fn)
        for old in OLD:
            if old not in mentioned or not bound(fn, old) or text_parameter(fn, old):
                continue
            if any(isinstance(n, FUNCTIONS) and (n.name, old) in by_keyword and any(a.arg == old for a in ast.walk(n.args) if isinstance(a, ast.arg))
                   for n in ast.walk(fn)):
                continue
            # Flask, click and pytest give arguments by name.
            if any(isinstance(n, FUNCTIONS) and (n.decorator_list or n.name.startswith("test_")) and any(a.arg == old for a in ast.walk(n.args) if isinstance(a, ast.arg))
                   for n in ast.walk(fn)):
                continue
            if old in PLAIN:
                new = choose(fn, old, module_names)
            else:
                new = next((to for (end, name), to in EXPLICIT.items() if name == old and path.as_posix().endswith("signoff/" + end)), "")
                if new in identifiers(fn) | set(keyword.kwlist):
                    new = ""
            if not new:
                continue
            count[(old, new)] += 1
            for n in ast.walk(fn):
                if isinstance(n, ast.Name) and n.id == old:
                    edits.append((n.lineno, n.col_offset, len(old), new))
                elif isinstance(n, ast.arg) and n.arg == old:
                    edits.append((n.lineno, n.col_offset, len(old), new))
                elif isinstance(n, (ast.Nonlocal, ast.Global)) and old in n.names:
                    raise SystemExit("nonlocal found")
    return edits


def main() -> None:
    root = Path(sys.argv[1])
    paths = [root / p for p in subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True).stdout.split("\n")
             if p.endswith(".py") and p.split("/")[0] in ("signoff", "tests", "bench", "docs")]
    paths = [p for p in paths if p.exists()]
    trees = {path: ast.parse(path.read_text()) for path in paths}
    several = Counter(n.name for tree in trees.values() for n in ast.walk(tree) if isinstance(n, FUNCTIONS))
    for tree in trees.values():
        for n in ast.walk(tree):
            if isinstance(n, FUNCTIONS) and several[n.name] == 1:
                RETURNS[n.name] = n.returns
    by_keyword = {(getattr(call.func, "id", getattr(call.func, "attr", "")), k.arg) for tree in trees.values()
                  for call in ast.walk(tree) if isinstance(call, ast.Call) for k in call.keywords if k.arg in OLD}
    print("called by keyword:", by_keyword)
    count: Counter = Counter()
    for path, tree in trees.items():
        if not any(re.search(rf"\b{old}\b", path.read_text()) for old in OLD):
            continue
        lines = path.read_text().splitlines(keepends=True)
        for row, col, length, new in sorted(set(edits_of(path, tree, lines, by_keyword, count)), reverse=True):
            line = lines[row - 1].encode()
            lines[row - 1] = (line[:col] + new.encode() + line[col + length :]).decode()
        path.write_text("".join(lines))
    print(count.most_common(200))


main()
