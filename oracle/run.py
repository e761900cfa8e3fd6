"""Put fresh random cases to Cilium's own policy engine and to ours, and keep what they disagree on.

    python -m oracle.run                        # every release, at least 120,000 flows together
    python -m oracle.run --version 1.20.2 --flows 20000 --seed 7
    python -m oracle.run --record tests/truth/cases   # the recorded cases of this repository, anew

A case that they disagree on is cut down to what matters and written to build/oracle/, in the format of
tests/truth/cases. Exit code 0: they agree; 1: they do not; 3: there is no Go, or it could not build.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from shutil import which
from typing import Any

from oracle.cases import FLOWS_IN_A_CASE, RELEASES, Object, flow_case, validation_case
from oracle.mixtures import mixtures
from oracle.questions import questions
from propolis.commands.conform import Agreement, Disagreement, agreement
from propolis.model.settings import Settings

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "oracle"
CHUNK = 100
"""Cases that one process of the real engine answers."""
KEPT = 40
"""So many disagreeing cases of a release are cut down and kept."""

Ask = Callable[[Sequence[Object]], list[Object]]


class EngineError(Exception):
    """The real engine could not be built or did not answer."""


def engine(release: str) -> Path:
    """The program that answers with Cilium *release*, built when its sources are newer."""
    go = which("go")
    if go is None:
        raise EngineError("`make oracle` needs Go (the version that oracle/engine/versions/*.mod name)")
    minor = release.rpartition(".")[0].replace(".", "_")
    target = BUILD / f"engine-{release}"
    BUILD.mkdir(parents=True, exist_ok=True)
    command = [
        go,
        "build",
        f"-modfile=versions/{release}.mod",
        "-tags",
        f"cilium_{minor}",
        "-o",
        str(target),
        ".",
    ]
    done = subprocess.run(command, cwd=HERE / "engine", capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"the engine of Cilium {release} could not be built:\n{done.stderr.strip()}")
    return target


def answered(program: Path, cases: Sequence[Object]) -> list[Object]:
    """*cases* with the answers of the real engine."""
    lines = "\n".join(map(json.dumps, cases))
    done = subprocess.run([str(program)], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"{program.name} stopped: {done.stderr.strip()[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def compared(cases: Sequence[Object]) -> Agreement:
    return agreement(cases, Settings())


def chunk(program: Path, release: str, seed: int, first: int) -> tuple[Agreement, list[Object]]:
    """One piece of the run: fresh cases answered by both, and the cases that they disagree on."""
    numbers = range(first, first + CHUNK)
    fresh = [make(seed, n, release) for n in numbers for make in (flow_case, validation_case)]
    cases = answered(program, fresh)
    found = compared(cases)
    names = {disagreement.case for disagreement in found.disagreements}
    return found, [case for case in cases if case["id"] in names]


# --- cutting down ---


def reduced(case: Object, ask: Ask) -> Object:
    """*case* with one flow at most, and without policies and identities that its disagreement does not need."""
    if "flows" in case:
        titles = {d.question for d in compared([case]).disagreements}
        asked = [flow for flow in case["flows"] if any(title.startswith(_title(flow)) for title in titles)]
        case = case | {"flows": asked[:1]}
    for part in ("policies", "identities"):
        for position in reversed(range(len(case.get(part, ())))):
            smaller = case | {part: [one for n, one in enumerate(case[part]) if n != position]}
            if _is_complete(smaller):
                tried = ask([smaller])
                if compared(tried).disagreements:
                    case = tried[0]
    return case


def _title(flow: Object) -> str:
    return f"{flow['subject']} {flow['dir']} {flow['peer']} {flow['proto']} {flow['port']}"


def _is_complete(case: Object) -> bool:
    known = {identity["id"] for identity in case["identities"]}
    return all({flow["subject"], flow["peer"]} <= known for flow in case["flows"])


# --- the run ---


def kept(path: Path, cases: Iterable[Object]) -> None:
    """Write *cases* whole or not at all, with the same bytes for the same cases."""
    text = "".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(gzip.compress(text.encode(), mtime=0))
    beside.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    cases_each = -(-options.flows // (FLOWS_IN_A_CASE * len(options.releases)))
    disagreed = False
    try:
        if options.record:
            recorded(options.record, options.releases)
            return 0
        for release in options.releases:
            disagreed |= not asked(release, options.seed, cases_each, options.jobs)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    return int(disagreed)


SAMPLE = 80
"""So many fresh cases of each kind and release are recorded for the tests that need no Go."""


def recorded(folder: Path, releases: Sequence[str]) -> None:
    """A sample of fresh cases of each release into *folder*; all questions and mixtures beside this file, anew."""
    learned: list[Object] = []
    for release in releases:
        program = engine(release)
        fresh = [make(1, n, release) for make in (flow_case, validation_case) for n in range(SAMPLE)]
        kept(
            folder / f"oracle_{release.rpartition('.')[0].replace('.', '_')}.jsonl.gz",
            answered(program, fresh),
        )
        learned += answered(program, [*questions(release), *mixtures(release)])
    kept(HERE / "lessons.jsonl.gz", learned)


def asked(release: str, seed: int, cases: int, jobs: int) -> bool:
    """Whether both engines agree on *cases* fresh cases of *release*; what they differ on is kept."""
    began = time.monotonic()
    program = engine(release)
    built = time.monotonic() - began
    total, flows, different = 0, 0, []
    disagreements: list[Disagreement] = []
    for found, cases_ in _chunks(program, release, seed, cases, jobs):
        total += found.asked
        flows += CHUNK * FLOWS_IN_A_CASE
        disagreements += found.disagreements
        different += cases_
        print(f"\r{release}: {flows:,} flows", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    agreed = Agreement(total, tuple(disagreements)).agreed
    seconds = time.monotonic() - began - built
    print(f"{release}: agree {agreed:,} of {total:,} ({flows:,} fresh flows, seed {seed}; "
          f"built in {built:.0f} s, asked in {seconds:.0f} s)", flush=True)  # fmt: skip
    path = BUILD / f"disagreements-{release}.jsonl.gz"
    path.unlink(missing_ok=True)
    if different:
        kept(path, [reduced(case, lambda some: answered(program, some)) for case in different[:KEPT]])
        print(f"{release}: {len(different)} cases differ; see {os.path.relpath(path)}", flush=True)
    return not different


def _chunks(
    program: Path, release: str, seed: int, cases: int, jobs: int
) -> Iterator[tuple[Agreement, list[Object]]]:
    with ProcessPoolExecutor(jobs) as pool:
        firsts = range(0, cases, CHUNK)
        try:
            yield from pool.map(
                chunk, *zip(*((program, release, seed, first) for first in firsts), strict=True)
            )
        finally:
            pool.shutdown(cancel_futures=True)


def _options(arguments: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--flows", type=int, default=120_000, help="at least so many, over all releases (120000)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, other cases (1)")
    parser.add_argument(
        "--version", dest="releases", action="append", choices=RELEASES, help="only this release"
    )
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="write the cases of the tests and stop")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    options.releases = options.releases or list(RELEASES)
    return options


if __name__ == "__main__":
    sys.exit(main())
