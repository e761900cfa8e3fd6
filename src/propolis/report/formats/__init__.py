"""The formats, one module each, found by walking.

A format is a module with `NAME: str` and
`render(report: Report, *, color: bool, width: int) -> str`, ending in a newline unless empty.
One that shows the map of a report and nothing else says `DRAWS = True`, and only `propolis map` offers it; one that
draws a line for each reach says how many it can take (`MOST_LINES`).
"""
