"""`render`: files, stream and comparison say the same; a failing disk is not swallowed."""

import pytest
from shop import PROFILE, WORKLOADS

from fakes.files import MemoryReader, MemoryWriter
from propolis.commands import render
from propolis.commands.inputs import Input, input_of
from propolis.model.report import Exit


def given(text: str = PROFILE) -> Input:
    return input_of(MemoryReader({"p.yaml": text, "w.yaml": WORKLOADS}).read(["p.yaml", "w.yaml"]), None)


def test_the_stream_is_the_files():
    writer = MemoryWriter()
    render.files(given(), "out", writer)
    assert render.stream(given()).stream == "---\n".join(writer.texts.values())


@pytest.mark.parametrize("folder", ["out", "out/", "/"])
def test_files_stand_right_in_the_folder(folder: str):
    writer = MemoryWriter()
    report = render.files(given(), folder, writer)
    start = folder.rstrip("/")
    assert {path.rpartition("/")[0] for path in writer.texts} == {start}
    assert [each.path for each in report.written] == list(writer.texts)


def test_the_second_time_nothing_changes():
    writer = MemoryWriter()
    assert all(each.changed for each in render.files(given(), "out", writer).written)
    assert not any(each.changed for each in render.files(given(), "out", writer).written)


def test_comparison_follows_the_profile():
    writer = MemoryWriter()
    render.files(given(), "out", writer)
    assert render.comparison(given(), "out", MemoryWriter(dict(writer.texts))).exit is Exit.KEPT
    changed = given(PROFILE.replace("8080", "8081"))
    report = render.comparison(changed, "out", MemoryWriter(dict(writer.texts)))
    assert report.exit is Exit.BROKEN
    assert any("would change" in note for note in report.notes)


def test_what_the_profile_does_not_ask_for_is_named():
    writer = MemoryWriter({"out/old.yaml": "", "out/notes.txt": "", "out/deep/x.yaml": ""})
    report = render.files(given(), "out", writer)
    assert report.notes == ("`out/old.yaml` is not of this profile: remove it, or it stays in force",)


def test_a_profile_with_mistakes_writes_nothing():
    writer = MemoryWriter()
    report = render.files(given(PROFILE.replace("8080", "80800")), "out", writer)
    assert report.exit is Exit.BAD_INPUT
    assert report.problems
    assert not writer.texts


def test_a_full_disk_reaches_the_caller():
    with pytest.raises(OSError, match="No space"):
        render.files(given(), "out", MemoryWriter(full=OSError(28, "No space left on device")))


def test_what_an_upgrade_ends_is_more_than_a_note():
    profile = PROFILE.partition("paths:")[0] + "paths:\n- {path: web -> api:9092, kafka: [consume orders]}\n"
    found = {problem.code: problem.severity for problem in render.stream(given(profile)).report.problems}
    assert found["profile-removed-parser"] == "warning"
