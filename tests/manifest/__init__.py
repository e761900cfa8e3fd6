"""Tests of the room `manifest`."""
