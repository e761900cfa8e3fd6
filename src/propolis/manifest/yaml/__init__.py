"""YAML as kubectl reads it: text in, documents with positions and problems out."""

from propolis.manifest.yaml.document import Document, Surprise
from propolis.manifest.yaml.limits import LIMITS, Limits
from propolis.manifest.yaml.reading import Reading, documents

__all__ = ["LIMITS", "Document", "Limits", "Reading", "Surprise", "documents"]
