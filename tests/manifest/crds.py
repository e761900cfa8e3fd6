"""The real CRDs as an oracle: what the API server refuses and drops, without any line of ours."""

import functools
import ipaddress
import re
from typing import Any

import jsonschema_rs
import yaml

from manifest.corpus import ROOT
from propolis.model.settings import Version

FOLDERS = {
    Version(1, 16): "1.16.15",
    Version(1, 17): "1.17.14",
    Version(1, 18): "1.18.3",
    Version(1, 19): "1.19.0-branchpoint",
    Version(1, 20): "1.20.0-dev",
}


@functools.cache
def schema(version: Version, plural: str) -> Any:
    text = (ROOT / "crds" / FOLDERS[version] / f"{plural}.v2.yaml").read_text()
    if version >= Version(
        1, 20
    ):  # the released 1.20.0 knows one entity more than this file, and is the same otherwise
        text = re.sub(r"^( *)- cluster$", r"\1- cluster\n\1- cluster-mesh", text, flags=re.MULTILINE)
    crd = yaml.load(text, Loader=yaml.CSafeLoader)
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


@functools.cache
def validator(version: Version, plural: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        _plain(schema(version, plural)),
        pattern_options=jsonschema_rs.RegexOptions(),
        validate_formats=True,
        formats={"cidr": _is_cidr, "idn-hostname": lambda text: True},
    )


def _plain(node: Any) -> Any:
    """The CRD's schema as plain JSON Schema; a list of type set has unique items."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(part) for key, part in node.items() if not key.startswith("x-kubernetes-")}
    if node.get("x-kubernetes-list-type") == "set":
        plain["uniqueItems"] = True
    return plain


def _is_cidr(text: str) -> bool:
    """Go's net.ParseCIDR, by another way than ours: Python's networks, minus what only they read."""
    if not re.search(r"/[0-9]+$", text) or "%" in text or not text.isascii():
        return False
    address, _, length = text.rpartition("/")
    try:
        ipaddress.ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        return False
    return True


def pruned(value: Any, node: Any) -> Any:
    """*value* as the API server stores it: unknown fields and nulls dropped, defaults filled in."""
    if isinstance(value, list) and "items" in node:
        return [pruned(part, node["items"]) for part in value]
    if not isinstance(value, dict):
        return value
    fields, others = node.get("properties", {}), node.get("additionalProperties")
    if not fields and not others:
        return value
    kept = {
        name: pruned(part, fields.get(name, others))
        for name, part in value.items()
        if part is not None and (name in fields or others)
    }
    defaults = {name: child["default"] for name, child in fields.items() if "default" in child}
    return {**defaults, **kept}


def accepted(value: dict[str, Any], version: Version, plural: str) -> bool:
    """Whether the CRD of *version* lets *value* (already pruned) in."""
    rules = schema(version, plural).get("x-kubernetes-validations", [])
    # The one CEL rule that any of these CRDs has.
    assert all(rule["rule"] == "has(self.spec) || has(self.specs)" for rule in rules)
    if rules and "spec" not in value and "specs" not in value:
        return False
    return bool(validator(version, plural).is_valid(value))
