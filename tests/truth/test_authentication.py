"""The authentication mode is one, but for the few flows for which the order of the rules decides.

The lessons about modes are asked anew as if another mode had been recorded: to name several modes too often would agree
with more of them.
"""

import gzip
import json
from collections import defaultdict
from pathlib import Path

from propolis.commands.conform import agreement
from propolis.model.settings import Settings
from propolis.semantics.entries import MODES

LESSONS = Path(__file__).parents[2] / "oracle" / "lessons.jsonl.gz"
REFUSED = {"1.20.2": 8_221, "1.19.4": 8_285, "1.18.3": 8_285, "1.17.8": 8_285}
"""So many of the answers are not ours, by release; two of the three modes for each flow, but for those few."""


def recorded_as(case: dict, mode: str) -> dict:
    flows = [{key: value for key, value in flow.items() if key != "auth"} for flow in case["flows"]]
    return {**case, "flows": flows if mode == MODES[0] else [{**flow, "auth": mode} for flow in flows]}


def test_no_more_modes_are_named_than_the_order_of_the_rules_leaves_open():
    cases = defaultdict(list)
    with gzip.open(LESSONS, "rt") as lines:
        for case in map(json.loads, lines):
            if "authentication" in case["id"]:
                cases[case["cilium"]].append(case)
    refused = {
        release: sum(
            each.question.endswith(" authentication")
            for mode in MODES
            for each in agreement((recorded_as(case, mode) for case in asked), Settings()).disagreements
        )
        for release, asked in cases.items()
    }
    assert refused == REFUSED
