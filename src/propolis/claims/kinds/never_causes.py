"""By no chain of calls does anybody make a role of a database run a statement that none may lead to.

A chain goes from pod to pod, over connections that the policies let through: whoever is called may call on in turn. It
ends where a pod connects to the database as a role that may run the statement.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from propolis.algebra.flows import Bitset, FlowSet, indexes
from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import EMPTY, TrafficSet
from propolis.claims.situation import Breach, Situation, Stated, every_port, http_requests, traffic
from propolis.model.flow import WITH_PORTS, Flow
from propolis.model.profile import CausesClaim, ClaimEnd, DeclaredPath, SqlLine
from propolis.requests import TLS
from propolis.requests.fields import OPAQUE, of_kind
from propolis.semantics.witness import attempt
from propolis.sql.parse import INSTALL, MISSING, installed
from propolis.sql.wanted import allowing

NAME = "never-causes"


class Role(msgspec.Struct, frozen=True):
    """*holders* connect to *databases* on *ports* as the role of *path*, which *line* lets run the statement.

    *sure* False: whether it does hangs on what a function does in the database.
    """

    path: DeclaredPath
    line: SqlLine
    sure: bool
    holders: Bitset
    databases: Bitset
    ports: TrafficSet


class Step(msgspec.Struct, frozen=True):
    source: int
    destination: int
    traffic: TrafficSet


class Chain(msgspec.Struct, frozen=True):
    steps: tuple[Step, ...]
    role: Role


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.profile.causes:
        statements = ", ".join(grant.text for grant in claim.statements)
        sentence = f"no call of {claim.text} leads, by any path, to {statements}"
        if claim.triggers:
            sentence += f" (given that {'; '.join(_given(claim))})"
        yield Stated(sentence, _breach(situation, claim))


def _given(claim: CausesClaim) -> Iterator[str]:
    for trigger in claim.triggers:
        asked = ", ".join(need.text for need in trigger.requests)
        yield f"{trigger.workload} acts upon {asked} only"


def _breach(situation: Situation, claim: CausesClaim) -> Breach:
    if any(_to_databases(situation, claim)) and not installed():
        return Breach(undecided=f"{MISSING}; {INSTALL}")
    roles = tuple(_roles(situation, claim))
    allowed = situation.decided.allowed - situation.impossible
    possible = allowed | (situation.decided.unknown - situation.impossible)
    for flows in (allowed, possible):
        reached = _reached(situation, claim, flows)
        for some in (tuple(role for role in roles if role.sure), roles):
            chain = _chain(situation, reached, flows, some)
            if chain and (chain.role.sure or flows is possible):
                return _shown(situation, chain, _doubt(chain, flows is allowed))
    stray = _stray(situation, claim, _reached(situation, claim, possible), possible)
    if stray:
        name = situation.endpoints[stray[-1].source].name
        reason = f"{name} may connect to the database, and the profile does not say as which role"
        return Breach(steps=_flows(situation, stray), undecided=reason)
    ends = (end for path in situation.profile.paths for end in (path.source, path.destination))
    return Breach(undecided=situation.absent((*claim.ends, *ends)))


def _doubt(chain: Chain, decided: bool) -> str:
    if not chain.role.sure:
        return "what a function of the database does is not known here"
    return "" if decided else "a step of a chain that would break it cannot be decided"


def _shown(situation: Situation, chain: Chain, doubt: str) -> Breach:
    role = chain.role
    assert role.path.postgres is not None
    reason = (
        f"on `{role.path.text}` the role `{role.path.postgres.role}` may {' '.join(role.line.text.split())}"
    )
    undecided = f"{doubt}; {reason}" if doubt else ""
    steps = _flows(situation, chain.steps)
    return Breach(steps=steps, reason=reason, undecided=undecided, where=role.line.where)


def _flows(situation: Situation, steps: tuple[Step, ...]) -> tuple[Flow, ...]:
    ends = situation.endpoints
    return tuple(
        attempt(step.traffic, ends[step.destination]).between(ends[step.source], ends[step.destination])
        for step in steps
    )


# --- who may run what ---


def _roles(situation: Situation, claim: CausesClaim) -> Iterator[Role]:
    """Every role that may run one of the statements in one of the databases."""
    for path in _to_databases(situation, claim):
        assert path.postgres is not None
        found = dict.fromkeys(each for want in claim.statements for each in allowing(path.postgres, want))
        for each in sorted(found, key=lambda each: not each.sure):
            holders = situation.end(path.source) & ~situation.host
            ports = traffic(path.ports, ALL) & _on(claim)
            yield Role(path, each.line, each.sure, holders, situation.end(path.destination), ports)


def _to_databases(situation: Situation, claim: CausesClaim) -> Iterator[DeclaredPath]:
    """The paths to the databases that say as which role their source connects."""
    for path in situation.profile.paths:
        if path.postgres is not None and path.destination in claim.databases:
            yield path


def _on(claim: CausesClaim) -> TrafficSet:
    return traffic(claim.ports, ALL) if claim.ports else every_port(ALL)


# --- who reaches whom ---

Reached = Mapping[int, Step | None]
"""Every endpoint that a chain of calls leads to, the nearest first, with its last step; None where it begins."""


def _reached(situation: Situation, claim: CausesClaim, flows: FlowSet) -> Reached:
    """Who is reached over *flows*: pods alone are followed, since nodes and the outside do as they please."""
    sources = _ends(situation, claim.sources) & ~situation.host
    found: dict[int, Step | None] = dict.fromkeys(_plain_first(situation, sources))
    triggers = [
        (situation.workload(t.workload), http_requests(t.requests, situation.settings))
        for t in claim.triggers
    ]
    waiting = deque(found)
    while waiting:
        source = waiting.popleft()
        for held, peers in flows.row(source).peers.items():
            spoken = TrafficSet({name: found for name, found in held.pieces.items() if name in WITH_PORTS})
            for peer in _plain_first(situation, peers & situation.pods):
                acted = _acted_upon(spoken, peer, triggers)
                if acted and peer not in found:
                    found[peer] = Step(source, peer, acted)
                    waiting.append(peer)
    return found


def _ends(situation: Situation, ends: Iterable[ClaimEnd]) -> Bitset:
    found = 0
    for end in ends:
        found |= situation.end(end)
    return found


def _acted_upon(spoken: TrafficSet, peer: int, triggers: Iterable[tuple[Bitset, RecordSet]]) -> TrafficSet:
    """The part of *spoken* upon which *peer* acts at all."""
    for workload, requests in triggers:
        if workload >> peer & 1:
            spoken = spoken.restricted(requests)
    return spoken


def _plain_first(situation: Situation, among: Bitset) -> list[int]:
    """Those that exist before those that could."""
    return [*indexes(among & situation.existing), *indexes(among & ~situation.existing)]


def _leading_to(end: int, reached: Reached) -> tuple[Step, ...]:
    steps: list[Step] = []
    while (step := reached[end]) is not None:
        steps.append(step)
        end = step.source
    return tuple(reversed(steps))


def _chain(situation: Situation, reached: Reached, flows: FlowSet, roles: Iterable[Role]) -> Chain | None:
    """The shortest chain that ends in a connection as one of *roles*."""
    for end in reached:
        for role in roles:
            last = (
                _connection(situation, end, role.databases, flows, role.ports)
                if role.holders >> end & 1
                else None
            )
            if last:
                return Chain((*_leading_to(end, reached), last), role)
    return None


def _stray(situation: Situation, claim: CausesClaim, reached: Reached, flows: FlowSet) -> tuple[Step, ...]:
    """The shortest chain that ends in a connection to the database as nobody knows whom."""
    databases = _ends(situation, claim.databases)
    known, ports = databases, EMPTY
    for path in _to_databases(situation, claim):
        known |= situation.end(path.source)
        ports |= traffic(path.ports, ALL) & _on(claim)
    for end in reached:
        last = None if known >> end & 1 else _connection(situation, end, databases, flows, ports)
        if last:
            return (*_leading_to(end, reached), last)
    return ()


def _connection(
    situation: Situation, source: int, databases: Bitset, flows: FlowSet, ports: TrafficSet
) -> Step | None:
    """A connection that can carry the database's protocol: it is none of those that a proxy understands, save TLS."""
    row = flows.row(source)
    steps = (Step(source, end, row.traffic(end) & ports) for end in _plain_first(situation, databases))
    return next((step for step in steps if step.traffic.restricted(_OF_DATABASES)), None)


_OF_DATABASES = of_kind(OPAQUE) | of_kind(TLS)
