"""The formats that other programs read: held to their specifications by parsers and schemas written from them."""

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from reports import CLAIMS, FINDING, FULL, PROBLEM, SPAN

from propolis.model.finding import Finding, Severity
from propolis.model.report import Exit, Report, RuleNote
from propolis.model.span import Problem, Span
from propolis.report.formats import github, gitlab, junit, sarif
from propolis.report.places import uri

NOTE = RuleNote("invalid-protocol", "A protocol that does not exist.", "invalid", "high")
OTHER = msgspec.structs.replace(FINDING, severity=Severity.NOTE, fix=None, related=(), fingerprint="00ff")
PLACELESS = Problem("no-such-path", "there is no file `a:b,c%`", None, "name another", "warning")
CHECKED = Report(
    command="check",
    exit=Exit.BROKEN,
    summary="2 found",
    problems=(PROBLEM, PLACELESS),
    findings=(FINDING, OTHER),
    rules=(NOTE,),
    source_lines=FULL.source_lines,
)
EMPTY = Report(command="check", exit=Exit.KEPT, summary="nothing found in 3 policies")
EVIL = "a\x1b[2K<b>&\"'\n::error::x %0A\r\x00]]>\u202e"


def evil() -> Report:
    span = msgspec.structs.replace(SPAN, file=f"./{EVIL}.yaml")
    finding = Finding("r", Severity.ERROR, EVIL, span, EVIL, EVIL, EVIL)
    claim = msgspec.structs.replace(CLAIMS[1], sentence=EVIL, reason=EVIL)
    problem = Problem("p", EVIL, span, EVIL)
    return msgspec.structs.replace(
        CHECKED, findings=(finding,), problems=(problem,), claims=(claim,), summary=EVIL, rules=()
    )


# --- SARIF ---


def record(required: str, **fields: Any) -> dict[str, Any]:
    """An object of SARIF: its properties, of which *required* have to be there, and no others."""
    return {
        "type": "object",
        "properties": fields,
        "required": required.split(),
        "additionalProperties": False,
    }


def items(of: dict[str, Any], unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "items": of, "uniqueItems": unique}


TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
NUMBER = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = record("text", text={"type": "string", "minLength": 1})
# RFC 3986: what a URI reference may hold.
URI = record("uri", uri={"type": "string", "pattern": r"^([A-Za-z0-9\-._~/:]|%[0-9A-F]{2})+$"})
REGION = record(
    "",
    startLine=NUMBER,
    startColumn=NUMBER,
    endLine=NUMBER,
    endColumn=NUMBER,
    charOffset=COUNT,
    charLength=COUNT,
    snippet=record("text", text=TEXT),
)
LOCATION = record(
    "physicalLocation", physicalLocation=record("artifactLocation", artifactLocation=URI, region=REGION)
)
FIX = record(
    "artifactChanges",
    description=MESSAGE,
    artifactChanges={
        **items(
            record(
                "artifactLocation replacements",
                artifactLocation=URI,
                replacements={
                    **items(
                        record(
                            "deletedRegion", deletedRegion=REGION, insertedContent=record("text", text=TEXT)
                        )
                    ),
                    "minItems": 1,
                },
            ),
            unique=True,
        ),
        "minItems": 1,
    },
)
DESCRIPTOR = record(
    "id",
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=record("", level=LEVEL),
    properties=record(
        "", precision={"enum": ["very-high", "high", "medium", "low"]}, tags=items(TEXT, unique=True)
    ),
)
NOTIFICATION = record(
    "message",
    level=LEVEL,
    descriptor=record("id", id=TEXT),
    message=MESSAGE,
    locations=items(LOCATION, unique=True),
)
RESULT = record(
    "message",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations=items(LOCATION),
    relatedLocations=items(LOCATION, unique=True),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    fixes=items(FIX, unique=True),
)
RUN = record(
    "tool",
    tool=record(
        "driver", driver=record("name", name=TEXT, version=TEXT, rules=items(DESCRIPTOR, unique=True))
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=items(
        record(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            exitCode={"type": "integer"},
            toolExecutionNotifications=items(NOTIFICATION),
        )
    ),
    results=items(RESULT),
)
LOG = record("version runs", **{"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": items(RUN)})
"""What is used here of the format, from the tables of properties in section 3 of the specification."""


def log(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sarif.render(report, color=False, width=80))
    jsonschema_rs.Draft7Validator(LOG).validate(found)
    return found


@pytest.mark.parametrize("report", [CHECKED, EMPTY, evil()])
def test_sarif_has_the_shape_of_its_specification(report: Report) -> None:
    (run,) = log(report)["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_says_where_what_and_how_to_mend_it() -> None:
    (run,) = log(CHECKED)["runs"]
    first, second = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "shop.yaml"}
    assert place["region"]["snippet"]["text"] == "TCP#PostgreSQL"
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (5, 25)
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"] == {"charOffset": 124, "charLength": 14}
    assert (second["level"], second["partialFingerprints"]) == ("note", {"propolis/v1": "00ff"})
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [(note["level"], "locations" in note) for note in notes] == [("error", True), ("warning", False)]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("./a b/ü.yaml", "a%20b/%C3%BC.yaml"),
        ("/tmp/x.yaml", "file:///tmp/x.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_paths_are_uris(path: str, wanted: str) -> None:
    assert uri(path) == wanted


# --- JUnit ---


def suites(report: Report) -> ET.Element:
    return ET.fromstring(junit.render(report, color=False, width=80))


@pytest.mark.parametrize("report", [CHECKED, EMPTY, FULL, evil()])
def test_junit_is_xml_that_counts_right(report: Report) -> None:
    root = suites(report)
    for element in (root, *root.findall("testsuite")):
        assert int(element.attrib["tests"]) == len(list(element.iter("testcase"))) > 0
        for kind in ("failure", "error"):
            assert int(element.attrib[f"{kind}s"]) == len(list(element.iter(kind)))


def test_junit_fails_what_is_broken_and_passes_what_is_kept() -> None:
    root = suites(FULL)
    (promises,) = [suite for suite in root if suite.attrib["name"] == "promises"]
    ended = {case.attrib["name"]: [part.tag for part in case] for case in promises}
    assert ended == {
        "nothing is open by default": [],
        "every path is open": ["failure"],
        "tenants are apart": ["failure"],
    }
    (file,) = [suite for suite in root if suite.attrib["name"] == "shop.yaml"]
    (failure,) = file.iter("failure")
    assert failure.attrib == {"type": "invalid-protocol", "message": FINDING.message}
    assert failure.text and "shop.yaml:5:25" in failure.text


def test_junit_passes_where_nothing_is_found() -> None:
    (case,) = suites(EMPTY).iter("testcase")
    assert (case.attrib["name"], list(case)) == ("nothing found in 3 policies", [])


# --- GitHub ---

COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*,?)+)::([^\r\n]*)")


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """What a runner of GitHub makes of the output; a line that is no command stands in the log as it is."""
    found = []
    for line in github.render(report, color=False, width=80).splitlines():
        if line.startswith("::"):
            match = COMMAND.fullmatch(line)
            assert match, line
            told = dict(part.split("=", 1) for part in match[2].split(","))
            found.append((match[1], {name: plain(value) for name, value in told.items()}, plain(match[3])))
    return found


