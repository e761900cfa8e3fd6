"""Allowances: what the project's file lets pass, by rule and file, with a reason."""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from propolis.model.finding import Finding
from propolis.model.span import Span

EVERY_RULE = "*"


class Allowance(msgspec.Struct, frozen=True):
    """Findings of *rules* in *files* pass; no files: in every file. *span* is where it is written."""

    rules: tuple[str, ...]
    files: tuple[str, ...]
    reason: str
    span: Span

    def covers(self, path: str) -> bool:
        """Whether *path*, from the project's folder, is one of the files."""
        return not self.files or covered(path, self.files)

    def allows(self, finding: Finding, path: str) -> bool:
        return (finding.rule in self.rules or EVERY_RULE in self.rules) and self.covers(path)


def covered(path: str, patterns: Iterable[str]) -> bool:
    """Whether *path* is what one of *patterns* says: a file, or what is below a folder.

    `*` stands for any characters, slashes too.
    """
    return any(fnmatchcase(path, one) or fnmatchcase(path, one.rstrip("/") + "/*") for one in patterns)


class Passed(msgspec.Struct, frozen=True):
    """The findings that stay, how many do not, and the allowances that let nothing pass."""

    findings: tuple[Finding, ...]
    hidden: int
    unused: tuple[Allowance, ...]


def passed(
    findings: Iterable[Finding],
    allowances: Sequence[Allowance],
    files: Iterable[str],
    place: Callable[[str], str],
) -> Passed:
    """*findings* without those that one of *allowances* lets pass; *place* leads from the project's folder to a file.

    An allowance that covers none of *files* is not unused: it was not asked.
    """
    staying: list[Finding] = []
    hidden = 0
    used: set[int] = set()
    for finding in findings:
        path = place(finding.span.file)
        allowing = [number for number, one in enumerate(allowances) if one.allows(finding, path)]
        used.update(allowing)
        if allowing:
            hidden += 1
        else:
            staying.append(finding)
    places = [place(file) for file in files] if allowances else []
    unused = tuple(
        one
        for number, one in enumerate(allowances)
        if number not in used and any(one.covers(path) for path in places)
    )
    return Passed(tuple(staying), hidden, unused)
