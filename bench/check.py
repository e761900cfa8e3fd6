"""How long `propolis check` takes on a repository of policies, cold and warm, as a multiple of yaml.CSafeLoader.

    python bench/check.py                # 1,000 policies
    python bench/check.py 5000
    python bench/check.py 5000 --world   # their workloads too
    python bench/check.py 5000 --stages  # seconds of every rule, in one process without a cache

Each policy has a file of its own; every tenth has a fault. Every line is a command in a process of its own, from its
start to its end; `one file changed` is a warm run after an edit.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cluster import manifests

FAULTS = (
    ("  ingress:\n", "  ingres:\n"),
    ('path: "/', 'path: "'),
    ("protocol: TCP", "protocol: tcpp"),
    ("method: GET", "method: get"),
    ("  ingress:\n  - fromEndpoints:\n", "  ingress:\n  - fromEntities: [all]\n  - fromEndpoints:\n"),
    ("  ingress:\n", "  ingress: []\n  egressDeny:\n  - toEntities: [world]\n  ingressDeny:\n"),
    ('{port: "8080", protocol: TCP}', "{port: 8080, protocol: TCP}"),
    ("matchName: api-", 'matchPattern: "*"\n    - matchName: api-'),
)
"""A text and what a slip makes of it."""
ONE_IN = 10


CALLERS = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: callers}
spec:
  endpointSelector:
    matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [gateway, prometheus]}]
  egress:
  - toEndpoints: [{}]
"""
"""Lets out whom every application lets in: without it, half of all paths are cut."""


def repository(policies: int, world: bool) -> Iterator[tuple[str, str]]:
    """(file name, YAML text), one file for each policy."""
    number = 0
    yield "callers.yaml", CALLERS
    for name, text in manifests(policies):
        for place, document in enumerate(text.split("---\n")):
            if "NetworkPolicy" not in document:
                if world:
                    yield f"{name}-{place:03}.yaml", document
                continue
            number += 1
            document = document.replace('+"}\n', '+(\\\\?.*)?"}\n')
            if number % ONE_IN == 0:
                document = document.replace(*FAULTS[number // ONE_IN % len(FAULTS)], 1)
            yield f"{name}-{place:03}.yaml", document


def written(folder: Path, policies: int, world: bool) -> tuple[int, int]:
    """How many files were written, and their bytes."""
    files = size = 0
    for name, text in repository(policies, world):
        (folder / name).write_text(text)
        files, size = files + 1, size + len(text.encode())
    return files, size


class Taken(NamedTuple):
    """Seconds on the clock, of the processors (workers included), and what was written to stdout."""

    clock: float
    processor: float
    output: str


def taken(command: list[str], cache: Path) -> Taken:
    before = _processor_seconds()
    begun = time.perf_counter()
    environment = {**os.environ, "PROPOLIS_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment)
    seconds = time.perf_counter() - begun
    if done.returncode > 2:
        raise SystemExit(f"{command} failed with {done.returncode}")
    return Taken(seconds, _processor_seconds() - before, done.stdout.decode())


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


REFERENCE = """
import sys, yaml, pathlib
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    list(yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader))
"""


def report(policies: int, world: bool) -> None:
    with TemporaryDirectory() as place:
        folder, cache = Path(place) / "policies", Path(place) / "cache"
        folder.mkdir()
        files, size = written(folder, policies, world)
        print(f"{policies:,} policies: {size / 1e6:.1f} MB of YAML in {files:,} files")
        base = taken([sys.executable, "-c", REFERENCE, str(folder)], cache)
        command = [sys.executable, "-m", "propolis", "check", str(folder), "--format", "json"]
        taken([*command[:4], str(folder / "callers.yaml")], cache)  # Python compiles what is new to it
        lines = {"yaml.CSafeLoader": base}
        lines["cold"] = taken(command, cache)
        lines["warm"] = taken(command, cache)
        changed = min(folder.iterdir())
        changed.write_text(changed.read_text() + "# changed\n")
        lines["one file changed"] = taken(command, cache)
        found = {name: line.output for name, line in lines.items() if line is not base}
        if len(set(found.values())) > 1:
            raise SystemExit("the cache changes what is found")
        print(f"{'':18} {'clock':>9} {'processors':>11} {'ratio':>7}")
        for name, line in lines.items():
            ratio = line.processor / base.processor
            print(f"{name:18} {line.clock:7.2f} s {line.processor:9.2f} s {ratio:7.2f}")
        print(f"{len(json.loads(found['cold'])['findings']):,} findings; ratio: of the processors' seconds")


def stages(policies: int, world: bool) -> None:
    """What reading takes, and every rule."""
    from propolis.lint.context import Context, Evidence
    from propolis.lint.mending import mended
    from propolis.lint.rule import Needs, rules
    from propolis.manifest import Source, read
    from propolis.model.policy import Direction
    from propolis.model.settings import DEFAULT_VERSION, Settings

    def timed(name: str, begun: float) -> None:
        print(f"{name:32} {time.process_time() - begun:7.3f} s")

    begun = time.process_time()
    found = read([Source(*named) for named in repository(policies, world)], DEFAULT_VERSION)
    timed("read", begun)
    evidence = Evidence(
        found.documents,
        found.policies,
        found.problems,
        found.world if world else None,
        Settings(version=DEFAULT_VERSION),
    )
    in_text = []
    for needs in (Needs.DOCUMENT, Needs.WORLD):
        if needs is Needs.WORLD:
            begun = time.process_time()
            evidence = mended(evidence, in_text).evidence
            timed("mended", begun)
            begun = time.process_time()
            _ = evidence.engine.ruleset
            timed("ruleset", begun)
            begun = time.process_time()
            evidence.engine.selecting(evidence.engine.pods[0], Direction.INGRESS)
            timed("scene", begun)
        for name, rule in rules().items():
            if rule.NEEDS is needs:
                begun = time.process_time()
                in_text += rule.findings(Context(evidence).of_rule(name, rule.SEVERITY))
                timed(name, begun)


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:] if not text.startswith("-")]
    for size in sizes or [1_000]:
        (stages if "--stages" in sys.argv else report)(size, "--world" in sys.argv)
