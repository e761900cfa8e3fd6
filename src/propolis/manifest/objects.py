"""The Kubernetes objects of documents, lists expanded, each with its place."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from propolis.manifest.yaml import Document
from propolis.model.span import Path, Problem, Span

Offsets = tuple[int, int]

_LOOKS = frozenset({"kind", "metadata", "spec", "specs"})
"""A mapping without any of these keys is not meant to be an object: a chart, its values, a kustomization."""


class Object(msgspec.Struct, frozen=True, eq=False):
    """One object: *base* is its path in the document, *index* the document's place among all of them."""

    document: Document
    index: int
    base: Path
    api_version: str
    kind: str
    value: Mapping[str, Any]

    @property
    def group(self) -> str:
        """The API group; "" is the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The object's name; what it starts with if the API server is to complete it."""
        return self._metadata("name") or self._metadata("generateName")

    @property
    def namespace(self) -> str:
        """The namespace as written, "" when none is."""
        return self._metadata("namespace")

    def _metadata(self, field: str) -> str:
        metadata = self.value.get("metadata")
        found = metadata.get(field) if isinstance(metadata, Mapping) else None
        return found if isinstance(found, str) else ""

    def offsets(self, path: Path) -> Offsets:
        """Where the value at *path* (from the object) stands; of an absent one, the key of its parent."""
        whole = (*self.base, *path)
        if self.document.has(whole):
            return self.document.offsets(whole)
        parent = whole[:-1]
        if len(parent) > len(self.base):
            return self.document.key_offsets(parent)
        return name_offsets(self.document, self.base)

    def key_offsets(self, path: Path) -> Offsets:
        return self.document.key_offsets((*self.base, *path))


def title(kind: str, namespace: str, name: str) -> str:
    """`Kind/name` or `Kind/namespace/name`, for messages."""
    return "/".join(part for part in (kind, namespace, name) if part)


def name_offsets(document: Document, base: Path) -> Offsets:
    """Where the object at *base* is named: its `metadata.name`, or the line of its kind."""
    path = (*base, "metadata", "name")
    return document.offsets(path if document.has(path) else (*base, "kind"))


def namespace_offsets(document: Document, base: Path) -> Offsets:
    """Where the namespace of the object at *base* is written, or where the object is named."""
    path = (*base, "metadata", "namespace")
    return document.offsets(path) if document.has(path) else name_offsets(document, base)


def objects(document: Document, index: int) -> Iterator[Object | Problem]:
    """Every object of *document* in the order of the text, and what is no object.

    Items of a list (`kind: List`, or any `…List` with `items`) are objects of their own.
    """
    return _expanded(document, index, (), document.value, {})


def _expanded(
    document: Document, index: int, base: Path, value: Any, inherited: Mapping[str, str]
) -> Iterator[Object | Problem]:
    if _is_patch(value):
        yield Problem(
            "no-object", "this is a patch of objects, and is skipped", document.span(base), "", "note"
        )
        return
    if not base and isinstance(value, list) and not any(map(_looks_like_an_object, value)):
        message = "this is a list of other things, and is skipped"
        yield Problem("no-object", message, document.span(base), "", "note")
        return
    if not isinstance(value, Mapping):
        message = "a Kubernetes object is a mapping with `apiVersion` and `kind`, this is none"
        help = "make it the `items` of a `kind: List`" if isinstance(value, list) else ""
        yield Problem("no-object", message, document.span(base), help)
        return
    found = {
        key: written if isinstance(written := value.get(key), str) and written else inherited.get(key, "")
        for key in ("apiVersion", "kind")
    }
    missing = [f"`{key}`" for key, text in found.items() if not text]
    if missing:
        if not _looks_like_an_object(value):
            message = "this is no Kubernetes object, and is skipped"
            yield Problem("no-object", message, _top_span(document, base, value), "", "note")
            return
        message = f"the object has no {' and no '.join(missing)}"
        help = "every Kubernetes object starts with `apiVersion` and `kind`"
        yield Problem("no-kind", message, _top_span(document, base, value), help)
        return
    kind, items = found["kind"], value.get("items")
    if kind.endswith("List") and isinstance(items, list):
        # Items of a typed list may leave out what the list says.
        own = {} if kind == "List" else {"apiVersion": found["apiVersion"], "kind": kind.removesuffix("List")}
        for place, item in enumerate(items):
            yield from _expanded(document, index, (*base, "items", place), item, own)
    else:
        yield Object(document, index, base, found["apiVersion"], kind, value)


def _looks_like_an_object(value: Any) -> bool:
    return isinstance(value, Mapping) and not _LOOKS.isdisjoint(value)


def _is_patch(value: Any) -> bool:
    """Whether *value* is a JSON patch, as kustomize has them in files of their own (RFC 6902)."""
    return bool(isinstance(value, list) and value) and all(
        isinstance(step, Mapping) and {"op", "path"} <= set(step) for step in value
    )


def _top_span(document: Document, base: Path, value: Mapping[str, Any]) -> Span:
    """The first key of a mapping: its whole text would be too much to point at."""
    first = next(iter(value), None)
    return document.span(base) if first is None else document.key_span((*base, first))
