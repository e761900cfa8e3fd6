"""The reference engine: one flow → verdict. Slow, short, and written to be read beside its sources.

The decision stands here, from the top down. What its words mean is in `hits` (who and what a rule covers), `proxied`
(requests), and `translate` (which rules a policy comes to). Numbers are sections of the semantics reference, names
those of Cilium 1.20; the symbolic engine has the same function names.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import is_

import msgspec

from propolis import requests
from propolis.model.flow import Flow
from propolis.model.labels import RESERVED, Label
from propolis.model.policy import Direction, Effect
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement, Version
from propolis.model.verdict import Outcome, Side, Verdict, Why
from propolis.model.world import POLICED, Endpoint, Role
from propolis.peers.selectors import meets
from propolis.semantics import hits as covering
from propolis.semantics.bounds import Conflict, cautious, conflict, generous, reasons
from propolis.semantics.facts import facts
from propolis.semantics.hits import Ends, Hit, is_one_port
from propolis.semantics.proxied import is_taken_perhaps, passes, proxy, terminates
from propolis.semantics.ruleset import Ruleset


def verdict(ruleset: Ruleset, flow: Flow) -> Verdict:
    """Both ends must allow: the source's egress and the destination's ingress.

    Source: §1.5; each node asks the policy map of its own endpoint, bpf/bpf_lxc.c.
    """
    egress = side(ruleset, _ends(flow, Direction.EGRESS))
    ingress = side(ruleset, _ends(flow, Direction.INGRESS))
    both = {egress.outcome, ingress.outcome}
    outcome = next((o for o in (Outcome.DENY, Outcome.UNKNOWN) if o in both), Outcome.ALLOW)
    return Verdict(outcome, egress, ingress)


def _ends(flow: Flow, direction: Direction) -> Ends:
    pair = (flow.source, flow.destination)
    subject, peer = pair if direction is Direction.EGRESS else pair[::-1]
    return Ends(subject, peer, direction, flow.protocol, flow.port, flow.request)


def side(ruleset: Ruleset, ends: Ends) -> Side:
    """One direction's answer."""
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
    """The same for whoever knows already which *rules* of the direction select *subject*, and which of *every* one.

    Allows that cannot be merged leave the endpoint without a policy in both directions.
    Source: §2.4; pkg/policy/rule.go mergePortProto, whose errors keep the endpoint's old policy.
    """
    why = conflict(every, ruleset.settings) if policed(subject, ruleset) else None
    return View(ruleset, rules, why, cautious(rules, ruleset.settings), generous(rules, ruleset.settings))


def answer(view: View, ends: Ends) -> Side:
    """What the subject's end says about one flow, by *view* of the same subject and direction.

    Where a rule cannot be decided, only an answer that holds either way is given.
    """
    if why := view.conflict:
        return Side(ends.direction, Outcome.UNKNOWN, Why.UNDECIDED, why.rules, reason=why.reason)
    least = _decided(view.ruleset, view.least, ends)
    if all(map(is_, view.least, view.most)):  # each rule can be decided
        return least
    most = _decided(view.ruleset, view.most, ends)
    if least.outcome is most.outcome:
        return least
    three = zip(view.rules, view.least, view.most, strict=True)
    unclear = tuple(rule.origin for rule, one, other in three if one is not other)
    unknown = reasons(view.rules, view.ruleset.settings)
    return Side(ends.direction, Outcome.UNKNOWN, Why.UNDECIDED, unclear, reason=unknown)


def selecting(ruleset: Ruleset, subject: Endpoint, direction: Direction) -> tuple[Rule, ...]:
    """The rules of *direction* that select *subject*: node rules the host only, the others all but it.

    Source: §1.1; pkg/policy/rule.go matchesSubject.
    """
    is_node = subject.role is Role.HOST
    return tuple(
        rule
        for rule in ruleset.rules
        if rule.direction is direction and rule.nodes is is_node and meets(subject.labels, rule.subject)
    )


def _decided(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends) -> Side:
    """Who is not policed, or in no default deny, is open; else rules decide, then the node's own right, then deny.

    Source: §1.2, §1.5, §8.2; pkg/policy/repository.go computePolicyEnforcementAndRules.
    """
    if not policed(ends.subject, ruleset):
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_POLICED)
    if ruleset.settings.enforcement is Enforcement.NEVER:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    default_deny = forced(ends.subject, ruleset) or any(rule.default_deny for rule in rules)
    if not rules and not default_deny:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    local = localhost(ends.subject, ends.peer, ends.direction, rules, ruleset)
    if decided := _by_rules(ruleset, rules, ends, is_enforced=default_deny and not local):
        return decided
    if local:
        return Side(ends.direction, Outcome.ALLOW, Why.LOCALHOST)
    if not default_deny:
        return Side(ends.direction, Outcome.ALLOW, Why.NOT_SELECTED)
    passing = tuple(rule.origin for rule in rules if rule.effect is Effect.PASS)
    if passing:  # where a rule passes, default deny is itself a rule, behind every tier (§2.5)
        behind = "no rule allows it behind the tiers that were passed"
        return Side(ends.direction, Outcome.DENY, Why.RULE, passing, reason=behind)
    origins = tuple(rule.origin for rule in rules if rule.default_deny)
    return Side(ends.direction, Outcome.DENY, Why.DEFAULT_DENY, origins)


