"""What rules say of each text alone, and the port for whoever remembers it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import msgspec

from propolis.lint.context import Context, Evidence
from propolis.lint.rule import Needs, Rule, rules
from propolis.manifest import Gist, Source
from propolis.manifest.facts import studied
from propolis.manifest.read import joined
from propolis.manifest.yaml import Document
from propolis.model.finding import Finding
from propolis.model.settings import Settings

Findings = tuple[Finding, ...]
"""Of one text when they stand alone: their spans name no file."""

Examined = tuple[Gist, Findings]


class Memory(Protocol):
    """Implemented by `recall`. Law: it says what is said without it (tests/recall)."""

    def alone(self, texts: Sequence[str], settings: Settings) -> Sequence[Findings]:
        """What the rules that need one text only find in each of *texts*."""
        ...

    def together(
        self, sources: Sequence[Source], settings: Settings, made: Callable[[], Findings]
    ) -> Findings:
        """All findings in *sources*, in order: those that were kept, or else *made*."""
        ...

    def beside(self, parts: Sequence[Callable[[], Findings]]) -> Sequence[Findings]:
        """What each of *parts* makes, in order; perhaps several at a time."""
        ...


def examined(texts: Sequence[str], settings: Settings) -> Sequence[Examined]:
    """The gist of each of *texts*, and what the rules that need one text only find in it.

    Law:     gists are those of `manifest`; findings are those of the text beside any others (tests/lint/test_alone.py).
    """
    gists: list[Gist] = []
    documents: list[Document] = []
    for number, text in enumerate(texts):
        # The documents are at hand now, each with its values: no rule has to read one again.
        gist, of_text = studied(text, settings.version.series, str(number))
        gists.append(gist)
        documents += of_text
    found: list[list[Finding]] = [[] for _ in texts]
    sources = [Source(str(number), text) for number, text in enumerate(texts)]
    read = joined(sources, gists, settings.version.series)
    evidence = replace(Evidence.of(read, settings), documents=tuple(documents))
    for finding in said(Context(evidence), Needs.DOCUMENT):
        found[int(finding.span.file)].append(in_file(finding, ""))
    return [(gist, tuple(of_text)) for gist, of_text in zip(gists, found, strict=True)]


def said(context: Context, needs: Needs) -> Iterator[Finding]:
    """What the rules with these *needs* say, rule by rule."""
    for part in parts(context, needs):
        yield from part()


def parts(context: Context, *needs: Needs) -> Iterator[Callable[[], Findings]]:
    """The same, each rule by itself, when it is called."""
    for each in needs:
        for name, rule in rules().items():
            if rule.NEEDS is each:
                yield partial(_said, rule, context.of_rule(name, rule.SEVERITY))


def one_by_one(parts: Sequence[Callable[[], Findings]]) -> list[Findings]:
    """What each of *parts* makes, in order, one after the other."""
    return [part() for part in parts]


def _said(rule: Rule, context: Context) -> Findings:
    return tuple(rule.findings(context))


def in_file(finding: Finding, file: str) -> Finding:
    """*finding*, which speaks of one text, with the name of that text in all its places."""
    span = msgspec.structs.replace(finding.span, file=file)
    related = tuple(msgspec.structs.replace(place, file=file) for place in finding.related)
    fix = finding.fix
    if fix is not None:
        edits = tuple(msgspec.structs.replace(edit, file=file) for edit in fix.edits)
        fix = msgspec.structs.replace(fix, edits=edits)
    return msgspec.structs.replace(finding, span=span, related=related, fix=fix)
