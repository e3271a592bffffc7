"""Small changes to the rules, each of which some test must notice: `make mutants`.

mutmut makes the changes. All of them take hours, so a sample is drawn by a seed and can be drawn again:
`python -m tests.mutants 300 20261129`; with a pattern such as `signoff.domain.diff*` all that it fits are tried.

This module is then a plugin of pytest: one process reads the suite, finds out which tests reach what, and switches each
change on in a child, which runs the tests that reach it until one fails. What survives is tried once more in a process
of its own with more tests of its module, since what a module makes once, while it is imported or when it is first
asked, was made before, and few tests or none seem to reach it. Times are those of the processor, so that a
busy machine neither shortens what is tried nor makes a change look endless.
"""

import fnmatch
import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.state import state

SAMPLE, SEED = 300, 20261129
GOAL = 0.9
# mutmut has no way to make the changes without trying one.
FIRST = "signoff.domain.phrasing.x_counted__mutmut_1"
FOLDER = Path("mutants")
DRAWN, REACHED, ENDED = Path("drawn.json"), Path("reached.json"), Path("ended.json")
SUITE = [
    *(f"tests/{folder}" for folder in ("domain", "services", "letters", "paper", "web/partner", "web/public")),
    *(f"tests/web/test_{name}.py" for name in ("access", "name_questions", "names_in_texts", "reauthentication")),
    *(f"tests/project/test_{name}.py" for name in ("settings", "status")),
]
LONGEST, LONGEST_ALONE = 10.0, 20.0  # seconds of tests that a change is tried with
ENDLESS = 10 * LONGEST  # seconds in which an endless loop is noticed
HUNG = 60 * LONGEST  # seconds by the clock until a change is given up, which nobody noticed
CHILDREN = 2


def main() -> int:
    """Draw the sample, try it, print what survived; 1 when fewer are noticed than is aimed at."""
    wanted, seed = (sys.argv[1:] + ["", ""])[:2]
    subprocess.run([Path(sys.executable).with_name("mutmut"), "run", FIRST], check=True)
    names = sorted(name for path in FOLDER.rglob("*.meta") for name in json.loads(path.read_text())["exit_code_by_key"])
    (FOLDER / DRAWN).write_text(json.dumps(_drawn(names, wanted, seed)))
    _pytest("", "-p", "tests.mutants", *SUITE).check_returncode()
    ended = json.loads((FOLDER / ENDED).read_text())
    with ThreadPoolExecutor(CHILDREN) as pool:
        again = [name for name, status in ended.items() if status in (0, signal.SIGALRM)]
        ended |= dict(zip(again, pool.map(_alone, again), strict=True))
    return _report(ended, len(names))


def _drawn(names: list[str], wanted: str, seed: str) -> list[str]:
    if "*" in wanted:
        return fnmatch.filter(names, wanted) or sys.exit(f"No change is called {wanted}.")
    return random.Random(int(seed or SEED)).sample(names, int(wanted or SAMPLE))


