"""Comparisons in every format: nothing of weight is left out, and input stays text."""

import json
import re
from pathlib import Path

import msgspec
import pytest
import yaml

from diff.told import HERE, comparison, reported
from propolis.model.report import Exit, Meaning, Report, Shift, Tally
from propolis.report.changes import unshown
from propolis.report.formats import json as json_format
from propolis.report.formats import markdown, text
from propolis.report.quiet import quieted
from report.reports import FULL


def case(name: str) -> Report:
    return reported(yaml.safe_load((HERE / "cases" / f"{name}.yaml").read_text()))


def shown(report: Report) -> str:
    return text.render(report, color=False, width=100)


def test_json_gives_the_report_back():
    report = case("both-ways")
    document = json.loads(json_format.render(report, color=False, width=80))
    assert document.pop("schema") == json_format.SCHEMA
    assert msgspec.convert(document, Report) == report


def test_text_shows_what_was_and_what_is_now():
    told = shown(case("requests-narrowed"))
    for part in (
        "newly denied  shop/web -> shop/api",
        "ports   8080/tcp (some requests)",
        "request POST /",
        "try     curl --path-as-is -X POST http://api:8080/",
        "layer 7 was ALLOW",
        "old/a.yaml:11:5",
        "layer 7 now DENY",
        "new/a.yaml:11:5",
        "compared over 3 workloads",
        "narrowed: ",
    ):
        assert part in told, told


def test_text_keeps_pods_that_could_be_created_apart():
    before, _, after = shown(case("requests-narrowed")).partition("for pods that could be created:")
    assert "-> shop/api" in before and "(new pod" not in before
    assert "(new pod" in after


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(Shift.ALLOWED, True, 3, 3), ""),
        (Tally(Shift.ALLOWED, True, 3, 2), "1 pair is newly allowed besides (`--show N`)"),
        (
            Tally(Shift.DENIED, False, 30, 20),
            "10 pairs are newly denied of pods that could be created besides (`--show N`)",
        ),
    ],
)
def test_what_is_not_shown_is_counted(tally: Tally, words: str):
    assert unshown(tally) == words
    report = case("world-opened")
    cut = msgspec.structs.replace(comparison(report), tallies=(tally,))
    told = shown(msgspec.structs.replace(report, comparison=cut))
    assert ("more " in told) == bool(words)


def test_quiet_says_nothing_of_the_same_and_keeps_changes():
    same = quieted(case("renamed-and-reordered"))
    assert shown(same) == ""
    widened = quieted(case("world-opened"))
    assert "newly allowed" in shown(widened) and "compared over" not in shown(widened)


def test_markdown_has_a_table_details_and_places():
    told = markdown.render(case("requests-narrowed"), color=False, width=80)
    assert told.startswith("### ⚠️ propolis diff: narrowed: ")
    assert (
        "| newly denied | `shop/web` | `shop/api` | 8080/tcp (some requests) | within a namespace |" in told
    )
    assert "- `curl --path-as-is -X POST http://api:8080/`" in told
    assert "(`new/a.yaml:11`)" in told
    assert told.count("<details>") == told.count("</details>") > 0


def test_markdown_tells_every_part_of_a_report():
    told = markdown.render(FULL, color=False, width=80)
    for part in ("invalid-protocol", "tab", "nothing is open by default", "egress is cut", "out/a.yaml"):
        assert part in told
    assert "2 ConfigMaps have no meaning here" in told
    assert all(f"**{claim.status}**" in told for claim in FULL.claims)
    assert "<b>repair</b> every path is open" in told and "```diff\n--- a.yaml" in told
    assert "<b>no repair</b> tenants are apart" in told
    assert "to allow it, egress: an allow rule is missing (`base.yaml:8`)" in told
    assert "nearest allowed: `shop/web -> shop/api:8081/TCP GET /` (port 8081 instead of 8080)" in told


@pytest.mark.parametrize(
    "evil", ["<script>x</script>", "@everyone", "[a](http://b)", "| c |", "a\n# b", "*x*"]
)
def test_input_is_no_markup_in_markdown(evil: str):
    report = case("world-opened")
    change = comparison(report).changes[0]
    side = msgspec.structs.replace(change.new.ingress, sentence=evil)
    answer = msgspec.structs.replace(change.new, ingress=side, flow=evil, curl=evil)
    change = msgspec.structs.replace(change, source=evil, new=answer)
    changed = msgspec.structs.replace(comparison(report), changes=(change,))
    told = markdown.render(
        msgspec.structs.replace(report, comparison=changed, notes=(evil,)), color=False, width=80
    )
    plain = re.sub(r"`[^`]*`|<summary>.*?</summary>", "", told)  # code is shown as it is, HTML is no Markdown
    assert evil not in plain
    assert "@everyone" not in told.replace("`@everyone`", "")
    assert "<script" not in re.sub(r"`[^`]*`", "", told)
    rows = [line for line in told.splitlines() if line.startswith("| newly")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a|b", "`a¦b`"),
        ("a\nb", "`a b`"),
        ("", ""),
    ],
)
def test_code_holds_anything(words: str, expected: str):
    assert markdown.code(words) == expected


@pytest.mark.parametrize("times", [1, 100, 1000])
def test_markdown_fits_into_a_comment(times: int):
    report = case("both-ways")
    many = msgspec.structs.replace(
        comparison(report), changes=tuple(list(comparison(report).changes) * times)
    )
    told = markdown.render(msgspec.structs.replace(report, comparison=many), color=False, width=80)
    assert len(told) <= 65_536
    assert told.count("<details>") == told.count("</details>") > 0
    assert ("left out or cut" in told) == (times > 1)
    assert "Compared over " in told
    rows = [line for line in told.splitlines() if line.startswith("| newly")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_an_undecided_comparison_is_not_the_same():
    report = case("became-undecided")
    assert comparison(report).meaning is Meaning.UNDECIDED
    assert report.exit is Exit.BROKEN
    assert "cannot be decided" in shown(report)


def test_the_page_names_every_meaning():
    page = (Path(__file__).parents[2] / "docs" / "diff.md").read_text()
    assert all(f"`{meaning}`" in page for meaning in Meaning)
