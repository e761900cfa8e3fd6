"""The linter's run: rules about the text, rules about what it means once mended, then the suppressions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from propolis.lint.alone import Findings, Memory, in_file, one_by_one, parts, said
from propolis.lint.context import Context, Evidence
from propolis.lint.mending import mended
from propolis.lint.rule import Needs, group, modules
from propolis.lint.suppressions import judged, suppressions
from propolis.manifest import Source
from propolis.model.finding import Finding

GENERAL = frozenset({"schema-violation", "unknown-field", "rejected-by-agent"})
SPECIFIC = frozenset({"invalid", "yaml_traps", "upgrade"})
"""The groups of rules that know why something is refused: the general rules do not say it again."""


def findings(evidence: Evidence, memory: Memory | None = None) -> tuple[Finding, ...]:
    """All findings of all rules on *evidence* that no comment allows, by file, line and column.

    Rules about the world look at the policies as they are after their safe fixes. *memory* may know some findings.

    Shape:   one per rule and place; a general finding is dropped where a specific one has its span.
    Errors:  none.
    Law:     *memory* changes nothing (tests/recall/test_memory.py).
    """
    if memory is None:
        return _findings(evidence, said(Context(evidence), Needs.DOCUMENT), one_by_one)
    texts = {document.file: document.text for document in evidence.documents}
    sources = [Source(*named) for named in texts.items()]
    return memory.together(
        sources,
        evidence.settings,
        lambda: _findings(evidence, _remembered(texts, evidence, memory), memory.beside),
    )


def at_once(evidence: Evidence, memory: Memory) -> tuple[Finding, ...]:
    """The findings in each text of *evidence* alone that no comment allows."""
    texts = {document.file: document.text for document in evidence.documents}
    found = _without_repeats(_remembered(texts, evidence, memory))
    return judged(found, suppressions(evidence.documents)).findings


def _remembered(texts: Mapping[str, str], evidence: Evidence, memory: Memory) -> Iterator[Finding]:
    known = memory.alone(list(texts.values()), evidence.settings)
    for file, found in zip(texts, known, strict=True):
        yield from (in_file(finding, file) for finding in found)


def _findings(
    evidence: Evidence,
    in_texts: Iterable[Finding],
    made: Callable[[Sequence[Callable[[], Findings]]], Sequence[Findings]],
) -> tuple[Finding, ...]:
    context = Context(evidence)
    of_documents = tuple(in_texts)
    repaired = mended(evidence, _in_text(of_documents))
    about_world = Context(repaired.evidence)
    needs = (Needs.WORLD,) if evidence.world is None else (Needs.WORLD, Needs.WORKLOADS)
    about_world.engine.prepare()  # what most rules ask for is there before some of them are called elsewhere
    of_policies = list(parts(context, Needs.POLICIES))
    found = made([*of_policies, *parts(about_world, *needs)])
    in_text = _in_text((*of_documents, *chain(*found[: len(of_policies)])))
    in_world = tuple(map(repaired.before, chain(*found[len(of_policies) :])))
    outcome = judged((*in_text, *in_world), suppressions(evidence.documents))
    about = replace(context, suppressions=outcome.suppressions)
    return _sorted((*outcome.findings, *said(about, Needs.OUTCOME)))


def _in_text(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return _without_repeats(sorted(found, key=lambda finding: finding.rule))


def _without_repeats(found: Iterable[Finding]) -> tuple[Finding, ...]:
    whole = tuple(dict.fromkeys(found))
    specific = {name for name, module in modules().items() if group(module) in SPECIFIC} - GENERAL
    explained = {finding.span for finding in whole if finding.rule in specific}
    return tuple(f for f in whole if f.rule not in GENERAL or f.span not in explained)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.span.file, f.span.line, f.span.column, f.rule)))
