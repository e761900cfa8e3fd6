"""Change our own code in one place at a time, and see whether the tests notice.

    python -m mutation.run                              # the modules of semantics, a sample of the mutants
    python -m mutation.run reference cells --all        # every mutant of two of them
    python -m mutation.run bounds --function conflict   # those of one function
    python -m mutation.run --all --minutes 30           # as many of all as there is time for; again: the next ones

Each mutant is judged in a process of its own, in which it takes the place of a function that is loaded already
(mutation.swap) or, where it changes more, is imported in the place of its module: by questions whose answers are known
(mutation.judges), and if none of them notices by the tests of pytest, always only by such as reach the changed line,
and only until the first one fails. Results are kept in build/mutation as they come, and what was judged of the same
sources is not judged again. What survives must stand in mutation/survivors.yaml with a reason. Exit code 0: it does;
1: there is something new.
"""

import argparse
import ast
import gzip
import importlib
import importlib.util
import json
import math
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
from types import FrameType
from typing import Any, NamedTuple

import yaml

from mutation.mutants import Mutant, mutants
from mutation.swap import changed_function

HERE = Path(__file__).parent
ROOT = HERE.parent
BUILD = ROOT / "build" / "mutation"
SURVIVORS = HERE / "survivors.yaml"
CASES = (*(ROOT / "tests" / "truth" / "cases").glob("*.jsonl.gz"), ROOT / "oracle" / "lessons.jsonl.gz")
SEMANTICS = (
    "reference",
    "hits",
    "proxied",
    "facts",
    "authentication",
    "entries",
    "parsers",
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
    "nearest",
    "beside",
    "remedies",
    "sayings",
)
TESTS = (
    *(
        "truth/test_told.py",
        "truth/test_identities.py",
        "truth/test_refusals.py",
        "truth/test_translated.py",
        "truth/test_authentication.py",
        "truth/test_conflicts.py",
        "truth/test_isolated.py",
        "truth/test_defective_releases.py",
    ),
    *("agreement/test_kinds.py", "agreement/test_nearest.py", "agreement/test_strangers.py"),
    *("claims", "commands", "diff", "lint", "profile"),
    *("cli/test_grpc_paths.py", "laws/test_grpc_calls.py"),
)
"""The tests that may judge what the questions let pass."""
WRITTEN = ("vectors", "clauses", "recorded versions", "recorded validation")
"""The beginnings of the names of questions that somebody wrote for one rule."""
MOST_MEMORY = 3 << 30


class Effort(NamedTuple):
    """How many seconds of questions and of tests are asked about one mutant, at most, of all that reach its line.

    Those that noticed others have a third of the time for questions; then come cases that somebody wrote for one rule,
    each kind in an order drawn with *seed*; then tests: those that run little else than the module, the shortest first.
    """

    questions: float
    tests: float
    seed: int


class Judge(NamedTuple):
    """A question or a test, and the seconds that it takes."""

    name: str
    seconds: float
    is_test: bool


class Reached:
    """Which of *judges* run each line of each file."""

    def __init__(self, judges: list[Judge], by_line: Mapping[str, Mapping[int, frozenset[int]]]) -> None:
        self.judges = judges
        self.by_line = by_line
        self._shares: dict[str, Mapping[int, float]] = {}

    def of(self, module: str) -> Mapping[int, frozenset[int]]:
        """Who runs each line of *module*."""
        return self.by_line.get(str(_path(module).relative_to(ROOT)), {})

    def shares(self, module: str) -> Mapping[int, float]:
        """How much of what each judge runs is *module*, to a tenth."""
        if module not in self._shares:
            own, every = (
                Counter(number for of_file in files for judges in of_file.values() for number in judges)
                for files in ([self.of(module)], self.by_line.values())
            )
            self._shares[module] = {number: round(own[number] / every[number], 1) for number in every}
        return self._shares[module]


Cases = dict[str, list[dict[str, Any]]]
"""The recorded cases, by file."""


Questions = Mapping[str, Callable[[], None]]
"""By name; each raises when it notices."""


