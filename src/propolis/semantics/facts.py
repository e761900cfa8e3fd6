"""What a verdict says besides its outcome: what proxies do to the connection, and how it is authenticated."""

from collections.abc import Iterator, Sequence

from propolis.model.policy import PARSER, IcmpRule, PortRule
from propolis.semantics.hits import Hit


def facts(hits: Sequence[Hit]) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(fact for hit in hits for fact in _proxy_facts(hit.ports)))
    mode = authentication(hits)
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


def authentication(hits: Sequence[Hit]) -> str:
    """The narrowest rule with a mode decides: a named port over a port-less rule (§4.10); "" without any."""
    modes = {hit.rule.authentication for hit in hits if hit.rule.authentication and hit.ports is not None}
    broad = {hit.rule.authentication for hit in hits if hit.rule.authentication and hit.ports is None}
    return ", ".join(sorted(modes or broad))
