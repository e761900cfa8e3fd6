"""The reference engine: one flow → verdict. Slow, short, and written to be read beside its sources.

Read it from the top: both ends, the rules of one end, the level that decides, layer 7, who is policed, peers and ports.
Numbers are sections of the semantics reference; the symbolic engine has the same function names.

Source: Cilium pkg/policy repository.go computePolicyEnforcementAndRules (who is selected, default deny, localhost),
rules.go and types/entry.go (levels), rule.go mergePortProto and l4.go createL4Filter (cells, proxies),
pkg/envoy/model.go and cilium/proxy network_policy.cc (what a proxy lets through), pkg/fqdn/dnsproxy (DNS).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import is_

import msgspec

from propolis import peers, requests
from propolis.model.flow import ICMP, ICMPV6, WITH_PORTS, Flow, Request
from propolis.model.labels import RESERVED, Label
from propolis.model.policy import Direction, Effect, IcmpRule, PortProtocol, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement, Version
from propolis.model.verdict import Outcome, Side, Verdict, Why
from propolis.model.world import POLICED, Endpoint, Role
from propolis.peers.selectors import meets
from propolis.semantics import ports
from propolis.semantics.bounds import Conflict, cautious, conflict, generous, reasons
from propolis.semantics.cells import cell, cells, selectors
from propolis.semantics.ruleset import Ruleset

_BEHIND_TIERS = "no rule allows it behind the tiers that were passed"


class Hit(msgspec.Struct, frozen=True):
    """A rule that covers the flow's peer, protocol and port: through *port* of its clause *ports*, if it has any."""

    rule: Rule
    ports: PortRule | IcmpRule | None = None
    port: PortProtocol | None = None


class Ends(msgspec.Struct, frozen=True):
    """One direction's view of a flow: *subject* is the endpoint whose policy is asked."""

    subject: Endpoint
    peer: Endpoint
    direction: Direction
    protocol: str
    port: int
    request: Request | None


def verdict(ruleset: Ruleset, flow: Flow) -> Verdict:
    """Both ends must allow: the source's egress and the destination's ingress (§1.5)."""
    egress = side(ruleset, _ends(flow, Direction.EGRESS))
    ingress = side(ruleset, _ends(flow, Direction.INGRESS))
    return Verdict(_both(egress.outcome, ingress.outcome), egress, ingress)


def _ends(flow: Flow, direction: Direction) -> Ends:
    pair = (flow.source, flow.destination)
    subject, peer = pair if direction is Direction.EGRESS else pair[::-1]
    return Ends(subject, peer, direction, flow.protocol, flow.port, flow.request)


def _both(a: Outcome, b: Outcome) -> Outcome:
    for outcome in (Outcome.DENY, Outcome.UNKNOWN):
        if outcome in (a, b):
            return outcome
    return Outcome.ALLOW


def side(ruleset: Ruleset, ends: Ends) -> Side:
    """One direction's answer. Where a rule cannot be decided, only an answer that holds either way is given."""
    return answer(view(ruleset, ends.subject, ends.direction), ends)


class View(msgspec.Struct, frozen=True):
    """The rules of one direction that select one subject, and what is left and made of them by what is not decided."""

    ruleset: Ruleset
    rules: Sequence[Rule]
    conflict: Conflict | None
    least: tuple[Rule, ...]
    most: tuple[Rule, ...]


def view(ruleset: Ruleset, subject: Endpoint, direction: Direction) -> View:
    """What *direction* of *subject* is decided by, whatever the flow."""
    every = {each: selecting(ruleset, subject, each) for each in Direction}
    return view_by(ruleset, subject, every[direction], [rule for rules in every.values() for rule in rules])


def view_by(ruleset: Ruleset, subject: Endpoint, rules: Sequence[Rule], every: Sequence[Rule]) -> View:
    """The same for whoever knows already which *rules* of the direction select *subject*, and which of *every* one."""
    is_asked = policed(subject, ruleset) and ruleset.settings.enforcement is not Enforcement.NEVER
    why = conflict(every, ruleset.settings) if is_asked else None
    return View(ruleset, rules, why, cautious(rules, ruleset.settings), generous(rules, ruleset.settings))


def answer(view: View, ends: Ends) -> Side:
    """What the subject's end says about one flow, by *view* of the same subject and direction."""
    if view.conflict:
        return Side(
            ends.direction, Outcome.UNKNOWN, Why.UNDECIDED, view.conflict.rules, reason=view.conflict.reason
        )
    least = _decided(view.ruleset, view.least, ends)
    if all(map(is_, view.least, view.most)):  # each rule can be decided
        return least
    most = _decided(view.ruleset, view.most, ends)
    if least.outcome is most.outcome:
        return least
    why = reasons(view.rules, view.ruleset.settings)
    return Side(ends.direction, Outcome.UNKNOWN, Why.UNDECIDED, reason=why)


