"""The profile: what an application needs, read and compiled to policies for both ends of every path."""

from propolis.profile.fault import Fault
from propolis.profile.notes import RenderNote
from propolis.profile.read import Read, problems, profile, with_definitions
from propolis.profile.render import RenderedPolicy, Rendering, rendering
from propolis.profile.structure import Located
from propolis.profile.writer import text

__all__ = [
    "Fault",
    "Located",
    "Read",
    "RenderNote",
    "RenderedPolicy",
    "Rendering",
    "problems",
    "profile",
    "rendering",
    "text",
    "with_definitions",
]
