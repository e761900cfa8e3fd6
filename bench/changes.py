"""What comparing one changed policy of a whole cluster costs, beside deciding everything twice.

    python bench/changes.py                # 2,000 workloads
    python bench/changes.py 10000

One HTTP method of one policy of `bench/cluster.py` is another one in the new text; the rest of the cluster is the
world of both sides, and its gists are in the cache. The reference, in the same run, compiles both sides and decides
every flow of both. Seconds are those of the processor, so that a busy machine says the same.

    read     both sides, out of the cache
    diff     `commands.diff.diff`: rules, endpoints, what differs, examples with their lines
    twice    the reference; its differences have to be the same
"""

import gc
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from clock import seconds
from cluster import manifests

from propolis.algebra.flows import FlowSet
from propolis.cli import GARBAGE
from propolis.commands.diff import Compare, between_texts, diff
from propolis.commands.ports import Sources
from propolis.commands.sides import aligned
from propolis.manifest import Source
from propolis.model.world import Endpoint
from propolis.recall import Recall
from propolis.recall.shelf import Shelf
from propolis.semantics.compare import compared
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import decided

DEFAULT = (2_000,)
MOST = 20
KIND, APPLICATION = "kind: CiliumNetworkPolicy", "name: shop-01"


def changed(text: str) -> str:
    """*text* with another method in the first HTTP rule of the policy of an application."""
    policy = text.index(APPLICATION, text.index(KIND))
    start = text.index("method: ", policy)
    return text[:start] + "method: HEAD" + text[text.index(",", start) :]


def asked(workloads: int, recall: Recall) -> Compare:
    texts = tuple(Source(*named) for named in manifests(workloads))
    own = texts[len(texts) // 2]
    new = Source(f"new/{own.name}", changed(own.text))
    return between_texts(Sources((own,)), Sources((new,)), Sources(texts), None, (), recall)


def compiled(given: Compare) -> tuple[Ruleset, Ruleset]:
    """Both sides, each compiled as if there were no other."""
    worlds = aligned(given.old, given.new)
    old, new = (
        ruleset(side.manifests.policies, world, side.settings)
        for side, world in ((given.old, worlds.old), (given.new, worlds.new))
    )
    return old, new


def twice(given: Compare, ends: tuple[Endpoint, ...]) -> list[FlowSet]:
    """What is newly allowed and newly denied between *ends*, by deciding every flow of both sides."""
    old, new = (decided(rules, ends).allowed for rules in compiled(given))
    return [new - old, old - new]


def measured(workloads: int) -> None:
    gc.set_threshold(*GARBAGE)  # as every command does
    with TemporaryDirectory() as folder:
        recall = Recall(Shelf(Path(folder)), processes=2)
        asked(workloads, recall)
        read, given = seconds(lambda: asked(workloads, recall))
    taken, report = seconds(lambda: diff(given, MOST))
    ours = compared(*compiled(given))
    ends = ours.new.universe.endpoints
    reference, theirs = seconds(lambda: twice(given, ends))
    assert theirs == [ours.allowed, ours.denied], "the reference differs"
    assert report.comparison is not None, report.problems
    pairs = sum(tally.pairs for tally in report.comparison.tallies)
    policies = len(given.new.manifests.policies)
    print(f"{workloads:,} workloads: {policies:,} policies, {len(ends):,} endpoints, {pairs} pairs change")
    print(f"  read   {read:8.3f} s")
    print(f"  diff   {taken:8.3f} s   {reference / taken:.1f} × faster than the reference")
    print(f"  twice  {reference:8.3f} s")


if __name__ == "__main__":
    for size in [int(text) for text in sys.argv[1:]] or DEFAULT:
        measured(size)
