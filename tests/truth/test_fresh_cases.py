"""Fresh cases without the real engine: what the generator makes, and what is done with disagreements."""

import gzip
import json
from pathlib import Path

import pytest
from oracle import run
from oracle.cases import FLOWS_IN_A_CASE, RELEASES, flow_case, validation_case
from oracle.questions import questions

from propolis.commands.conform import agreement
from propolis.model.settings import Settings

KINDS = {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "NetworkPolicy"}


@pytest.mark.parametrize("release", RELEASES)
def test_one_seed_makes_one_case(release: str):
    for make in (flow_case, validation_case):
        assert make(1, 2, release) == make(1, 2, release)
        assert make(1, 2, release) != make(2, 2, release)


@pytest.mark.parametrize("release", RELEASES)
def test_every_kind_is_made_and_every_case_has_its_flows(release: str):
    cases = [flow_case(3, number, release) for number in range(60)]
    assert all(len(case["flows"]) == FLOWS_IN_A_CASE for case in cases)
    made = {policy["kind"] for case in cases for policy in case["policies"]}
    newest = release == RELEASES[0]
    assert made == (KINDS | {"ClusterNetworkPolicy"} if newest else KINDS)


def answered_by_us(cases: list[dict]) -> list[dict]:
    """Cases with our own answers in place of the real engine's, but for the first flow of each, which is turned."""
    found = []
    for case in cases:
        blank = {**case, "rejected": {}, "flows": [{**flow, "allow": True} for flow in case["flows"]]}
        ours = {d.question: d.ours for d in agreement([blank], Settings()).disagreements}
        flows = [
            {**flow, "allow": (ours.get(run._title(flow), "ALLOW") == "ALLOW") ^ (place == 0)}
            for place, flow in enumerate(case["flows"])
        ]
        rejected = {
            q.split()[1]: "" for q, answer in ours.items() if q.startswith("policy ") and answer == "rejected"
        }
        found.append({**case, "rejected": rejected, "flows": flows})
    return found


def test_a_disagreement_is_cut_down_to_one_flow_that_still_disagrees():
    case = answered_by_us([flow_case(4, 1, RELEASES[0])])[0]
    assert run.compared([case]).disagreements
    small = run.reduced(case, answered_by_us)
    assert len(small["flows"]) == 1
    assert len(small["identities"]) <= 2
    assert run.compared([small]).disagreements


def test_what_is_kept_is_the_same_bytes_and_nothing_half_written(tmp_path: Path):
    cases = [{"id": "a", "flows": []}, {"id": "b", "flows": []}]
    target = tmp_path / "build" / "cases.jsonl.gz"
    run.kept(target, cases)
    first = target.read_bytes()
    run.kept(target, cases)
    assert target.read_bytes() == first
    assert [path.name for path in target.parent.iterdir()] == ["cases.jsonl.gz"]
    with gzip.open(target, "rt") as lines:
        assert [json.loads(line) for line in lines] == cases


def test_without_go_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", "")
    assert run.main(["--flows", "1", "--jobs", "1"]) == 3
    assert "needs Go" in capsys.readouterr().err


def test_questions_are_put_to_every_release_under_titles_of_their_own():
    titles = [case["id"] for release in RELEASES for case in questions(release)]
    assert len(titles) == len(set(titles))
    assert all(any(title.startswith(f"{release}: ") for title in titles) for release in RELEASES)
