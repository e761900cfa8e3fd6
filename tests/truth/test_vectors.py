"""Cilium's rules as small cases: `vectors/*.yaml`, each case with the section that it comes from.

A case is manifests, settings and questions as `propolis ask` reads them. Both engines have to give the outcome; words
behind it have to stand in what is told about the flow. With `each`, the case is one for every text in it: `$it` in the
policies stands for the text, and the outcome is that of the one question `asks`.
"""

from functools import cache
from pathlib import Path

import pytest
import yaml

from propolis import requests
from propolis.commands.questions import Question, question
from propolis.manifest import Source, read
from propolis.model.flags import Flag, Mistake, assigned
from propolis.model.flow import Flow
from propolis.model.settings import Settings, version
from propolis.model.verdict import Outcome
from propolis.semantics import reference, symbolic
from propolis.semantics.endpoints import endpoints
from propolis.semantics.ruleset import ruleset

FOLDER = Path(__file__).parent / "vectors"
SHOP = (FOLDER / "shop.yaml.txt").read_text()


@cache
def cases() -> list[dict]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(file.read_text())):
            for named in str(case.get("cilium", "1.19")).split():
                title = f"{file.stem}-{number}-{named}: {case['rule']}"
                if "each" not in case:
                    found.append({**case, "cilium": named, "id": title})
                for text, outcome in case.get("each", {}).items():
                    written = case["policies"].replace("$it", text)
                    one = {"policies": written, "asked": {case["asks"]: outcome}, "cilium": named}
                    found.append({**case, **one, "id": f"{title}: {text}"})
    return found


def settings(case: dict) -> Settings:
    minor = version(case["cilium"])
    assert minor is not None
    found = Settings(version=minor)
    for name, value in case.get("settings", {}).items():
        after = assigned(found, Flag(name, str(value)))
        assert not isinstance(after, Mistake), after
        found = after
    return found


def symbolic_outcome(whole: symbolic.Decided, source: int, destination: int, asked: Question) -> Outcome:
    for flows, outcome in ((whole.allowed, Outcome.ALLOW), (whole.unknown, Outcome.UNKNOWN)):
        passing = flows.traffic(source, destination).requests(asked.protocol, asked.port)
        if bool(passing) if asked.request is None else requests.record(asked.request) in passing:
            return outcome
    return Outcome.DENY


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_both_engines_decide_as_the_rule_says(case: dict):
    chosen = settings(case)
    texts = (Source("shop.yaml", SHOP), Source("policies.yaml", case.get("policies", "")))
    manifests = read(texts, chosen.version)
    rules = ruleset(manifests.policies, manifests.world, chosen)
    said = "\n".join(
        [reason.message for rejection in rules.rejections for reason in rejection.reasons] + [*rules.ignored]
    )
    expected = [case[key] for key in ("refused", "ignored") if key in case]
    assert all(words in said for words in expected)
    assert bool(said) is bool(expected), said
    found = endpoints(rules)
    names = {endpoint.name: position for position, endpoint in enumerate(found)}
    whole = symbolic.decided(rules, found)
    for text, wanted in case.get("asked", {}).items():
        asked = question(text, "question")
        assert isinstance(asked, Question), asked
        source, destination = names[asked.source], names[asked.destination]
        flow = Flow(found[source], found[destination], asked.protocol, asked.port, asked.request)
        answer = reference.verdict(rules, flow)
        outcome, _, words = wanted.partition(" ")
        assert answer.outcome == outcome, f"{text}: {answer}"
        told = "\n".join(
            part
            for side in (answer.egress, answer.ingress)
            for part in (*side.facts, side.reason, side.proxy)
        )
        assert words in told, f"{text}: {told}"
        if asked.request is not None or not (answer.egress.proxy or answer.ingress.proxy):
            assert symbolic_outcome(whole, source, destination, asked) == outcome, text
