"""YAML as kubectl reads it: text in, documents with positions and problems out."""

from propolis.manifest.yaml.builder import Refused
from propolis.manifest.yaml.document import Document, Place, Surprise
from propolis.manifest.yaml.limits import LIMITS, Limits
from propolis.manifest.yaml.reading import Reading, document_at, documents, outcomes

__all__ = [
    "LIMITS",
    "Document",
    "Limits",
    "Place",
    "Reading",
    "Refused",
    "Surprise",
    "document_at",
    "documents",
    "outcomes",
]
