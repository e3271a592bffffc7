"""One context for each act instead of session, by, clock and keys: act.py ROOT (after the move; python 3.12+)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NOT_LINK_KEY = {"put_finding"}
NEW = "signoff.services.act"

MODULE = '''"""The context of an act: the session it writes with, who acts, the clock, and the installation's keys."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.permissions import Actor
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys


@dataclass(frozen=True)
class ActContext:
    """What every act needs of the request, command or turn of work that carries it out."""

    session: Session
    by: Actor
    clock: Clock
    keys: SealingKeys
    link_key: str

    def at(self) -> datetime:
        """The moment of the act; read it only after the act holds its locks."""
        return self.clock()

    def acting_as(self, by: Actor) -> "ActContext":
        """The same context in the name of somebody else."""
        return replace(self, by=by)
'''


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def arg_names(fn) -> list[str]:
    return [a.arg for a in [*fn.args.posonlyargs, *fn.args.args, *fn.args.kwonlyargs]]


paths = [ROOT / p for p in subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
         if p.endswith(".py") and p.split("/")[0] in ("signoff", "tests", "bench", "docs")]
trees = {path: ast.parse(path.read_text()) for path in paths if path.exists()}
targets: dict[tuple[str, str], set[str]] = {}
for path, tree in trees.items():
    if "signoff/services/" in path.as_posix():
        for node in tree.body:
            if isinstance(node, FUNCTIONS) and {"session", "by", "clock"} <= set(arg_names(node)) and node.args.args and node.args.args[0].arg == "session":
                dropped = {"session", "by", "clock"} | ({"keys"} & set(arg_names(node)))
                if "key" in [a.arg for a in node.args.kwonlyargs] and node.name not in NOT_LINK_KEY:
                    dropped.add("key")
                targets[(module_of(path), node.name)] = dropped
print(len(targets), "acts")
unhandled: list[str] = []


class File:
    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path, self.tree, self.text = path, tree, path.read_text()
        self.lines = self.text.splitlines(keepends=True)
        starts, total = [], 0
        for line in self.lines:
            starts.append(total)
            total += len(line.encode())
        self.starts = starts
        self.edits: list[tuple[int, int, str]] = []
        self.deleted: list[tuple[int, int]] = []
        self.module = module_of(path)
        self.functions: dict[str, tuple[str, str]] = {}
        self.modules: dict[str, str] = {}
        self.needs: set[str] = set()
        self.skip: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    if (node.module, alias.name) in targets:
                        self.functions[alias.asname or alias.name] = (node.module, alias.name)
                    self.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for module, name in targets:
            if module == self.module:
                self.functions[name] = (module, name)

    def start(self, node) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def source(self, node) -> str:
        return self.text.encode()[self.start(node) : self.end(node)].decode()

    def edit(self, node, text: str) -> None:
        self.edits.append((self.start(node), self.end(node), text))

    def target_of(self, call: ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id in self.functions:
            return self.functions[call.func.id]
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in self.modules:
            key = (self.modules[call.func.value.id], call.func.attr)
            if key in targets:
                return key
        return None

    # -- definitions
    def definition(self, fn, dropped: set[str]) -> None:
        stored = {n.id for n in ast.walk(fn) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} & dropped
        if stored or "act" in {n.id for n in ast.walk(fn) if isinstance(n, ast.Name)} | set(arg_names(fn)):
            unhandled.append(f"{self.path}:{fn.lineno} {fn.name} binds {stored or 'act'} itself")
        args = fn.args
        args_new = ast.arguments(
            posonlyargs=[], args=[ast.arg("act", ast.Name("ActContext")), *[a for a in args.args if a.arg not in dropped]],
            vararg=args.vararg, kwonlyargs=[], kw_defaults=[], kwarg=args.kwarg, defaults=args.defaults,
        )
        for a, d in zip(args.kwonlyargs, args.kw_defaults):
            if a.arg not in dropped:
                args_new.kwonlyargs.append(a)
                args_new.kw_defaults.append(d)
        # from the opening parenthesis to the closing one
        head = self.text.encode()
        first = head.index(b"(", self.starts[fn.lineno - 1] + fn.col_offset)
        everything = [*args.args, *args.kwonlyargs, *args.defaults, *[d for d in args.kw_defaults if d]] + [a for a in (args.vararg, args.kwarg) if a]
        last = head.index(b")", max(self.end(a) for a in everything))
        self.edits.append((first + 1, last, ast.unparse(args_new)))
        self.needs.add("ActContext")

    def body(self, fn, dropped: set[str]) -> None:
        words = {"session": "act.session", "by": "act.by", "clock": "act.clock", "keys": "act.keys", "key": "act.link_key"}

        def visit(node, shadowed: frozenset[str]) -> None:
            if isinstance(node, ast.Call):
                self.call(node, inside=dropped - shadowed)
                if isinstance(node.func, ast.Name) and node.func.id == "clock" and "clock" in dropped - shadowed and not node.args:
                    self.edit(node, "act.at()")
                    return
            if isinstance(node, (*FUNCTIONS, ast.Lambda)):
                shadowed = shadowed | set(arg_names(node))
            if isinstance(node, ast.Name) and node.id in dropped - shadowed and id(node) not in self.skip:
                self.edit(node, words[node.id])
            for child in ast.iter_child_nodes(node):
                visit(child, shadowed)

        for stmt in fn.body:
            visit(stmt, frozenset())

    # -- calls
    def call(self, call: ast.Call, inside: set[str]) -> None:
        key = self.target_of(call)
        if key is None:
            return
        dropped = targets[key]
        keywords = {k.arg: k for k in call.keywords}
        if None in keywords and not {"by", "clock"} <= keywords.keys() or not call.args or isinstance(call.args[0], ast.Starred) or not {"by", "clock"} <= keywords.keys():
            unhandled.append(f"{self.path}:{call.lineno} {ast.unparse(call)[:140]}")
            return
        session, by, clock = self.source(call.args[0]), self.source(keywords["by"].value), self.source(keywords["clock"].value)
        new = self.context(session, by, clock, inside, call, keywords)
        if new is None:
            unhandled.append(f"{self.path}:{call.lineno} {ast.unparse(call)[:140]}")
            return
        self.skip |= {id(n) for n in ast.walk(call.args[0])}
        self.edits.append((self.start(call.args[0]), self.end(call.args[0]), new))
        self.deleted.append((self.start(call.args[0]), self.end(call.args[0])))
        ordered = sorted([*call.args, *call.keywords], key=self.start)
        for place, item in enumerate(ordered):
            if isinstance(item, ast.keyword) and item.arg in dropped:
                begin = self.end(ordered[place - 1])
                self.edits.append((begin, self.end(item), ""))
                self.deleted.append((begin, self.end(item)))

    def context(self, session: str, by: str, clock: str, inside: set[str], call, keywords) -> str | None:
        if inside and session == "session" and clock == "clock":
            return "act" if by == "by" else f"act.acting_as({by})"
        if session in ("db()", "write_now()") and clock == "installation().clock":
            self.needs.add("current_act")
            if session == "write_now()":
                return None
            return "current_act()" if by == "acting()" else f"current_act({by})"
        if by == "OPERATOR" and clock == "utc_now" and "cli/" in self.path.as_posix():
            return f"context.act({session})"
        if clock.endswith(".clock") and "signoff/" not in self.path.as_posix().split("/tests/")[0].split("wt/")[-1][-20:]:
            return f"{clock.removesuffix('.clock')}.act({session}, {by})"
        if clock.endswith(".clock"):
            return f"{clock.removesuffix('.clock')}.act({session}, {by})"
        if clock == "self.calendar":
            return f"self._act({by})"
        return None

    def run(self) -> bool:
        handled: set[int] = set()
        for node in self.tree.body:
            if isinstance(node, FUNCTIONS) and (self.module, node.name) in targets:
                self.definition(node, targets[(self.module, node.name)])
                self.body(node, targets[(self.module, node.name)])
                handled |= {id(n) for n in ast.walk(node)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and id(node) not in handled:
                self.call(node, inside=set())
        if not self.edits:
            return False
        edits = sorted(set(self.edits))
        kept = [e for e in edits if not any(d[0] <= e[0] and e[1] <= d[1] and (e[0], e[1]) != d for d in self.deleted)]
        data = self.text.encode()
        for begin, end, text in sorted(kept, reverse=True):
            data = data[:begin] + text.encode() + data[end:]
        text = data.decode()
        if "ActContext" in self.needs:
            text = self.importing(text, f"from {NEW} import ActContext")
        if "current_act" in self.needs:
            text = self.importing(text, "from signoff.web.installation import current_act")
        self.path.write_text(text)
        return True

    def importing(self, text: str, line: str) -> str:
        match = re.search(r"^(from|import) ", text, re.MULTILINE)
        assert match
        return text[: match.start()] + line + "\n" + text[match.start() :]


changed = sum(File(path, tree).run() for path, tree in trees.items())
(ROOT / "signoff/services/act.py").write_text(MODULE)
TEXT = [
    ("signoff/web/installation.py", "def acting_user() -> StaffUser:", '''def current_act(by: Actor | None = None) -> ActContext:
    """The context of what this request does, in the name of who is signed in unless somebody else is given."""
    here = installation()
    return ActContext(db(), by or acting(), here.clock, here.keys, here.settings.secret_key)


