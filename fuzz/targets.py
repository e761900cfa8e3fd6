"""What is fuzzed: a function from bytes that may fail in no way but an AssertionError, which is a defect."""

from collections.abc import Callable, Mapping

from propolis.lint.context import Evidence
from propolis.lint.fixing import fixed
from propolis.lint.linting import findings
from propolis.manifest import Source, gists, read
from propolis.manifest.read import joined
from propolis.model.finding import Safety
from propolis.model.settings import SUPPORTED, Settings, Version
from propolis.model.span import Span
from propolis.recall.items import Items
from propolis.recall.makings import Gisted

LARGEST = 20_000
"""Bytes of one input: what is quadratic in its size is a matter for the benchmarks."""
NAME = "input.yaml"


def reader(data: bytes) -> None:
    """Bytes → text → gist → policies; what is kept is what was made."""
    text, version = given(data)
    made = gists([text], version)
    package = Gisted(version).packed(made)
    if package is not None:
        assert Gisted(version).unpacked(package, 1, Items()) == tuple(made)
    found = joined([Source(NAME, text)], made, version)
    for problem in found.problems:
        if problem.span:
            assert_inside(problem.span, text)
    for document in found.documents:
        assert document.value is not None
        assert_inside(document.span(()), text)


def rules(data: bytes) -> None:
    """The whole check of one text, and every fix that it offers."""
    text, version = given(data)
    found = read([Source(NAME, text)], version)
    world = found.world if found.world.workloads else None
    settings = Settings(version=version)
    evidence = Evidence(found.documents, found.policies, found.problems, world, settings)
    told = findings(evidence)
    for finding in told:
        for span in (finding.span, *finding.related):
            assert_inside(span, text)
    for allowed in (frozenset({Safety.SAFE}), frozenset(Safety)):
        after = fixed(text, NAME, told, allowed).text
        read([Source(NAME, after)], version)


def given(data: bytes) -> tuple[str, Version]:
    """The text that *data* stands for, and a version: the last byte chooses it."""
    version = SUPPORTED[data[-1] % len(SUPPORTED)] if data else SUPPORTED[-1]
    return data[:LARGEST].decode(errors="surrogateescape"), version


def assert_inside(span: Span, text: str) -> None:
    assert span.file == NAME
    assert 0 <= span.start <= span.end <= len(text)
    assert 1 <= span.line <= span.end_line


TARGETS: Mapping[str, Callable[[bytes], None]] = {"reader": reader, "rules": rules}
