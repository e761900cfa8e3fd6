"""The profile: what an application needs, read and compiled to policies for both ends of every path."""

from propolis.profile.notes import RenderNote
from propolis.profile.read import Read, profile, with_definitions
from propolis.profile.render import RenderedPolicy, Rendering, rendering
from propolis.profile.writer import text

__all__ = [
    "Read",
    "RenderNote",
    "RenderedPolicy",
    "Rendering",
    "profile",
    "rendering",
    "text",
    "with_definitions",
]