def _pytest(change: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    chosen = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["pytest_add_cli_args"]
    # CI: Hypothesis then draws the same examples each time.
    environment = {**os.environ, "CI": "true", "MUTANT_UNDER_TEST": change, "PYTHONPATH": str(FOLDER.resolve())}
    command = [sys.executable, "-m", "pytest", *chosen, *arguments]
    return subprocess.run(command, cwd=FOLDER, env=environment, check=False, **options)


def _alone(name: str) -> int:
    known = json.loads((FOLDER / REACHED).read_text())
    own, beside = _tests_of(_function_of(name), known, LONGEST), _tests_of(_module_of(name), known, LONGEST_ALONE)
    tests = list(dict.fromkeys([*own, *beside]))
    try:
        status = _pytest(name, "-x", *tests, capture_output=True, timeout=HUNG).returncode if tests else 0
    except subprocess.TimeoutExpired:
        return 0
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status


def _function_of(name: str) -> str:
    return name.rpartition("__mutmut_")[0]


def _module_of(name: str) -> str:
    return name.rpartition(".x")[0]


def _report(ended: dict[str, int], of: int) -> int:
    tried, noticed = Counter[str](), Counter[str]()
    for name, status in sorted(ended.items()):
        module = _module_of(name)
        tried[module] += 1
        noticed[module] += bool(status)
        if not status:
            print(f"survived: {name} (`mutmut show {name}`)")
    for module in sorted(tried):
        print(f"{module:40} {noticed[module]:4} of {tried[module]:4}")
    share = noticed.total() / tried.total()
    print(f"{noticed.total()} of {tried.total()} changes were noticed ({share:.0%}); {of} are possible.")
    return 0 if share >= GOAL else 1


def pytest_runtestloop(session: pytest.Session) -> bool:
    """In place of running the tests once: find out which of them reach what, then try the changes with them."""
    items = {item.nodeid: item for item in session.items}
    # The databases that tests copy are made here, once for all children.
    first = next(item for item in session.items if "house" in getattr(item, "fixturenames", ()))
    runtestprotocol(first, log=False, nextitem=next(item for item in session.items if item.path != first.path))
    gc.freeze()
    _, failed = os.waitpid(_forked(partial(_note_reached, session.items)), 0)
    if failed:
        raise pytest.UsageError("which tests reach what was not found out")
    known, reporter = json.loads(REACHED.read_text()), session.config.get_terminal_writer()
    tries = (
        (name, [items[test] for test in _tests_of(_function_of(name), known, LONGEST)])
        for name in json.loads(DRAWN.read_text())
    )
    ENDED.write_text(json.dumps(_tried(tries, lambda status: reporter.write("." if status else "S", flush=True))))
    return True


def _note_reached(items: list[pytest.Item]) -> int:
    """Which functions each test calls, as mutmut's wrappers note them, and how many seconds it takes."""
    os.environ["MUTANT_UNDER_TEST"] = "stats"
    tests, seconds = defaultdict[str, list[str]](list), {}
    before = time.process_time()
    for item, reports in _runs(items):
        took, before = time.process_time() - before, time.process_time()
        if not any(report.failed for report in reports):
            seconds[item.nodeid] = took
            for function in state()._stats:
                tests[function].append(item.nodeid)
        state()._stats.clear()
    REACHED.write_text(json.dumps({"tests": tests, "seconds": seconds}))
    return 0


def _runs(items: list[pytest.Item]) -> Iterable[tuple[pytest.Item, list[pytest.TestReport]]]:
    items[0].session._setupstate.teardown_exact(items[0])
    for item, following in zip(items, [*items[1:], items[-1]], strict=True):
        yield item, runtestprotocol(item, log=False, nextitem=following)


def _tests_of(what: str, known: dict[str, Any], longest: float) -> list[str]:
    """The tests that reach a function or a module: of each file the quickest, with about as much time for each file."""
    seconds, of_file, ranked = known["seconds"], Counter[str](), []
    reached = [name for name in known["tests"] if what in (name, _module_of(name))]
    tests = {test for name in reached for test in known["tests"][name]}
    for test in sorted(tests, key=lambda test: (seconds[test], test)):
        file = test.partition("::")[0]
        of_file[file] += seconds[test]
        ranked.append((of_file[file], test))
    chosen, spent = [], 0.0
    for _, test in sorted(ranked):
        if not chosen or spent + seconds[test] <= longest:
            chosen.append(test)
            spent += seconds[test]
    return sorted(chosen, key=seconds.__getitem__)


def _tried(tries: Iterable[tuple[str, list[pytest.Item]]], say: Callable[[int], object]) -> dict[str, int]:
    """Each change, and 0 where no test noticed it."""
    running: dict[int, str] = {}
    ended: dict[str, int] = {}

    def wait() -> None:
        process, status = os.wait()
        ended[running.pop(process)] = status
        say(status)

    for name, items in tries:
        if len(running) == CHILDREN:
            wait()
        running[_forked(partial(_try, name, items))] = name
    while running:
        wait()
    return ended


def _try(name: str, items: list[pytest.Item]) -> int:
    os.environ["MUTANT_UNDER_TEST"] = name
    signal.setitimer(signal.ITIMER_PROF, ENDLESS)
    signal.alarm(int(HUNG))
    return int(bool(items) and any(report.failed for _, reports in _runs(items) for report in reports))


def _forked(work: Callable[[], int]) -> int:
    if process := os.fork():
        return process
    try:
        os._exit(work())
    finally:
        os._exit(2)


if __name__ == "__main__":
    sys.exit(main())
