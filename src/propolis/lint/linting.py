"""The linter's run: rules about the text, rules about what it means once mended, then the suppressions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from propolis.lint.context import Context, Evidence
from propolis.lint.mending import mended
from propolis.lint.rule import Needs, Rule, group, modules, rules
from propolis.lint.suppressions import judged, suppressions
from propolis.model.finding import Finding

GENERAL = frozenset({"schema-violation", "unknown-field", "rejected-by-agent"})
SPECIFIC = frozenset({"invalid", "yaml_traps", "upgrade"})
"""The groups of rules that know why something is refused: the general rules do not say it again."""


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings of all rules on *evidence* that no comment allows, by file, line and column.

    Rules about the world look at the policies as they are after their safe fixes.

    Shape:   one per rule and place; a general finding is dropped where a specific one has its span.
    Errors:  none.
    """
    context = Context(evidence)
    in_text = _without_repeats(_of_rules(context, Needs.DOCUMENT))
    repaired = mended(evidence, in_text)
    about_world = Context(repaired.evidence)
    needs = (Needs.WORLD,) if evidence.world is None else (Needs.WORLD, Needs.WORKLOADS)
    in_world = tuple(repaired.before(found) for each in needs for found in _of_rules(about_world, each))
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
    specific = {name for name, module in modules().items() if group(module) in SPECIFIC} - GENERAL
    explained = {finding.span for finding in whole if finding.rule in specific}
    return tuple(f for f in whole if f.rule not in GENERAL or f.span not in explained)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.span.file, f.span.line, f.span.column, f.rule)))
