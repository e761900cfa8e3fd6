"""What a verdict says besides its outcome: what proxies do to the connection, and how it is authenticated."""

from collections.abc import Iterator, Sequence

from propolis.model.policy import PARSER, IcmpRule, PortRule
from propolis.model.rule import Rule
from propolis.semantics.authentication import authentication
from propolis.semantics.hits import Ends, Hit
from propolis.semantics.ruleset import Ruleset


def facts(ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends) -> tuple[str, ...]:
    """What there is to tell of a flow that *hits* allow; *rules* are all of the direction that select the subject."""
    told = tuple(dict.fromkeys(fact for hit in hits for fact in _proxy_facts(hit.ports)))
    mode = authentication(ruleset, rules, hits, ends)
    return (*told, f"authentication: {mode}") if mode else told


def _proxy_facts(clause: PortRule | IcmpRule | None) -> Iterator[str]:
    """What a proxy does to the connection besides judging requests (§4.8, §4.9)."""
    if not isinstance(clause, PortRule):
        return
    if clause.listener:
        own = clause.listener.kind == PARSER
        yield f"handed to the {'parser for' if own else 'listener'} `{clause.listener.name}`"
    for context in clause.tls:
        verb = "terminates" if context.field == "terminatingTLS" else "originates"
        yield f"the proxy {verb} TLS with Secret `{context.secret.removeprefix('/')}`"
