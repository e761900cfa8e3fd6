"""`propolis conform`: the engines against verdicts that Cilium's own engine and Envoy recorded.

The formats are those of recorded cases, one JSON object a line: policy cases with flows (by version or for one),
single objects with accept or reject, DNS selectors with names, and HTTP rules with requests. What a case records is
compared; it is never looked up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import msgspec

from propolis import peers
from propolis.algebra.addresses import prefix
from propolis.manifest.policies import policy as parsed_policy
from propolis.manifest.schema import checked
from propolis.model.flags import Flag, Mistake, assigned
from propolis.model.flow import ICMP, ICMPV6, HttpRequest
from propolis.model.labels import CIDR, RESERVED, Label, Labels, label
from propolis.model.policy import Direction, FqdnPeer, HttpRule, Kind, L7Rules, Policy, PortRule
from propolis.model.settings import UNRELEASED, Enforcement, Settings, Version, version
from propolis.model.span import Path, Problem
from propolis.model.verdict import Outcome, Side, Why
from propolis.model.world import Endpoint, NamedPort, Role, Service, World
from propolis.peers.universe import Universe
from propolis.requests import passes
from propolis.requests.wire import NotJudged, arriving
from propolis.semantics import reference, symbolic
from propolis.semantics.admission import REQUIRES
from propolis.semantics.bounds import without_requests
from propolis.semantics.entries import MODES
from propolis.semantics.hits import Ends
from propolis.semantics.ruleset import Ruleset, ruleset

Case = Mapping[str, Any]


class Disagreement(msgspec.Struct, frozen=True):
    """One recorded answer that ours differs from."""

    case: str
    question: str
    recorded: str
    ours: str


class Agreement(msgspec.Struct, frozen=True):
    """How many of the recorded answers of one file are ours too."""

    asked: int
    disagreements: tuple[Disagreement, ...]

    @property
    def agreed(self) -> int:
        return self.asked - len({(d.case, d.question) for d in self.disagreements})


class Question(msgspec.Struct, frozen=True):
    """One recorded answer, and ours as each engine gives it."""

    text: str
    recorded: str
    ours: tuple[str, ...]


def agreement(cases: Iterable[Case], settings: Settings, flags: Sequence[Flag] = ()) -> Agreement:
    """Our answers against the recorded ones of *cases*; *settings* hold what the cases do not say.

    *flags* go before both: what would we answer then?
    """
    named = partial(_named, flags)
    asked = 0
    found: list[Disagreement] = []
    for case in cases:
        for question in _reader(case)(case, settings, named):
            asked += 1
            found += [
                Disagreement(
                    case.get("id", str(case.get("selector"))), question.text, question.recorded, ours
                )
                for ours in dict.fromkeys(question.ours)
                if ours != question.recorded
            ]
    return Agreement(asked, tuple(found))


_Named = Callable[[Settings], Settings]
"""Settings with the flags that the user names."""


def _named(flags: Sequence[Flag], settings: Settings) -> Settings:
    for flag in flags:
        after = assigned(settings, flag)
        settings = (
            settings if isinstance(after, Mistake) else after
        )  # a value that this version does not have
    return settings


def _reader(case: Case) -> Callable[[Case, Settings, _Named], Iterator[Question]]:
    if "selector" in case:
        return _dns
    if "requests" in case:
        return _http
    if "accepted" in case:
        return _validation
    if "local_cluster" in case and "cilium" not in case:
        return _by_version
    return _flows


# --- policies and flows ---


def _policies(case: Case, settings: Settings) -> tuple[Policy, ...]:
    """The recorded objects; they went to the agent directly, so what only the API server refuses does not count."""
    return tuple(_policy(value, position, settings) for position, value in enumerate(case["policies"]))


def _policy(value: Mapping[str, Any], position: int, settings: Settings) -> Policy:
    kind = Kind(value["kind"])
    found = checked(value, kind.value, settings.version)
    namespace = value.get("metadata", {}).get("namespace", "")
    unread = tuple(
        Problem(refusal.code, refusal.message, None)
        for refusal in found.refusals
        if _is_unreadable(refusal.path)
    )
    policy = parsed_policy(found.value, kind, namespace)
    return msgspec.structs.replace(policy, document=position, refusals=unread)


def _is_unreadable(path: Path) -> bool:
    """Whether the agent too refuses what the schema refuses at *path*: the model has no place for it."""
    return path[-1:] == ("operator",) or any(part in REQUIRES for part in path)


def _world(case: Case) -> World:
    """What a case says besides identities: Services, and the addresses of all groups of a cloud provider."""
    return World(
        services=tuple(_service(service) for service in case.get("services", ())),
        group_prefixes=tuple(case.get("groups", ())),
        knows_nodes=True,
    )


def _service(written: Mapping[str, Any]) -> Service:
    labels, selector = (tuple(sorted(written.get(field, {}).items())) for field in ("labels", "selector"))
    backends = tuple(written.get("addresses", ()))
    return Service(written["name"], written["namespace"], labels, selector or None, backends)


def _endpoint(identity: Mapping[str, Any], settings: Settings) -> Endpoint:
    labels = {label(text) for text in identity["labels"]}
    if region := prefix(identity.get("cidr", "")):
        family = f"world-ipv{region.version}" if settings.dual_stack else "world"
        labels |= {Label(CIDR, str(region)), Label(RESERVED, family)}
    ports = [NamedPort(name, "TCP", number) for name, number in identity.get("tcp_ports", {}).items()]
    ports += [NamedPort(name, "UDP", number) for name, number in identity.get("udp_ports", {}).items()]
    name = identity.get("name", str(identity["id"]))
    return Endpoint(name, _role(frozenset(labels)), frozenset(labels), "", tuple(ports))


def _role(labels: Labels) -> Role:
    reserved = {found.key for found in labels if found.source == RESERVED}
    roles = (Role.HOST, Role.REMOTE_NODE, Role.HEALTH, Role.INGRESS, Role.INIT, Role.UNMANAGED)
    found = next((role for role in roles if role.value in reserved), None)
    return found or (Role.WORLD if reserved else Role.POD)


class _Asked:
    """A case made ready: both engines over its endpoints."""

    def __init__(self, case: Case, settings: Settings, ports: tuple[NamedPort, ...] = ()) -> None:
        self.endpoints = [_endpoint(identity, settings) for identity in case["identities"]]
        self.index = {i["id"]: n for n, i in enumerate(case["identities"])}
        self.index |= {i["name"]: n for n, i in enumerate(case["identities"]) if "name" in i}
        if ports:
            self.endpoints = [
                msgspec.structs.replace(e, ports=ports) if e.role is Role.POD else e for e in self.endpoints
            ]
        made = ruleset(_policies(case, settings), _world(case), settings)
        named = {port for endpoint in self.endpoints for port in endpoint.ports}
        self.ruleset: Ruleset = msgspec.structs.replace(made, port_names=tuple(sorted(named)))
        self.scene = symbolic.Scene(self.ruleset, self.endpoints)
        self._rows: dict[tuple[int, Direction, bool], Any] = {}

    @cached_property
    def connections(self) -> symbolic.Scene:
        bare = without_requests(self.ruleset.rules)
        return symbolic.Scene(msgspec.structs.replace(self.ruleset, rules=bare), self.endpoints)

    def answers(self, flow: Mapping[str, Any]) -> tuple[Side, bool | None]:
        """Both engines' answers about the connection.

        A set of requests cannot say that a proxy takes the connection although no request surely passes: there the
        symbolic engine is asked again about the rules without their layer 7.
        """
        side, open_ = self.reference(flow), self.symbolic(flow)
        if side.proxy and not open_:
            open_ = self.symbolic(flow, only_connections=True)
        return side, open_

    def reference(self, flow: Mapping[str, Any]) -> Side:
        return reference.side(self.ruleset, self._ends(flow))

    def symbolic(self, flow: Mapping[str, Any], *, only_connections: bool = False) -> bool | None:
        """Whether the connection is allowed; None when undecided."""
        ends = self._ends(flow)
        position = self.index[flow["subject"]]
        key = position, ends.direction, only_connections
        if key not in self._rows:
            scene = self.connections if only_connections else self.scene
            rules = scene.selecting(position, ends.direction)
            clash = self.scene.clash(self.scene.every(position))
            self._rows[key] = symbolic.side(scene, ends.subject, ends.direction, rules, clash)
        open_ = [
            bool(row.traffic(self.index[flow["peer"]]).requests(ends.protocol, ends.port))
            for row in self._rows[key]
        ]
        return open_[0] if open_[0] == open_[1] else None

    def _ends(self, flow: Mapping[str, Any]) -> Ends:
        protocol = {"ICMP6": ICMPV6, "ICMPv4": ICMP, "ICMP": ICMP}.get(flow["proto"], flow["proto"])
        subject, peer = (self.endpoints[self.index[flow[end]]] for end in ("subject", "peer"))
        return Ends(subject, peer, Direction(flow["dir"]), protocol, flow["port"], None)


def _title(flow: Mapping[str, Any]) -> str:
    return f"{flow['subject']} {flow['dir']} {flow['peer']} {flow['proto']} {flow['port']}"


_RECORDER = Settings(
    version=Version(1, 20),
    host_firewall=False,
    ipv6=True,
    default_local_cluster=False,
    node_selector_labels=True,
    k8s_cluster_network_policy=True,
    defects=UNRELEASED["1.20.0-pre.4"],
)
_RECORDER_1_19 = msgspec.structs.replace(
    _RECORDER, version=Version(1, 19, 4), ipv6=False, default_local_cluster=True, defects=None
)


def _own_settings(case: Case) -> Settings:
    """What a case says about the agent that answered it; the release is in `cilium`."""
    release = case["cilium"]
    found = version(release)
    if found is None:
        raise ValueError(f"`{release}` is not a release of a supported version of Cilium")
    cluster = case.get("local_cluster")
    return msgspec.structs.replace(
        _RECORDER,
        version=found,
        host_firewall=case.get("host_firewall", False),
        ipv6=case.get("ipv6", True),
        cluster=cluster or _RECORDER.cluster,
        default_local_cluster=cluster is not None,
        defects=None,
    )


def _flows(case: Case, settings: Settings, named: _Named) -> Iterator[Question]:
    """The recorder's settings are those that the formats' description gives; 1.19 cases name themselves so."""
    known = _RECORDER_1_19 if case["id"].startswith("v1.19") else _RECORDER
    if "cilium" in case:
        known = _own_settings(case)
    known = msgspec.structs.replace(
        known, enforcement=Enforcement(case["mode"]), allow_localhost=bool(case["allow_localhost"])
    )
    asked = _Asked(case, named(known))
    if "cilium" in case:
        yield from _admitted(case, asked)
    for flow in case["flows"]:
        side, open_ = asked.answers(flow)
        if flow.get("error", "").startswith("panic: "):
            continue  # the real engine stops there, and the agent with it: nothing to compare with
        if "error" in flow:
            yield Question(_title(flow), "UNKNOWN", (side.outcome.value, _outcome(open_)))
            continue
        recorded = "ALLOW" if flow["allow"] else "DENY"
        yield Question(_title(flow), recorded, (side.outcome.value, _outcome(open_)))
        if "why" in flow:
            yield Question(f"{_title(flow)} why", flow["why"], (_why(side),))
            redirected = "proxy" if "l7" in flow else "direct"
            yield Question(f"{_title(flow)} layer 7", redirected, ("proxy" if side.proxy else "direct",))
        if "cilium" in case and not side.proxy:
            recorded = flow.get("auth", MODES[0])
            yield Question(f"{_title(flow)} authentication", recorded, (_one_of(recorded, _modes(side)),))


def _admitted(case: Case, asked: "_Asked") -> Iterator[Question]:
    refused = {rejection.policy for rejection in asked.ruleset.rejections}
    for position in range(len(case["policies"])):
        recorded = "rejected" if str(position) in case["rejected"] else "accepted"
        yield Question(f"policy {position}", recorded, ("rejected" if position in refused else "accepted",))


def _outcome(open_: bool | None) -> str:
    return "UNKNOWN" if open_ is None else "ALLOW" if open_ else "DENY"


def _why(side: Side) -> str:
    return "none" if side.why is Why.DEFAULT_DENY else "rule"


_RECORDED = {
    "1.16": "1.16.15",
    "1.17": "1.17.8",
    "1.18": "1.18.3",
    "1.19": "1.19 branch point",
    "1.20": "1.20 branch point",
    "1.21": "1.21-dev",
}
"""What the versions were that the small cases were put to."""


def _by_version(case: Case, settings: Settings, named: _Named) -> Iterator[Question]:
    """Small cases that were put to several versions."""
    versions = sorted({version for flow in case["flows"] for version in flow["verdicts"]})
    for text in versions:
        minor = int(text.partition(".")[2].partition("-")[0])
        release = _RECORDED[text]
        cluster = case["local_cluster"]
        known = Settings(
            version=version(release) or Version(1, minor),
            enforcement=Enforcement(case["mode"]),
            host_firewall=True,
            cluster=cluster or "c1",
            default_local_cluster=cluster is not None,
            node_selector_labels=True,
            k8s_cluster_network_policy=True,
            defects=UNRELEASED.get(release),
        )
        asked = _Asked(case, named(known), (NamedPort("web", "TCP", 8080),))
        for flow in case["flows"]:
            if text in flow["verdicts"]:
                side, open_ = asked.answers(flow)
                recorded = _coarse(flow["verdicts"][text])
                outcome = {"A": "ALLOW", "U": "UNKNOWN"}.get(recorded[0], "DENY")
                title = f"{text} {_title(flow)}"
                yield Question(f"{title} symbolic", outcome, (_outcome(open_),))
                yield Question(title, recorded, (_one_of(recorded, _verdicts(side)),))


def _one_of(recorded: str, possible: Sequence[str]) -> str:
    """Where the order decides in which the agent took the rules, and no case says which it was, each of *possible*."""
    return recorded if recorded in possible else possible[0]


def _verdicts(side: Side) -> tuple[str, ...]:
    """Our answer in the words of the recording. An authentication mode is recorded as a number, whose highest bit
    says from 1.17 on that the deciding rule itself names the mode; that bit is not compared."""
    if side.outcome is Outcome.UNKNOWN:
        return ("UNKNOWN",)
    if side.outcome is Outcome.DENY:
        return ("deny(default)" if side.why is Why.DEFAULT_DENY else "DENY",)
    modes = map(MODES.index, _modes(side))
    allow = "ALLOW" + ("+proxy" if side.proxy else "")
    return tuple(f"{allow}+auth{mode}" if mode else allow for mode in modes)


def _modes(side: Side) -> tuple[str, ...]:
    modes = [fact.removeprefix(_AUTHENTICATION) for fact in side.facts if fact.startswith(_AUTHENTICATION)]
    return tuple(modes[0].split(" or ")) if modes else MODES[:1]


_AUTHENTICATION = "authentication: "


def _coarse(recorded: str) -> str:
    """A recorded verdict without the bit for an explicit mode; an endpoint without a policy is undecided."""
    if recorded.startswith("ERR"):
        return "UNKNOWN"
    verdict, found, mode = recorded.partition("+auth")
    number = int(mode or "0") & 0x7F
    return f"{verdict}+auth{number}" if found and number else verdict


# --- validation, names, requests ---


def _validation(case: Case, settings: Settings, named: _Named) -> Iterator[Question]:
    known = _RECORDER
    if "cilium" in case:
        known = _own_settings(case)
    elif settings.version.series != known.version:
        known = msgspec.structs.replace(known, version=settings.version, defects=None)
    known = named(known)
    made = ruleset((_policy(case["policy"], 0, known),), World(), known)
    ours = "rejected" if made.rejections else "accepted"
    yield Question("validation", "accepted" if case["accepted"] else "rejected", (ours,))


def _dns(case: Case, settings: Settings, named: _Named) -> Iterator[Question]:
    selector, known = case["selector"], named(_RECORDER)
    if case.get("rejected"):
        value = {
            "apiVersion": "cilium.io/v2",
            "kind": Kind.CNP.value,
            "metadata": {"name": "p", "namespace": "n"},
            "spec": {"endpointSelector": {}, "egress": [{"toFQDNs": [selector]}]},
        }
        made = ruleset((_policy(value, 0, known),), World(), known)
        yield Question(str(selector), "rejected", ("rejected" if made.rejections else "accepted",))
        return
    peer = FqdnPeer(selector.get("matchName"), selector.get("matchPattern"))
    for name, matches in case["names"].items():
        endpoint = Endpoint(name, Role.WORLD, frozenset(), names=(name.lower().removesuffix("."),))
        ours = (
            peers.matches(peer, endpoint, known),
            bool(peers.selects(peer, Universe([endpoint]), known)),
        )
        yield Question(f"{selector} {name}", str(matches), tuple(str(o) for o in ours))


def _http(case: Case, settings: Settings, named: _Named) -> Iterator[Question]:
    rules = tuple(
        HttpRule(r.get("path"), r.get("method"), r.get("host"), tuple(r.get("headers", ())))
        for r in case["rules"]
    )
    clause = PortRule((), L7Rules(rules, None, (), ()), None, None, (), ())
    for number, asked in enumerate(case["requests"]):
        ours = _status(clause, asked, named(settings))
        recorded = "not judged by policy" if asked["status"] in (307, 400) else str(asked["status"])
        yield Question(f"request {number}: {asked['method']} {asked['path']}", recorded, (ours,))


def _status(clause: PortRule, asked: Mapping[str, Any], settings: Settings) -> str:
    request = arriving(_sent(asked))
    if isinstance(request, NotJudged):
        return "not judged by policy"
    return "200" if passes(clause, request, settings) else "403"


def _sent(asked: Mapping[str, Any]) -> HttpRequest:
    headers = ((name.lower(), _joined(value)) for name, value in asked["headers"].items())
    return HttpRequest(asked["method"], asked["path"], asked["host"], tuple(sorted(headers)))


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)
