"""What a claim is about: a profile, the policies in force, and every flow between every endpoint, decided."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

import msgspec

from propolis import peers
from propolis.algebra import names
from propolis.algebra.classes import Finder, classes
from propolis.algebra.flows import NO_FLOWS, Bitset, FlowSet, bits, indexes, product, union
from propolis.algebra.records import ALL, NONE, RecordSet
from propolis.algebra.traffic import FIRST_PORT, LAST_PORT, TrafficSet
from propolis.claims import tenancy
from propolis.claims.strangers import Imagined, imagine, selected
from propolis.model.flow import PROTOCOLS, Flow
from propolis.model.labels import K8S, NAMESPACE, NAMESPACE_LABELS, Labels, Selector, equals
from propolis.model.policy import CidrPeer, Direction, DnsRule, EntityPeer, HeaderMatch, HttpRule
from propolis.model.profile import (
    CidrEnd,
    Claim,
    ClaimEnd,
    DeclaredPath,
    Each,
    EntityEnd,
    NameEnd,
    Of,
    PodsEnd,
    PortSpan,
    Profile,
    RequestNeed,
    Requests,
    WorkloadEnd,
)
from propolis.model.settings import DEEP_STARS, Settings
from propolis.model.span import Path
from propolis.model.world import Endpoint, Role
from propolis.requests import grpc
from propolis.requests.kinds import dns as dns_kind
from propolis.requests.kinds import http as http_kind
from propolis.requests.kinds import tls as tls_kind
from propolis.semantics import symbolic
from propolis.semantics.endpoints import existing
from propolis.semantics.imagined import impossible
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import EVERYTHING, Decided, Scene
from propolis.semantics.witness import Plainness

_DNS_PORTS = (53,)


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """The flows that surely break a claim, those that might, and a reason when no flow shows it.

    *one_sided*: flows that one end's own policy lets through although the claim forbids it to, and that only the
    other end's policy stops today. *steps*: flows that break it only together, one after the other. *where*: the line
    of the profile that makes them break it.
    """

    flows: FlowSet = NO_FLOWS
    unsure: FlowSet = NO_FLOWS
    one_sided: FlowSet = NO_FLOWS
    reason: str = ""
    undecided: str = ""
    steps: tuple[Flow, ...] = ()
    where: Path | None = None


class Stated(msgspec.Struct, frozen=True):
    """One promise in one sentence of plain English, and what breaks it."""

    sentence: str
    breach: Breach


Block = tuple[Bitset, Bitset, TrafficSet]
"""Sources, destinations, and the traffic from each to each."""


class Group(msgspec.Struct, frozen=True):
    """The pods of one of those over which a claim is quantified, and the pods of all the others."""

    each: Bitset
    other: Bitset


class Situation:
    """A profile beside the policies that should keep it.

    Sets of endpoints are bitsets over `endpoints`; `host` is left out of every promise about who may reach a pod,
    because a node may always reach its own pods (`allow-localhost`).
    """

    def __init__(self, profile: Profile, scene: Scene, decided: Decided, imagined: Imagined) -> None:
        self.profile = profile
        self.imagined = imagined
        self.scene = scene
        self.settings = scene.ruleset.settings
        self.decided = decided
        self.endpoints = decided.endpoints
        self.everyone = scene.universe.everything
        self.host = self._where(Role.HOST)
        self.pods = self._where(Role.POD)
        self.outside = self.everyone & ~self.pods
        self.existing = bits(i for i, endpoint in enumerate(self.endpoints) if endpoint.existing)
        self.impossible = impossible(self.endpoints)
        self._ends: dict[ClaimEnd, Bitset] = {}

    @cached_property
    def plainness(self) -> Plainness:
        """Which flow of many is the one to show."""
        return Plainness(self.endpoints)

    def concerned(self, *ends: int) -> Ruleset:
        """The ruleset with those rules alone that select one of *ends*: what happens between them hangs on no other."""
        rules = dict.fromkeys(rule for end in ends for rule in self.scene.every(end))
        return msgspec.structs.replace(self.scene.ruleset, rules=tuple(rules))

    # --- what breaks a promise ---

    def forbidding(self, flows: FlowSet) -> Breach:
        """None of *flows* may be allowed."""
        flows -= self.impossible
        return Breach(flows=flows & self.decided.allowed, unsure=flows & self.decided.unknown)

    def forbidding_at(self, direction: Direction, flows: FlowSet, but: FlowSet = NO_FLOWS) -> Breach:
        """None of *flows* may be allowed, save those of *but*, and the policy of one end alone has to see to it.

        That end is the one that *direction* is about. What passes from end to end passes it too.
        """
        end = self.decided.egress if direction is Direction.EGRESS else self.decided.ingress
        one_sided = (flows & end.least) - but - self.impossible
        unsure = flows & (self.decided.unknown | self._doubts[direction])
        return Breach(
            flows=one_sided & self.decided.allowed,
            unsure=unsure - but - self.impossible,
            one_sided=one_sided,
        )

    @cached_property
    def _doubts(self) -> dict[Direction, FlowSet]:
        """What one end alone does not decide."""
        ends = {Direction.EGRESS: self.decided.egress, Direction.INGRESS: self.decided.ingress}
        certain = self.decided.least is self.decided.most
        return {d: NO_FLOWS if certain else end.most - end.least for d, end in ends.items()}

    def requiring(self, flows: FlowSet) -> Breach:
        """All of *flows* must be allowed."""
        denied = flows - self.impossible - self.decided.allowed
        return Breach(flows=denied - self.decided.unknown, unsure=denied & self.decided.unknown)

    def isolating(self, direction: Direction, pods: Bitset) -> Breach:
        """All of *pods* must be in default deny in *direction*, also where the other end happens to deny every flow."""
        open_ = pods & ~symbolic.isolated(self.scene, direction)
        if not open_:
            return Breach()
        peers_ = self.everyone & ~self.host
        ends = (open_, peers_) if direction is Direction.EGRESS else (peers_, open_)
        names = list(named(self, open_))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        found = self.forbidding(product(*ends, EVERYTHING))
        reason = f"no rule puts {names[0]}{more} into default deny in this direction"
        return Breach(flows=found.flows, unsure=found.unsure, reason=reason)

    # --- who ---

    def _where(self, role: Role) -> Bitset:
        return bits(i for i, endpoint in enumerate(self.endpoints) if endpoint.role is role)

    @cached_property
    def covered(self) -> Bitset:
        """The pods of every namespace that the profile does not exempt."""
        return bits(
            i
            for i, endpoint in enumerate(self.endpoints)
            if endpoint.role is Role.POD and self.profile.exemption(endpoint.namespace) is None
        )

    @cached_property
    def resolvers(self) -> Bitset:
        """The pods that resolve names for everybody."""
        dns = self.profile.cluster.dns
        return self._labelled(dns.namespace, dns.labels)

    @cached_property
    def _workloads(self) -> dict[str, Bitset]:
        return {
            declared.name: self._labelled(declared.namespace, declared.labels)
            for declared in self.profile.workloads
        }

    def workload(self, name: str) -> Bitset:
        return self._workloads[name]

    def _labelled(self, namespace: str, labels: Iterable[tuple[str, str]]) -> Bitset:
        wanted = (equals(K8S, NAMESPACE, namespace), *(equals(K8S, key, value) for key, value in labels))
        return self.pods & self.scene.universe.selected(Selector(wanted))

    def absent(self, ends: Iterable[ClaimEnd]) -> str:
        """Which declared workloads no pod is of and none could be, in words: a promise about them would be empty."""
        named = {end.workload for end in ends if isinstance(end, WorkloadEnd)}
        missing = sorted(name for name in named if not self.workload(name))
        told = ", ".join(f"`{name}`" for name in missing)
        return f"no pod of {told} exists or could be created" if missing else ""

    def ends(self, ends: Iterable[ClaimEnd], group: Group | None = None) -> Bitset:
        """The endpoints that one of *ends* stands for; *group*: what the claim is quantified over."""
        found = 0
        for end in ends:
            found |= self.end(end, group)
        return found

    def end(self, end: ClaimEnd, group: Group | None = None) -> Bitset:
        """The endpoints that one end of a path or of a claim stands for."""
        if end not in self._ends:
            self._ends[end] = self._meant(end)
        found = self._ends[end]
        if group is not None and isinstance(end, PodsEnd) and end.of is not None:
            found &= group.each if end.of is Of.EACH else group.other
        return found

    def _meant(self, end: ClaimEnd) -> Bitset:
        universe, settings = self.scene.universe, self.settings
        match end:
            case WorkloadEnd(name):
                return self.workload(name)
            case PodsEnd():
                return self.pods & universe.selected(selected(end))
            case EntityEnd(name):
                return peers.selects(EntityPeer(name), universe, settings)
            case CidrEnd(prefix):
                return peers.selects(CidrPeer(prefix), universe, settings)
            case NameEnd(name):
                deep = settings.version >= DEEP_STARS
                if "*" not in name:
                    return universe.named.get(names.normal(name), 0)
                found, ending = 0, name.rpartition("*")[2]
                for own, holders in universe.named.items():
                    if own.endswith(ending) and names.matches(name, own, deep=deep):
                        found |= holders
                return found

    def tenant(self, endpoint: Endpoint) -> str | None:
        """The tenant of a covered pod; None when it has none."""
        return tenancy.tenant(self.profile, endpoint)

    def written(self, kind: str) -> Iterator[Claim]:
        """The claims of the profile that are of *kind*."""
        return (claim for claim in self.profile.claims if claim.kind == kind)

    def groups(self, claim: Claim) -> Iterator[Group | None]:
        """What *claim* runs over, one after the other; None alone, when it is quantified over nothing."""
        if claim.each is None:
            yield None
            return
        homes = self._tenants() if claim.each.tenants else self._namespaces(claim.each)
        by_name: dict[str, Bitset] = {}
        together = 0
        for (name, _), positions in homes.items():
            by_name[name] = by_name.get(name, 0) | bits(positions)
            together |= by_name[name]
        for (name, _), positions in homes.items():
            yield Group(bits(positions), together & ~by_name[name])

    def _tenants(self) -> dict[tuple[str, Labels], list[int]]:
        found: dict[tuple[str, Labels], list[int]] = {}
        for index, endpoint in enumerate(self.endpoints):
            tenant = self.tenant(endpoint) if endpoint.role is Role.POD else None
            if tenant is not None:
                found.setdefault((tenant, frozenset()), []).append(index)
        return found

    def _namespaces(self, each: Each) -> dict[tuple[str, Labels], list[int]]:
        """The pods of every namespace that *each* means; a new one is another for each set of labels it could have."""
        found: dict[tuple[str, Labels], list[int]] = {}
        for index in indexes(self.pods & self.scene.universe.selected(Selector(each.labels))):
            endpoint = self.endpoints[index]
            labels = frozenset(label for label in endpoint.labels if label.key.startswith(NAMESPACE_LABELS))
            found.setdefault((endpoint.namespace, labels), []).append(index)
        return found

    def claimed(self, claim: Claim) -> FlowSet:
        """Every flow from the sources of *claim* to its destinations, on its ports, with its requests."""
        found = NO_FLOWS
        for group in self.groups(claim):
            sources = self.ends(claim.sources, group) & ~self.host
            found |= product(sources, self.ends(claim.destinations, group), self.claimed_traffic(claim))
        return found

    def claimed_traffic(self, claim: Claim) -> TrafficSet:
        """The ports of *claim*, all of them where it names none, with its requests, or every one."""
        if claim.requests is None:
            return traffic(claim.ports, ALL) if claim.ports else EVERYTHING
        passing = self.claimed_requests(claim.requests)
        return traffic(claim.ports, passing) if claim.ports else every_port(passing)

    def claimed_requests(self, asked: Requests) -> RecordSet:
        found = http_requests(asked.http, self.settings) | self._dns_requests(asked.dns)
        for name in asked.sni:
            found |= tls_kind.language(name, self.settings)
        return found

    # --- what the profile declares ---

    @cached_property
    def declared(self) -> FlowSet:
        """Every flow that the profile lists: paths, names for everybody, DNS; and the node to its pods."""
        node = (self.host, self.pods, EVERYTHING)
        paths = (
            (self.end(path.source), self.end(path.destination), self.path_traffic(path))
            for path in self.profile.paths
        )
        others = (*self._everybodys(self.covered), *self._upstream(), *self._serving_names())
        return union((node, *paths, *others))

    def _serving_names(self) -> Iterator[Block]:
        """What resolvers in a covered namespace need besides: everybody else's queries, and the API server."""
        cluster = self.profile.cluster
        if self.profile.exemption(cluster.dns.namespace) is not None:
            return
        others = (self.pods & ~self.covered) | self.host | self._where(Role.REMOTE_NODE)
        yield others, self.resolvers, traffic(cluster.dns.ports, ALL)
        yield self.resolvers, self.end(EntityEnd("kube-apiserver")), traffic(cluster.apiserver, ALL)

    @cached_property
    def queries(self) -> FlowSet:
        """Every flow to the resolvers' DNS ports: which names may be asked is judged where the query leaves."""
        return product(self.everyone, self.resolvers, traffic(self.profile.cluster.dns.ports, ALL))

    @cached_property
    def required(self) -> FlowSet:
        """The flows that must be open: every declared path, and DNS from and behind the resolvers."""
        return union(self._needed(self.covered & self.existing))

    def _needed(self, pods: Bitset) -> Iterator[Block]:
        """Every declared path; for *pods* also the names for everybody, and DNS."""
        for path in self.profile.paths:
            needed = traffic(path.ports, self._needed_requests(path))
            yield self.end(path.source), self.end(path.destination), needed
        yield from self._upstream()
        yield from self._everybodys(pods)

    def _upstream(self) -> Iterator[Block]:
        """What resolvers ask further servers."""
        for upstream in self.profile.cluster.dns.upstream:
            yield self.resolvers, self.end(upstream), _plain_dns()

    def _everybodys(self, pods: Bitset) -> Iterator[Block]:
        """What *pods* may do wherever they are from: reach the names for everybody, and ask for names."""
        for entry in self.profile.cluster.internet:
            yield pods, self.end(entry.name), traffic(entry.ports, ALL)
        yield from self._asking(pods)

    def path_traffic(self, path: DeclaredPath) -> TrafficSet:
        return traffic(path.ports, self.path_requests(path))

    def path_requests(self, path: DeclaredPath) -> RecordSet:
        """The requests that a path lets pass; all of them, when it does not say."""
        if path.http is not None:
            return http_requests(path.http, self.settings)
        if path.dns is not None:
            return self._dns_requests(path.dns)
        return ALL

    def _needed_requests(self, path: DeclaredPath) -> RecordSet:
        """The requests that a path is there for: of what a gRPC line lets pass, only the calls need to."""
        calls = [need for need in path.http or () if need.call]
        if not calls:
            return self.path_requests(path)
        others = [need for need in path.http or () if not need.call]
        called = http_requests(calls, self.settings) & grpc.every_call()
        return http_requests(others, self.settings) | called

    def _asking(self, askers: Bitset) -> Iterator[Block]:
        """DNS from *askers* to the resolvers, with the names that each of them has a reason to ask for."""
        dns = self.profile.cluster.dns
        common = [
            *dns.patterns,
            *(name for entry in self.profile.cluster.internet for name in entry.name.asked),
        ]
        yield askers, self.resolvers, traffic(dns.ports, self._dns_requests(common))
        for path in self.profile.paths:
            if isinstance(path.destination, NameEnd):
                asked = traffic(dns.ports, self._dns_requests(path.destination.asked))
                yield self.end(path.source) & askers, self.resolvers, asked

    def _dns_requests(self, patterns: Iterable[str]) -> RecordSet:
        found = NONE
        for text in patterns:
            found |= dns_kind.language(DnsRule(match_pattern=text), self.settings)
        return found

    @cached_property
    def scope(self) -> str:
        """What was looked at, in words."""
        existing = (self.pods & self.existing).bit_count()
        others = self.outside.bit_count()
        return (
            f"{existing} workloads, {self.imagined.scope}, {others} peers outside; all protocols, ports and legal"
            " requests"
        )


