"""Suggestions: what an unknown field was probably meant to be."""

from collections.abc import Iterator
from difflib import get_close_matches

from propolis.manifest.schema.nodes import Fields, ListOf, Node
from propolis.model.settings import SUPPORTED, Version
from propolis.model.span import Path

_KUBECTL = "kubectl's strict validation refuses the whole object"
# Comparing spellings is quadratic in their length; no field has more than 20 letters.
_LONGEST_NAME = 40
_ENCRYPTED = "sops has encrypted this file: decrypt it before it is read"
_OLD_OR_FOREIGN = {
    "auth": "`auth` is called `authentication`: `authentication: {mode: required}`",
    "podSelector": "Cilium calls it `endpointSelector`",
    "from": "Cilium writes `fromEndpoints`, `fromCIDR`, `fromEntities` …",
    "to": "Cilium writes `toEndpoints`, `toCIDR`, `toEntities` …",
    "ipBlock": "Cilium writes `fromCIDRSet` or `toCIDRSet`",
    "action": "an item has no action: denies are written under `ingressDeny` and `egressDeny`",
    "order": "policies have no order: a deny wins over every allow",
    "priority": "policies have no priority: a deny wins over every allow",
}


def suggestion(path: Path, node: Fields, roots: dict[Version, Fields], version: Version) -> str:
    """What to do about the unknown field at *path*, whose parent is *node*; one or two sentences."""
    name = str(path[-1])
    hints = (
        _ENCRYPTED if path == ("sops",) else "",
        _other_version(path, roots, version),
        _other_direction(name, node),
        _deny(path),
        _nearby(name, path, roots[version]),
        _alike(name, node),
        _OLD_OR_FOREIGN.get(name, "") if path[0] in ("spec", "specs") else "",
    )
    hint = next((hint for hint in hints if hint), "")
    return f"{hint} ({_KUBECTL})" if hint else _KUBECTL


def _other_version(path: Path, roots: dict[Version, Fields], version: Version) -> str:
    name = path[-1]
    knowing = [v for v in SUPPORTED if v in roots and _knows(roots[v], path)]
    if not knowing or version in knowing:
        return ""
    if min(knowing) > version:
        return f"Cilium knows `{name}` from {min(knowing)} on"
    return f"Cilium knew `{name}` until {max(knowing)}"


def _knows(root: Fields, path: Path) -> bool:
    parent = _node_at(root, path[:-1])
    return isinstance(parent, Fields) and path[-1] in parent.fields


def _node_at(root: Fields, path: Path) -> Node | None:
    node: Node | None = root
    for step in path:
        if isinstance(node, Fields) and isinstance(step, str):
            node = node.fields.get(step)
        elif isinstance(node, ListOf) and isinstance(step, int):
            node = node.item
        else:
            return None
    return node


def _other_direction(name: str, node: Fields) -> str:
    for wrong, right, there in (("to", "from", "egress"), ("from", "to", "ingress")):
        turned = right + name.removeprefix(wrong)
        if name.startswith(wrong) and turned in node.fields:
            return f"`{name}` belongs to {there}; here it is `{turned}`"
    return ""


def _deny(path: Path) -> str:
    if not any(step in ("ingressDeny", "egressDeny") for step in path[:-1]):
        return ""
    match path[-1]:
        case "toFQDNs":
            return "no deny by name exists; allow the names that are wanted instead"
        case "rules":
            return "a deny holds no layer-7 rules: without them it covers the whole port"
        case _:
            return ""


def _alike(name: str, node: Fields) -> str:
    if len(name) > _LONGEST_NAME:
        return ""
    same = [field for field in node.fields if field.lower() == name.lower()]
    found = same or get_close_matches(name, node.fields, n=1, cutoff=0.65)
    return f"did you mean `{found[0]}`?" if found else ""


def _nearby(name: str, path: Path, root: Fields) -> str:
    """Where *name* is known in an ancestor, or up to two levels below its parent."""
    for depth in range(len(path) - 1, -1, -1):
        ancestor = _node_at(root, path[:depth])
        below = 2 if depth == len(path) - 1 else 0
        for place in _places(name, ancestor, (), below):
            where = [str(step) for step in (*path[:depth], *place) if isinstance(step, str)]
            return f"`{name}` belongs under `{'.'.join(where)}`" if where else f"`{name}` belongs to the top"
    return ""


def _places(name: str, node: Node | None, path: Path, below: int) -> Iterator[Path]:
    if isinstance(node, ListOf):
        yield from _places(name, node.item, path, below)
    elif isinstance(node, Fields):
        if name in node.fields:
            yield path
        elif below:
            for field, child in node.fields.items():
                yield from _places(name, child, (*path, field), below - 1)