class Result(NamedTuple):
    """*by*: what noticed the mutant; "" if nothing did. *asked*: how many judges that reach it were asked."""

    mutant: Mutant
    outcome: str
    by: str
    asked: int


Kept = dict[tuple[str, ...], tuple[str, str, int]]
"""Outcome, judge and number of judges asked, by the key of a mutant."""

KILLED, SURVIVED, SLOW, UNREACHED = "killed", "survived", "timed out", "not reached"


# --- what reaches what ---


def recorded() -> Cases:
    found: Cases = {}
    for path in sorted(CASES):
        with gzip.open(path, "rt") as lines:
            found[path.name.partition(".")[0]] = [json.loads(line) for line in lines]
    return found


def reached(room: str, by: tuple[str, ...], *, tests: bool) -> Reached:
    """Which judges run which lines of the package *room*: measured once for each state of the sources, for each new
    question and each file of tests whose folder has changed.

    *by*: words in the names of those that are asked, one of which is enough; *tests*: whether tests are judges too.
    """
    kept = BUILD / f"reached-{room}-{_digest()}.json"
    BUILD.mkdir(parents=True, exist_ok=True)
    _in_processes([partial(_measure, kept, room, by, ())])
    if tests:
        files = [path for path in _test_files() if _is_meant(str(path.relative_to(ROOT)), by)]
        _in_processes([partial(_measure, kept, room, by, files)])
    raw = json.loads(kept.read_text())
    judges = [Judge(*judge) for judge in raw["judges"]]
    meant = frozenset(
        n for n, judge in enumerate(judges) if _is_meant(judge.name, by) and (tests or not judge.is_test)
    )
    by_line = {
        file: {int(line): meant.intersection(found) for line, found in lines.items()}
        for file, lines in raw["by_line"].items()
    }
    return Reached(judges, by_line)


def _is_meant(name: str, by: tuple[str, ...]) -> bool:
    return any(word in name for word in by)


