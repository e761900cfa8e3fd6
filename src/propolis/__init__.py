"""Propolis: from a short profile to Cilium policies that are proved, not hoped for."""

__version__ = "0.1.0"
