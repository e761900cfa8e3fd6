"""SARIF 2.1.0: what code scanning of GitHub, Azure DevOps and editors read."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from propolis import __version__
from propolis.model.exit import Exit
from propolis.model.finding import Finding, Fix, TextEdit
from propolis.model.report import Report, RuleNote
from propolis.model.span import Problem, Span
from propolis.report.ink import harmless
from propolis.report.places import digest, uri
from propolis.report.remarks import SourceText, source_text

NAME = "sarif"
VERBS = frozenset({"check"})
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "note": "note"}
MARK = "propolis/v1"


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as one run; *color* and *width* mean nothing here.

    What could not be read is a notification of the invocation, not a result.

    Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 (log) to 3.58.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(report: Report) -> dict[str, Any]:
    places = {rule.name: place for place, rule in enumerate(report.rules)}
    source = source_text(report)
    return {
        "tool": {
            "driver": {
                "name": "Propolis",
                "version": __version__,
                "rules": [_rule(rule, report) for rule in report.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.exit in (Exit.KEPT, Exit.BROKEN),
                "exitCode": int(report.exit),
                "toolExecutionNotifications": [_notification(problem) for problem in report.problems],
            }
        ],
        "results": [_result(finding, places, source) for finding in report.findings],
    }


def _rule(rule: RuleNote, report: Report) -> dict[str, Any]:
    first = next(finding for finding in report.findings if finding.rule == rule.name)
    help_ = first.help or first.why or rule.headline
    return {
        "id": rule.name,
        "shortDescription": _message(rule.headline),
        "fullDescription": _message(first.why or rule.headline),
        "help": _message(f"{help_}. `propolis rule {rule.name}` shows the page of this rule."),
        "defaultConfiguration": {"level": LEVELS[first.severity]},
        "properties": {"precision": rule.confidence, "tags": [rule.group.replace("_", "-")]},
    }


def _notification(problem: Problem) -> dict[str, Any]:
    told = f"{problem.message}: {problem.help}" if problem.help else problem.message
    locations = {"locations": [_location(problem.span)]} if problem.span else {}
    return {
        "level": LEVELS[problem.severity],
        "descriptor": {"id": problem.code},
        "message": _message(told),
        **locations,
    }


def _result(finding: Finding, places: Mapping[str, int], source: SourceText) -> dict[str, Any]:
    told = f"{finding.message}: {finding.why}" if finding.why else finding.message
    index = {"ruleIndex": places[finding.rule]} if finding.rule in places else {}
    related = {"relatedLocations": [_location(span) for span in finding.related]} if finding.related else {}
    fixes = {"fixes": [_fix(finding.fix)]} if finding.fix else {}
    return {
        "ruleId": finding.rule,
        **index,
        "level": LEVELS[finding.severity],
        "message": _message(told),
        "locations": [_location(finding.span, source.get((finding.span.file, finding.span.line)))],
        **related,
        "partialFingerprints": {MARK: finding.fingerprint or digest(finding.rule, finding.message)},
        **fixes,
    }


def _message(words: str) -> dict[str, str]:
    return {"text": harmless(words)}


def _location(span: Span, line: str | None = None) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }
    if line is not None and span.line == span.end_line:
        region["snippet"] = {"text": harmless(line[span.column - 1 : span.end_column - 1])}
    return {"physicalLocation": {"artifactLocation": {"uri": uri(span.file)}, "region": region}}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "description": _message(f"{fix.title} ({fix.safety})"),
        "artifactChanges": [
            {"artifactLocation": {"uri": uri(file)}, "replacements": [_replacement(edit) for edit in edits]}
            for file, edits in _by_file(fix)
        ],
    }


def _by_file(fix: Fix) -> Iterator[tuple[str, list[TextEdit]]]:
    for file in dict.fromkeys(edit.file for edit in fix.edits):
        yield file, [edit for edit in fix.edits if edit.file == file]


def _replacement(edit: TextEdit) -> dict[str, Any]:
    return {
        "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
        "insertedContent": {"text": edit.replacement},
    }
