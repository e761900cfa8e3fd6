"""Why a flow is allowed or denied, in plain words and with the lines that decide it.

Nothing is traced while a verdict is made: the reference engine is asked again about the one flow.
"""

import shlex
from collections.abc import Callable, Sequence
from typing import assert_never

import msgspec

from propolis.model.flow import ICMP, ICMPV6, DnsQuery, Flow, HttpRequest, Opaque, Request, TlsHello
from propolis.model.policy import Direction
from propolis.model.report import Answer, Line, NearestFlow, Remedy, SideAnswer
from propolis.model.rule import Origin, Rule
from propolis.model.verdict import Outcome, Side, Verdict, Why
from propolis.model.world import Endpoint
from propolis.requests import grpc, record
from propolis.semantics.nearest import Nearest, Part, nearest
from propolis.semantics.reference import selecting, verdict
from propolis.semantics.remedies import remedies
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import Scene

Answering = Callable[[Scene, Flow, "Place"], Answer]
"""What makes an answer about a flow: `answered`, or `explained` with more to say."""
Place = Callable[[Origin], Line]
"""Finds the lines of a rule; whoever read the documents knows how."""
_MOST_LINES = 4


def answer(ruleset: Ruleset, flow: Flow, place: Place) -> Answer:
    """What happens to *flow*: both ends of the connection, then its request, each with its reason."""
    connection = _verdict(ruleset, msgspec.structs.replace(flow, request=None))
    egress = _side(connection.egress, flow.source, flow.destination, place)
    ingress = _side(connection.ingress, flow.destination, flow.source, place)
    whole = _verdict(ruleset, flow)
    return Answer(
        flow=flow_text(flow),
        outcome=whole.outcome,
        egress=egress,
        ingress=ingress,
        request=_request(flow, whole, connection.outcome, place) if flow.request else None,
        request_line=request_line(flow.request) if flow.request else "",
        curl=curl(flow) if isinstance(flow.request, HttpRequest) else "",
        cilium=str(ruleset.settings.version),
    )


def _verdict(ruleset: Ruleset, flow: Flow) -> Verdict:
    """The verdict on *flow*, and which defect of the release decides it: one without which it would be another."""
    found = verdict(ruleset, flow)
    meant = tuple(rule for rule in ruleset.rules if rule.defect is None)
    if len(meant) == len(ruleset.rules):
        return found
    healthy = verdict(msgspec.structs.replace(ruleset, rules=meant), flow)
    return msgspec.structs.replace(
        found,
        egress=_blaming(found.egress, healthy.egress, selecting(ruleset, flow.source, Direction.EGRESS)),
        ingress=_blaming(
            found.ingress, healthy.ingress, selecting(ruleset, flow.destination, Direction.INGRESS)
        ),
    )


def _blaming(side: Side, healthy: Side, rules: Sequence[Rule]) -> Side:
    if side.outcome is healthy.outcome:
        return side
    blamed = dict.fromkeys(rule.defect for rule in rules if rule.defect is not None)
    facts = (f"a defect of this Cilium release decides it: {defect.value}" for defect in blamed)
    return msgspec.structs.replace(side, facts=(*side.facts, *facts))


def answered(scene: Scene, flow: Flow, place: Place) -> Answer:
    """The same, asking only the rules that select an end.

    Errors: ValueError when *scene* does not hold the ends.
    """
    return answer(_between(scene, flow), flow, place)


def explained(scene: Scene, flow: Flow, place: Place) -> Answer:
    """The same with what would have to change for the other answer, and with the nearest flow that is allowed.

    Errors: ValueError when *scene* does not hold the ends; BudgetExceeded of `algebra.regular`.
    """
    ruleset = _between(scene, flow)
    plain = answer(ruleset, flow, place)
    steps = tuple(
        Remedy(step.direction, step.sentence, _lines(step.rules, place)) for step in remedies(ruleset, flow)
    )
    near = nearest(scene, flow) if plain.outcome is not Outcome.ALLOW else None
    return msgspec.structs.replace(plain, remedies=steps, nearest=_near(near, flow) if near else None)


def _between(scene: Scene, flow: Flow) -> Ruleset:
    ends = scene.universe.endpoints
    return scene.between(ends.index(flow.source), ends.index(flow.destination))


def _near(near: Nearest, flow: Flow) -> NearestFlow:
    found = near.flow
    return NearestFlow(
        flow=flow_text(found),
        changes=(
            *(_part(part, found, flow) for part in near.parts),
            *(_field(name, found, flow) for name in near.fields),
        ),
        request_line=request_line(found.request) if found.request else "",
        curl=curl(found) if isinstance(found.request, HttpRequest) else "",
    )


def _part(part: Part, found: Flow, flow: Flow) -> str:
    match part:
        case Part.PORT:
            return f"port {found.port} instead of {flow.port}"
        case Part.PROTOCOL:
            return f"{found.protocol} instead of {flow.protocol}"
        case Part.DESTINATION:
            return f"to {found.destination.name} instead of {flow.destination.name}"
        case Part.SOURCE:
            return f"from {found.source.name} instead of {flow.source.name}"
        case _:
            assert_never(part)


