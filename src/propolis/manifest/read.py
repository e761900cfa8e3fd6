"""The reading of manifests: texts in, policies, a world and problems out; no file is opened here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from propolis.manifest import yaml
from propolis.manifest.clusters import Entry, world
from propolis.manifest.kinds import POLICIES, Known, known, misspelt
from propolis.manifest.objects import Object, objects
from propolis.manifest.policies import policy
from propolis.manifest.schema import Refusal, Unknown, checked
from propolis.manifest.yaml import Document
from propolis.model.flags import CONFIG_MAP, Flag
from propolis.model.policy import Kind, Policy
from propolis.model.settings import Version
from propolis.model.span import Problem
from propolis.model.world import World

_PROFILE_GROUP = "propolis.dev"


class Source(msgspec.Struct, frozen=True):
    """A text and the name that spans give it, usually a file's path."""

    name: str
    text: str


class Manifests(msgspec.Struct, frozen=True):
    """All that sources hold.

    *policies* and *world* carry indexes into *documents*. *problems* stand in the order of the texts.
    *flags*: what the agent's ConfigMap sets, every key of it.
    *skipped*: kinds without a meaning for policy, and how many objects there are of each; sorted.
    """

    documents: tuple[Document, ...]
    policies: tuple[Policy, ...]
    world: World
    profiles: tuple[Document, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[str, int], ...]
    flags: tuple[Flag, ...] = ()


def read(sources: Iterable[Source], version: Version) -> Manifests:
    """What *sources* hold, as a cluster with Cilium *version* takes it.

    A policy that the API server refuses is kept, with its refusals. Of an object that is written twice only
    the last one that is let in counts: the policies that it replaces hold that as a refusal.

    Errors:  none; whatever is wrong is a problem, and hides nothing else.
    """
    documents, problems = _documents(sources)
    found, no_objects = objects(documents)
    problems += no_objects
    entries: list[Entry] = []
    profiles: list[Document] = []
    flags: list[Flag] = []
    skipped: Counter[str] = Counter()
    for one in found:
        what = known(one.kind, one.group)
        if what is not None:
            entry, remarks = _entry(one, what, version)
            entries.append(entry)
            problems += [*entry.refusals, *remarks]
        elif one.group == _PROFILE_GROUP:
            profiles += _profiles(one, problems)
        elif (one.kind, one.api_version, one.name) == ("ConfigMap", "v1", CONFIG_MAP):
            flags += _flags(one)
        else:
            skipped[one.kind] += 1
            problems += _misspelt(one)
    replaced = _replaced(entries)
    problems += replaced.values()
    policies = tuple(_policy(entry, replaced) for entry in entries if entry.object.kind in POLICIES)
    cluster, notes = world([entry for entry in entries if id(entry) not in replaced])
    return Manifests(
        documents=documents,
        policies=policies,
        world=cluster,
        profiles=tuple(profiles),
        problems=_in_order((*problems, *notes), documents),
        skipped=tuple(sorted(skipped.items())),
        flags=tuple(flags),
    )


def _documents(sources: Iterable[Source]) -> tuple[tuple[Document, ...], list[Problem]]:
    readings = [yaml.documents(source.text, source.name) for source in sources]
    documents = tuple(document for reading in readings for document in reading.documents)
    return documents, [problem for reading in readings for problem in reading.problems]


def _entry(one: Object, what: Known, version: Version) -> tuple[Entry, list[Problem]]:
    result = checked(one.value, one.kind, version)
    refusals = tuple(_refused(one, refusal) for refusal in result.refusals)
    remarks = [_unknown(one, unknown) for unknown in result.unknown]
    namespace = (one.namespace or "default") if what.namespaced else ""
    if one.kind in POLICIES:
        remarks += _namespace_remarks(one, what)
    return Entry(one, result.value, namespace, refusals), remarks


