"""What proofs cost: every built-in promise of a whole cluster, for its workloads and every pod that could be created.

    python bench/proofs.py                # 1,000 and 2,000 workloads
    python bench/proofs.py 10000

The profile declares what the policies open, path by path. Every size is measured in a process of its own. The reference
is the reading of the same texts by yaml.CSafeLoader in the same process. Seconds are those of the processor, so that a
busy machine says nearly the same.

    kinds    which pods could be created that policies or claims tell apart from all workloads
    decide   which traffic passes between every two endpoints, on every protocol and port
    prove    every built-in promise, with the counterexamples of those that are broken
"""

import gc
import json
import subprocess
import sys
from collections import Counter

from clock import seconds
from cluster import manifests

PIECES = ("kinds", "decide", "prove")
DEFAULT = (1_000, 2_000)
GIVEN = "given"
NAME = "app.kubernetes.io/name"


def profile(policies, world):
    """A profile that declares every path that *policies* open from pod to pod, and to names and prefixes outside."""
    from propolis.model.policy import CidrPeer, Direction, EndpointsPeer, FqdnPeer
    from propolis.model.profile import (
        CidrEnd,
        Cluster,
        DeclaredPath,
        DeclaredWorkload,
        Dns,
        Exempt,
        NameEnd,
        PortSpan,
        Profile,
        RequestNeed,
        TenantKey,
        Tenants,
        WorkloadEnd,
    )
    from propolis.model.settings import DEFAULT_VERSION

    def name(namespace: str, app: str) -> WorkloadEnd:
        return WorkloadEnd(f"{namespace}/{app}")

    def app(selector) -> tuple[str, str]:
        labels = {requirement.key: requirement.values[0] for requirement in selector.requirements}
        return labels.get("io.kubernetes.pod.namespace", ""), labels.get(NAME, "")

    def outside(peer):
        if isinstance(peer, FqdnPeer):
            text = peer.match_pattern or peer.match_name
            return NameEnd(text, (text,))
        return CidrEnd(peer.prefix) if isinstance(peer, CidrPeer) else None

    paths = []
    for policy in policies:
        if not policy.namespace:
            continue
        for spec in policy.specs:
            own = name(policy.namespace, app(spec.endpoint_selector)[1])
            for item in spec.items():
                spans = tuple(
                    PortSpan(int(port.port), int(port.port), "TCP")
                    for rule in item.to_ports or ()
                    for port in rule.ports or ()
                )
                http = tuple(
                    RequestNeed(f"{r.method} {r.path}", (r.method,), r.path, (), ())
                    for rule in item.to_ports or ()
                    if rule.rules
                    for r in rule.rules.http or ()
                )
                for peer in (peer for listed in item.peers for peer in listed.peers):
                    if item.direction is Direction.INGRESS and isinstance(peer, EndpointsPeer):
                        namespace, other = app(peer.selector)
                        ends = name(namespace or policy.namespace, other), own
                    elif item.direction is Direction.EGRESS and outside(peer):
                        ends = own, outside(peer)
                    else:
                        continue
                    text = f"{ends[0]} {ends[1]} {spans}"
                    paths.append(
                        DeclaredPath(
                            text=text,
                            source=ends[0],
                            destination=ends[1],
                            ports=spans,
                            http=http or None,
                            where=(),
                        )
                    )
    dns = Dns(
        namespace="kube-system",
        labels=(("k8s-app", "kube-dns"),),
        ports=(PortSpan(53, 53, "TCP"), PortSpan(53, 53, "UDP")),
        domain="cluster.local",
        patterns=("**.cluster.local",),
        upstream=(),
        where=(),
    )
    return Profile(
        name="bench",
        cluster=Cluster(
            version=DEFAULT_VERSION,
            dns=dns,
            exempt=(Exempt("kube-system", "runs the cluster", ()),),
            where=(),
        ),
        tenants=Tenants(TenantKey.NAMESPACE, "", ()),
        workloads=tuple(
            DeclaredWorkload(
                f"{w.namespace}/{dict(w.labels)[NAME]}", w.namespace, ((NAME, dict(w.labels)[NAME]),), ()
            )
            for w in world.workloads
            if NAME in dict(w.labels)
        ),
        paths=tuple(paths),
    )


def measured(workloads: int) -> dict[str, float]:
    import yaml

    from propolis import claims
    from propolis.algebra.classes import classes
    from propolis.claims.strangers import imagine
    from propolis.cli import GARBAGE
    from propolis.commands.lines import place_in
    from propolis.manifest import Source, read
    from propolis.model.settings import DEFAULT_VERSION, Settings
    from propolis.semantics.ruleset import ruleset

    gc.set_threshold(*GARBAGE)  # as every command does
    sources = [Source(*named) for named in manifests(workloads)]
    kept = read(sources, DEFAULT_VERSION)
    asked = profile(kept.policies, kept.world)
    rules = ruleset(kept.policies, claims.with_outside(kept.world, asked), Settings(version=DEFAULT_VERSION))
    found: dict[str, float] = {}
    found["kinds"], imagined = seconds(lambda: imagine(asked, rules, classes))
    found["decide"], situation = seconds(lambda: claims.situation(asked, rules))
    found["prove"], outcomes = seconds(lambda: claims.outcomes(situation, place_in(kept.documents)))
    found["strangers"], found["paths"] = len(imagined.pods), len(asked.paths)
    found["endpoints"] = len(situation.endpoints)
    found |= Counter(outcome.status.value for outcome in outcomes)
    found["reference"], _ = seconds(
        lambda: [len(list(yaml.load_all(s.text, Loader=yaml.CSafeLoader))) for s in sources]
    )
    return found


def show(workloads: int, taken: dict[str, float]) -> None:
    told = ", ".join(
        f"{taken[status]:,.0f} {status}" for status in ("kept", "broken", "unknown") if status in taken
    )
    print(
        f"{workloads:,} workloads: {taken['paths']:,.0f} declared paths, {taken['endpoints']:,.0f} endpoints, of which "
        f"{taken['strangers']:,.0f} could be created; promises: {told}"
    )
    for piece in PIECES:
        print(f"  {piece:<8} {taken[piece]:8.3f} s   {taken[piece] / taken['reference']:6.2f} × CSafeLoader")


def main() -> None:
    if sys.argv[1:2] == [GIVEN]:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    for size in [int(text) for text in sys.argv[1:]] or DEFAULT:
        command = [sys.executable, __file__, GIVEN, str(size)]
        show(size, json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


if __name__ == "__main__":
    main()
