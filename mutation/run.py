"""Change our own code in one place at a time, and see whether the tests notice.

    python -m mutation.run                              # the modules of semantics, a sample of the mutants
    python -m mutation.run reference cells --all        # every mutant of two of them
    python -m mutation.run bounds --function conflict   # those of one function

Each mutant is judged in a process of its own: by questions whose answers are known (mutation.judges), and if none of
them notices by the tests of pytest, always only by such as reach the changed line, and only until the first one fails.
What survives must stand in mutation/survivors.yaml with a reason. Exit code 0: it does; 1: there is something new.
"""

import argparse
import ast
import gzip
import importlib
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mutation.mutants import Mutant, mutants

HERE = Path(__file__).parent
ROOT = HERE.parent
BUILD = ROOT / "build" / "mutation"
SURVIVORS = HERE / "survivors.yaml"
CASES = (*(ROOT / "tests" / "truth" / "cases").glob("*.jsonl.gz"), ROOT / "oracle" / "lessons.jsonl.gz")
SEMANTICS = (
    "reference",
    "translate",
    "admission",
    "cells",
    "bounds",
    "endpoints",
    "ports",
    "symbolic",
    "ruleset",
    "compare",
    "witness",
    "explain",
    "imagined",
)
TESTS = (
    *("truth/test_told.py", "truth/test_identities.py", "truth/test_defective_releases.py"),
    *("agreement/test_nearest.py", "agreement/test_proofs.py", "agreement/test_strangers.py"),
    *("claims", "commands", "diff", "lint", "profile"),
)
"""The tests that may judge what the questions let pass."""
WRITTEN = ("vectors", "clauses", "recorded versions", "recorded validation", "recorded lessons")
"""The beginnings of the names of questions that somebody wrote for one rule."""
MOST_MEMORY = 3 << 30


class Effort(NamedTuple):
    """How much is asked about one mutant, of all that reaches its line.

    Every case that somebody wrote for one rule; of the random cases and worlds *questions*, drawn with *seed*; and the
    tests from the shortest on, as many as take *seconds* together.
    """

    questions: int
    seconds: float
    seed: int


class Judge(NamedTuple):
    """A question or a test, and the seconds that it takes."""

    name: str
    seconds: float
    is_test: bool


class Reached(NamedTuple):
    """Which of *judges* run each line of each file."""

    judges: list[Judge]
    by_line: Mapping[str, Mapping[int, frozenset[int]]]


Cases = dict[str, list[dict[str, Any]]]
"""The recorded cases, by file."""


class Result(NamedTuple):
    """*by*: what noticed the mutant; "" if nothing did. *asked*: how many judges that reach it were asked."""

    mutant: Mutant
    outcome: str
    by: str
    asked: int


KILLED, SURVIVED, SLOW, UNREACHED = "killed", "survived", "timed out", "not reached"


# --- what reaches what ---


def recorded() -> Cases:
    found: Cases = {}
    for path in sorted(CASES):
        with gzip.open(path, "rt") as lines:
            found[path.name.partition(".")[0]] = [json.loads(line) for line in lines]
    return found


def reached(*, tests: bool) -> Reached:
    """Which judges run which lines: measured once for each state of the sources, and for each new question.

    *tests*: whether tests are judges too.
    """
    digest = sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        digest.update(path.read_bytes())
    kept = BUILD / f"reached-{digest.hexdigest()[:16]}.json"
    BUILD.mkdir(parents=True, exist_ok=True)
    _in_processes([partial(_measure, kept, _test_files() if tests else ())])
    raw = json.loads(kept.read_text())
    by_line = {
        file: {int(line): frozenset(judges) for line, judges in lines.items()}
        for file, lines in raw["by_line"].items()
    }
    return Reached([Judge(*judge) for judge in raw["judges"]], by_line)