def plain(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_github_gets_one_command_for_each_finding_problem_and_broken_promise() -> None:
    told = commands(msgspec.structs.replace(CHECKED, claims=CLAIMS))
    assert [level for level, _, _ in told] == ["error", "warning", "error", "notice", "error", "error"]
    _, place, text = told[2]
    assert place == {
        "file": "shop.yaml",
        "line": "5",
        "endLine": "5",
        "col": "25",
        "endColumn": "38",
        "title": "invalid-protocol",
    }
    assert text == "\n".join((FINDING.message, FINDING.why, FINDING.help))
    assert told[1][1:] == ({"title": "no-such-path"}, "there is no file `a:b,c%`\nname another")
    assert "shop/web -> shop/api" in told[4][2]


def test_github_gets_no_columns_for_several_lines() -> None:
    long = msgspec.structs.replace(FINDING, span=Span("a,b:c.yaml", 3, 3, 9, 1, 0, 0))
    ((_, place, _),) = commands(msgspec.structs.replace(EMPTY, findings=(long,)))
    assert place == {"file": "a,b:c.yaml", "line": "3", "endLine": "9", "title": "invalid-protocol"}


def test_input_cannot_write_commands() -> None:
    assert len(commands(evil())) == 3
    lines = github.render(evil(), color=False, width=80).splitlines()
    assert len(lines) == 4 and not lines[-1].startswith("::")


# --- GitLab ---

QUALITY = {
    "type": "array",
    "items": record(
        "description check_name fingerprint severity location",
        description={"type": "string", "minLength": 1},
        check_name=TEXT,
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{2,}$"},
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        location=record(
            "path lines",
            path={"type": "string", "pattern": r"^(?!\./)"},
            lines=record("begin", begin=NUMBER, end=NUMBER),
        ),
    ),
}


@pytest.mark.parametrize("report", [CHECKED, EMPTY])
def test_gitlab_has_the_shape_of_its_documentation(report: Report) -> None:
    marked = tuple(msgspec.structs.replace(f, fingerprint=f.fingerprint or "ab") for f in report.findings)
    whole = msgspec.structs.replace(report, findings=marked)
    found = json.loads(gitlab.render(whole, color=False, width=80))
    jsonschema_rs.Draft7Validator(QUALITY).validate(found)
    assert len(found) == len(report.findings) + len(report.problems)
    assert len({entry["fingerprint"] for entry in found}) == len(found)


# --- all ---


@pytest.mark.parametrize("format_", [github, gitlab, junit, sarif])
def test_what_moves_a_terminal_is_in_no_format(format_: Any) -> None:
    shown = format_.render(evil(), color=True, width=80)
    assert not set(shown) & set("\x1b\r\x00")
