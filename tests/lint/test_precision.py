"""docs/precision.md holds what bench/precision.py prints, and every finding of the corpus is judged."""

import contextlib
import io
from pathlib import Path

import pytest
from bench import precision

PAGE = Path(__file__).parents[2] / "docs" / "precision.md"


@pytest.mark.skipif(not precision.SHARED.exists(), reason="the corpus is not on this machine")
def test_the_page_holds_the_numbers_that_the_command_prints() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert precision.main() == 0
    assert printed.getvalue() in PAGE.read_text(encoding="utf-8"), "run `python bench/precision.py`"
