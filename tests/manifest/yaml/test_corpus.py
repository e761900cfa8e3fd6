"""Real files: every one is read, and values agree with PyYAML's where the two dialects do."""

import os
from pathlib import Path

import pytest
import yaml

from propolis.manifest.yaml import documents

CORPUS = Path(os.environ.get("PROPOLIS_CORPUS", Path(__file__).parents[4] / "shared")) / "corpus" / "policies"
FILES = sorted(path for pattern in ("*.yaml", "*.yml") for path in CORPUS.rglob(pattern))


@pytest.mark.skipif(not FILES, reason="the corpus of real policies is not here")
def test_every_real_file_is_read() -> None:
    compared = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        reading = documents(text, path.name)
        assert reading.documents or reading.problems, path
        assert all(problem.span is not None for problem in reading.problems), path
        if any(problem.severity == "error" for problem in reading.problems):
            continue
        if any(document.surprises for document in reading.documents):
            continue
        expected = [value for value in yaml.load_all(text, Loader=yaml.CSafeLoader) if value is not None]
        assert [document.value for document in reading.documents] == expected, path
        compared += 1
    assert compared > len(FILES) * 0.8
