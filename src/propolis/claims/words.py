"""Claims in plain English: whom and what a line is about."""

from collections.abc import Iterable

from propolis.model.labels import NAMESPACE_LABELS, Operator, Requirement
from propolis.model.profile import (
    CidrEnd,
    Claim,
    ClaimEnd,
    EntityEnd,
    NameEnd,
    Of,
    PodsEnd,
    PortSpan,
    WorkloadEnd,
)

_ENTITIES = {"host": "the pod's own node", "remote-node": "another node", "ingress": "Cilium's ingress"}


def whom(ends: Iterable[ClaimEnd]) -> str:
    """*ends* as one would name them: `web or any pod of lab`."""
    return " or ".join(map(_end, ends))


def _end(end: ClaimEnd) -> str:
    match end:
        case WorkloadEnd(name):
            return name
        case EntityEnd(name):
            return _ENTITIES.get(name, f"the {name}" if name == "world" else name)
        case CidrEnd(text) | NameEnd(text, _):
            return text
        case PodsEnd():
            return _pods(end)


def _pods(end: PodsEnd) -> str:
    words = ["any pod"]
    if end.labels:
        words.append(_having(end.labels))
    match end.of, end.namespace:
        case (Of.EACH, _):
            words.append("of it")
        case (Of.OTHER, _):
            words.append("of the other")
        case (_, str(name)):
            words.append(f"of {name}")
        case _:
            words += [f"of a namespace {_having(end.home)}"] if end.home else []
    return " ".join(words)


def _having(requirements: Iterable[Requirement]) -> str:
    return "with " + " and ".join(map(_requirement, requirements))


def _requirement(requirement: Requirement) -> str:
    key, values = requirement.key.removeprefix(NAMESPACE_LABELS), " or ".join(requirement.values)
    match requirement.operator:
        case Operator.EXISTS:
            return f"label {key}"
        case Operator.DOES_NOT_EXIST:
            return f"no label {key}"
        case Operator.NOT_IN:
            return f"{key} not {values}"
        case _:
            return f"{key}={values}"


def on(ports: Iterable[PortSpan]) -> str:
    """` on port …`, or "" for every port."""
    spans = [_span(span) for span in ports]
    return f" on port {', '.join(spans)}" if spans else ""


def _span(span: PortSpan) -> str:
    numbers = str(span.first) if span.first == span.last else f"{span.first}-{span.last}"
    return numbers if span.protocol == "TCP" else f"{numbers}/{span.protocol.lower()}"


def carrying(claim: Claim) -> str:
    """` with GET /x`, or "" for the connection itself."""
    return f" with {', '.join(claim.requests.words)}" if claim.requests else ""


def quantified(claim: Claim, sentence: str) -> str:
    """*sentence* behind what the claim runs over."""
    return f"for {claim.each.text}, {sentence}" if claim.each else sentence