def _field(name: str, found: Flow, flow: Flow) -> str:
    """A field of the request that is another one, as a header that is sent or as a text.

    No rule asks for a request without some header, so none has to be left out.
    """
    assert found.request is not None and flow.request is not None, "only requests have fields"
    new = record(found.request)[name]
    if name.startswith("header "):
        return f"with the header `{name.removeprefix('header ')}: {new[1:]}`"
    return f"{name} `{new}` instead of `{record(flow.request)[name]}`"


def _side(side: Side, subject: Endpoint, peer: Endpoint, place: Place) -> SideAnswer:
    return SideAnswer(
        direction=side.direction,
        outcome=side.outcome,
        why=side.why,
        sentence=_sentence(side, subject, peer),
        lines=_lines(side.rules, place),
        facts=(*side.facts, *((f"requests are judged by the {side.proxy} proxy",) if side.proxy else ())),
    )


def _lines(origins: Sequence[Origin], place: Place) -> tuple[Line, ...]:
    return tuple(map(place, list(dict.fromkeys(origins))[:_MOST_LINES]))


def _sentence(side: Side, subject: Endpoint, peer: Endpoint) -> str:
    way = "egress to" if side.direction is Direction.EGRESS else "ingress from"
    match side.why:
        case Why.RULE if side.outcome is Outcome.ALLOW:
            return f"a rule of {subject.name} allows {way} {peer.name} on this port"
        case Why.RULE:
            return side.reason or f"a deny rule of {subject.name} covers {way} {peer.name}"
        case Why.DEFAULT_DENY:
            closed = f"{subject.name} is in {side.direction} default deny"
            return f"{closed} and no rule allows {way} {peer.name} on this port"
        case Why.NOT_SELECTED:
            return f"no rule puts {subject.name} into {side.direction} default deny, so everything is allowed"
        case Why.NOT_POLICED:
            return f"{subject.name} is no endpoint that policy applies to"
        case Why.LOCALHOST:
            return f"the node may always reach its own pod {subject.name}"
        case Why.REQUEST:
            return f"no rule of {subject.name} lets this request through"
        case Why.UNDECIDED:
            return f"cannot be decided for {subject.name}: {side.reason}"
        case _:
            assert_never(side.why)


def _request(flow: Flow, whole: Verdict, connection: Outcome, place: Place) -> SideAnswer:
    """The request's own answer: that of the end whose proxy judges it, whatever the other end says.

    Where none does, it is what becomes of the connection, as the end says that decides about that.
    """
    ends = (whole.egress, whole.ingress)
    judged = [side for side in ends if side.proxy]
    deciding = judged or [side for side in ends if side.outcome is whole.outcome]
    side = next((side for side in judged if side.why is Why.REQUEST), deciding[-1])
    subject = flow.source if side.direction is Direction.EGRESS else flow.destination
    if not judged and connection is Outcome.DENY:
        return SideAnswer(
            side.direction, Outcome.DENY, side.why, "the connection is denied, so no request is sent"
        )
    if side.outcome is Outcome.UNKNOWN:
        sentence = f"cannot be decided: {side.reason}"
    elif side.why is Why.REQUEST:
        sentence = side.reason or f"no rule of {subject.name} for this port lets this request through"
    elif side.proxy:
        sentence = f"a rule of {subject.name} lets this request through"
    else:
        sentence = f"no layer-7 rule of {subject.name} judges requests on this port"
    return SideAnswer(side.direction, side.outcome, side.why, sentence, _lines(side.rules, place), side.facts)


# --- flows and requests as text ---


def flow_text(flow: Flow) -> str:
    """`source -> destination:port/protocol`, in the form in which `propolis ask` reads it."""
    if flow.protocol in (ICMP, ICMPV6):
        target = f"{flow.destination.name} {flow.protocol.lower()}/{flow.port}"
    else:
        target = f"{flow.destination.name}:{flow.port}/{flow.protocol.lower()}"
    return f"{flow.source.name} -> {target}"


def request_line(request: Request) -> str:
    """The request in the form in which `propolis ask` reads it; one that is a gRPC call in gRPC's words."""
    match request:
        case HttpRequest():
            method = grpc.called(request)
            asked = f"gRPC {method}" if method else f"{request.method} {request.path}"
            told = grpc.metadata(request) if method else request.headers
            host = f" [host={request.host}]" if request.host else ""
            return asked + host + "".join(f" [{name}={value}]" for name, value in told)
        case DnsQuery(name):
            return f"DNS {name or '.'}"
        case TlsHello(name):
            return f"SNI {name}"
        case Opaque():
            return "bytes that are no HTTP, DNS or TLS"
        case _:
            assert_never(request)


def curl(flow: Flow) -> str:
    """The request as a command line, to be run from the source."""
    if not isinstance(flow.request, HttpRequest):
        raise ValueError("only an HTTP request is a curl line")
    asked = flow.request
    host = flow.destination.name.rpartition("/")[2] if flow.destination.existing else "new-pod"
    words = ["curl", "--path-as-is", "-X", asked.method]
    words += ["--http2-prior-knowledge"] if grpc.called(asked) else []
    for name, value in (*((("Host", asked.host),) if asked.host else ()), *asked.headers):
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    return shlex.join([*words, f"http://{host}:{flow.port}{asked.path}"])