def _by_rules(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends, *, is_enforced: bool) -> Side | None:
    """The first level that decides: in each, deny wins over allow, allow over pass; a pass goes to the next tier.

    Source: §2.1, §2.5; pkg/policy/types/entry.go Precedence.
    """
    passed_tier = None
    for (tier, _), level in groupby(sorted(rules, key=_level), key=_level):
        if tier == passed_tier:
            continue
        hits = [hit for rule in level for hit in covering.hits(ruleset, rule, ends)]
        if denying := [hit for hit in hits if hit.rule.effect is Effect.DENY]:
            return Side(ends.direction, Outcome.DENY, Why.RULE, _origins(denying))
        if allowing := [hit for hit in hits if hit.rule.effect is Effect.ALLOW]:
            if any(map(is_taken_perhaps, allowing)):
                return Side(ends.direction, Outcome.DENY, Why.REQUEST, _origins(allowing))
            return _allowed(ruleset, rules, allowing, ends, is_enforced=is_enforced)
        if hits:
            passed_tier = tier
    return None


def _level(rule: Rule) -> tuple[int, float]:
    return rule.tier, rule.priority


def _origins(hits: Sequence[Hit]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(hit.rule.origin for hit in hits))


def _allowed(
    ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends, *, is_enforced: bool
) -> Side:
    """An allowed connection passes; a request in it if one covering rule has no layer 7 or layer 7 that matches.

    The DNS proxy asks the rules for exactly its port. Without default deny, and for the node, no request is held back.
    Source: §2.4, §6.2; pkg/policy/l4.go ensureWildcard, cilium/proxy network_policy.cc, pkg/fqdn/dnsproxy.
    """
    taken = proxy(hits)
    answer = Side(
        ends.direction,
        Outcome.ALLOW,
        Why.RULE,
        _origins(hits),
        taken,
        facts=facts(ruleset, rules, hits, ends),
    )
    if not taken or ends.request is None:
        return answer
    kind = requests.kind_of(ends.request)
    if kind == "tls" and taken != "listener" and any(map(terminates, hits)):  # the proxy answers it (§4.8)
        return answer
    if kind != taken and taken != "tls":  # the proxy for TLS passes on whatever is none (§4.7)
        why = f"the {taken} proxy does not understand it"
        return Side(ends.direction, Outcome.DENY, Why.REQUEST, _origins(hits), taken, why)
    asked = [hit for hit in hits if hit.port and is_one_port(hit.port)] if taken == "dns" else hits
    if not is_enforced or any(passes(hit, hits, ends, ruleset) for hit in asked):
        return answer
    return Side(ends.direction, Outcome.DENY, Why.REQUEST, _origins(asked), taken)


def policed(subject: Endpoint, ruleset: Ruleset) -> bool:
    """Pods and Cilium's own endpoints are; the host only with the host firewall; nothing outside is.

    Source: §8.3; pkg/policy/repository.go computePolicyEnforcementAndRules.
    """
    return subject.role in POLICED or (subject.role is Role.HOST and ruleset.settings.host_firewall)


def forced(subject: Endpoint, ruleset: Ruleset) -> bool:
    """Mode `always`, and endpoints whose labels are not known yet, are default deny without any rule.

    Source: §1.5; pkg/policy/repository.go computePolicyEnforcementAndRules.
    """
    return ruleset.settings.enforcement is Enforcement.ALWAYS or Label(RESERVED, "init") in subject.labels


def localhost(
    subject: Endpoint, peer: Endpoint, direction: Direction, rules: Sequence[Rule], ruleset: Ruleset
) -> bool:
    """A node may reach its own pods, unless denied; from 1.20 on only where an ingress rule exists.

    Source: §8.2; pkg/policy/mapstate.go LabelsLocalHostIngress, up to 1.19 determineAllowLocalhostIngress there.
    """
    return (
        direction is Direction.INGRESS
        and ruleset.settings.allow_localhost
        and peer.role is Role.HOST
        and subject.role is not Role.HOST
        and (ruleset.settings.version < Version(1, 20) or bool(rules))
    )
