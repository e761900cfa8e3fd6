"""The formats, one module each, found by walking.

A format is a module with `NAME: str`, `VERBS: frozenset[str] | None` (the verbs that it can tell about, None for all)
and `render(report: Report, *, color: bool, width: int) -> str`, ending in a newline unless empty.
One for `map` alone shows the map and nothing else; where it draws a line for each reach it says how many it can take
(`MOST_LINES`).
"""