def selecting(ruleset: Ruleset, subject: Endpoint, direction: Direction) -> tuple[Rule, ...]:
    """The rules of *direction* that select *subject*: node rules the host only, the others all but it (§1.1)."""
    is_node = subject.role is Role.HOST
    return tuple(
        rule
        for rule in ruleset.rules
        if rule.direction is direction and rule.nodes is is_node and meets(subject.labels, rule.subject)
    )


def _decided(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends) -> Side:
    settings = ruleset.settings
    if not policed(ends.subject, ruleset):
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_POLICED)
    if settings.enforcement is Enforcement.NEVER:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    default_deny = forced(ends.subject, ruleset) or any(rule.default_deny for rule in rules)
    if not rules and not default_deny:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    decided = _by_rules(ruleset, rules, ends, default_deny)
    if decided is not None:
        return decided
    if localhost(ends.subject, ends.peer, ends.direction, rules, ruleset):
        return Side(ends.direction, Outcome.ALLOW, Why.LOCALHOST)
    if not default_deny:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    passing = tuple(rule.origin for rule in rules if rule.effect is Effect.PASS)
    if passing:  # where a rule passes, default deny is itself a rule, behind every tier (§2.5)
        return Side(ends.direction, Outcome.DENY, Why.RULE, passing, reason=_BEHIND_TIERS)
    origins = tuple(rule.origin for rule in rules if rule.default_deny)
    return Side(ends.direction, Outcome.DENY, Why.DEFAULT_DENY, origins)


def _by_rules(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends, default_deny: bool) -> Side | None:
    """The first level that decides: in each, deny wins over allow, allow over pass (§2.1, §2.5)."""
    passed_tier = None
    for (tier, _), level in groupby(sorted(rules, key=_level), key=_level):
        if tier == passed_tier:
            continue
        hits = [hit for rule in level for hit in _hits(ruleset, rule, ends)]
        for effect, answer in ((Effect.DENY, _denied), (Effect.ALLOW, _allowed)):
            found = [hit for hit in hits if hit.rule.effect is effect]
            if found:
                return answer(ruleset, rules, found, ends, default_deny)
        if hits:
            passed_tier = tier
    return None


def _level(rule: Rule) -> tuple[int, float]:
    return rule.tier, rule.priority


def _denied(
    ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends, default_deny: bool
) -> Side:
    return Side(ends.direction, Outcome.DENY, Why.RULE, _origins(hits))


# --- layer 7 ---


def _allowed(
    ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends, default_deny: bool
) -> Side:
    """Layer 7: a request passes if one covering rule has no layer-7 clause or one that matches (§2.4, §6.2)."""
    proxy = next((name for name in _PROXIES if any(_parser(hit) == name for hit in hits)), "")
    answer = Side(ends.direction, Outcome.ALLOW, Why.RULE, _origins(hits), proxy, facts=_facts(hits))
    if not proxy or ends.request is None:
        return answer
    kind = requests.kind_of(ends.request)
    if kind == "tls" and proxy != "listener" and any(_terminates(hit) for hit in hits):
        return answer
    if kind != proxy and proxy != "tls":  # the proxy for TLS passes on whatever is none
        why = f"the {proxy} proxy does not understand it"
        return Side(ends.direction, Outcome.DENY, Why.REQUEST, _origins(hits), proxy, why)
    asked = [hit for hit in hits if hit.port and _is_one_port(hit.port)] if proxy == "dns" else hits
    if not default_deny or localhost(ends.subject, ends.peer, ends.direction, rules, ruleset):
        return answer
    if any(_passes(hit, hits, ends, ruleset) for hit in asked):
        return answer
    return Side(ends.direction, Outcome.DENY, Why.REQUEST, _origins(asked), proxy)


_PROXIES = ("listener", "http", "dns", "tls")
"""In the order in which they take a connection that rules send to several; a listener's place hangs on its priority."""


def _passes(hit: Hit, hits: Sequence[Hit], ends: Ends, ruleset: Ruleset) -> bool:
    """Server names bind every allow of their cell: what names no server passes none of it (§4.7)."""
    if ends.request is None or not isinstance(hit.ports, PortRule):
        return True
    if not hit.ports.server_names and _bound_to_names(hit, hits, ends, ruleset):
        return False
    return requests.passes(hit.ports, ends.request, ruleset.settings)


def _bound_to_names(hit: Hit, hits: Sequence[Hit], ends: Ends, ruleset: Ruleset) -> bool:
    """Whether each cell through which *hit* covers the peer holds server names too."""
    named = {
        held
        for other in hits
        if other.port and isinstance(other.ports, PortRule) and other.ports.server_names
        for held in cells(other.rule, other.port, ruleset.settings)
    }
    return hit.port is not None and all(
        cell(selector, ends.protocol, hit.port, ruleset.settings) in named
        for selector in selectors(hit.rule, ruleset.settings)
        if peers.matches(selector, ends.peer, ruleset.settings)
    )


def _terminates(hit: Hit) -> bool:
    """Whether the proxy answers a client hello itself, whatever server it names (§4.8)."""
    return isinstance(hit.ports, PortRule) and hit.ports.terminates_tls and not hit.ports.server_names