@lru_cache(maxsize=1 << 14)
def traffic(spans: tuple[PortSpan, ...], requests: RecordSet) -> TrafficSet:
    """Ports of a profile with *requests* on each."""
    found = TrafficSet({})
    for span in spans:
        found |= TrafficSet({span.protocol: [(span.first, span.last, requests)]})
    return found


def http_requests(needs: Iterable[RequestNeed], settings: Settings) -> RecordSet:
    """The requests that match one of the lines: method, path and every header."""
    found = NONE
    for need in needs:
        hosts = [header.value for header in need.headers if header.name.lower() == "host" and header.value]
        headers = tuple(
            HeaderMatch(header.name, header.value) for header in need.headers if header.name.lower() != "host"
        )
        methods = "|".join(re.escape(method) for method in need.methods)
        rule = HttpRule(need.path, methods, "".join(map(re.escape, hosts)), header_matches=headers)
        found |= http_kind.language(rule, settings)
    return found


def requests_in_words(needs: Iterable[RequestNeed] | None) -> tuple[str, ...]:
    """The lines as their author wrote them, each once; a gRPC line says that it is one."""
    return tuple(dict.fromkeys(f"gRPC {need.marked}" if need.call else need.text for need in needs or ()))


def _plain_dns() -> TrafficSet:
    return TrafficSet({protocol: [(port, port, ALL) for port in _DNS_PORTS] for protocol in ("UDP", "TCP")})


def every_port(requests: RecordSet) -> TrafficSet:
    """All ports of all protocols, with *requests* on each."""
    return TrafficSet({protocol: [(FIRST_PORT, LAST_PORT, requests)] for protocol in PROTOCOLS})


def situation(profile: Profile, ruleset: Ruleset, find: Finder = classes) -> Situation:
    """*profile* against the policies of *ruleset*, every flow decided, also of every pod that could be created.

    Errors: BudgetExceeded of `algebra.regular`, when a pattern's language is too large.
    """
    imagined = imagine(profile, ruleset, find)
    found = (*existing(ruleset), *imagined.endpoints)
    scene = Scene(ruleset, found)
    return Situation(profile, scene, symbolic.decided_in(scene), imagined)


def named(situation_: Situation, endpoints_: Bitset) -> Iterator[str]:
    """The names of *endpoints_*, existing ones first."""
    chosen = [e for i, e in enumerate(situation_.endpoints) if endpoints_ >> i & 1]
    yield from (e.name for e in sorted(chosen, key=lambda e: not e.existing))