def _measure(kept: Path, files: Iterable[Path]) -> None:
    """Adds to *kept* what it does not hold yet, of the questions and of the tests in *files*."""
    import coverage
    import pytest

    before = json.loads(kept.read_text()) if kept.exists() else {"judges": [], "by_line": {}}
    judges = [Judge(*judge) for judge in before["judges"]]
    measuring = coverage.Coverage(data_file=None, source=[str(ROOT / "src" / "propolis")])
    measuring.start()
    from mutation.judges import questions

    begun = 0.0

    def begin(name: str) -> None:
        nonlocal begun
        _forget_answers()
        measuring.switch_context(name)
        begun = time.process_time()

    def end(name: str, *, is_test: bool) -> None:
        judges.append(Judge(name, time.process_time() - begun, is_test))
        measuring.switch_context("")

    class Watch:
        def pytest_runtest_setup(self, item: pytest.Item) -> None:
            begin(item.nodeid)

        def pytest_runtest_teardown(self, item: pytest.Item) -> None:
            end(item.nodeid, is_test=True)

    measured = {judge.name.partition("::")[0] for judge in judges}
    asked = {name: ask for name, ask in questions(recorded()).items() if name not in measured}
    tests = sorted({str(path.relative_to(ROOT)) for path in files} - measured)
    if not asked and not tests:
        return
    print(f"measuring what {len(asked)} questions and {len(tests)} files of tests reach", flush=True)
    for name, ask in asked.items():
        begin(name)
        ask()
        end(name, is_test=False)
    if tests and _pytest(tests, Watch()) != 0:
        raise SystemExit("the tests fail without any mutant: see `make check`")
    measuring.stop()
    numbers = {judge.name: number for number, judge in enumerate(judges)}
    data = measuring.get_data()
    by_line = before["by_line"]
    for file in data.measured_files():
        lines = by_line.setdefault(str(Path(file).relative_to(ROOT)), {})
        for line, names in data.contexts_by_lineno(file).items():
            lines.setdefault(str(line), []).extend(numbers[name] for name in names if name in numbers)
    kept.write_text(json.dumps({"judges": judges, "by_line": by_line}))


def _test_files() -> Iterator[Path]:
    for path in (ROOT / "tests" / name for name in TESTS):
        yield from path.rglob("test_*.py") if path.is_dir() else (path,)


def _forget_answers() -> None:
    """Empties what our functions keep, so that each judge is seen to run what it needs."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("propolis.semantics", "propolis.peers", "propolis.requests")):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _pytest(arguments: Sequence[str], *plugins: object) -> int:
    import pytest

    plain = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-m",
        "not deep",
        "--no-header",
        "--assert=plain",
    ]
    return int(pytest.main([*plain, *arguments], plugins=list(plugins)))


# --- one mutant ---


class _Changed(MetaPathFinder, SourceLoader):
    """Imports the mutated module in place of the real one."""

    def __init__(self, name: str, path: Path, source: bytes) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str) -> bytes:
        if path != str(self.path):
            raise OSError(path)  # no compiled file stands for it
        return self.source


def judged(mutant: Mutant, asked: Sequence[Judge], cases: Cases) -> tuple[str, str]:
    """The outcome for *mutant*, and the judge that noticed it. The questions are asked before the tests."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _die_quietly(mutant, asked, cases, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        words = said.read()
    _, status = os.waitpid(child, 0)
    last = words.rpartition("\n")[2] if words else "import"
    if os.WIFSIGNALED(status):
        return (SLOW if os.WTERMSIG(status) == signal.SIGXCPU else KILLED), last
    return (SURVIVED, "") if os.WEXITSTATUS(status) == 0 else (KILLED, last)


