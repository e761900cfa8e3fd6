"""The gist of a text: all that reading makes of it alone, before it stands beside other texts.

A gist names no file and no line: offsets stand in place of spans. Of kinds that mean nothing to policy it holds
how many there are, and nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from propolis.manifest import values, workloads, yaml
from propolis.manifest.kinds import (
    POLICIES,
    Known,
    is_at_home,
    is_enforced_by_others,
    known,
    misspelt,
)
from propolis.manifest.objects import Object, Offsets, name_offsets, namespace_offsets, objects, title
from propolis.manifest.policies import policy
from propolis.manifest.schema import checked
from propolis.manifest.yaml import Document, Place
from propolis.manifest.yaml.marks import Lines
from propolis.manifest.yaml.split import pieces
from propolis.manifest.yaml.templated import templated_values
from propolis.model.flags import CONFIG_MAP, UNREAD, is_read
from propolis.model.policy import Kind, Policy
from propolis.model.settings import Version
from propolis.model.span import Path, Problem
from propolis.model.world import CidrGroup, Namespace, Service, Workload

_PROFILE_GROUP = "propolis.dev"
_PROFILE = re.compile(r"""\bkind["']?\s*:\s*["']?Profile\b""")


class Remark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A problem in a text that has no name: *start* and *end* are offsets."""

    code: str
    message: str
    start: int
    end: int
    help: str = ""
    severity: Literal["error", "warning", "note"] = "error"


class Backends(msgspec.Struct, frozen=True, tag="backends", array_like=True, gc=False):
    """Ready addresses of the service that an Endpoints or EndpointSlice belongs to."""

    service: str
    addresses: tuple[str, ...]


Meaning = Policy | Workload | Namespace | Service | Backends | CidrGroup


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An object of a known kind after the API server's gate.

    *document* counts the documents of the gist, *base* is the object's path in it. *written* is the namespace in the
    text, *namespace* where the object lives, "" for an object of the cluster. *start* and *end* are the offsets of the
    namespace, or of the name of what names none. *named*: not by `generateName`.
    *meaning* has no refusals and document 0; None for a kind that only takes a name. *owners*: kind and name of each
    object that owns a workload. *refusals* are places among the remarks of the gist.
    """

    document: int
    base: Path
    kind: str
    name: str
    written: str
    namespace: str
    start: int
    end: int
    named: bool
    meaning: Meaning | None
    owners: tuple[tuple[str, str], ...]
    refusals: tuple[int, ...]

    @property
    def title(self) -> str:
        return title(self.kind, self.written, self.name)


class SetFlag(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the agent's ConfigMap says of one flag that is known; *start* and *end* are offsets."""

    name: str
    value: str
    start: int
    end: int


class HelmValues(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where values of Cilium's chart stand: *base* in the document *document*."""

    document: int
    base: Path


class Gist(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """*broken*: what is wrong with the YAML; *strange*: what is no object; *remarks*: all else, by object.

    *flags*: those of the agent, by its ConfigMap or by Helm *values*. *profiles* count the documents. *skipped*: kinds
    without a meaning for policy, and how many there are of each.
    """

    documents: tuple[Place, ...]
    broken: tuple[Remark, ...]
    strange: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    facts: tuple[Fact, ...]
    flags: tuple[SetFlag, ...]
    profiles: tuple[int, ...]
    skipped: tuple[tuple[str, int], ...]
    values: tuple[HelmValues, ...] = ()


class Gists(Protocol):
    """The gists of texts, in their order."""

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]: ...


def gists(texts: Sequence[str], version: Version) -> Sequence[Gist]:
    return [gist(text, version) for text in texts]


def gist(text: str, version: Version) -> Gist:
    """What a cluster with Cilium *version* makes of *text*.

    Errors:  none; whatever is wrong is a remark, and hides nothing else.
    Law:     it survives its encoding, and documents found by it are those of the text (tests/laws/yaml/test_gists.py).
    """
    making = _Making(version)
    try:
        for outcome in yaml.outcomes(Lines("", text)):
            making.add(outcome)
    except yaml.Refused as refused:
        return _refused(refused, version)
    return making.gist()


class Studied(NamedTuple):
    """The gist of a text, and the documents that it is about, read whole."""

    gist: Gist
    documents: tuple[Document, ...]


def studied(text: str, version: Version, file: str) -> Studied:
    """The same gist, with the documents; *file* is the name that their spans carry."""
    making = _Making(version)
    documents: list[Document] = []
    try:
        for outcome in yaml.outcomes(Lines(file, text)):
            making.add(outcome)
            if isinstance(outcome, Document):
                documents.append(outcome)
    except yaml.Refused as refused:
        return Studied(_refused(refused, version), ())
    return Studied(making.gist(), tuple(documents))


def _refused(refused: yaml.Refused, version: Version) -> Gist:
    making = _Making(version)
    making.broken.append(_remark(refused.problem))
    return making.gist()


def profiles(text: str) -> Iterator[Document]:
    """The profiles in *text*, without reading the rest; those are not found that spell their kind strangely.

    Spans count from the piece of the text that holds the profile.
    """
    if "Profile" not in text or not _PROFILE.search(text):
        return
    for start, end in pieces(text):
        found = yaml.documents(text[start:end], "") if _PROFILE.search(text, start, end) else None
        for document in found.documents if found else ():
            if any(isinstance(one, Object) and _is_profile(one) for one in objects(document, 0)):
                yield document


def _is_profile(one: Object) -> bool:
    return one.group == _PROFILE_GROUP and one.kind == "Profile" and not one.base


class _Making:
    """A gist that grows document by document, so that no more than one of them is held."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._places: list[Place] = []
        self.broken: list[Remark] = []
        self._strange: list[Remark] = []
        self._remarks: list[Remark] = []
        self._facts: list[Fact] = []
        self._flags: list[SetFlag] = []
        self._profiles: list[int] = []
        self._skipped: Counter[str] = Counter()
        self._values: list[HelmValues] = []

    def add(self, outcome: Document | tuple[Problem, ...]) -> None:
        if not isinstance(outcome, Document):
            self.broken += map(_remark, outcome)
            return
        self.broken += map(_remark, templated_values(outcome))
        base = values.place(outcome.value)
        if base is not None:
            self._helm(outcome, len(self._places), base)
        else:
            self._objects(outcome)
        self._places.append(outcome.place)

    def _objects(self, document: Document) -> None:
        for one in objects(document, len(self._places)):
            if isinstance(one, Object):
                self._object(one)
            else:
                self._strange.append(_remark(one))

    def _helm(self, document: Document, index: int, base: Path) -> None:
        self._values.append(HelmValues(index, base))
        for one in values.flags(document, base):
            self._flags.append(SetFlag(one.name, one.value, *document.offsets(one.path)))

    def _object(self, one: Object) -> None:
        what = known(one.kind, one.group)
        if what is not None:
            self._facts.append(_fact(one, what, self._version, self._remarks))
        elif (one.kind, one.api_version, one.name) == ("ConfigMap", "v1", CONFIG_MAP):
            self._flags += _flags(one)
        elif one.group != _PROFILE_GROUP:
            self._skipped[one.kind] += 1
            self._remarks += _not_enforced(one) or _misspelt(one)
            if (base := values.released(one)) is not None:
                self._helm(one.document, one.index, base)
        elif _is_profile(one):
            self._profiles.append(one.index)
        else:
            self._remarks.append(_no_profile(one))

    def gist(self) -> Gist:
        return Gist(
            documents=tuple(self._places),
            broken=tuple(self.broken),
            strange=tuple(self._strange),
            remarks=tuple(self._remarks),
            facts=tuple(self._facts),
            flags=tuple(self._flags),
            profiles=tuple(self._profiles),
            skipped=tuple(self._skipped.items()),
            values=tuple(self._values),
        )


def _remark(problem: Problem) -> Remark:
    assert problem.span is not None, "whatever is said about a text is said about a place in it"
    span = problem.span
    return Remark(problem.code, problem.message, span.start, span.end, problem.help, problem.severity)


def _fact(one: Object, what: Known, version: Version, remarks: list[Remark]) -> Fact:
    result = checked(one.value, one.kind, version)
    first = len(remarks)
    remarks += (Remark(r.code, r.message, *one.offsets(r.path), r.help) for r in result.refusals)
    refusals = tuple(range(first, len(remarks)))
    for unknown in result.unknown:
        message = f"unknown field `{unknown.path[-1]}`: the API server drops it"
        at = one.key_offsets(unknown.path)
        remarks.append(Remark("unknown-field", message, *at, unknown.help, "warning"))
    if one.kind in POLICIES:
        remarks += _namespace_remarks(one, what)
    namespace = (one.namespace or "default") if what.namespaced else ""
    start, end = namespace_offsets(one.document, one.base)
    return Fact(
        document=one.index,
        base=one.base,
        kind=one.kind,
        name=one.name,
        written=one.namespace,
        namespace=namespace,
        start=start,
        end=end,
        named=bool(result.value.get("metadata", {}).get("name")),
        meaning=_meaning(result.value, one, namespace),
        owners=tuple(sorted(workloads.owners(result.value))) if one.kind in workloads.WORKLOADS else (),
        refusals=refusals,
    )


def _flags(one: Object) -> Iterator[SetFlag]:
    """The known flags of a ConfigMap; what is no text would be refused by the API server, and sets nothing."""
    data = one.value.get("data")
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if isinstance(value, str) and (is_read(name) or name in UNREAD):
            yield SetFlag(name, value, *one.offsets(("data", name)))


def _meaning(value: Mapping[str, Any], one: Object, namespace: str) -> Meaning | None:
    if one.kind in POLICIES:
        return policy(value, Kind(one.kind), namespace, one.base)
    if one.kind in workloads.WORKLOADS:
        return workloads.workload(value, one.kind, namespace, one.base)
    match one.kind:
        case "Namespace":
            return workloads.namespace(value)
        case "Service":
            return workloads.service(value, namespace)
        case "Endpoints" | "EndpointSlice":
            return Backends(*workloads.endpoints(value, one.kind))
        case "CiliumCIDRGroup":
            return workloads.cidr_group(value)
        case _:
            return None


def _namespace_remarks(one: Object, what: Known) -> list[Remark]:
    if what.namespaced and not one.namespace:
        message = f"`{title(one.kind, one.namespace, one.name)}` names no namespace: `default` is assumed"
        help = "kubectl takes the namespace of its context; write `metadata.namespace`"
        return [Remark("namespace-assumed", message, *_name(one), help, "note")]
    if not what.namespaced and one.namespace:
        message = f"`{one.kind}` is an object of the cluster: its namespace `{one.namespace}` means nothing"
        help = "remove `namespace`, or select pods of the namespace by label"
        at = namespace_offsets(one.document, one.base)
        return [Remark("namespace-ignored", message, *at, help, "warning")]
    return []


def _name(one: Object) -> Offsets:
    return name_offsets(one.document, one.base)


def _no_profile(one: Object) -> Remark:
    message = f"`{one.kind}` is no kind of `{one.api_version}` that stands by itself"
    return Remark("unknown-kind", message, *_name(one), "write `kind: Profile`, outside of any list")


def _not_enforced(one: Object) -> list[Remark]:
    if not is_enforced_by_others(one.kind, one.group):
        return []
    message = f"Cilium does not enforce `{one.kind}`: the object is skipped"
    help = (
        "write a ClusterNetworkPolicy, which Cilium knows from 1.20 on, or a CiliumClusterwideNetworkPolicy"
    )
    at = one.document.offsets((*one.base, "kind"))
    return [Remark("kind-not-enforced", message, *at, help, "warning")]


def _misspelt(one: Object) -> list[Remark]:
    meant = misspelt(one.kind)
    if not meant:
        return []
    at = one.document.offsets((*one.base, "kind"))
    help = f"did you mean `{meant}`?"
    if is_at_home(meant, one.group):
        message = f"the API server knows no `{one.kind}` in `{one.api_version}`"
        return [Remark("unknown-kind", message, *at, help)]
    message = f"`{one.kind}` is no known kind: the object is skipped"
    return [Remark("unknown-kind", message, *at, help, "warning")]