def _parser(hit: Hit) -> str:
    return requests.parser(hit.ports) if isinstance(hit.ports, PortRule) else ""


def _origins(hits: Sequence[Hit]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(hit.rule.origin for hit in hits))


def _facts(hits: Sequence[Hit]) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(fact for hit in hits for fact in _proxy_facts(hit.ports)))
    mode = authentication(hits)
    return (*told, f"authentication: {mode}") if mode else told


def _proxy_facts(clause: PortRule | IcmpRule | None) -> Iterator[str]:
    """What a proxy does to the connection besides judging requests (§4.8, §4.9)."""
    if not isinstance(clause, PortRule):
        return
    if clause.listener:
        yield f"handed to the listener `{clause.listener.name}`"
    for context in clause.tls:
        verb = "terminates" if context.field == "terminatingTLS" else "originates"
        yield f"the proxy {verb} TLS with Secret `{context.secret.removeprefix('/')}`"


def authentication(hits: Sequence[Hit]) -> str:
    """The narrowest rule with a mode decides: a named port over a port-less rule (§4.10); "" without any."""
    modes = {hit.rule.authentication for hit in hits if hit.rule.authentication and hit.ports is not None}
    broad = {hit.rule.authentication for hit in hits if hit.rule.authentication and hit.ports is None}
    return ", ".join(sorted(modes or broad))


# --- who is policed ---


def policed(subject: Endpoint, ruleset: Ruleset) -> bool:
    """Pods and Cilium's own endpoints are; the host only with the host firewall; nothing outside is (§8.3)."""
    return subject.role in POLICED or (subject.role is Role.HOST and ruleset.settings.host_firewall)


def forced(subject: Endpoint, ruleset: Ruleset) -> bool:
    """Mode `always`, and endpoints whose labels are not known yet, are default deny without any rule (§1.5)."""
    return ruleset.settings.enforcement is Enforcement.ALWAYS or Label(RESERVED, "init") in subject.labels


def localhost(
    subject: Endpoint, peer: Endpoint, direction: Direction, rules: Sequence[Rule], ruleset: Ruleset
) -> bool:
    """A node may reach its own pods, unless denied; from 1.20 on only where an ingress rule exists (§8.2)."""
    return (
        direction is Direction.INGRESS
        and ruleset.settings.allow_localhost
        and peer.role is Role.HOST
        and subject.role is not Role.HOST
        and (ruleset.settings.version < Version(1, 20) or bool(rules))
    )


# --- peers and ports ---


def _hits(ruleset: Ruleset, rule: Rule, ends: Ends) -> Iterator[Hit]:
    """No peer clause means everybody where there are ports, and nobody where there are none (§1.3)."""
    if rule.peers is None or (not rule.peers and rule.ports is None):
        return
    if rule.peers and not any(peers.matches(peer, ends.peer, ruleset.settings) for peer in rule.peers):
        return
    if rule.ports is None:
        yield Hit(rule)
    for clause in rule.ports or ():
        match clause:
            case IcmpRule():
                if _icmp_covers(clause, ends):
                    yield Hit(rule, clause)
            case PortRule():
                for port in clause.ports or ():
                    if _port_covers(port, ends, ruleset):
                        yield Hit(rule, clause, port)


def _icmp_covers(rule: IcmpRule, ends: Ends) -> bool:
    """The type stands in for the port, and 0 means all of them, as port 0 does (§4.5)."""
    families = {ICMP: "IPv4", ICMPV6: "IPv6"}
    types = [
        ports.icmp_type(f.type, f.family)
        for f in rule.fields or ()
        if families.get(ends.protocol) == f.family
    ]
    return any(found in (0, ends.port) for found in types)


def _port_covers(port: PortProtocol, ends: Ends, ruleset: Ruleset) -> bool:
    protocol = port.protocol.upper()
    if not (ends.protocol in WITH_PORTS if protocol in ("", "ANY") else ends.protocol == protocol):
        return False
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, str):
        return ends.port in _named(number, ends, ruleset)
    if number is None:
        return False
    if number == 0:
        return port.end_port == 0 or ruleset.settings.version >= Version(1, 20) or ends.port <= port.end_port
    return number <= ends.port <= max(number, port.end_port)


def _named(name: str, ends: Ends, ruleset: Ruleset) -> set[int]:
    """Ingress: the subject's own. Egress: the peer's from 1.20 on, before that the cluster's if all agree (§4.3)."""
    if ends.direction is Direction.INGRESS:
        known = ends.subject.ports
    elif ruleset.settings.version >= Version(1, 20):
        known = ends.peer.ports
    else:
        found = {p.number for p in ruleset.port_names if p.name == name and p.protocol == ends.protocol}
        return found if len(found) == 1 else set()
    return {p.number for p in known if p.name == name and p.protocol == ends.protocol}


def _is_one_port(port: PortProtocol) -> bool:
    number = ports.meaning(port.port) if port.port else 0
    return isinstance(number, str) or (number is not None and number > 0 and port.end_port <= number)
