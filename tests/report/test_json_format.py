"""The JSON format: it loses nothing, and its page describes every field."""

import json
from pathlib import Path

import msgspec
import pytest
from reports import FULL

from propolis.model import exit as exits
from propolis.model import finding, report, span
from propolis.model.report import Report
from propolis.report.formats import json as format_

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"


def test_decoding_gives_the_report_back():
    document = json.loads(format_.render(FULL, color=False, width=80))
    assert document.pop("schema") == format_.SCHEMA
    assert msgspec.convert(document, Report) == FULL


def test_color_and_width_mean_nothing():
    assert format_.render(FULL, color=True, width=20) == format_.render(FULL, color=False, width=200)


def records() -> list[type[msgspec.Struct]]:
    return [
        found
        for module in (report, finding, span)
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, msgspec.Struct)
        and found.__module__ == module.__name__
    ]


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
def test_the_page_describes_every_field(record: type[msgspec.Struct]):
    text = PAGE.read_text()
    section = text.split(f"\n## {record.__name__}\n", 1)[1].split("\n## ", 1)[0]
    described = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert described == [field.encode_name for field in msgspec.structs.fields(record)]


def test_the_page_names_the_exit_codes():
    text = PAGE.read_text()
    assert all(f"`{int(code)}`" in text for code in exits.Exit)
