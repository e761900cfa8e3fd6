"""What a whole cluster costs: read, compile, reach from everywhere to everywhere, ask once.

    python bench/resolve.py                     # 1,000 and 2,000 workloads
    python bench/resolve.py 10000 20000 50000
    python bench/resolve.py 10000 --vs-cilium   # beside Cilium's own engine (needs Go, see oracle/README.md)

Every size is measured in a process of its own, so that its peak of memory is its own. Two sizes of which one is twice
the other also give what a doubling costs. The reference is the reading of the same texts by yaml.CSafeLoader.

    read     text to policies and world, by two processes
    warm     the same once the cache has it
    compile  policies to rules in force, workloads to endpoints
    reach    which traffic passes between every two endpoints that exist, on every protocol and port
    ask      one flow, put to the reference engine
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from cluster import manifests

sys.path.append(str(Path(__file__).parent.parent))  # the oracle is no part of the package

PIECES = ("read", "warm", "compile", "reach", "ask")
DEFAULT = (1_000, 2_000)
GIVEN = "given"
RELEASE = "1.19.4"
"""Of the version that is judged by when nobody says which."""
FIRST_POD = 20_000
T = TypeVar("T")


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds on the clock, and what came of it."""
    gc.collect()
    gc.freeze()  # what was there before is looked through for cycles no more, as at the start of a command
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def measured(workloads: int) -> dict[str, float]:
    """Seconds of every piece, and the peak of memory in MB after all of them."""
    import yaml

    from propolis.cli import GARBAGE
    from propolis.manifest import Source, read
    from propolis.model.flow import Flow
    from propolis.model.settings import DEFAULT_VERSION, Settings
    from propolis.model.world import Endpoint
    from propolis.recall import Recall
    from propolis.recall.shelf import Shelf
    from propolis.semantics.endpoints import existing
    from propolis.semantics.reference import verdict
    from propolis.semantics.ruleset import Ruleset, ruleset
    from propolis.semantics.symbolic import decided

    gc.set_threshold(*GARBAGE)  # as every command does
    sources = [Source(*named) for named in manifests(workloads)]
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        recall = Recall(Shelf(Path(folder)), processes=2)
        for piece in ("read", "warm"):
            found[piece], kept = seconds(lambda: read(sources, DEFAULT_VERSION, recall))

    def compiled() -> tuple[Ruleset, tuple[Endpoint, ...]]:
        rules = ruleset(kept.policies, kept.world, Settings(version=DEFAULT_VERSION))
        return rules, existing(rules)

    found["compile"], (rules, ends) = seconds(compiled)
    found["reach"], reached = seconds(lambda: decided(rules, ends))
    source, destination = ends[0], ends[min(1, len(ends) - 1)]
    found["ask"], _ = seconds(lambda: verdict(rules, Flow(source, destination, "TCP", 8080)))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["policies"], found["rules"] = len(kept.policies), len(rules.rules)
    found["endpoints"], found["rows"] = len(ends), len(reached.allowed.rows)
    found["reference"], _ = seconds(
        lambda: [len(list(yaml.load_all(s.text, Loader=yaml.CSafeLoader))) for s in sources]
    )
    return found


def cilium(workloads: int) -> dict[str, float]:
    """What Cilium's own engine takes for the same policies and pods: objects to rules, rules to every pod's policy."""
    import yaml
    from oracle.run import engine

    from propolis.manifest import Source, read
    from propolis.model.settings import DEFAULT_VERSION, Settings
    from propolis.semantics.endpoints import existing
    from propolis.semantics.ruleset import ruleset

    texts = list(manifests(workloads))
    world = read([Source(*named) for named in texts], DEFAULT_VERSION).world
    pods = [end for end in existing(ruleset((), world, Settings(version=DEFAULT_VERSION))) if end.namespace]
    documents = (one for _, text in texts for one in yaml.load_all(text, Loader=yaml.CSafeLoader))
    lines: list[object] = [{"cilium": RELEASE, "mode": "default", "local_cluster": "default"}]
    lines += [one for one in documents if one["kind"].endswith("NetworkPolicy")]
    lines += [{"id": 1, "labels": ["reserved:host"]}, {"id": 2, "labels": ["reserved:world"]}]
    lines += [
        {"id": FIRST_POD + number, "labels": [str(label) for label in pod.labels]}
        for number, pod in enumerate(pods)
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cluster.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        command = [str(engine(RELEASE)), "measure", str(path)]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def beside(taken: dict[str, float], theirs: dict[str, float]) -> None:
    seconds_ = theirs["insert_seconds"] + theirs["compute_seconds"]
    ours = taken["compile"] + taken["reach"]
    print(
        f"  Cilium {theirs['release']}: insert {theirs['insert_seconds']:.2f} s, policies of "
        f"{theirs['subjects']:,} endpoints {theirs['compute_seconds']:.2f} s, {theirs['failed']} failed, peak memory "
        f"{theirs['peak_rss_bytes'] / 2**20:,.0f} MB; ours takes {ours / seconds_:.2f} × as long"
    )


def apart(workloads: int) -> dict[str, float]:
    command = [sys.executable, __file__, GIVEN, str(workloads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def show(workloads: int, taken: dict[str, float]) -> None:
    sizes = (
        f"{taken['policies']:,.0f} policies, {taken['rules']:,.0f} rules, {taken['endpoints']:,.0f} endpoints"
    )
    print(f"{workloads:,} workloads: {sizes}")
    for piece in PIECES:
        print(f"  {piece:<8} {taken[piece]:8.3f} s   {taken[piece] / taken['reference']:6.2f} × CSafeLoader")
    both = taken["compile"] + taken["reach"]
    print(f"  compile + reach {both:.2f} s; peak memory {taken['memory']:,.0f} MB")


def main() -> None:
    if sys.argv[1:2] == [GIVEN]:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=DEFAULT, metavar="WORKLOADS")
    parser.add_argument("--vs-cilium", action="store_true", help="run Cilium's own engine beside (needs Go)")
    asked = parser.parse_args()
    before: dict[int, dict[str, float]] = {}
    for size in asked.sizes:
        before[size] = apart(size)
        show(size, before[size])
        if asked.vs_cilium:
            beside(before[size], cilium(size))
        if half := before.get(size // 2):
            growth = ", ".join(f"{p} ×{before[size][p] / half[p]:.2f}" for p in PIECES)
            print(f"  twice {size // 2:,}: {growth}")


if __name__ == "__main__":
    main()
