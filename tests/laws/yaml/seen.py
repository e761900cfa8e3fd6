"""What a verb can see of manifests, as values that can be compared."""

from propolis.manifest import Document, Manifests
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark


def drawn(mark: Mark) -> object:
    """*mark* as a value that can be compared."""
    if isinstance(mark, MapMark):
        entries = [(key, start, end, drawn(inside)) for key, (start, end, inside) in mark.entries.items()]
        return mark.start, mark.end, mark.flow, entries
    if isinstance(mark, ListMark):
        return mark.start, mark.end, mark.flow, [drawn(item) for item in mark.items]
    return mark


def whole(document: Document) -> object:
    return (
        document.file,
        document.place,
        document.value,
        document.surprises,
        drawn(document.root),
    )


def everything(found: Manifests) -> object:
    """All that a verb can see of *found*."""
    return (
        [whole(document) for document in found.documents],
        found.policies,
        found.world,
        found.declared,
        [whole(document) for document in found.profiles],
        found.problems,
        found.skipped,
    )
