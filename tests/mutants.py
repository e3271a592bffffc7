"""Small changes to the rules, each of which some test must notice: `make mutants`, with mutmut.

mutmut makes the changes, and knows which tests reach each of them. The whole takes hours, so a sample is drawn by a
seed and can be drawn again: `python -m tests.mutants 300 20261129`; `all` in place of the number takes every change.

mutmut switches a change on in a process that has long imported everything and remembers what it once computed. What
survives there is tried once more in a process of its own.
"""

import json
import os
import random
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

SAMPLE, SEED = 300, 20261129
GOAL = 0.9
FOLDER = Path("mutants")
# mutmut has no way to make the changes without trying one; those of a small module are tried first.
FIRST = "signoff.domain.phrasing*"
SURVIVED, UNREACHED = (0,), (5, 33)  # as mutmut's workers exit


def main() -> int:
    """Draw the sample, try it, print what survived; 1 when fewer are noticed than is aimed at."""
    wanted, seed = (sys.argv[1:] + ["", ""])[:2]
    _mutmut(FIRST)
    names = sorted(_results())
    drawn = names if wanted == "all" else random.Random(int(seed or SEED)).sample(names, int(wanted or SAMPLE))
    _mutmut(*drawn)
    results = {name: code for name, code in _results().items() if name in set(drawn)}
    results |= {name: _alone(name) for name, code in results.items() if code in (*SURVIVED, *UNREACHED)}
    return _report(results, len(names))


def _mutmut(*names: str) -> None:
    # CI: Hypothesis then has no deadlines and draws the same examples each time.
    environment = {**os.environ, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    program = Path(sys.executable).with_name("mutmut")
    subprocess.run([program, "run", "--max-children", "2", *names], check=True, env=environment)


def _alone(name: str) -> int:
    """How the tests that reach a change end with it from the beginning on; all chosen tests where none is known."""
    known = json.loads((FOLDER / "mutmut-stats.json").read_text())
    tests = known["tests_by_mangled_function_name"].get(name.rpartition("__mutmut_")[0], [])
    chosen = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]
    tests = sorted(tests, key=known["duration_by_test"].get) or chosen["pytest_add_cli_args_test_selection"]
    environment = {**os.environ, "CI": "true", "MUTANT_UNDER_TEST": name, "PYTHONPATH": str(FOLDER.resolve())}
    command = [sys.executable, "-m", "pytest", "-x", *chosen["pytest_add_cli_args"], *tests]
    return subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, check=False).returncode


def _results() -> dict[str, int | None]:
    """Each change, and how its tests ended; nothing for those that were not tried."""
    result: dict[str, int | None] = {}
    for path in FOLDER.rglob("*.meta"):
        result |= json.loads(path.read_text())["exit_code_by_key"]
    return result


def _report(results: dict[str, int | None], of: int) -> int:
    tried, noticed = Counter[str](), Counter[str]()
    for name, code in sorted(results.items()):
        module = name.split(".x")[0]
        tried[module] += 1
        if code in SURVIVED or code in UNREACHED:
            print(f"{'not reached' if code in UNREACHED else 'survived'}: {name} (`mutmut show {name}`)")
        else:
            noticed[module] += 1
    for module in sorted(tried):
        print(f"{module:40} {noticed[module]:4} of {tried[module]:4}")
    share = noticed.total() / tried.total()
    print(f"{noticed.total()} of {tried.total()} changes were noticed ({share:.0%}); {of} are possible.")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
