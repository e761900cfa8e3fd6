"""The reading of manifests: texts in, policies, a world and problems out; no file is opened here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from propolis.manifest.clusters import Entry, world
from propolis.manifest.facts import Fact, Gist, Gists, HelmValues, Remark, gists
from propolis.manifest.objects import name_offsets
from propolis.manifest.schema import checked
from propolis.manifest.yaml import Document, document_at
from propolis.manifest.yaml.marks import Lines
from propolis.model.flags import Flag
from propolis.model.policy import Policy
from propolis.model.settings import Version
from propolis.model.span import Path, Problem
from propolis.model.world import World


class Source(msgspec.Struct, frozen=True):
    """A text and the name that spans give it, usually a file's path."""

    name: str
    text: str


class Manifests(msgspec.Struct, frozen=True):
    """All that sources hold, as a cluster with Cilium *version* takes it.

    *policies* and *world* carry indexes into *documents*. *problems* stand in the order of the texts.
    *declared*: the namespaces whose object is there. *flags*: what the agent's ConfigMap sets, or Helm *values*.
    *skipped*: kinds without a meaning for policy, and how many objects there are of each; sorted. *known*: what each
    text came to.
    """

    documents: tuple[Document, ...]
    policies: tuple[Policy, ...]
    world: World
    declared: frozenset[str]
    profiles: tuple[Document, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[str, int], ...]
    flags: tuple[Flag, ...]
    version: Version
    known: Mapping[str, Gist]
    values: tuple[HelmValues, ...] = ()


def read(sources: Iterable[Source], version: Version, gists: Gists = gists) -> Manifests:
    """What *sources* hold, as a cluster with Cilium *version* takes it; *gists* says what each text comes to.

    A policy that the API server refuses is kept, with its refusals. Of an object that is written twice only
    the last one that is let in counts: the policies that it replaces hold that as a refusal.

    Errors:  none; whatever is wrong is a problem, and hides nothing else.
    """
    whole = tuple(sources)
    return joined(whole, gists([source.text for source in whole], version), version)


def reusing(before: Manifests, gists: Gists) -> Gists:
    """*gists*, which are not asked again for the texts of *before*."""

    def found(texts: Sequence[str], version: Version) -> Sequence[Gist]:
        known = before.known if version == before.version else {}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        made = {**known, **dict(zip(fresh, gists(fresh, version), strict=True))}
        return [made[text] for text in texts]

    return found


def joined(sources: Sequence[Source], gists: Sequence[Gist], version: Version) -> Manifests:
    """What *sources* hold together, one of *gists* for each of them."""
    documents: list[Document] = []
    entries: list[Entry] = []
    profiles: list[Document] = []
    flags: list[Flag] = []
    skipped: Counter[str] = Counter()
    values: list[HelmValues] = []
    broken: list[Problem] = []
    strange: list[Problem] = []
    remarks: list[Problem] = []
    for source, gist in zip(sources, gists, strict=True):
        lines = Lines(source.name, source.text)
        first = len(documents)
        documents += (document_at(lines, place) for place in gist.documents)
        broken += _told(lines, gist.broken)
        strange += _told(lines, gist.strange)
        told = _told(lines, gist.remarks)
        remarks += told
        entries += (
            Entry(fact, first + fact.document, tuple(told[place] for place in fact.refusals))
            for fact in gist.facts
        )
        flags += (Flag(one.name, one.value, lines.span(one.start, one.end)) for one in gist.flags)
        profiles += (documents[first + index] for index in gist.profiles)
        skipped.update(dict(gist.skipped))
        values += (HelmValues(first + one.document, one.base) for one in gist.values)
    replaced = _replaced(entries, documents, version)
    cluster, notes = world([e for e in entries if e.place not in replaced], documents)
    problems = (*broken, *strange, *remarks, *replaced.values(), *notes)
    return Manifests(
        documents=tuple(documents),
        policies=tuple(_policies(entries, replaced)),
        world=cluster,
        declared=frozenset(entry.fact.name for entry in entries if entry.fact.kind == "Namespace"),
        profiles=tuple(profiles),
        problems=_in_order(problems, documents),
        skipped=tuple(sorted(skipped.items())),
        flags=tuple(flags),
        version=version,
        known={source.text: gist for source, gist in zip(sources, gists, strict=True)},
        values=tuple(values),
    )


def _told(lines: Lines, remarks: Iterable[Remark]) -> list[Problem]:
    return [Problem(r.code, r.message, lines.span(r.start, r.end), r.help, r.severity) for r in remarks]


_Place = tuple[int, Path]
"""Of an entry: its document and its path in it."""


def _replaced(
    entries: Sequence[Entry], documents: Sequence[Document], version: Version
) -> dict[_Place, Problem]:
    """A warning for each entry that a later one of the same name replaces, by the entry's place.

    A later one that the API server refuses replaces nothing.
    """
    last: dict[tuple[str, str, str], Entry] = {}
    replaced: dict[_Place, Problem] = {}
    for entry in entries:
        fact = entry.fact
        if entry.refusals or not fact.named:
            continue
        key = (fact.kind, fact.namespace, fact.name)
        if key in last:
            replaced[last[key].place] = _written_again(last[key], entry, documents, version)
        last[key] = entry
    return replaced


def _written_again(earlier: Entry, later: Entry, documents: Sequence[Document], version: Version) -> Problem:
    one, other = documents[earlier.document], documents[later.document]
    at = one.lines.span(*name_offsets(one, earlier.fact.base))
    where = f"{other.file}:{other.lines.line(name_offsets(other, later.fact.base)[0])}"
    title = earlier.fact.title
    help = "remove one of the two, or give them different names"
    if _content(one, earlier.fact, version) == _content(other, later.fact, version):
        message = f"`{title}` is written again, with the same content, at {where}"
        return Problem("replaced-object", message, at, help, "note")
    message = f"`{title}` is written again at {where}, which replaces this one"
    return Problem("replaced-object", message, at, help, "warning")


def _content(document: Document, fact: Fact, version: Version) -> dict[str, Any]:
    value = document.value
    for step in fact.base:
        value = value[step]
    return checked(value, fact.kind, version).value


def _policies(entries: Iterable[Entry], replaced: Mapping[_Place, Problem]) -> Iterable[Policy]:
    for entry in entries:
        if isinstance(entry.fact.meaning, Policy):
            again = (replaced[entry.place],) if entry.place in replaced else ()
            refusals = (*entry.refusals, *again)
            yield msgspec.structs.replace(entry.fact.meaning, refusals=refusals, document=entry.document)


def _in_order(problems: Iterable[Problem], documents: Sequence[Document]) -> tuple[Problem, ...]:
    files: dict[str, int] = {}
    for document in documents:
        files.setdefault(document.file, len(files))

    def place(problem: Problem) -> tuple[int, int]:
        if problem.span is None:
            return (len(files), 0)
        return (files.get(problem.span.file, len(files)), problem.span.start)

    return tuple(sorted(problems, key=place))
