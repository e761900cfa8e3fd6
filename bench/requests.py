"""How long the union of each layer-7 clause's rules takes, next to compiling the same rules as one expression of `re`.

    python bench/requests.py [WORKLOADS]

The clauses are those of `bench/cluster.py`. Each round is an interpreter of its own, so every cache is cold; a round
measures both, one after the other. The ratio says how many compilations one union takes.
"""

import re
import subprocess
import sys
from statistics import median
from time import process_time

import cluster

from propolis import requests
from propolis.model.policy import HttpRule, L7Rules, PortRule
from propolis.model.settings import Settings

WORKLOADS = 10_000
ROUNDS = 5
LIMIT = 40.0
"""Microseconds that one clause may take."""
_RULE = re.compile(r'\{method: (\w+), path: "([^"]+)"\}')

Clause = tuple[tuple[str, str], ...]
"""The (method, path) of each rule."""


def clauses(workloads: int) -> list[Clause]:
    """The rules of every `http` list of a cluster."""
    texts = (text for _, text in cluster.manifests(workloads))
    lists = (part for text in texts for part in text.split("http:\n")[1:])
    return [tuple(_RULE.findall(part.partition("\n  - ")[0].partition("\n---")[0])) for part in lists]


def reference(found: list[Clause]) -> float:
    """Seconds to compile each clause that is new as one expression."""
    distinct = dict.fromkeys(found)
    start = process_time()
    for clause in distinct:
        re.purge()
        re.compile("|".join(f"{method} {path}" for method, path in clause))
    return process_time() - start


def ours(found: list[Clause]) -> float:
    """Seconds to make the set of requests that each clause lets through."""
    settings = Settings()
    rules = [_port_rule(clause) for clause in found]
    requests.proxies()
    start = process_time()
    made = [requests.language(rule, settings) for rule in rules]
    taken = process_time() - start
    assert all(made)
    return taken


def _port_rule(clause: Clause) -> PortRule:
    rules = tuple(HttpRule(method=method, path=path) for method, path in clause)
    return PortRule(None, L7Rules(rules, None, (), ()), None, None, (), ())


def one_round(workloads: int) -> None:
    found = clauses(workloads)
    print(len(found), len(set(found)), len({rule for clause in found for rule in clause}))
    print(reference(found), ours(found))


def main(workloads: int) -> int:
    command = [sys.executable, __file__, str(workloads), "round"]
    rounds = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        for _ in range(ROUNDS)
    ]
    count, distinct, rules = map(int, rounds[0][:3])
    compiled = median(float(r[3]) for r in rounds)
    made = median(float(r[4]) for r in rounds)
    ratio = median(float(r[4]) / float(r[3]) for r in rounds)
    each = made / count * 1e6
    print(
        f"{count} clauses, {distinct} of them distinct, of {rules} rules (process time, median of {ROUNDS})"
    )
    print(f"re.compile       {compiled:6.2f} s")
    print(f"union of rules   {made:6.2f} s   {each:4.0f} µs a clause, limit {LIMIT:.0f}")
    print(f"ratio            {ratio:6.2f}")
    return 0 if each <= LIMIT else 1


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else WORKLOADS
    sys.exit(one_round(size) if sys.argv[2:] == ["round"] else main(size))
