"""Manifests: YAML text to the model and back, with line and column of every node."""

from propolis.manifest.read import Manifests, Source, read
from propolis.manifest.yaml import Document

__all__ = ["Document", "Manifests", "Source", "read"]
