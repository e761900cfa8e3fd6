"""Manifests: YAML text to the model and back, with line and column of every node."""
