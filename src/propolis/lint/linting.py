"""The linter's run: rules about the text, rules about what it means once mended, then the suppressions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from propolis.lint.context import Context, Evidence
from propolis.lint.mending import mended
from propolis.lint.rule import Needs, Rule, rules
from propolis.lint.suppressions import judged, suppressions
from propolis.model.finding import Finding

# What the schema says in general is not said twice where a rule knows what is meant.
GENERAL = frozenset({"schema-violation", "unknown-field", "rejected-by-agent"})


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings of all rules on *evidence* that no comment allows, by file, line and column.

    Rules about the world look at the policies as they are after their safe fixes.

    Shape:   one per rule and place; a general finding is dropped where a specific one has its span.
    Errors:  none.
    """
    context = Context(evidence)
    in_text = _without_repeats(_of_rules(context, Needs.DOCUMENT))
    repaired = mended(evidence, in_text)
    in_world = tuple(repaired.before(found) for found in _of_rules(Context(repaired.evidence), Needs.WORLD))
    outcome = judged((*in_text, *in_world), suppressions(evidence.documents))
    about = replace(context, suppressions=outcome.suppressions)
    return _sorted((*outcome.findings, *_of_rules(about, Needs.OUTCOME)))


def _of_rules(context: Context, needs: Needs) -> Iterator[Finding]:
    for name, rule in rules().items():
        if rule.NEEDS is needs:
            yield from _of_rule(name, rule, context)


def _of_rule(name: str, rule: Rule, context: Context) -> Iterator[Finding]:
    return rule.findings(context.of_rule(name, rule.SEVERITY))


def _without_repeats(found: Iterable[Finding]) -> tuple[Finding, ...]:
    whole = tuple(dict.fromkeys(found))
    named = {f.span for f in whole if f.rule not in GENERAL}
    return tuple(f for f in whole if f.rule not in GENERAL or f.span not in named)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.span.file, f.span.line, f.span.column, f.rule)))