def _refused(one: Object, refusal: Refusal) -> Problem:
    return Problem(refusal.code, refusal.message, one.span(refusal.path), refusal.help)


def _unknown(one: Object, unknown: Unknown) -> Problem:
    message = f"unknown field `{unknown.path[-1]}`: the API server drops it"
    return Problem("unknown-field", message, one.key_span(unknown.path), unknown.help, "warning")


def _namespace_remarks(one: Object, what: Known) -> list[Problem]:
    if what.namespaced and not one.namespace:
        message = f"`{one.title}` names no namespace: `default` is assumed"
        help = "kubectl takes the namespace of its context; write `metadata.namespace`"
        return [Problem("namespace-assumed", message, one.place, help, "note")]
    if not what.namespaced and one.namespace:
        message = f"`{one.kind}` is an object of the cluster: its namespace `{one.namespace}` means nothing"
        help = "remove `namespace`, or select pods of the namespace by label"
        return [Problem("namespace-ignored", message, one.namespace_span, help, "warning")]
    return []


def _profiles(one: Object, problems: list[Problem]) -> list[Document]:
    if one.kind == "Profile" and not one.base:
        return [one.document]
    message = f"`{one.kind}` is no kind of `{one.api_version}` that stands by itself"
    problems.append(Problem("unknown-kind", message, one.place, "write `kind: Profile`, outside of any list"))
    return []


def _flags(one: Object) -> Iterator[Flag]:
    """The entries of a ConfigMap; what is no text would be refused by the API server, and sets nothing."""
    data = one.value.get("data")
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if isinstance(value, str):
            yield Flag(name, value, one.span(("data", name)))


def _misspelt(one: Object) -> list[Problem]:
    meant = misspelt(one.kind)
    if not meant:
        return []
    message = f"`{one.kind}` is no known kind: the object is skipped"
    span = one.document.span((*one.base, "kind"))
    return [Problem("unknown-kind", message, span, f"did you mean `{meant}`?", "warning")]


def _replaced(entries: Sequence[Entry]) -> dict[int, Problem]:
    """A warning for each entry that a later one of the same name replaces, by the entry's id().

    A later one that the API server refuses replaces nothing.
    """
    last: dict[tuple[str, str, str], Entry] = {}
    replaced: dict[int, Problem] = {}
    for entry in entries:
        if entry.refusals or not _has_own_name(entry):
            continue
        key = (entry.object.kind, entry.namespace, entry.object.name)
        if key in last:
            replaced[id(last[key])] = _written_again(last[key], entry)
        last[key] = entry
    return replaced


def _has_own_name(entry: Entry) -> bool:
    return bool(entry.value.get("metadata", {}).get("name"))


def _written_again(earlier: Entry, later: Entry) -> Problem:
    where, title = later.object.place, earlier.object.title
    help = "remove one of the two, or give them different names"
    if earlier.value == later.value:
        message = f"`{title}` is written again, with the same content, at {where.file}:{where.line}"
        return Problem("replaced-object", message, earlier.object.place, help, "note")
    message = f"`{title}` is written again at {where.file}:{where.line}, which replaces this one"
    return Problem("replaced-object", message, earlier.object.place, help, "warning")


def _policy(entry: Entry, replaced: dict[int, Problem]) -> Policy:
    one = entry.object
    written = policy(entry.value, Kind(one.kind), entry.namespace, one.base)
    again = (replaced[id(entry)],) if id(entry) in replaced else ()
    return msgspec.structs.replace(written, refusals=(*entry.refusals, *again), document=one.index)


def _in_order(problems: Iterable[Problem], documents: Sequence[Document]) -> tuple[Problem, ...]:
    files: dict[str, int] = {}
    for document in documents:
        files.setdefault(document.file, len(files))

    def place(problem: Problem) -> tuple[int, int]:
        if problem.span is None:
            return (len(files), 0)
        return (files.get(problem.span.file, len(files)), problem.span.start)

    return tuple(sorted(problems, key=place))
