"""What stands beside the manifests: allowances with a reason, and a baseline that lines may move under."""

import json

import pytest
from hypothesis import given as with_any
from hypothesis import strategies as st

from fakes.files import MemoryProject, MemoryReader, MemoryWriter
from propolis.commands.baseline import write_baseline
from propolis.commands.check import EVERY_FIX, SAFE_ONLY, check, fix, fixed_texts
from propolis.commands.copies import fixed_copies
from propolis.commands.inputs import Input, input_of
from propolis.commands.patches import differences
from propolis.commands.project import Project, manifests_of, project
from propolis.lint import baseline
from propolis.lint.baseline import Known
from propolis.lint.rule import Persona
from propolis.model.report import Exit

OPEN = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [all]
"""
INERT = OPEN.replace("  - fromEntities: [all]\n", "  - fromEndpoints: [{}]\n  ingressDeny:\n  - {}\n")
ALLOW = '[[check.allow]]\nrules = ["entity-all"]\nfiles = ["public/"]\nreason = "the front is public"\n'


def given(texts: dict[str, str]) -> Input:
    return input_of(MemoryReader(texts).read(list(texts)), None)


def beside(files: dict[str, str], wanted: str | None = None, writing: bool = False) -> Project:
    return project(MemoryProject(files), None, wanted, writing)


FILES = {"public/a.yaml": OPEN.replace("NAME", "a"), "inner/b.yaml": OPEN.replace("NAME", "b")}


def test_an_allowance_hides_its_rule_in_its_files_only() -> None:
    report = check(given(FILES), beside({"propolis.toml": ALLOW}))
    assert [(f.rule, f.span.file) for f in report.findings] == [("entity-all", "inner/b.yaml")]
    assert report.summary.endswith("1 allowed by the project")


def test_paths_count_from_the_folder_of_the_configuration() -> None:
    files = MemoryProject({"deep/own.toml": ALLOW})
    found = project(files, "deep/own.toml", None)
    texts = {f"deep/{name}": text for name, text in FILES.items()}
    assert [f.span.file for f in check(given(texts), found).findings] == ["deep/inner/b.yaml"]


@pytest.mark.parametrize("pattern", ["public/*.yaml", "*/a.yaml", "public", "public/a.yaml"])
def test_files_are_patterns_files_or_folders(pattern: str) -> None:
    found = beside({"propolis.toml": ALLOW.replace("public/", pattern)})
    assert [f.span.file for f in check(given(FILES), found).findings] == ["inner/b.yaml"]


def test_every_rule_may_be_allowed_in_named_files() -> None:
    found = beside({"propolis.toml": ALLOW.replace("entity-all", "*").replace("public/", "*")})
    assert check(given(FILES), found).findings == ()


def test_an_allowance_that_hides_nothing_is_reported_and_fails_nothing() -> None:
    found = beside({"propolis.toml": "# ours\n" + ALLOW.replace("entity-all", "inert-deny")})
    report = check(given({"public/a.yaml": FILES["public/a.yaml"].replace("[all]", "[cluster]")}), found)
    idle = [problem for problem in report.problems if problem.code == "unused-suppression"]
    assert [(p.span.file, p.span.line, p.severity) for p in idle if p.span] == [("propolis.toml", 2, "note")]
    assert report.exit is Exit.KEPT


def test_an_allowance_for_files_that_were_not_given_is_not_unused() -> None:
    report = check(given({"inner/b.yaml": FILES["inner/b.yaml"]}), beside({"propolis.toml": ALLOW}))
    assert not [problem for problem in report.problems if problem.code == "unused-suppression"]


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("[check\n", "expected ']'", 1),
        ("\n[check]\nbase = 1\n", "unknown field `base`", 3),
        ('[[check.allow]]\nrules = ["entity-all"]\n', "missing required field `reason`", 1),
        (ALLOW + ALLOW.replace("the front is public", " "), "an allowance without a reason", 5),
        (ALLOW.replace('"entity-all"', ""), "names at least one rule", 1),
        (ALLOW.replace("entity-all", "*").replace('"public/"', ""), "so it needs `files`", 1),
        (ALLOW.replace("entity-all", "entity-al"), "no rule is called `entity-al`", 1),
    ],
)
def test_what_is_wrong_with_the_configuration_is_bad_input_with_its_line(
    text: str, words: str, line: int
) -> None:
    report = check(given(FILES), beside({"propolis.toml": text}))
    assert report.exit is Exit.BAD_INPUT
    (problem,) = [p for p in report.problems if p.code in ("configuration", "unknown-rule")]
    assert words in problem.message
    assert problem.span and problem.span.line == line


@pytest.mark.parametrize(
    ("text", "place", "help"),
    [
        ('[check]\npersona = "judge"\n', (2, 1), "it is one of `regular`, `pedantic`, `auditor`"),
        ("[check]\n  colour = 1\n", (2, 3), "it is one of `baseline`, `persona`, `exclude`, `allow`"),
        ("[chek]\n", (1, 1), "it is one of `check`"),
        (ALLOW + ALLOW.replace("files", "paths"), (7, 1), "it is one of `rules`, `reason`, `files`"),
        ('[check]\nbaseline = "a" b\n', (2, 16), ""),
        ("[check]\nexclude = [", (2, 12), ""),
    ],
)
def test_the_key_or_the_character_that_is_wrong_is_pointed_at(
    text: str, place: tuple[int, int], help: str
) -> None:
    (problem,) = beside({"propolis.toml": text}).problems
    assert problem.span and (problem.span.line, problem.span.column) == place
    assert problem.help == help


def recorded(texts: dict[str, str], **files: str) -> str:
    writer = MemoryWriter()
    report = write_baseline(given(texts), beside(files, writing=True), writer)
    assert report.exit is Exit.KEPT
    return writer.texts[".propolis-baseline.json"]


def test_what_the_baseline_knows_is_not_said_again_wherever_it_moves() -> None:
    known = recorded(FILES)
    moved = {
        name: "# one\n\n# two\n" + text.replace("  - from", "    # x\n  -   from")
        for name, text in FILES.items()
    }
    report = check(given(moved), beside({"b.json": known}, "b.json"))
    assert (report.findings, report.exit) == ((), Exit.KEPT)
    assert report.summary.endswith("2 known from the baseline")


def test_a_second_finding_like_a_known_one_is_new() -> None:
    known = recorded({"a.yaml": OPEN.replace("NAME", "a")})
    twice = {"a.yaml": OPEN.replace("NAME", "a") + "  - fromEntities: [all]\n"}
    report = check(given(twice), beside({"b.json": known}, "b.json"))
    assert [(f.rule, f.span.line) for f in report.findings] == [("entity-all", 8)]


def test_what_is_gone_from_a_file_that_was_looked_at_is_reported() -> None:
    known = recorded(FILES)
    mended = {"public/a.yaml": FILES["public/a.yaml"].replace("[all]", "[cluster]")}
    report = check(given(mended), beside({"b.json": known}, "b.json"))
    gone = [p.message for p in report.problems if p.code == "unused-baseline"]
    assert len(gone) == 1 and "`public/a.yaml`" in gone[0]
    assert report.exit is Exit.KEPT


def test_writing_the_baseline_of_some_files_keeps_what_is_known_of_others() -> None:
    known = recorded(FILES)
    writer = MemoryWriter()
    some = {"inner/b.yaml": FILES["inner/b.yaml"].replace("[all]", "[cluster]")}
    write_baseline(
        given(some), beside({".propolis-baseline.json": known}, ".propolis-baseline.json", True), writer
    )
    left = json.loads(writer.texts[".propolis-baseline.json"])["findings"]
    assert [one["file"] for one in left] == ["public/a.yaml"]


def test_the_configuration_names_the_baseline() -> None:
    files = {"propolis.toml": '[check]\nbaseline = "old.json"\n', "old.json": recorded(FILES)}
    assert check(given(FILES), beside(files)).findings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no baseline"),
        ('{"schema": "x", "findings": []}', "its schema is `x`"),
        (None, "there is no file"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_bad_input(text: str | None, words: str) -> None:
    report = check(given(FILES), beside({"b.json": text} if text else {}, "b.json"))
    assert report.exit is Exit.BAD_INPUT
    assert any(words in problem.message for problem in report.problems)
    assert len(report.findings) == 2


def test_what_is_allowed_or_known_is_not_fixed() -> None:
    texts = {"a.yaml": INERT.replace("NAME", "a")}
    allowed = beside(
        {"propolis.toml": ALLOW.replace("entity-all", "inert-deny").replace("public/", "a.yaml")}
    )
    assert fixed_texts(given(texts), SAFE_ONLY) != texts
    assert fixed_texts(given(texts), EVERY_FIX, allowed) == texts
    known = beside({"b.json": recorded(texts)}, "b.json")
    writer = MemoryWriter()
    assert fix(given(texts), EVERY_FIX, writer, known).findings == ()
    assert writer.texts == {}
    fixed_copies(given(texts), EVERY_FIX, "out", writer, allowed)
    assert writer.texts == {"out/a.yaml": texts["a.yaml"]}


MARKS = st.builds(
    Known, st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"]), st.just("p"), st.sampled_from(["l", "m"])
)


@with_any(st.lists(MARKS))
def test_a_baseline_survives_its_file(marks: list[Known]) -> None:
    assert baseline.decoded(baseline.encoded(baseline.of(marks))) == baseline.of(marks)


# --- patches ---


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_patch_shows_every_change_and_writes_nothing(end: str, newline: str) -> None:
    text = (INERT.replace("NAME", "a").rstrip("\n") + end).replace("\n", newline)
    found = differences(given({"a.yaml": text}), SAFE_ONLY)
    assert found.report.exit is Exit.BROKEN
    assert found.report.summary == "1 file would change"
    lines = found.patch.split("\n")
    assert lines[:2] == ["--- a.yaml", "+++ a.yaml"]
    assert f"-  ingressDeny:{newline.strip(chr(10))}" in lines
    assert ("\\ No newline at end of file" in lines) == (end == "")


def test_what_cannot_be_read_is_said_beside_the_patch() -> None:
    found = differences(given({"a.yaml": INERT.replace("NAME", "a"), "b.yaml": "a: [\n"}), SAFE_ONLY)
    assert found.report.exit is Exit.BAD_INPUT
    assert [problem.span.file for problem in found.report.problems if problem.span] == ["b.yaml"]
    assert found.patch.startswith("--- a.yaml\n")


def test_nothing_to_change_is_no_patch() -> None:
    found = differences(given({"a.yaml": OPEN.replace("NAME", "a")}), EVERY_FIX)
    assert (found.patch, found.report.exit) == ("", Exit.KEPT)


# --- who listens, and what is looked at ---


def test_the_configuration_says_who_listens_and_the_argument_goes_before_it() -> None:
    files = {"propolis.toml": '[check]\npersona = "auditor"\n'}
    assert beside(files).persona is Persona.AUDITOR
    assert project(MemoryProject(files), None, None, persona=Persona.PEDANTIC).persona is Persona.PEDANTIC
    assert beside({}).persona is Persona.REGULAR


def test_each_persona_hears_what_those_before_it_do() -> None:
    heard = [[one.hears(other) for other in Persona] for one in Persona]
    assert heard == [[True, False, False], [True, True, False], [True, True, True]]


def test_excluded_files_and_the_baseline_are_no_manifests() -> None:
    found = beside(
        {"propolis.toml": '[check]\nexclude = ["charts/*/templates/"]\n', "b.json": recorded({})}, "b.json"
    )
    texts = {
        "a.yaml": "x",
        "charts/app/templates/a.yaml": "{{ x }}",
        "charts/app/values.yaml": "a: 1",
        "b.json": "{}",
    }
    left = manifests_of(MemoryReader(texts).read(list(texts)), found)
    assert [source.name for source in left.texts] == ["a.yaml", "charts/app/values.yaml"]


def test_what_a_rule_says_of_a_setting_is_not_said_twice() -> None:
    report = check(given({"values.yaml": "hubble: {}\npolicyAuditMode: true\n"}))
    assert [finding.rule for finding in report.findings] == ["audit-mode"]
    assert report.problems == ()
