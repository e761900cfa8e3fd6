"""Fixed copies: complete, fixed, reported at their own places; the originals stay."""

from shop import POLICY, REFUSED

from fakes.files import MemoryReader, MemoryWriter
from propolis.commands.check import SAFE_ONLY, check
from propolis.commands.copies import fixed_copies
from propolis.commands.inputs import input_of
from propolis.model.report import Exit
from propolis.model.settings import Version

SLIP = POLICY.replace("protocol: TCP}", "protocol: TCP#x\n      }")


def test_copies_are_fixed_and_complete():
    originals = {"in/a/slip.yaml": SLIP, "in/fine.yaml": POLICY.replace("name: api", "name: other")}
    writer = MemoryWriter(dict(originals))
    given = input_of(MemoryReader(originals).read(list(originals)), Version(1, 19))
    report = fixed_copies(given, SAFE_ONLY, "out", writer)
    assert {path: writer.texts[path] for path in originals} == originals
    assert writer.texts["out/fine.yaml"] == originals["in/fine.yaml"]
    assert writer.texts["out/a/slip.yaml"] == SLIP.replace("TCP#x", "TCP #x")
    assert [each.path for each in report.written] == ["out/a/slip.yaml", "out/fine.yaml"]
    assert "invalid-protocol" in {finding.rule for finding in check(given).findings}
    assert "invalid-protocol" not in {finding.rule for finding in report.findings}
    assert {finding.span.file for finding in report.findings} <= set(writer.texts) - set(originals)


def test_what_no_safe_fix_mends_is_still_reported():
    given = input_of(MemoryReader({"p.yaml": REFUSED}).read(["p.yaml"]), Version(1, 19))
    report = fixed_copies(given, SAFE_ONLY, "out", MemoryWriter())
    assert report.exit is Exit.BROKEN
    assert report.findings


def test_a_path_that_could_not_be_read_stays_bad_input():
    given = input_of(MemoryReader({"p.yaml": POLICY}).read(["p.yaml", "gone.yaml"]), Version(1, 19))
    report = fixed_copies(given, SAFE_ONLY, "out", MemoryWriter())
    assert report.exit is Exit.BAD_INPUT
    assert "no-such-path" in {problem.code for problem in report.problems}
