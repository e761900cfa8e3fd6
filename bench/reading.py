"""How long it takes to read a cluster, cold and warm, as a multiple of yaml.CSafeLoader on the same texts.

    python bench/reading.py            # 1,000 workloads
    python bench/reading.py 10000

Every line is measured in a process of its own, so that its peak of memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from cluster import manifests


def texts(workloads: int) -> list[tuple[str, str]]:
    return list(manifests(workloads))


def reference(workloads: int) -> Callable[[], object]:
    import yaml

    found = texts(workloads)
    # Nothing of it is kept: to build the values is all that is measured.
    return lambda: sum(len(list(yaml.load_all(text, Loader=yaml.CSafeLoader))) for _, text in found)


def reading(workloads: int, cache: str, processes: int) -> Callable[[], object]:
    from propolis.manifest import Source, read
    from propolis.model.settings import DEFAULT_VERSION
    from propolis.recall import Recall
    from propolis.recall.shelf import Shelf

    sources = [Source(*named) for named in texts(workloads)]
    recall = Recall(Shelf(Path(cache)) if cache else None, processes)
    return lambda: read(sources, DEFAULT_VERSION, recall)


def measured(workloads: int, cache: str, processes: int) -> dict[str, float]:
    """Seconds on the clock and of the processors, and the peak of memory in MB; the text is made before."""
    work = reading(workloads, cache, processes) if processes else reference(workloads)
    clock, before = time.perf_counter(), _processor_seconds()
    kept = work()
    taken = {"clock": time.perf_counter() - clock, "processor": _processor_seconds() - before}
    del kept
    return {**taken, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _processor_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def apart(workloads: int, cache: str, processes: int) -> dict[str, float]:
    """`measured` in another process."""
    command = [sys.executable, __file__, str(workloads), cache, str(processes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report(workloads: int) -> None:
    found = texts(workloads)
    size = sum(len(text.encode()) for _, text in found)
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"{workloads:,} workloads: {size / 1e6:.1f} MB of YAML in {len(found):,} files")
    print(f"{'':24} {'clock':>9} {'processors':>11} {'ratio':>7} {'peak':>9}")
    with TemporaryDirectory() as cache:
        lines = {"yaml.CSafeLoader": apart(workloads, "", 0), "cold, one process": apart(workloads, "", 1)}
        lines[f"cold, up to {processes} at once"] = apart(workloads, cache, processes)
        lines["warm"] = apart(workloads, cache, processes)
    base = lines["yaml.CSafeLoader"]["processor"]
    for name, line in lines.items():
        ratio = line["processor"] / base
        print(
            f"{name:24} {line['clock']:7.2f} s {line['processor']:9.2f} s {ratio:7.2f} {line['peak']:6.0f} MB"
        )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(measured(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
    else:
        report(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
