"""The nearest allowed flow is allowed, differs as it says, and no flow that anybody would try is nearer."""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from agreement.test_engines_agree import REQUESTS
from agreement.worlds import Draw, policies, settings, world
from propolis import requests
from propolis.model.flow import ICMP, WITH_PORTS, Flow, Request
from propolis.model.report import Line
from propolis.model.rule import Origin
from propolis.model.span import Span
from propolis.model.verdict import Outcome, Why
from propolis.model.world import Endpoint, Role
from propolis.semantics.endpoints import endpoints, existing
from propolis.semantics.explain import answer, answered
from propolis.semantics.nearest import Nearest, Part, nearest
from propolis.semantics.reference import verdict
from propolis.semantics.remedies import remedies, without
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import Scene

SEEDS = 65
FLOWS = 4
PORTS = (1, 53, 80, 120, 443, 8080, 65535)
TYPES = (0, 3, 8)


def generated(seed: int) -> Ruleset:
    draw = Draw(seed)
    chosen = settings(draw)
    return ruleset(policies(draw, chosen), world(draw), chosen)


def denied(rules: Ruleset, ends: tuple[Endpoint, ...], pick: random.Random) -> list[Flow]:
    """A few flows that are denied; those first of which only the request is."""
    found: list[tuple[bool, Flow]] = []
    for _ in range(200):
        source, destination = pick.choice(ends), pick.choice(ends)
        protocol = pick.choice((*WITH_PORTS, ICMP, "TCP", "TCP"))
        port = pick.choice(TYPES if protocol == ICMP else PORTS)
        flow = Flow(source, destination, protocol, port, pick.choice((None, *REQUESTS)))
        answer = verdict(rules, flow)
        if answer.outcome is Outcome.DENY:
            found.append((Why.REQUEST not in (answer.egress.why, answer.ingress.why), flow))
    return [flow for _, flow in sorted(found, key=lambda each: each[0])[:FLOWS]]


def difference(found: Flow, flow: Flow) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts and the fields in which two flows differ, compared one by one."""
    parts = {
        Part.PORT: found.port != flow.port,
        Part.PROTOCOL: found.protocol != flow.protocol,
        Part.SOURCE: found.source != flow.source,
        Part.DESTINATION: found.destination != flow.destination,
    }
    return tuple(part for part, differs in parts.items() if differs), fields(found.request, flow.request)


def fields(found: Request | None, request: Request | None) -> tuple[str, ...]:
    if found is None or request is None:
        return ()
    new, old = requests.record(found), requests.record(request)
    return tuple(sorted(name for name in {*new, *old} if new.get(name, "") != old.get(name, "")))


def candidates(rules: Ruleset, flow: Flow, found: Nearest | None) -> Iterator[Flow]:
    """Every flow that the definition lets be nearest, with the ports and requests that the policies tell apart."""
    others = [end for end in existing(rules) if end.role in (Role.POD, Role.WORLD)]
    pairs = [(flow.source, flow.destination)]
    pairs += [(end, flow.destination) for end in others] + [(flow.source, end) for end in others]
    kin = WITH_PORTS if flow.protocol in WITH_PORTS else (ICMP, "ICMPv6")
    ports = {*(PORTS if flow.protocol in WITH_PORTS else TYPES), flow.port}
    alike = [r for r in REQUESTS if flow.request and requests.kind_of(r) == requests.kind_of(flow.request)]
    own = [found.flow.request] if found else []
    tried = list(dict.fromkeys((flow.request, *alike, *own)))
    for (source, destination), protocol, port, request in product(pairs, kin, sorted(ports), tried):
        yield Flow(source, destination, protocol, port, request)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_allowed_flow_is_nearer(seed: int):
    rules = generated(seed)
    ends = existing(rules)
    scene = Scene(rules, ends)
    pick = random.Random(seed)
    for flow in denied(rules, ends, pick):
        found = nearest(scene, flow)
        if found is not None:
            assert verdict(rules, found.flow).outcome is Outcome.ALLOW
            parts, changed = difference(found.flow, flow)
            assert (set(found.parts), tuple(sorted(found.fields))) == (set(parts), changed)
        for other in candidates(rules, flow, found):
            distance = Nearest(other, *difference(other, flow)).distance
            if found is not None and distance >= found.distance:
                continue
            answer = verdict(rules, other)
            if other.request is None and (answer.egress.proxy or answer.ingress.proxy):
                continue  # the connection is open for the proxy's sake, whether or not any request passes it
            assert answer.outcome is not Outcome.ALLOW, (flow, other, found)


@pytest.mark.parametrize("seed", range(0, SEEDS, 2))
def test_the_steps_that_are_named_lead_to_the_other_answer(seed: int):
    """Without the rules that have to go an allowed flow is denied at that end, or the last step says why not."""
    rules = generated(seed)
    ends = existing(rules)
    pick = random.Random(seed)
    for _ in range(30):
        flow = Flow(pick.choice(ends), pick.choice(ends), "TCP", pick.choice(PORTS))
        before = verdict(rules, flow)
        steps = remedies(rules, flow)
        if before.outcome is Outcome.ALLOW:
            for direction, side in (("egress", before.egress), ("ingress", before.ingress)):
                own = [step for step in steps if step.direction == direction]
                assert own, side
                after = verdict(without(rules, [origin for step in own for origin in step.rules]), flow)
                stopped = getattr(after, direction).outcome is not Outcome.ALLOW
                assert stopped or own[-1].sentence.startswith(
                    ("a policy has to", "no policy can", "a deny rule")
                )
        else:
            assert steps
            gone = [
                origin for step in steps if "deny rules have to go" in step.sentence for origin in step.rules
            ]
            after = verdict(without(rules, gone), flow)
            last = [step for step in steps if "deny rules have to go" not in step.sentence]
            assert (after.outcome is Outcome.ALLOW) == (not last)


def test_only_ends_of_the_scene_can_be_asked_about():
    rules = generated(0)
    few = endpoints(rules)[:2]
    with pytest.raises(ValueError):
        nearest(Scene(rules, few), Flow(few[0], endpoints(rules)[-1], "TCP", 80))


def test_generated_flows_have_near_ones_of_every_part():
    """The tests above would say little if the nearest flow always differed in the same part."""
    seen: set[object] = set()
    for seed in range(SEEDS):
        rules = generated(seed)
        ends = existing(rules)
        scene = Scene(rules, ends)
        for flow in denied(rules, ends, random.Random(seed)):
            found = nearest(scene, flow)
            seen |= {*found.parts, "request" if found.fields else ""} if found else {None}
    assert seen >= {*Part, "request", None}


def place(origin: Origin) -> Line:
    return Line(origin.policy, Span(str(origin.document), 1, 1, 1, 1, 0, 0), str(origin.path))


@pytest.mark.parametrize("seed", range(0, SEEDS, 2))
def test_only_the_rules_that_select_an_end_have_a_say(seed: int):
    rules = generated(seed)
    ends = endpoints(rules)
    scene = Scene(rules, ends)
    pick = random.Random(seed)
    for _ in range(10):
        flow = Flow(pick.choice(ends), pick.choice(ends), "TCP", pick.choice(PORTS), pick.choice(REQUESTS))
        assert answered(scene, flow, place) == answer(rules, flow, place)