def _digest(paths: Iterable[Path] | None = None) -> str:
    """Of the files at *paths*; of all sources without any."""
    digest = sha256()
    for path in sorted((ROOT / "src").rglob("*.py") if paths is None else paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _measure(kept: Path, room: str, by: tuple[str, ...], files: Iterable[Path]) -> None:
    """Adds to *kept* what it does not hold yet, of the questions and of the tests in *files*."""
    import coverage
    import pytest

    before = json.loads(kept.read_text()) if kept.exists() else {"judges": [], "by_line": {}, "files": {}}
    judges = [Judge(*judge) for judge in before["judges"]]
    written = {str(path.relative_to(ROOT)): _digest_of_folder(path) for path in files}
    tests = sorted(name for name, digest in written.items() if before["files"].get(name) != digest)
    gone = {number for number, judge in enumerate(judges) if judge.name.partition("::")[0] in tests}
    measuring = coverage.Coverage(data_file=None, source=[str(ROOT.joinpath("src", *room.split(".")))])
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

    measured = {judge.name for judge in judges}
    every = {name: ask for name, ask in questions(recorded()).items() if _is_meant(name, by)}
    asked = {name: ask for name, ask in every.items() if name not in measured}
    if not asked and not tests:
        return
    print(f"measuring what {len(asked)} questions and {len(tests)} files of tests reach", flush=True)
    for name, ask in asked.items():
        begin(name)
        ask()
        end(name, is_test=False)
    if tests and _pytest([*tests, "-x"], Watch()) != 0:
        raise SystemExit("the tests fail without any mutant: see `make check`")
    measuring.stop()
    numbers = {judge.name: number for number, judge in enumerate(judges)}
    data = measuring.get_data()
    by_line = {
        file: {line: [number for number in found if number not in gone] for line, found in lines.items()}
        for file, lines in before["by_line"].items()
    }
    for file in data.measured_files():
        lines = by_line.setdefault(str(Path(file).relative_to(ROOT)), {})
        for line, names in data.contexts_by_lineno(file).items():
            lines.setdefault(str(line), []).extend(numbers[name] for name in names if name in numbers)
    files_ = {**before["files"], **written}
    kept.write_text(json.dumps({"judges": judges, "by_line": by_line, "files": files_}))


def _test_files() -> Iterator[Path]:
    for path in (ROOT / "tests" / name for name in TESTS):
        yield from path.rglob("test_*.py") if path.is_dir() else (path,)


def _digest_of_folder(path: Path) -> str:
    """Of all that a file of tests may read: the folder of `tests` where it stands."""
    folder = ROOT / "tests" / path.relative_to(ROOT / "tests").parts[0]
    return _digest(each for each in folder.rglob("*") if each.suffix not in ("", ".pyc"))


def _forget_answers() -> None:
    """Empties what our functions keep, so that each judge is seen to run what it needs."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("propolis.semantics", "propolis.peers", "propolis.requests")):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _pytest(arguments: Sequence[str], *plugins: object) -> int:
    import pytest

    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not deep", "--no-header"]
    return int(pytest.main([*plain, "--assert=plain", *arguments], plugins=list(plugins)))


def _with_tests(names: Iterable[str], work: Callable[[Questions], None]) -> None:
    """Calls *work* with the tests of the files of *names* as questions, once all of them are collected."""
    import pytest

    class Then:
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            work({item.nodeid: partial(_run, item) for item in session.items})
            return True

    files = sorted({name.partition("::")[0] for name in names})
    if not files:
        work({})
    elif _pytest(["-s", *files], Then()) != 0:
        raise RuntimeError("pytest failed")


def _run(item: Any) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    if item.session.testsfailed:
        raise AssertionError(item.nodeid)


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


Ask = Callable[[], Questions]
"""Puts a mutant in its place, and returns the judges that are loaded, by name."""


def judged(asked: Sequence[Judge], ask: Ask) -> tuple[str, str]:
    """The outcome for a mutant, and the judge that noticed it. The questions are asked before the tests."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _die_quietly(asked, ask, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        words = said.read()
    _, status = os.waitpid(child, 0)
    last = words.rpartition("\n")[2] if words else "import"
    if os.WIFSIGNALED(status):
        return (SLOW if os.WTERMSIG(status) == signal.SIGPROF else KILLED), last
    return (SURVIVED, "") if os.WEXITSTATUS(status) == 0 else (KILLED, last)


def _die_quietly(asked: Sequence[Judge], ask: Ask, writing: int) -> None:
    code = 1
    try:
        nothing = os.open(BUILD / f"said-{os.getppid()}.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        signal.setitimer(signal.ITIMER_PROF, 30)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        _asked(asked, ask(), writing)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _asked(asked: Sequence[Judge], known: Questions, writing: int) -> None:
    """Asks those of *asked* that are *known*, then the tests among the others."""

    def ask(judges: Sequence[Judge], known: Questions) -> None:
        for judge in judges:
            if judge.name in known:  # what has gone since it was measured says nothing
                os.write(writing, f"\n{judge.name}".encode())
                signal.setitimer(signal.ITIMER_PROF, 2 + 5 * judge.seconds)
                known[judge.name]()

    ask(asked, known)
    signal.setitimer(signal.ITIMER_PROF, 30)
    tests = [judge for judge in asked if judge.is_test and judge.name not in known]
    _with_tests((judge.name for judge in tests), partial(ask, tests))


# --- all of them ---


class Before(NamedTuple):
    """What is known before a mutant is judged.

    *kills*: how many others each judge has noticed; *last*: the one that noticed it when it was judged before, if any.
    """

    kills: Mapping[int, int]
    last: str


def judges_of(mutant: Mutant, reach: Reached, before: Before, effort: Effort) -> list[Judge]:
    """Who is asked about *mutant*: those that reach its line; those that reach its module at all where nobody does,
    as with a constant, a default or a field, which are worked out when the module is imported.
    """
    lines = reach.of(mutant.module)
    numbers = sorted(
        next((lines[line] for line in mutant.lines if lines.get(line)), None)
        or frozenset().union(*lines.values())
    )
    random.Random(effort.seed).shuffle(numbers)
    questions = [n for n in numbers if not reach.judges[n].is_test]
    questions.sort(key=lambda n: -before.kills.get(n, 0))
    first = dict.fromkeys(_within(effort.questions / 3, (n for n in questions if n in before.kills), reach))
    rest = [n for n in questions if n not in first]
    rest.sort(key=lambda n: not reach.judges[n].name.startswith(WRITTEN))
    tests = [n for n in numbers if reach.judges[n].is_test]
    shares = reach.shares(mutant.module)
    tests.sort(key=lambda n: (-before.kills.get(n, 0), -shares[n], reach.judges[n].seconds))
    asked = [
        *first,
        *_within(effort.questions * 2 / 3, rest, reach),
        *_within(effort.tests, tests, reach),
    ]
    asked.sort(key=lambda n: (reach.judges[n].name != before.last, -before.kills.get(n, 0)))
    return [reach.judges[n] for n in asked]


def _within(seconds: float, numbers: Iterable[int], reach: Reached) -> Iterator[int]:
    for number in numbers:
        if reach.judges[number].seconds <= seconds:
            seconds -= reach.judges[number].seconds
            yield number


def results(
    chosen: Sequence[Mutant],
    reach: Reached,
    before: Kept,
    effort: Effort,
    put: Callable[[Mutant], Questions],
) -> Iterator[Result]:
    """Judges *chosen*; *before*: what was found out about mutants of the module, of whatever sources."""
    numbers = {judge.name: number for number, judge in enumerate(reach.judges)}
    kills = Counter(numbers[by] for _, by, _ in before.values() if by in numbers)
    for mutant in chosen:
        last = before[mutant.key][1] if mutant.key in before else ""
        asked = judges_of(mutant, reach, Before(kills, last), effort)
        if not asked:
            yield Result(mutant, UNREACHED, "", 0)
            continue
        outcome, by = judged(asked, partial(put, mutant))
        if by in numbers:
            kills[numbers[by]] += 1
        yield Result(mutant, outcome, by, len(asked))


def _imported(cases: Cases, mutant: Mutant) -> Questions:
    sys.meta_path.insert(0, _Changed(mutant.module, _path(mutant.module), mutant.source))
    return _loaded(mutant.module, cases)


def _swapped(known: Questions, mutant: Mutant) -> Questions:
    found = changed_function(mutant.module, _path(mutant.module).read_bytes(), mutant.source)
    assert found is not None
    function, function.__code__ = found
    _forget_answers()
    return known


def _loaded(module: str, cases: Cases) -> Questions:
    """The questions, with all that they need imported, and *module*."""
    known: Questions = importlib.import_module("mutation.judges").questions(cases)
    importlib.import_module(module)
    return known


def _with_everything(module: str, cases: Cases, reach: Reached, work: Callable[[Questions], None]) -> None:
    """Calls *work* with the questions and those of the tests that reach *module*, with all that they need imported."""
    known = _loaded(module, cases)
    lines = reach.of(module)
    judges = [reach.judges[number] for number in frozenset().union(*lines.values())]
    tests = [judge.name for judge in judges if judge.is_test]
    _with_tests(tests, lambda found: work({**known, **found}))


def _by_need(module: str, chosen: Sequence[Mutant], reach: Reached, cases: Cases, target: Path) -> None:
    """Writes to *target* which of *chosen*, by number, have to be imported anew: all but changes of one function.

    A function that runs while modules are imported or tests collected counts as more than itself.
    """
    ran: set[str] = set()
    path = str(_path(module))

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == path:
            ran.add(frame.f_code.co_qualname)

    sys.setprofile(note)
    _with_everything(module, cases, reach, lambda _: sys.setprofile(None))
    source = _path(module).read_bytes()
    whole = []
    for number, mutant in enumerate(chosen):
        found = changed_function(module, source, mutant.source)
        if found is None or found[0].__code__.co_qualname in ran:
            whole.append(number)
    target.write_text(json.dumps(whole))


def _check_unchanged(module: str, reach: Reached, cases: Cases, effort: Effort) -> None:
    """Nobody may notice what is no change: or every mutant would seem to be noticed."""
    asked = judges_of(Mutant(module, "", "", "", (), b""), reach, Before({}, ""), effort)

    found: list[tuple[str, str]] = []
    _with_everything(module, cases, reach, lambda known: found.append(judged(asked, lambda: known)))
    for outcome, by in found:
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


def _results_of(module: str) -> Path:
    return BUILD / f"{module}.jsonl"


def _kept(module: str, digest: str = "") -> Kept:
    """What was found out about mutants of *module*, the last word about each; with *digest*, of these sources alone."""
    path = _results_of(module)
    lines = map(json.loads, path.read_text().splitlines() if path.exists() else ())
    return {
        tuple(key): (outcome, by, asked)
        for *key, outcome, by, asked, sources in lines
        if not digest or sources == digest
    }


class Work(NamedTuple):
    """*chosen* mutants of one module to be judged until *deadline*, a time of the monotonic clock.

    *digest*: of the sources that they are mutants of.
    """

    module: str
    chosen: Sequence[Mutant]
    deadline: float
    digest: str


def _judge_all(work: Work, reach: Reached, cases: Cases, effort: Effort, *, whole: bool) -> None:
    """Judges the mutants of *work*; *whole*: those for which the module has to be imported anew.

    What the module imports is imported once, and what imports it too, unless *whole*.
    """
    begun = time.monotonic()
    before = _kept(work.module)

    def judge(put: Callable[[Mutant], Questions]) -> None:
        with _results_of(work.module).open("a") as kept:
            for number, result in enumerate(results(work.chosen, reach, before, effort, put), 1):
                found = [*result.mutant.key, result.outcome, result.by, result.asked, work.digest]
                kept.write(json.dumps(found) + "\n")
                kept.flush()
                now = time.monotonic()
                if number % 20 == 0:
                    print(f"  {number} of {len(work.chosen)} in {now - begun:.0f} s", flush=True)
                if now > work.deadline:
                    return

    if whole:
        _import_below(work.module)
        judge(partial(_imported, cases))
    else:
        _with_everything(work.module, cases, reach, lambda known: judge(partial(_swapped, known)))


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    effort = Effort(asked.questions, asked.tests, asked.seed)
    cases, digest = recorded(), _digest()
    modules = [name if "." in name else f"propolis.semantics.{name}" for name in asked.modules or SEMANTICS]
    works = {module: _to_judge(module, asked, digest) for module in modules}
    rooms = {module.rpartition(".")[0] for module in modules if works[module]}
    reach = {room: reached(room, tuple(asked.by), tests=effort.tests > 0) for room in sorted(rooms)}
    end = time.monotonic() + 60 * asked.minutes if asked.minutes else math.inf
    for position, module in enumerate(modules):
        now, rest = time.monotonic(), sum(len(works[name]) for name in modules[position:])
        deadline = now + (end - now) * len(works[module]) / max(rest, 1)
        print(f"{module}: {len(works[module])} mutants to judge", flush=True)
        if works[module]:
            work = Work(module, works[module], deadline, digest)
            _shared(work, reach[module.rpartition(".")[0]], cases, effort, asked.jobs)
    return _told(modules, asked, digest)


def _to_judge(module: str, asked: argparse.Namespace, digest: str) -> list[Mutant]:
    """The mutants that are asked for and neither known to live nor judged already, in a random order."""
    every = mutants(module, _path(module).read_bytes())
    found = [mutant for mutant in every if not asked.function or mutant.function == asked.function]
    random.Random(asked.seed).shuffle(found)
    if not asked.all:
        found = found[: asked.sample]
    excused, judged_before = known(), _kept(module, digest)
    if asked.again:
        lived = {key for key, (outcome, *_) in _kept(module).items() if outcome in (SURVIVED, UNREACHED)}
        return [mutant for mutant in every if mutant.key in lived and mutant.key not in excused]
    return [mutant for mutant in found if mutant.key not in excused and mutant.key not in judged_before]


def _told(modules: Sequence[str], asked: argparse.Namespace, digest: str) -> int:
    """Prints what is known of the mutants of *modules*, as a page, with every one that lives without a reason."""
    excused, totals, fresh = known(), Counter[str](), []
    page = [
        f"# Mutants of these sources ({digest}), drawn with seed {asked.seed}\n",
        "| module | mutants | judged | killed | timed out | known to live | live without a reason |",
        "|---|---|---|---|---|---|---|",
    ]
    for module in modules:
        every = {mutant.key for mutant in mutants(module, _path(module).read_bytes())}
        excused_here = excused.keys() & every
        kept = {
            key: found
            for key, found in _kept(module, digest).items()
            if key in every and key not in excused_here
        }
        lived = {key: found for key, found in kept.items() if found[0] in (SURVIVED, UNREACHED)}
        fresh += lived.items()
        outcomes = Counter(outcome for outcome, *_ in kept.values())
        row = Counter(
            mutants=len(every),
            judged=len(kept) + len(excused_here),
            killed=outcomes[KILLED],
            slow=outcomes[SLOW],
            known=len(excused_here),
            fresh=len(lived),
        )
        totals += row
        page.append(_row(module.removeprefix("propolis."), row))
    page.append(_row("all", totals))
    for (module, function, before, after), (outcome, _, number) in sorted(fresh):
        where = f"`{module.rpartition('.')[2]}`, {function or 'the module'}"
        page.append(f"\n{where}: {outcome} ({number} asked)\n\n    - {before}\n    + {after}")
    print("\n".join(page))
    if asked.report:
        asked.report.write_text("\n".join(page) + "\n")
    return 1 if fresh else 0


def _row(name: str, counts: Mapping[str, int]) -> str:
    cells = (counts[column] for column in ("mutants", "judged", "killed", "slow", "known", "fresh"))
    return f"| {name} | " + " | ".join(f"{count:,}" for count in cells) + " |"


def _shared(work: Work, reach: Reached, cases: Cases, effort: Effort, jobs: int) -> None:
    """Judges by *jobs* processes; results are kept in build/mutation as they come."""
    _in_processes([partial(_check_unchanged, work.module, reach, cases, effort)])
    need = BUILD / f"{work.module}.whole"
    _in_processes([partial(_by_need, work.module, work.chosen, reach, cases, need)])
    whole = set(json.loads(need.read_text()))
    parts = {
        kind: [mutant for number, mutant in enumerate(work.chosen) if (number in whole) is kind]
        for kind in (False, True)
    }
    for kind, part in parts.items():
        now = time.monotonic()
        # what has to be imported anew takes longer, and gets its share of the time
        share = 1.0 if kind else len(part) / (len(part) + 4 * len(parts[True]) or 1)
        deadline = now + (work.deadline - now) * share if part else now
        _in_processes(
            [
                partial(
                    _judge_all,
                    work._replace(chosen=part[job::jobs], deadline=deadline),
                    reach,
                    cases,
                    effort,
                    whole=kind,
                )
                for job in range(jobs if part else 0)
            ]
        )


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation.run", description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="names of modules of semantics, or dotted names of others")
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample")
    parser.add_argument(
        "--again", action="store_true", help="only those that lived in the last run of the module"
    )
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many; go on by calling again")
    parser.add_argument("--sample", type=int, default=60, help="so many mutants of each module (60)")
    parser.add_argument(
        "--function", default="", help="only mutants of this function (Class.name for a method)"
    )
    parser.add_argument(
        "--questions", type=float, default=3, metavar="SECONDS", help="at most, for one mutant (3)"
    )
    parser.add_argument(
        "--tests", type=float, default=4, metavar="SECONDS", help="at most, for one mutant (4)"
    )
    parser.add_argument(
        "--by",
        nargs="*",
        default=[""],
        metavar="WORD",
        help="only questions and tests with one of these words in their names",
    )
    parser.add_argument("--seed", type=int, default=0, help="draws the sample and the questions (0)")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write what is printed at the end there too"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests")]
    sys.exit(main())
