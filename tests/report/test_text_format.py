"""The text format: everything is said, carets stand where the span is, nothing paints the terminal."""

import re
import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import CLAIMS, EGRESS, FINDING, FULL, SPAN, TEXT

from propolis.model.finding import Finding, Severity
from propolis.model.report import Exit, Report, SourceLine, Status
from propolis.model.span import Span
from propolis.report.formats import text
from propolis.report.ink import Page, columns, harmless
from propolis.report.quiet import quieted
from propolis.report.remarks import excerpt

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def rendered(report: Report) -> str:
    return text.render(report, color=False, width=100)


def test_every_part_is_said():
    shown = rendered(FULL)
    for part in (
        "error[invalid-protocol] `TCP#PostgreSQL` is no protocol",
        "shop.yaml:5:25  (CiliumNetworkPolicy/backend)",
        "why  the API server refuses",
        "help put a space before `#`",
        "fix  write `TCP` (safe: `--fix` writes it)",
        "see  shop.yaml:2:1",
        "error[tab] a tab cannot indent",
        "✓ kept    nothing is open by default",
        "✗ broken  every path is open",
        "because egress is cut",
        "example shop/web -> shop/api:8080/TCP",
        "? unknown tenants are apart",
        "because toNodes",
        "proved over 3 workloads",
        "request GET /orders",
        "curl -X GET http://api.shop:8080/orders",
        "egress  DENY    no rule of `shop/web` lets it out",
        "given the name was learned",
        "to allow it:\n",
        "egress  an allow rule is missing",
        "nearest shop/web -> shop/api:8081/TCP GET /  (port 8081 instead of 8080)",
        "curl http://api:8081/",
        "base.yaml:8:3  (CiliumClusterwideNetworkPolicy/base)\n",
        "api.yaml:7:5  (CiliumNetworkPolicy/api)\n            fromEndpoints: [{}]\n",
        "repair    every path is open\n    change  add an item\n--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-x\n+y\n",
        "no repair tenants are apart\n    because none of 7 candidates keeps it",
        "written   out/a.yaml",
        "unchanged out/b.yaml",
        "note 2 ConfigMaps",
    ):
        assert part in shown
    assert shown.endswith("\n\n1 kept, 1 broken, 1 unknown\n")


def test_caret_stands_under_the_span():
    line, caret = excerpt(SPAN, TEXT, Page(color=False, width=100))
    start = line.index("TCP#PostgreSQL")
    assert caret.index("^") == start
    assert caret.count("^") == len("TCP#PostgreSQL")


def test_caret_counts_terminal_columns_not_characters():
    wide = "  名前: {ｘ}"
    span = Span("a", 1, wide.index("{") + 1, 1, len(wide) + 1, 0, 0)
    line, caret = excerpt(span, wide, Page(color=False, width=80))
    assert columns(line[: line.index("{")]) == caret.index("^")
    assert caret.count("^") == 4


@pytest.mark.parametrize("column", [1, 150, 399])
def test_long_lines_are_cut_around_the_span(column: int):
    long = "".join(chr(97 + n % 26) for n in range(400))
    span = Span("a", 1, column, 1, column + 2, column - 1, column + 1)
    line, caret = excerpt(span, long, Page(color=False, width=80))
    assert len(line) <= 80
    at = caret.index("^")
    assert line[at : at + 2] == long[column - 1 : column + 1]


def test_a_span_over_several_lines_is_marked_to_the_end_of_its_first():
    span = Span("a", 3, 3, 9, 1, 0, 0)
    _, caret = excerpt(span, "- spec: x", Page(color=False, width=80))
    assert caret.count("^") == len("spec: x")


def test_a_finding_without_source_text_still_has_its_place():
    shown = rendered(msgspec.structs.replace(FULL, source_lines=()))
    assert "shop.yaml:5:25" in shown
    assert "^" not in shown


def test_different_scopes_are_said_claim_by_claim():
    other = msgspec.structs.replace(CLAIMS[0], scope="1 namespace")
    shown = rendered(msgspec.structs.replace(FULL, claims=(other, CLAIMS[1])))
    assert "    proved over 1 namespace" in shown
    assert "    proved over 3 workloads" in shown


def test_color_adds_ink_and_nothing_else():
    colored = text.render(FULL, color=True, width=100)
    assert "\x1b[1;31m" in colored
    assert ANSI.sub("", colored) == rendered(FULL)


def test_quiet_leaves_nothing_of_what_is_kept():
    kept = Report(command="prove", exit=Exit.KEPT, summary="all kept", claims=CLAIMS[:1], notes=("n",))
    assert rendered(quieted(kept)) == ""
    shown = rendered(quieted(FULL))
    assert "✓" not in shown and "written" not in shown and "note" not in shown
    assert "✗ broken" in shown and FINDING.message in shown
    assert quieted(FULL).exit is FULL.exit


def test_quiet_drops_findings_that_are_only_notes():
    note = msgspec.structs.replace(FINDING, severity=Severity.NOTE)
    assert quieted(msgspec.structs.replace(FULL, findings=(note, FINDING))).findings == (FINDING,)


def test_input_cannot_paint_the_terminal():
    evil = "\x1b[2K\r✓ kept\u202e\x9b1m\u2028"
    side = msgspec.structs.replace(EGRESS, sentence=evil)
    answer = msgspec.structs.replace(FULL.answers[0], egress=side, flow=evil, curl=evil, request_line=evil)
    finding = Finding("r", Severity.ERROR, evil, msgspec.structs.replace(SPAN, file=evil), evil, evil, evil)
    report = msgspec.structs.replace(
        FULL,
        findings=(finding,),
        answers=(answer,),
        notes=(evil,),
        summary=evil,
        source_lines=(SourceLine(evil, 5, evil),),
    )
    shown = rendered(report)
    assert not set(shown) & set("\x1b\r\u202e\x9b\u2028")


@settings(derandomize=True, max_examples=200)
@given(st.text())
def test_harmless_text_has_no_control_characters_and_keeps_its_length(anything: str):
    shown = harmless(anything)
    assert len(shown) == len(anything)
    assert all(
        character == "\n" or character.isprintable() or unicodedata.category(character) == "Zs"
        for character in shown
    )


@settings(derandomize=True, max_examples=200)
@given(st.text(alphabet="ab \n`"), st.integers(30, 120))
def test_paragraphs_lose_no_word(words: str, width: int):
    lines = Page(color=False, width=width).paragraph("why ", words, 4)
    assert " ".join(" ".join(lines).split()) == " ".join(["why", *words.split()])


def test_broken_claims_are_not_called_kept():
    shown = rendered(FULL).splitlines()
    marks = {line[0] for line in shown if line[:1] in "✓✗?" and line}
    assert marks == {"✓", "✗", "?"}
    assert sum(claim.status is Status.KEPT for claim in CLAIMS) == sum(line.startswith("✓") for line in shown)