def acting_user() -> StaffUser:'''),
    ("signoff/web/installation.py", "from signoff.settings import Settings\n", "from signoff.services.act import ActContext\nfrom signoff.settings import Settings\n"),
    ("signoff/cli/command.py", "    settings: Settings\n    database: Database\n", '''    settings: Settings
    database: Database

    def act(self, session: Session) -> ActContext:
        """The context of what the operator does with this command."""
        keys = SealingKeys.read(self.settings.sealing_key_file)
        return ActContext(session, OPERATOR, utc_now, keys, self.settings.secret_key)
'''),
    ("signoff/cli/command.py", "import click\n", "import click\nfrom sqlalchemy.orm import Session\nfrom signoff.domain.permissions import OPERATOR\nfrom signoff.evidence.codes import SealingKeys\nfrom signoff.services.act import ActContext\nfrom signoff.web.installation import utc_now\n"),
    ("signoff/cli/users.py", "add_staff_user(session, email, name, list(roles), password)", "add_staff_user(context.act(session), email, name, list(roles), password)"),
    ("signoff/cli/users.py", "session: Any", "act: ActContext"),
    ("signoff/cli/users.py", "        context.act(session),\n        email=email", "        act,\n        email=email"),
    ("signoff/cli/users.py", "from signoff.services.accounts.users import add_user", "from signoff.services.act import ActContext\nfrom signoff.services.accounts.users import add_user"),
    ("signoff/cli/setup.py", "add_staff_user(session, email,", "add_staff_user(context.act(session), email,"),
    ("signoff/demo/story.py", "    cast = _cast(session, calendar)\n", "    cast = _cast(ActContext(session, OPERATOR, calendar, keys, link_key))\n"),
    ("signoff/demo/story.py", "def _cast(session: Session, clock: Clock) -> _Cast:", "def _cast(act: ActContext) -> _Cast:"),
    ("signoff/demo/story.py", '''        session, name="Coalition for Community Schools", reply_to="paul@coalition.example", by=OPERATOR, clock=clock
