"""The page that says which rule is held by which test: what it names exists."""

import gzip
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "semantics.md").read_text()
ROWS = re.findall(r"^\| ([\d., ]+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_every_case_that_the_page_names_was_recorded():
    with gzip.open(ROOT / "tests" / "truth" / "cases" / "versions.jsonl.gz", "rt") as lines:
        recorded = {json.loads(line)["id"] for line in lines}
    named = {case for _, cases, _ in ROWS for case in cases.split() if case != "–"}
    assert len(ROWS) > 30
    assert named <= recorded


def test_every_file_that_the_page_names_exists_and_every_file_of_vectors_is_named():
    named = set(re.findall(r"`(tests/[^`]+)`", PAGE))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    vectors = {str(file.relative_to(ROOT)) for file in (ROOT / "tests/truth/vectors").glob("*.yaml")}
    assert vectors <= named


def test_every_rule_has_a_test():
    assert [section for section, cases, files in ROWS if cases.strip() == files.strip() == "–"] == []
