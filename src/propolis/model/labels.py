"""Labels as Cilium holds them (with a source), and selectors over them."""

from enum import StrEnum

import msgspec

ANY = "any"
K8S = "k8s"
RESERVED = "reserved"
CIDR = "cidr"
CIDR_GROUP = "cidrgroup"
FQDN = "fqdn"

NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
CLUSTER = "io.cilium.k8s.policy.cluster"
SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"


class Label(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True, cache_hash=True):
    """One identity label: `source:key=value`."""

    source: str
    key: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.source}:{self.key}={self.value}" if self.value else f"{self.source}:{self.key}"


Labels = frozenset[Label]


def label(text: str) -> Label:
    """The label that Cilium prints as *text* (`k8s:app=web`, `reserved:host`, `cidr:10.0.0.0/8`)."""
    name, _, value = text.partition("=")
    source, colon, key = name.partition(":")
    return Label(source, key, value) if colon else Label(ANY, name, value)


class Operator(StrEnum):
    """How a requirement reads its values. EQUALS is an entry of `matchLabels`, the rest are expressions."""

    EQUALS = "="
    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"

    __hash__ = str.__hash__  # that of Enum is written in Python, and selectors are keys everywhere


class Requirement(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True, cache_hash=True):
    """One condition of a selector. Source `any` matches the key under every source."""

    source: str
    key: str
    operator: Operator
    values: tuple[str, ...] = ()


class Selector(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """A conjunction of requirements over identity labels; no requirement selects everything."""

    requirements: tuple[Requirement, ...] = ()

    def and_(self, *more: Requirement) -> "Selector":
        return Selector((*self.requirements, *more))

    def has_key(self, key: str) -> bool:
        """Whether a requirement with source `k8s` or `any` names *key*, whatever its operator."""
        return any(r.key == key and r.source in (K8S, ANY) for r in self.requirements)

    def has_key_prefix(self, prefix: str) -> bool:
        return any(r.key.startswith(prefix) and r.source in (K8S, ANY) for r in self.requirements)

    def has_source(self, source: str) -> bool:
        return any(r.source == source for r in self.requirements)


def equals(source: str, key: str, value: str) -> Requirement:
    return Requirement(source, key, Operator.EQUALS, (value,))


def exists(source: str, key: str) -> Requirement:
    return Requirement(source, key, Operator.EXISTS)


def source_and_key(text: str) -> tuple[str, str]:
    """Split a selector key at its source: `k8s:app` → (`k8s`, `app`); none means `any`; `$x` is `reserved:x`.

    Source: Cilium pkg/labels/labels.go parseSource.
    """
    if text.startswith("$"):
        return RESERVED, text[1:]
    source, colon, key = text.partition(":")
    if not colon:
        return ANY, text
    return source or ANY, key
