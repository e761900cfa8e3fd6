"""JSON for programs: the report, field by field; docs/reference/json.md is its description."""

import msgspec

from propolis.model.report import Report

NAME = "json"
VERBS = None
SCHEMA = "propolis.dev/report/v1"


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as one JSON object; *color* and *width* mean nothing here.

    Law: decoding the object into `Report` gives *report* back.
    """
    document = {"schema": SCHEMA, **msgspec.structs.asdict(report)}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
