"""What a glob means, read pointwise: no regular expression, no code of the profile room."""


def names(glob: str, path: str) -> bool:
    """Whether *glob* names the request path *path*."""
    if glob.endswith("?*"):
        return names(glob[:-2], path.split("?", 1)[0])
    if "?" in path or not path.startswith("/"):
        return False
    return _segments(glob.split("/")[1:], path.split("/")[1:])


def _segments(glob: list[str], path: list[str]) -> bool:
    if not glob:
        return not path
    if glob == ["**"]:
        return bool(path)
    if glob[0] == "**":
        return _segments(glob[1:], path) or bool(path and path[0] and _segments(glob, path[1:]))
    return bool(path) and _segment(glob[0], path[0]) and _segments(glob[1:], path[1:])


def _segment(glob: str, segment: str) -> bool:
    if glob == "*":
        return segment != ""
    if not glob:
        return not segment
    if glob[0] == "*":
        return any(_segment_rest(glob[1:], segment[start:]) for start in range(len(segment) + 1))
    return segment[:1] == glob[0] and _segment_rest(glob[1:], segment[1:])


def _segment_rest(glob: str, segment: str) -> bool:
    """As `_segment`, but a star at the end of a longer glob may stand for nothing."""
    return True if glob == "*" else _segment(glob, segment)
