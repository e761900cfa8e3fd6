"""JUnit XML: what every CI shows as test results; a finding is a failed case of its file, a promise is a case."""

from collections.abc import Iterator, Sequence

import msgspec

from propolis.model.finding import Finding
from propolis.model.report import ClaimOutcome, Report, Status
from propolis.model.span import Problem, Span
from propolis.report.answers import claim_lines
from propolis.report.ink import Page, harmless
from propolis.report.remarks import SourceText, finding_lines, problem_lines, source_text

NAME = "junit"
VERBS = frozenset({"check", "prove"})
PAGE = Page(color=False, width=100)


class _Case(msgspec.Struct, frozen=True):
    """*outcome*: the element that says how it ended, "" for a case that passed."""

    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    lines: Sequence[str] = ()


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as XML: one suite for each file, one for the promises; *color* and *width* mean nothing here.

    Notes fail nothing and are no cases. A report without anything to say is one case that passed.
    """
    suites = _suites(report) or {f"propolis {report.command}": [_Case(report.summary or "nothing found")]}
    cases = [case for held in suites.values() for case in held]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counts(report.command, cases)}>"]
    for name, held in suites.items():
        lines.append(f"  <testsuite {_counts(name, held)}>")
        lines += [line for case in held for line in _case_lines(case, name)]
        lines.append("  </testsuite>")
    return "".join(line + "\n" for line in (*lines, "</testsuites>"))


def _suites(report: Report) -> dict[str, list[_Case]]:
    source = source_text(report)
    suites: dict[str, list[_Case]] = {}
    for place, case in (*_problems(report.problems, source), *_findings(report.findings, source)):
        suites.setdefault(place, []).append(case)
    for claim in report.claims:
        suites.setdefault("promises", []).append(_claim(claim))
    return suites


def _problems(problems: Sequence[Problem], source: SourceText) -> Iterator[tuple[str, _Case]]:
    for problem in problems:
        if problem.severity != "note":
            file = problem.span.file if problem.span else "input"
            lines = problem_lines(problem, source, PAGE)
            outcome = "error" if problem.severity == "error" else "failure"
            yield (
                file,
                _Case(_named(problem.code, problem.span), outcome, problem.code, problem.message, lines),
            )


def _findings(findings: Sequence[Finding], source: SourceText) -> Iterator[tuple[str, _Case]]:
    for finding in findings:
        if finding.severity != "note":
            lines = finding_lines(finding, source, PAGE)
            case = _Case(_named(finding.rule, finding.span), "failure", finding.rule, finding.message, lines)
            yield finding.span.file, case


def _claim(claim: ClaimOutcome) -> _Case:
    if claim.status is Status.KEPT:
        return _Case(claim.sentence)
    return _Case(
        claim.sentence, "failure", claim.status, claim.reason or claim.sentence, claim_lines(claim, PAGE)
    )


def _named(name: str, span: Span | None) -> str:
    return f"{name} (line {span.line})" if span else name


def _counts(name: str, cases: Sequence[_Case]) -> str:
    failures, errors = (sum(case.outcome == kind for case in cases) for kind in ("failure", "error"))
    return f'name={_quoted(name)} tests="{len(cases)}" failures="{failures}" errors="{errors}"'


def _case_lines(case: _Case, suite: str) -> Iterator[str]:
    head = f"    <testcase name={_quoted(case.name)} classname={_quoted(suite)}"
    if not case.outcome:
        yield head + "/>"
        return
    yield head + ">"
    text = "\n".join(_text(line) for line in case.lines)
    yield f"      <{case.outcome} type={_quoted(case.kind)} message={_quoted(case.message)}>{text}</{case.outcome}>"
    yield "    </testcase>"


def _quoted(words: str) -> str:
    from xml.sax.saxutils import quoteattr  # loads `ssl` and more, and formats are loaded by every command

    return quoteattr(_allowed(words).replace("\n", " "))


def _text(words: str) -> str:
    from xml.sax.saxutils import escape

    return escape(_allowed(words))


def _allowed(words: str) -> str:
    """*words* with only such characters as XML 1.0 can hold (section 2.2)."""
    return "".join(
        c
        if c in "\n" or "\u0020" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else "\ufffd"
        for c in harmless(words)
    )
