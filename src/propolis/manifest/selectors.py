"""Selectors of checked values: what the schema refuses in them is absent."""

from collections.abc import Mapping
from typing import Any

from propolis.manifest.schema.kubernetes import OPERATORS
from propolis.model.labels import K8S, Selector
from propolis.peers.selectors import selector


def cilium_selector(value: Mapping[str, Any] | None) -> Selector | None:
    """The selector that *value* writes; its keys may carry a source."""
    return None if value is None else selector(well_formed(value))


def kubernetes_selector(value: Mapping[str, Any]) -> Selector:
    """The selector that *value* writes; all keys have the source `k8s`, as Kubernetes knows no other."""
    sound = well_formed(value)
    labels = {f"{K8S}:{key}": text for key, text in sound.get("matchLabels", {}).items()}
    expressions = [{**e, "key": f"{K8S}:{e['key']}"} for e in sound.get("matchExpressions", ())]
    return selector({"matchLabels": labels, "matchExpressions": expressions})


def well_formed(item: Any) -> Any:
    """*item* without the selector expressions that name no key or no known operator, at any depth."""
    if isinstance(item, list):
        return [well_formed(part) for part in item if part is not None]
    if not isinstance(item, dict):
        return item
    kept = {
        name: part if name == "matchLabels" or isinstance(part, str) else well_formed(part)
        for name, part in item.items()
    }
    if isinstance(expressions := kept.get("matchExpressions"), list):
        kept["matchExpressions"] = [e for e in expressions if e.get("operator") in OPERATORS and "key" in e]
    return kept
