"""The meaning of formulas: each is a set of flows, as far as it is known from below and from above."""

import msgspec

from propolis.algebra.flows import NO_FLOWS, FlowSet, product
from propolis.algebra.records import ALL
from propolis.claims.situation import Breach, Group, Situation, every_port, traffic
from propolis.model.profile import Carrying, Claim, Combined, Complement, Ends, FlowTerm, Known, OnPorts
from propolis.semantics.symbolic import EVERYTHING, Bounds


def within(situation: Situation, claim: Claim, left: FlowTerm, right: FlowTerm) -> Breach:
    """What breaks that every flow of *left* is one of *right*, for whatever *claim* is quantified over."""
    surely = possibly = NO_FLOWS
    for group in situation.groups(claim):
        meaning = _Meaning(situation, group)
        some, others = meaning.of(left), meaning.of(right)
        surely |= some.least - others.most
        possibly |= some.most - others.least
    surely -= situation.impossible
    return Breach(
        flows=surely, unsure=possibly - surely - situation.impossible, undecided=situation.absent(claim.ends)
    )


def both(one: Breach, other: Breach) -> Breach:
    """What breaks one of two promises."""
    return Breach(
        flows=one.flows | other.flows,
        unsure=one.unsure | other.unsure,
        undecided=one.undecided or other.undecided,
    )


class _Meaning(msgspec.Struct, frozen=True, eq=False):
    situation: Situation
    group: Group | None

    def of(self, term: FlowTerm) -> Bounds:
        match term:
            case Known(name):
                return self._known(name)
            case Complement(inner):
                found = self.of(inner)
                return Bounds(self._everything - found.most, self._everything - found.least)
            case Combined(operator, left, right):
                return _combined(operator, self.of(left), self.of(right))
            case Ends(side, ends):
                chosen, everyone = self.situation.ends(ends, self.group), self.situation.everyone
                pair = (chosen, everyone) if side == "from" else (everyone, chosen)
                return _exactly(product(*pair, EVERYTHING))
            case OnPorts(ports):
                return _exactly(
                    product(self.situation.everyone, self.situation.everyone, traffic(ports, ALL))
                )
            case Carrying(requests):
                passing = every_port(self.situation.claimed_requests(requests))
                return _exactly(product(self.situation.everyone, self.situation.everyone, passing))

    @property
    def _everything(self) -> FlowSet:
        return product(self.situation.everyone, self.situation.everyone, EVERYTHING)

    def _known(self, name: str) -> Bounds:
        situation = self.situation
        match name:
            case "allowed":
                allowed = situation.decided.allowed
                return Bounds(allowed, allowed | situation.decided.unknown)
            case "egress":
                return situation.decided.egress
            case "ingress":
                return situation.decided.ingress
            case "declared":
                return _exactly(situation.declared)
            case "required":
                return _exactly(situation.required)
            case "everything":
                return _exactly(self._everything)
            case _:
                return _exactly(NO_FLOWS)


def _exactly(flows: FlowSet) -> Bounds:
    return Bounds(flows, flows)


def _combined(operator: str, left: Bounds, right: Bounds) -> Bounds:
    match operator:
        case "|":
            return Bounds(left.least | right.least, left.most | right.most)
        case "&":
            return Bounds(left.least & right.least, left.most & right.most)
        case _:
            return Bounds(left.least - right.most, left.most - right.least)
