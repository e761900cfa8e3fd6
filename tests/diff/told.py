"""Cases of `diff` as data: policies in short, and what a comparison has to say about them."""

from pathlib import Path
from typing import Any

import yaml

from propolis.commands.diff import Compare, between_texts, between_versions, diff
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.report import Change, Comparison, Report
from propolis.model.settings import version

HERE = Path(__file__).parent
MANY = 10_000


def world(told: dict[str, Any]) -> Sources:
    if told.get("world") == "none":
        return Sources(())
    return Sources((Source("world.yaml", (HERE / "world.yaml").read_text()),))


def policies(short: list[dict[str, Any]], folder: str) -> Sources:
    return Sources(
        tuple(Source(f"{folder}/{one['name']}.yaml", yaml.safe_dump(_object(one))) for one in short)
    )


def _object(short: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": short["name"], "namespace": "shop"},
        "spec": short["spec"],
    }


def asked(told: dict[str, Any]) -> Compare:
    if "policies" in told:
        old, new = (version(text) for text in told["cilium"])
        assert old and new
        texts = (*world(told).texts, *policies(told["policies"], "policies").texts)
        return between_versions(Sources(texts), old, new)
    return between_texts(policies(told["old"], "old"), policies(told["new"], "new"), world(told), None)


def mirrored(told: dict[str, Any]) -> dict[str, Any]:
    if "policies" in told:
        return {**told, "cilium": told["cilium"][::-1]}
    return {**told, "old": told["new"], "new": told["old"]}


def reported(told: dict[str, Any]) -> Report:
    return diff(asked(told), MANY)


def comparison(report: Report) -> Comparison:
    assert report.comparison is not None, report.problems
    return report.comparison


def fits(change: Change, wanted: dict[str, Any]) -> bool:
    """Whether *change* is as *wanted* says; texts have to be part of it."""
    named = {line.policy for side in (change.old, change.new) for part in _parts(side) for line in part.lines}
    told = {
        "shift": change.shift == wanted.get("shift", change.shift),
        "risk": change.risk == wanted.get("risk", change.risk),
        "ports": list(change.traffic) == wanted.get("ports", list(change.traffic)),
        "flow": wanted.get("flow", "") in change.new.flow,
        "request": wanted.get("request", "") in change.new.request_line,
        "curl": wanted.get("curl", change.new.curl) == change.new.curl,
        "old": "old" not in wanted or f"CiliumNetworkPolicy/{wanted['old']}" in named,
        "new": "new" not in wanted or f"CiliumNetworkPolicy/{wanted['new']}" in named,
    }
    return all(told.values())


def _parts(answer: Any) -> list[Any]:
    return [part for part in (answer.egress, answer.ingress, answer.request) if part]