''', '''        act, name="Coalition for Community Schools", reply_to="paul@coalition.example"
'''),
    ("signoff/demo/story.py", "adopt_edition(session, first_edition(), by=OPERATOR, clock=clock)", "adopt_edition(act, first_edition())"),
    ("signoff/demo/story.py", "            session,\n            email=email,", "            act,\n            email=email,"),
    ("signoff/demo/story.py", "            passwords=passwords,\n            by=OPERATOR,\n            clock=clock,\n", "            passwords=passwords,\n"),
    ("signoff/demo/story.py", "add_partner(session, form, by=users[Role.ADMINISTRATOR], clock=clock)", "add_partner(act.acting_as(users[Role.ADMINISTRATOR]), form)"),
    ("signoff/demo/story.py", "    deliver: Callable[[Clock], None]\n\n", "    deliver: Callable[[Clock], None]\n\n    def _act(self, by: Actor) -> ActContext:\n        return ActContext(self.session, by, self.calendar, self.keys, self.link_key)\n\n"),
    ("signoff/demo/story.py", "from signoff.services.positions", "from signoff.services.act import ActContext\nfrom signoff.services.positions"),
    ("tests/house.py", "    def furnish(self, session: Session) -> None:", '''    def act(self, session: Session, by: Actor) -> ActContext:
        """The context of an act of this user, at the house's moment."""
        return ActContext(session, by, self.clock, self.keys, self.settings.secret_key)

    def furnish(self, session: Session) -> None:'''),
    ("tests/house.py", "from signoff.services.", "from signoff.domain.permissions import Actor\nfrom signoff.services.act import ActContext\nfrom signoff.services."),
    ("tests/services/accounts/test_accounts.py", '"by": admin, "clock": house.clock}', "}"),
    ("tests/services/accounts/test_accounts.py", 'change = {"name": user.name, }', 'act, change = house.act(session, admin), {"name": user.name}'),
    ("tests/services/accounts/test_accounts.py", "users.change_user(session, user, roles=[\"publisher\", \"reviewer\"], **change)", "users.change_user(act, user, roles=[\"publisher\", \"reviewer\"], **change)"),
    ("tests/services/accounts/test_accounts.py", "users.change_user(session, user, roles=[\"reviewer\", \"publisher\"], **change)", "users.change_user(act, user, roles=[\"reviewer\", \"publisher\"], **change)"),
    ("tests/services/accounts/test_races.py", '        house_of = {"passwords": house.passwords, "clock": house.clock}\n', ""),
    ("tests/services/accounts/test_races.py", '            session, email="mo@alder.example", name="Mo Mo", roles=["drafter"], password=None, by=by, **house_of', '            house.act(session, by), email="mo@alder.example", name="Mo Mo", roles=["drafter"], password=None, passwords=house.passwords'),
    ("tests/services/partners/test_membership.py", '    how = {"keys": house.keys, "clock": house.clock}\n', ""),
    ("tests/services/partners/test_membership.py", 'membership.leave(session, result, reason=" ", by=house.user(session, "administrator").actor, **how)  # type: ignore[arg-type]', 'membership.leave(house.act(session, house.user(session, "administrator").actor), result, reason=" ")'),
    ("tests/services/partners/test_membership.py", 'membership.leave(session, result, reason="So.", by=house.user(session, "publisher").actor, **how)  # type: ignore[arg-type]', 'membership.leave(house.act(session, house.user(session, "publisher").actor), result, reason="So.")'),
]
for name, old, new in TEXT:
    path = ROOT / name
    text = path.read_text()
    if old in text:
        path.write_text(text.replace(old, new, 1) if old.startswith(("from ", "import ")) else text.replace(old, new))
    else:
        print("act: text not found in", name, repr(old[:70]))


def unused() -> None:
    """Locals that only fed what travels with the act now."""
    import json

    found = json.loads(subprocess.run([".venv/bin/ruff", "check", "--select", "F841", "--output-format", "json", "."], cwd=ROOT, capture_output=True, text=True).stdout)
    for problem in sorted(found, key=lambda p: -p["location"]["row"]):
        path, row = Path(problem["filename"]), problem["location"]["row"]
        name = re.search(r"`(\w+)`", problem["message"])[1]
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Assign) and node.lineno <= row <= node.end_lineno and node.lineno == node.end_lineno:
                target, value = node.targets[0], node.value
                indent = " " * node.col_offset
                if isinstance(target, ast.Name) and target.id == name:
                    lines[node.lineno - 1] = ""
                elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                    kept = [(t, v) for t, v in zip(target.elts, value.elts) if not (isinstance(t, ast.Name) and t.id == name)]
                    seg = lambda n: ast.get_source_segment(text, n)  # noqa: E731
                    lines[node.lineno - 1] = indent + ", ".join(seg(t) for t, _ in kept) + " = " + ", ".join(seg(v) for _, v in kept) + "\n"
                else:
                    print("unused:", path.relative_to(ROOT), row, name)
        path.write_text("".join(lines))


subprocess.run([".venv/bin/ruff", "format", "-q", "."], cwd=ROOT)
unused()
subprocess.run([".venv/bin/ruff", "check", "-q", "--fix", "--select", "F401,I", "."], cwd=ROOT)
subprocess.run([".venv/bin/ruff", "format", "-q", "."], cwd=ROOT)
print("changed", changed, "files")
print(*unhandled, sep="\n")
