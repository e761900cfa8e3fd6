"""Every flow of a small world, asked of the reference engine one by one, and who and what its profile speaks of.

A set of traffic is a bitmask over (connection, request) pairs; nothing here comes from the sets of flows, the languages
or the bitsets of endpoints that the proofs work with.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from agreement.small import CONNECTIONS, REQUESTS, WORKLOADS, Pod, Small, together
from propolis.model.flow import DnsQuery, Flow, HttpRequest, Opaque, Request
from propolis.model.labels import K8S, NAMESPACE, NAMESPACE_LABELS, RESERVED, Label, Operator, Requirement
from propolis.model.policy import Direction, DnsRule, HttpRule, PortRule
from propolis.model.profile import (
    Claim,
    ClaimEnd,
    DeclaredPath,
    EntityEnd,
    NameEnd,
    Of,
    PodsEnd,
    PortSpan,
    Requests,
    TenantKey,
    WorkloadEnd,
)
from propolis.model.rule import Rule
from propolis.model.settings import Enforcement
from propolis.model.verdict import Outcome
from propolis.model.world import Endpoint, Role
from propolis.requests import parser
from propolis.requests.kinds import dns, http
from propolis.semantics import hits as covering
from propolis.semantics.endpoints import existing
from propolis.semantics.reference import View, answer, forced, policed, selecting, view_by
from propolis.semantics.ruleset import Ruleset

Traffic = tuple[str, int, Request]
TRAFFIC: tuple[Traffic, ...] = tuple(
    (*connection, request) for connection, request in product(CONNECTIONS, REQUESTS)
)


class Bounds(NamedTuple):
    """Traffic that surely is in a set, and that possibly is: the same, when everything is decided."""

    least: int
    most: int


NOTHING = Bounds(0, 0)


class End(NamedTuple):
    """*pod* None: no pod."""

    pod: Pod | None
    endpoint: Endpoint


class Pair(NamedTuple):
    """One end and another, and what the policies of each let through: *allowed* is what both do."""

    source: End
    destination: End
    egress: Bounds
    ingress: Bounds

    @property
    def allowed(self) -> Bounds:
        return Bounds(self.egress.least & self.ingress.least, self.egress.most & self.ingress.most)


Group = tuple[str, str | None]
"""What a claim is quantified over: a tenant, or a namespace with its label."""


class Brute:
    """The flows of *couples*, from the first to the second, that *traffic* lists, all decided by the reference engine.

    *pods*: all that there could be, whether flows from and to them are looked at or not.
    """

    def __init__(
        self,
        small: Small,
        rules: Ruleset,
        pods: Sequence[End],
        couples: Sequence[tuple[End, End]],
        traffic: Sequence[Traffic],
    ) -> None:
        self.profile = small.profile
        self.settings = small.settings
        self.rules = rules
        self.pods = pods
        self.couples = couples
        self.ends = list(dict.fromkeys(end for couple in couples for end in couple))
        self.traffic = traffic
        self.everything = (1 << len(traffic)) - 1
        self.asked: dict[tuple[str, int], list[tuple[int, Request]]] = {}
        for position, (protocol, port, request) in enumerate(traffic):
            self.asked.setdefault((protocol, port), []).append((1 << position, request))
        self.connections = {key: sum(bit for bit, _ in each) for key, each in self.asked.items()}
        self.masks: dict[Hashable, int] = {}
        self._groups: dict[str, list[Group | None]] = {}
        self.selecting = {
            (end.endpoint, direction): selecting(rules, end.endpoint, direction)
            for end in self.ends
            for direction in Direction
        }

    @cached_property
    def pairs(self) -> list[Pair]:
        """What passes between each couple."""
        views = {
            key: view_by(self.rules, key[0], chosen, self.every(key[0]))
            for key, chosen in self.selecting.items()
        }
        return [
            Pair(
                source,
                destination,
                self.passing(views[source.endpoint, Direction.EGRESS], source, destination, Direction.EGRESS),
                self.passing(
                    views[destination.endpoint, Direction.INGRESS], destination, source, Direction.INGRESS
                ),
            )
            for source, destination in self.couples
        ]

    def every(self, subject: Endpoint) -> list[Rule]:
        return [rule for direction in Direction for rule in self.selecting[subject, direction]]

    def passing(self, view: View, subject: End, peer: End, direction: Direction) -> Bounds:
        """What *view* lets through. Each request is asked about where a proxy takes the connection, or may take it."""
        least = most = 0
        perhaps = set[int]() if view.conflict or view.least == view.most else proxied(view.rules)
        for (protocol, port), bits in self.connections.items():
            ends = covering.Ends(subject.endpoint, peer.endpoint, direction, protocol, port, None)
            told = answer(view, ends)
            if not told.proxy and port not in perhaps:
                least |= bits * (told.outcome is Outcome.ALLOW)
                most |= bits * (told.outcome is not Outcome.DENY)
                continue
            for bit, request in self.asked[protocol, port]:
                told = answer(view, replace(ends, request=request))
                least |= bit * (told.outcome is Outcome.ALLOW)
                most |= bit * (told.outcome is not Outcome.DENY)
        return Bounds(least, most)

    # --- traffic ---

    def on(self, ports: Sequence[PortSpan]) -> int:
        """The traffic on *ports*; all of it when there are none."""
        if not ports:
            return self.everything

        def holds(protocol: str, port: int, _: Request) -> bool:
            return any(span.protocol == protocol and span.first <= port <= span.last for span in ports)

        return self.where(ports, holds)

    def where(self, name: Hashable, holds: Callable[[str, int, Request], bool]) -> int:
        """The traffic for which *holds*, remembered by *name*."""
        if name not in self.masks:
            self.masks[name] = sum(holds(*each) << position for position, each in enumerate(self.traffic))
        return self.masks[name]

    def carrying(self, requests: Requests | None) -> int:
        if requests is None:
            return self.everything
        rules = [HttpRule(need.path, "|".join(need.methods)) for need in requests.http]

        def holds_for(_: str, __: int, asked: Request) -> bool:
            return isinstance(asked, HttpRequest) and any(
                http.matches(rule, asked, self.settings) for rule in rules
            )

        return self.where(requests.http, holds_for) | self.asking(requests.dns)

    def asking(self, patterns: Sequence[str]) -> int:
        rules = [DnsRule(match_pattern=text) for text in patterns]

        def holds(_: str, __: int, asked: Request) -> bool:
            return isinstance(asked, DnsQuery) and any(
                dns.matches(rule, asked, self.settings) for rule in rules
            )

        return self.where(("dns", *patterns), holds)

    # --- who ---

    def is_covered(self, end: End) -> bool:
        return end.pod is not None and self.profile.exemption(end.pod.namespace) is None

    def is_resolver(self, end: End) -> bool:
        return (
            end.pod is not None
            and end.pod.namespace == self.profile.cluster.dns.namespace
            and end.pod.app == "a"
        )

    def group(self, claim: Claim, end: End) -> Group | None:
        """What *end* belongs to of all that *claim* is quantified over."""
        assert claim.each is not None
        if end.pod is None:
            return None
        if claim.each.tenants:
            own = self.tenant(end)
            return (own, None) if own is not None else None
        held = {f"{NAMESPACE_LABELS}team": end.pod.team}
        if all(met(requirement, held) for requirement in claim.each.labels):
            return end.pod.namespace, end.pod.team
        return None

    def tenant(self, end: End) -> str | None:
        if end.pod is None or not self.is_covered(end):
            return None
        assert self.profile.tenants is not None
        match self.profile.tenants.by:
            case TenantKey.NAMESPACE:
                return end.pod.namespace
            case TenantKey.NAMESPACE_LABEL:
                return end.pod.team
            case _:
                return end.pod.tier

    def groups(self, claim: Claim) -> list[Group | None]:
        """All that *claim* is quantified over, of whatever pods could be there; None alone, when it is over nothing."""
        if claim.each is None:
            return [None]
        if claim.kind not in self._groups:
            found = (self.group(claim, end) for end in self.pods)
            self._groups[claim.kind] = list(dict.fromkeys(one for one in found if one is not None))
        return self._groups[claim.kind]

    def fits(self, end: End, meant: ClaimEnd, claim: Claim | None = None, group: Group | None = None) -> bool:
        """Whether *meant* stands for *end*, when *claim* speaks of *group*."""
        match meant:
            case EntityEnd(name):
                return Label(RESERVED, name) in end.endpoint.labels
            case NameEnd(name):
                return name in end.endpoint.names
            case WorkloadEnd(name):
                wanted = next(workload for workload in WORKLOADS if workload.name == name)
                return end.pod is not None and end.pod.namespace == wanted.namespace and end.pod.app == "a"
            case PodsEnd():
                if end.pod is None or meant.namespace not in (None, end.pod.namespace):
                    return False
                held = {
                    "app": end.pod.app,
                    "tier": end.pod.tier,
                    f"{NAMESPACE_LABELS}team": end.pod.team,
                }
                if not all(met(requirement, held) for requirement in (*meant.labels, *meant.home)):
                    return False
                if meant.of is None or claim is None or claim.each is None or group is None:
                    return True
                own = self.group(claim, end)
                return own == group if meant.of is Of.EACH else own is not None and own[0] != group[0]
            case _:
                raise AssertionError(meant)

    def fit(self, end: End, ends: Sequence[ClaimEnd], claim: Claim, group: Group | None) -> bool:
        return any(self.fits(end, meant, claim, group) for meant in ends)

    def is_absent(self, ends: Sequence[ClaimEnd]) -> bool:
        """Whether no pod of a workload of *ends* is there or could be."""
        return any(
            isinstance(end, WorkloadEnd) and not any(self.fits(pod, end) for pod in self.pods) for end in ends
        )

    # --- what the profile declares ---

    def declared(self, pair: Pair) -> int:
        """The traffic that the profile lists: paths, names for everybody, DNS; and all from the node to its pods."""
        source, destination = pair.source, pair.destination
        if is_host(source) and destination.pod:
            return self.everything
        found = self._on_paths(pair) | self._upstream(pair)
        if self.is_covered(source):
            found |= self._for_everybody(pair)
        cluster = self.profile.cluster
        if self.profile.exemption(cluster.dns.namespace) is None:
            node = source.endpoint.role in (Role.HOST, Role.REMOTE_NODE)
            if self.is_resolver(destination) and (node or (source.pod and not self.is_covered(source))):
                found |= self.on(cluster.dns.ports)
            if (
                self.is_resolver(source)
                and self.fits(destination, EntityEnd("kube-apiserver"))
                and cluster.apiserver
            ):
                found |= self.on(cluster.apiserver)
        return found

    def required(self, pair: Pair) -> int:
        """The traffic that must be open."""
        found = self._on_paths(pair) | self._upstream(pair)
        if self.is_covered(pair.source) and pair.source.endpoint.existing:
            found |= self._for_everybody(pair)
        return found

    def _on_paths(self, pair: Pair) -> int:
        found = 0
        for path in self.profile.paths:
            if self.is_of(pair, path):
                found |= self.on(path.ports) & self._on_path(path)
        return found

    def is_of(self, pair: Pair, path: DeclaredPath) -> bool:
        return self.fits(pair.source, path.source) and self.fits(pair.destination, path.destination)

    def _on_path(self, path: DeclaredPath) -> int:
        return self.everything if path.http is None else self.carrying(Requests(http=path.http))

    def _upstream(self, pair: Pair) -> int:
        if self.is_resolver(pair.source) and any(
            self.fits(pair.destination, end) for end in self.profile.cluster.dns.upstream
        ):
            return self.on((PortSpan(53, 53, "UDP"), PortSpan(53, 53, "TCP")))
        return 0

    def _for_everybody(self, pair: Pair) -> int:
        """Names for everybody, and queries for whatever the pod has a reason to ask for."""
        cluster = self.profile.cluster
        found = 0
        for entry in cluster.internet:
            if self.fits(pair.destination, entry.name):
                found |= self.on(entry.ports)
        if self.is_resolver(pair.destination):
            asked = [
                *cluster.dns.patterns,
                *(name for entry in cluster.internet for name in entry.name.asked),
            ]
            for path in self.profile.paths:
                if isinstance(path.destination, NameEnd) and self.fits(pair.source, path.source):
                    asked += path.destination.asked
            found |= self.on(cluster.dns.ports) & self.asking(asked)
        return found

    def queries(self, pair: Pair) -> int:
        return self.on(self.profile.cluster.dns.ports) if self.is_resolver(pair.destination) else 0

    # --- what is open ---

    def is_isolated(self, end: End, direction: Direction) -> bool:
        subject = end.endpoint
        if not policed(subject, self.rules) or self.settings.enforcement is Enforcement.NEVER:
            return False
        return forced(subject, self.rules) or any(
            rule.default_deny for rule in self.selecting[subject, direction]
        )


def proxied(rules: Sequence[Rule]) -> set[int]:
    """The ports on which one of *rules* has requests judged; those of a small world are numbers."""
    return {
        port
        for rule in rules
        for part in rule.ports or ()
        if isinstance(part, PortRule) and parser(part)
        for span in part.ports or ()
        for port in range(int(span.port), max(int(span.port), span.end_port) + 1)
    }


def is_host(end: End) -> bool:
    return end.endpoint.role is Role.HOST


def met(requirement: Requirement, held: dict[str, str | None]) -> bool:
    value = held[requirement.key]
    match requirement.operator:
        case Operator.EXISTS:
            return value is not None
        case Operator.DOES_NOT_EXIST:
            return value is None
        case Operator.NOT_IN:
            return value not in requirement.values
        case _:
            return value in requirement.values


def end_of(endpoint: Endpoint) -> End:
    """The pod that *endpoint* stands for, read from its labels."""
    if endpoint.role is not Role.POD:
        return End(None, endpoint)
    held = {label.key: label.value for label in endpoint.labels if label.source == K8S}
    pod = Pod(
        held[NAMESPACE],
        held.get(f"{NAMESPACE_LABELS}team"),
        held.get("app"),
        held.get("tier"),
        held.get("io.cilium.k8s.policy.serviceaccount", "default"),
        endpoint.existing,
    )
    return End(pod, endpoint)


def brute(small: Small, rules: Ruleset) -> Brute:
    """Every flow of *small*."""
    others = [End(None, end) for end in existing(rules) if end.role is not Role.POD]
    pods = [End(pod, pod.endpoint(small.settings)) for pod in small.pods()]
    couples = [couple for couple in product([*pods, *others], repeat=2) if can_meet(*couple)]
    return Brute(small, rules, pods, couples, TRAFFIC)


def shown(small: Small, rules: Ruleset, flows: Sequence[Flow]) -> Brute:
    """*flows* alone, whatever pods they are between."""
    pods = [End(pod, pod.endpoint(small.settings)) for pod in small.pods()]
    couples = [(end_of(flow.source), end_of(flow.destination)) for flow in flows]
    seen = [end for couple in couples for end in couple if end.pod]
    traffic = [(flow.protocol, flow.port, flow.request or Opaque()) for flow in flows]
    return Brute(small, rules, [*pods, *seen], couples, traffic)


def can_meet(one: End, other: End) -> bool:
    """Whether both can exist at once."""
    return one.pod is None or other.pod is None or together(one.pod, other.pod)
