"""The formats, one module each, found by walking.

A format is a module with `NAME: str`, `VERBS: frozenset[str] | None` (the verbs that it can tell about, None for all)
and `render(report: Report, *, color: bool, width: int) -> str`, ending in a newline unless empty.
"""