def _die_quietly(mutant: Mutant, asked: Sequence[Judge], cases: Cases, writing: int) -> None:
    code = 1
    try:
        nothing = os.open(BUILD / f"said-{os.getppid()}.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        limit = int(20 + 4 * sum(judge.seconds for judge in asked))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        sys.meta_path.insert(0, _Changed(mutant.module, _path(mutant.module), mutant.source))
        code = _asked(asked, cases, writing)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _asked(asked: Sequence[Judge], cases: Cases, writing: int) -> int:
    known = importlib.import_module("mutation.judges").questions(cases)
    for judge in asked:
        if judge.name in known:  # what has gone since it was measured says nothing
            os.write(writing, f"\n{judge.name}".encode())
            known[judge.name]()
    tests = [judge.name for judge in asked if judge.is_test]
    if not tests:
        return 0
    os.write(writing, b"\npytest")
    return _pytest(tests)


# --- all of them ---


def judges_of(mutant: Mutant, reach: Reached, kills: Mapping[int, int], effort: Effort) -> list[Judge]:
    """Who is asked about *mutant*: those that reach its line; of a constant, those that reach its module at all."""
    lines = reach.by_line.get(str(_path(mutant.module).relative_to(ROOT)), {})
    if mutant.function:
        found = next((lines[line] for line in mutant.lines if lines.get(line)), frozenset())
    else:
        found = frozenset().union(*lines.values())
    numbers = sorted(found)
    random.Random(effort.seed).shuffle(numbers)
    drawn = [
        n for n in numbers if not reach.judges[n].is_test and not reach.judges[n].name.startswith(WRITTEN)
    ]
    left_out = set(drawn[effort.questions :])
    # what noticed many mutants before is asked first
    questions = [n for n in numbers if not reach.judges[n].is_test and n not in left_out]
    questions.sort(key=lambda n: -kills.get(n, 0))
    tests, spent = [], 0.0
    for number in sorted(
        (n for n in numbers if reach.judges[n].is_test), key=lambda n: reach.judges[n].seconds
    ):
        spent += reach.judges[number].seconds
        if spent > effort.seconds:
            break
        tests.append(number)
    return [reach.judges[number] for number in (*questions, *tests)]


def results(
    module: str, chosen: Sequence[Mutant], reach: Reached, cases: Cases, effort: Effort
) -> Iterator[Result]:
    """Judges *chosen*, mutants of one *module*. What it imports is imported once; the rest again for each."""
    _import_below(module)
    kills: Counter[int] = Counter()
    numbers = {judge.name: number for number, judge in enumerate(reach.judges)}
    for mutant in chosen:
        asked = judges_of(mutant, reach, kills, effort)
        if not asked:
            yield Result(mutant, UNREACHED, "", 0)
            continue
        outcome, by = judged(mutant, asked, cases)
        if by in numbers:
            kills[numbers[by]] += 1
        yield Result(mutant, outcome, by, len(asked))


def _check_unchanged(module: str, reach: Reached, cases: Cases, effort: Effort) -> None:
    """Nobody may notice what is no change: or every mutant would seem to be noticed."""
    _import_below(module)
    unchanged = Mutant(module, "", "", "", (), _path(module).read_bytes() + b"\n")
    outcome, by = judged(unchanged, judges_of(unchanged, reach, {}, effort), cases)
    if outcome != SURVIVED:
        raise SystemExit(f"{by} fails, though {module} is not changed at all")


def _import_below(module: str) -> None:
    for name in (
        "pytest",
        "hypothesis",
        "_pytest.assertion.rewrite",
        "jsonschema_rs",
        "re2",
        "yaml",
        "msgspec",
    ):
        importlib.import_module(name)
    for node in ast.walk(ast.parse(_path(module).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            below = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(below, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")
    if module.startswith("propolis.semantics"):
        importlib.import_module("propolis.manifest")  # knows nothing of semantics
    assert module not in sys.modules


def _path(module: str) -> Path:
    return (ROOT / "src").joinpath(*module.split(".")).with_suffix(".py")


def _in_processes(works: Sequence[Callable[[], object]]) -> None:
    """Each of *works* in a process of its own, for what it imports is imported for good."""
    children = []
    for work in works:
        child = os.fork()
        if not child:
            code = 1
            try:
                work()
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(codes):
        raise SystemExit(1)


def known() -> Mapping[tuple[str, str, str, str], str]:
    """The reason of each survivor that is known, by what names it."""
    written = yaml.safe_load(SURVIVORS.read_text()) or {}
    return {
        (module, entry.get("in", ""), entry["was"], entry["now"]): entry["why"]
        for module, entries in written.items()
        for entry in entries
    }


def _judge_all(
    module: str, chosen: Sequence[Mutant], reach: Reached, cases: Cases, effort: Effort, target: Path
) -> None:
    begun = time.monotonic()
    with target.open("w") as kept:
        for number, result in enumerate(results(module, chosen, reach, cases, effort), 1):
            kept.write(json.dumps([*result.mutant.key, result.outcome, result.by, result.asked]) + "\n")
            kept.flush()
            if number % 20 == 0:
                print(f"  {number} of {len(chosen)} in {time.monotonic() - begun:.0f} s", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    effort = Effort(asked.questions, asked.seconds, asked.seed)
    reach, cases, excused = reached(tests=effort.seconds > 0), recorded(), known()
    totals, fresh = Counter[str](), 0
    for name in asked.modules or SEMANTICS:
        module = name if "." in name else f"propolis.semantics.{name}"
        every = mutants(module, _path(module).read_bytes())
        drawn = _drawn(every, asked)
        chosen = [mutant for mutant in drawn if mutant.key not in excused]
        known_ones = (
            f", {len(drawn) - len(chosen)} more are known to live" if len(drawn) > len(chosen) else ""
        )
        print(f"{module}: {len(chosen)} of {len(every)} mutants{known_ones}", flush=True)
        found = _shared(module, chosen, reach, cases, effort, asked.jobs)
        counts = Counter(outcome for *_, outcome, _, _ in found)
        totals += counts
        print("  " + _counted(counts))
        for *key, outcome, _, number in found:
            if outcome in (SURVIVED, UNREACHED):
                fresh += 1
                _, function, before, after = key
                print(
                    f"  {outcome} ({number} asked) in {function or 'the module'}\n    - {before}\n    + {after}"
                )
    print(f"{sum(totals.values())} mutants: {_counted(totals)}")
    print(f"{fresh} survivors are not in {SURVIVORS.relative_to(ROOT)}")
    return 1 if fresh else 0


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def _drawn(every: Sequence[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    found = [mutant for mutant in every if not asked.function or mutant.function == asked.function]
    if asked.again and found:
        last = BUILD / f"{found[0].module}.jsonl"
        lived = {
            tuple(key)
            for *key, outcome, _, _ in map(json.loads, last.open())
            if outcome in (SURVIVED, UNREACHED)
        }
        return [mutant for mutant in found if mutant.key in lived]
    if asked.all or len(found) <= asked.sample:
        return found
    drawn = random.Random(asked.seed).sample(range(len(found)), asked.sample)
    return [found[number] for number in sorted(drawn)]


def _shared(
    module: str, chosen: Sequence[Mutant], reach: Reached, cases: Cases, effort: Effort, jobs: int
) -> list[list[Any]]:
    """The results for *chosen* by *jobs* processes; they are kept in build/mutation for `--again`."""
    _in_processes([partial(_check_unchanged, module, reach, cases, effort)])
    parts = [BUILD / f"{module}.{job}.part" for job in range(jobs)]
    for part in parts:
        part.unlink(missing_ok=True)
    _in_processes(
        [
            partial(_judge_all, module, chosen[job::jobs], reach, cases, effort, part)
            for job, part in enumerate(parts)
        ]
    )
    lines = [line for part in parts for line in part.read_text().splitlines()]
    (BUILD / f"{module}.jsonl").write_text("\n".join(lines) + "\n")
    return [json.loads(line) for line in lines]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation.run", description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="names of modules of semantics, or dotted names of others")
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample")
    parser.add_argument(
        "--again", action="store_true", help="only those that lived in the last run of the module"
    )
    parser.add_argument("--sample", type=int, default=60, help="so many mutants of each module (60)")
    parser.add_argument(
        "--function", default="", help="only mutants of this function (Class.name for a method)"
    )
    parser.add_argument("--questions", type=int, default=150, help="at most so many for one mutant (150)")
    parser.add_argument("--seconds", type=float, default=4, help="of tests, at most, for one mutant (4)")
    parser.add_argument("--seed", type=int, default=0, help="draws the sample and the questions (0)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests")]
    sys.exit(main())
