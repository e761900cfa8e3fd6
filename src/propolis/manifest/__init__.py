"""Manifests: YAML text to the model and back, with line and column of every node."""

from propolis.manifest.facts import Gist, Gists, HelmValues, gists
from propolis.manifest.read import Manifests, Source, read, reusing
from propolis.manifest.yaml import Document

__all__ = ["Document", "Gist", "Gists", "HelmValues", "Manifests", "Source", "gists", "read", "reusing"]
